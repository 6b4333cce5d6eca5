package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite": pure Go, so that the image needs no cgo (adr/0003)
)

// openSQLite opens one connection that writes and a few that read. WAL lets
// the readers read while the writer writes; synchronous=FULL makes a commit
// durable before it returns.
func openSQLite(path string, o Options) (read, write *gorm.DB, err error) {
	if dir := filepath.Dir(path); !strings.Contains(path, ":memory:") {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, nil, err
		}
	}
	const shared = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&_pragma=temp_store(MEMORY)"
	if write, err = openWith("file:"+path+"?"+shared+"&_txlock=immediate&_pragma=journal_size_limit(67108864)", 1, o); err != nil {
		return nil, nil, err
	}
	readers := o.Readers
	if readers == 0 {
		readers = 4
	}
	read, err = openWith("file:"+path+"?"+shared+"&_pragma=query_only(1)", readers, o)
	return read, write, err
}

func openWith(dsn string, conns int, o Options) (*gorm.DB, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	db, err := gorm.Open(sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: pool}), gormConfig(o.Clock))
	if err != nil {
		return nil, fmt.Errorf("gorm: %w", err)
	}
	return db, nil
}

// CopyTo writes a consistent copy of a SQLite database to a new file, while it
// is in use.
func (s *Store) CopyTo(ctx context.Context, path string) error {
	if s.dialect != SQLite {
		return fmt.Errorf("store: only a SQLite database is one file")
	}
	pool, err := s.write.DB()
	if err != nil {
		return err
	}
	if _, err := pool.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("store: copy: %w", err)
	}
	return nil
}
