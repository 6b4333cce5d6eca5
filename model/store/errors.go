package store

import (
	"database/sql/driver"
	"errors"

	mysqldriver "github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
)

// MySQL's and SQLite's own numbers for what the store reacts to.
// https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
// https://www.sqlite.org/rescode.html
const (
	mysqlDuplicate   = 1062
	mysqlLockWait    = 1205
	mysqlDeadlock    = 1213
	mysqlCheckRead   = 1020 // MariaDB with innodb_snapshot_isolation
	mysqlCheckFailed = 3819
	mariaCheckFailed = 4025

	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteCheck      = 275
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
	sqliteRowID      = 2579
)

// Repeatable tells whether the database asks for the transaction to be tried again.
func Repeatable(err error) bool {
	if number, ok := mysqlNumber(err); ok {
		return number == mysqlDeadlock || number == mysqlLockWait || number == mysqlCheckRead
	}
	if code, ok := sqliteCode(err); ok {
		return code&0xff == sqliteBusy || code&0xff == sqliteLocked
	}
	return errors.Is(err, driver.ErrBadConn)
}

// Duplicate tells whether a unique key refused a row: somebody was first.
func Duplicate(err error) bool {
	if number, ok := mysqlNumber(err); ok {
		return number == mysqlDuplicate
	}
	code, ok := sqliteCode(err)
	return ok && (code == sqliteUnique || code == sqlitePrimaryKey || code == sqliteRowID)
}

// CheckFailed tells whether a CHECK constraint refused a row.
func CheckFailed(err error) bool {
	if number, ok := mysqlNumber(err); ok {
		return number == mysqlCheckFailed || number == mariaCheckFailed
	}
	code, ok := sqliteCode(err)
	return ok && code == sqliteCheck
}

func mysqlNumber(err error) (uint16, bool) {
	var m *mysqldriver.MySQLError
	if errors.As(err, &m) {
		return m.Number, true
	}
	return 0, false
}

func sqliteCode(err error) (int, bool) {
	var s *sqlite.Error
	if errors.As(err, &s) {
		return s.Code(), true
	}
	return 0, false
}
