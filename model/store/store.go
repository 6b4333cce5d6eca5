// Package store is the one truth: a SQL database (SQLite or MySQL/MariaDB)
// behind two verbs, Read and Write. A write is one transaction with one
// instant; whoever owns the transaction is the exported service method, and
// helpers take a *Tx and never commit.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"nianwei/model/clock"
)

// Dialect is the kind of SQL that a store speaks.
type Dialect string

// The dialects that have migrations.
const (
	SQLite Dialect = "sqlite"
	MySQL  Dialect = "mysql" // MySQL 8 and MariaDB
)

// ErrNested is returned by a Write inside a Write: on SQLite it would wait for
// itself for ever, on MySQL it would commit apart from its parent.
var ErrNested = errors.New("store: write inside a write")

// attempts bounds how often a transaction is tried that the database itself
// asked to repeat (deadlock, lock wait, busy).
const attempts = 6

// Options are what a store can be told beside its address.
type Options struct {
	Clock   clock.Clock
	Log     *slog.Logger
	Readers int // connections that read; 0 = 4 on SQLite, 24 on MySQL
	Writers int // connections that write, MySQL only; 0 = 8
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	dialect     Dialect
	read, write *gorm.DB
	clock       clock.Clock
	log         *slog.Logger
}

// Open opens the database at url, "sqlite:path/to/file.db" or
// "mysql:user:password@tcp(host:3306)/name", without touching its schema.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	dialect, dsn, ok := strings.Cut(url, ":")
	if !ok {
		return nil, fmt.Errorf("store: database url %q has no dialect; want sqlite:PATH or mysql:DSN", Redact(url))
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{dialect: Dialect(dialect), clock: o.Clock, log: o.Log}
	var err error
	switch s.dialect {
	case SQLite:
		s.read, s.write, err = openSQLite(dsn, o)
	case MySQL:
		s.read, s.write, err = openMySQL(dsn, o)
	default:
		return nil, fmt.Errorf("store: unknown dialect %q; want sqlite or mysql", dialect)
	}
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", dialect, err)
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store: reach %s: %w", dialect, err), s.Close())
	}
	return s, nil
}

// Redact hides the password of a database url, for messages and logs.
func Redact(url string) string {
	at := strings.LastIndexByte(url, '@')
	if at < 0 {
		return url
	}
	head := url[:at]
	dialect, rest, _ := strings.Cut(head, ":")
	user, _, found := strings.Cut(rest, ":")
	if !found {
		return url
	}
	return dialect + ":" + user + ":***" + url[at:]
}

// gormConfig gives the settings that both dialects share: no implicit
// transactions, no associations saved behind one's back, no query log.
func gormConfig(c clock.Clock) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction:                   true,
		DisableForeignKeyConstraintWhenMigrating: true,
		DisableAutomaticPing:                     true,
		Logger:                                   logger.Discard,
		NowFunc:                                  func() time.Time { return c.Now().UTC() },
	}
}

// Dialect tells which SQL the store speaks.
func (s *Store) Dialect() Dialect { return s.dialect }

// Clock gives the clock whose instants the transactions carry.
func (s *Store) Clock() clock.Clock { return s.clock }

// Ping tells whether both pools reach the database.
func (s *Store) Ping(ctx context.Context) error {
	for _, db := range []*gorm.DB{s.write, s.read} {
		pool, err := db.DB()
		if err != nil {
			return err
		}
		if err := pool.PingContext(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close ends all connections; SQLite folds its write-ahead log back first.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.read, s.write} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Stats gives the pools' figures for metrics.
func (s *Store) Stats() (read, write sql.DBStats) {
	if pool, err := s.read.DB(); err == nil {
		read = pool.Stats()
	}
	if pool, err := s.write.DB(); err == nil {
		write = pool.Stats()
	}
	return read, write
}

type writing struct{}

// Read calls fn with a read-only transaction: one consistent picture of the
// database, which never waits for writers.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	return s.run(ctx, s.read, &sql.TxOptions{ReadOnly: s.dialect == MySQL}, fn)
}

// Write calls fn with a transaction and commits when fn returns nil. When the
// database itself asks for a repetition (deadlock, busy) fn is called again, a
// bounded number of times, so fn must not have effects outside the transaction.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	if ctx.Value(writing{}) != nil {
		return ErrNested
	}
	ctx = context.WithValue(ctx, writing{}, true)
	return s.run(ctx, s.write, &sql.TxOptions{}, fn)
}

func (s *Store) run(ctx context.Context, db *gorm.DB, opts *sql.TxOptions, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		err := s.once(ctx, db, opts, fn)
		if err == nil || try == attempts || !Repeatable(err) || ctx.Err() != nil {
			return err
		}
		s.log.DebugContext(ctx, "transaction repeated", "try", try, "cause", err.Error())
		pause := time.NewTimer(time.Duration(1<<try)*time.Millisecond + rand.N(3*time.Millisecond))
		select {
		case <-ctx.Done():
			pause.Stop()
			return errors.Join(ctx.Err(), err)
		case <-pause.C:
		}
	}
}

func (s *Store) once(ctx context.Context, db *gorm.DB, opts *sql.TxOptions, fn func(*Tx) error) (err error) {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	// database/sql watches the context a moment longer than the transaction
	// lasts. A caller's may be used for something else by then, as Gin's are.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			err = errors.Join(err, ignoreDone(stx.Rollback()))
		}
	}()
	session := db.Session(&gorm.Session{NewDB: true, Context: ctx, SkipDefaultTransaction: true})
	session.Statement.ConnPool = stx
	tx := &Tx{Now: s.clock.Now().UTC().Truncate(time.Millisecond), ctx: ctx, sql: stx, db: session, dialect: s.dialect}
	if err := fn(tx); err != nil {
		return err
	}
	done = true
	return stx.Commit()
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
