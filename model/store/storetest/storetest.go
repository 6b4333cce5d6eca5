// Package storetest opens fresh, migrated databases for tests: SQLite always,
// and MySQL or MariaDB when NIANWEI_TEST_MYSQL_DSN names a server (make test
// starts one and sets it).
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianwei/model/clock"
	"nianwei/model/store"
)

// Each runs a test once for every dialect, each time on an empty, migrated database.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	EachClock(t, clock.System{}, test)
}

// EachClock is Each with a clock of the test's own.
func EachClock(t *testing.T, c clock.Clock, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for name, url := range URLs(t) {
		t.Run(name, func(t *testing.T) { test(t, Open(t, url, c)) })
	}
}

// SQLite opens an empty, migrated SQLite database.
func SQLite(t testing.TB, c clock.Clock) *store.Store {
	t.Helper()
	return Open(t, "sqlite:"+filepath.Join(t.TempDir(), "nianwei.db"), c)
}

// URLs gives the addresses of fresh, empty databases by dialect; they are gone after the test.
func URLs(t testing.TB) map[string]string {
	t.Helper()
	urls := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "nianwei.db")}
	if dsn := os.Getenv("NIANWEI_TEST_MYSQL_DSN"); dsn != "" {
		urls["mysql"] = "mysql:" + MySQLDatabase(t, dsn)
	}
	return urls
}

// MySQLDatabase makes an empty database on the server of dsn and gives its own
// dsn; the database is dropped after the test.
func MySQLDatabase(t testing.TB, dsn string) string {
	t.Helper()
	var random [6]byte
	if _, err := rand.Read(random[:]); err != nil {
		t.Fatal(err)
	}
	name := "nianwei_test_" + hex.EncodeToString(random[:])
	slash := strings.LastIndexByte(dsn, '/')
	if slash < 0 {
		t.Fatalf("NIANWEI_TEST_MYSQL_DSN has no /: %q", store.Redact("mysql:"+dsn))
	}
	_, params, _ := strings.Cut(dsn[slash+1:], "?")
	if params != "" {
		params = "?" + params
	}
	exec := func(query string) {
		db, err := sql.Open("mysql", dsn[:slash+1]+params)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if _, err := db.ExecContext(context.Background(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	exec("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	t.Cleanup(func() { exec("DROP DATABASE " + name) })
	return dsn[:slash+1] + name + params
}

// Open opens and migrates the database at url and closes it after the test.
func Open(t testing.TB, url string, c clock.Clock) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), url, store.Options{Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}
