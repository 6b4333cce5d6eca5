package store

import (
	"context"
	"database/sql"
	driverapi "database/sql/driver"
	"errors"
	"fmt"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// openMySQL opens two pools over one address, so that a wave of readers can
// never take the connections that writers need.
func openMySQL(dsn string, o Options) (read, write *gorm.DB, err error) {
	cfg, err := driver.ParseDSN(dsn)
	if err != nil {
		return nil, nil, err
	}
	if cfg.DBName == "" {
		return nil, nil, errors.New("the address names no database")
	}
	cfg.InterpolateParams = true // one round trip for a statement instead of three
	cfg.ClientFoundRows = true   // RowsAffected = rows matched, as on SQLite
	cfg.Collation = "utf8mb4_bin"
	cfg.Loc = time.UTC
	cfg.Timeout = 5 * time.Second
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'"
	cfg.Params["time_zone"] = "'+00:00'"
	cfg.Params["innodb_lock_wait_timeout"] = "10"
	cfg.MaxAllowedPacket = 0 // ask the server
	writers, readers := o.Writers, o.Readers
	if writers == 0 {
		writers = 8
	}
	if readers == 0 {
		readers = 24
	}
	if write, err = openConnector(cfg, "READ COMMITTED", writers, o); err != nil {
		return nil, nil, err
	}
	read, err = openConnector(cfg, "REPEATABLE READ", readers, o)
	return read, write, err
}

func openConnector(cfg *driver.Config, isolation string, conns int, o Options) (*gorm.DB, error) {
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(isolated{connector, isolation})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxLifetime(30 * time.Minute)
	db, err := gorm.Open(mysql.New(mysql.Config{Conn: pool, DefaultStringSize: 191, SkipInitializeWithVersion: false}), gormConfig(o.Clock))
	if err != nil {
		return nil, fmt.Errorf("gorm: %w", err)
	}
	return db, nil
}

// isolated sets the isolation of every connection once, when it is made: a
// transaction then costs no round trip for it. Writers read what is committed,
// so that a row which was waited for is seen as it is now and not as it was when
// the waiting began; readers keep one picture.
type isolated struct {
	driverapi.Connector
	level string
}

// Connect makes a connection and sets its isolation.
func (c isolated) Connect(ctx context.Context) (driverapi.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	exec, ok := conn.(driverapi.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("store: the MySQL driver cannot execute statements directly"), conn.Close())
	}
	if _, err := exec.ExecContext(ctx, "SET SESSION TRANSACTION ISOLATION LEVEL "+c.level, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}
