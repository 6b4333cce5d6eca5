package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Tx is a transaction with one instant.
type Tx struct {
	Now time.Time // UTC, whole milliseconds; the only "now" inside the transaction

	ctx     context.Context
	sql     *sql.Tx
	db      *gorm.DB
	dialect Dialect
}

// Context gives the context that ends with the transaction's request. It
// carries the mark by which a nested Write is refused.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Millis gives the transaction's instant in unix milliseconds.
func (tx *Tx) Millis() int64 { return tx.Now.UnixMilli() }

// DB gives GORM for statements off the hot path.
func (tx *Tx) DB() *gorm.DB { return tx.db }

// Dialect tells which SQL the transaction speaks.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// ForUpdate gives the clause that locks selected rows until the commit. SQLite
// needs none: its only writer has the whole database.
func (tx *Tx) ForUpdate() string {
	if tx.dialect == MySQL {
		return " FOR UPDATE"
	}
	return ""
}

// Hold makes everybody else who holds the same name wait until the commit, for
// what no row of its own can be locked for: the end of a chain, an empty table.
// The name stands in leases for ever after. SQLite needs none.
func (tx *Tx) Hold(name string) error {
	if tx.dialect == SQLite {
		return nil
	}
	_, err := tx.Exec("INSERT INTO leases (name, holder, until_at) VALUES (?,'',0) ON DUPLICATE KEY UPDATE until_at = 0", name)
	return err
}

// Exec runs one statement and gives the number of rows that it matched.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := tx.sql.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Insert runs one INSERT and gives the number that the database gave the row.
func (tx *Tx) Insert(query string, args ...any) (int64, error) {
	res, err := tx.sql.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Row runs a query for one row; found is false when there is none.
func (tx *Tx) Row(query string, args []any, dest ...any) (found bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Each runs a query and calls scan once for every row. The slice of dest is
// filled anew before each call.
func (tx *Tx) Each(query string, args []any, dest []any, scan func() error) (err error) {
	rows, err := tx.sql.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := scan(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Marks gives n question marks in brackets, "(?,?,?)", for IN and VALUES.
func Marks(n int) string {
	if n <= 0 {
		return "(NULL)"
	}
	return "(" + strings.Repeat("?,", n-1) + "?)"
}

// maxArgs keeps a statement below SQLite's 32,766 and MySQL's 65,535 placeholders.
const maxArgs = 30000

// Rows collects rows for one multi-row INSERT. It writes several statements
// only when a single one would have too many placeholders.
type Rows struct {
	head  string
	width int
	args  []any
}

// NewRows prepares "INSERT INTO table (columns) VALUES …" for about n rows.
func NewRows(table string, n int, columns ...string) *Rows {
	return &Rows{
		head:  "INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES ",
		width: len(columns),
		args:  make([]any, 0, n*len(columns)),
	}
}

// Add takes one row's values, in the columns' order.
func (r *Rows) Add(values ...any) {
	if len(values) != r.width {
		panic("store: row has another width than its columns") // a mistake of the programmer, found by any test
	}
	r.args = append(r.args, values...)
}

// Len gives the number of rows collected.
func (r *Rows) Len() int { return len(r.args) / r.width }

// Write inserts all rows and forgets them.
func (r *Rows) Write(tx *Tx) error { return r.write(tx, "") }

func (r *Rows) write(tx *Tx, tail string) error {
	per := maxArgs / r.width * r.width
	for at := 0; at < len(r.args); at += per {
		part := r.args[at:min(at+per, len(r.args))]
		n := len(part) / r.width
		mark := Marks(r.width)
		if _, err := tx.Exec(r.head+strings.Repeat(mark+",", n-1)+mark+tail, part...); err != nil {
			return err
		}
	}
	r.args = r.args[:0]
	return nil
}

// Upsert inserts all rows; of one whose key exists already it overwrites the
// named columns. key is the primary key's column list.
func (r *Rows) Upsert(tx *Tx, key string, columns ...string) error {
	var set strings.Builder
	for i, c := range columns {
		if i > 0 {
			set.WriteString(", ")
		}
		if tx.dialect == MySQL {
			set.WriteString(c + " = VALUES(" + c + ")")
		} else {
			set.WriteString(c + " = excluded." + c)
		}
	}
	tail := " ON CONFLICT (" + key + ") DO UPDATE SET " + set.String()
	if tx.dialect == MySQL {
		tail = " ON DUPLICATE KEY UPDATE " + set.String()
	}
	return r.write(tx, tail)
}
