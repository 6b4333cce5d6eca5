package store_test

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"testing"

	"nianwei/model/store"
	"nianwei/model/store/storetest"
)

func TestWrite_InsideAWriteIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			return s.Write(tx.Context(), func(*store.Tx) error { return nil })
		})
		if !errors.Is(err, store.ErrNested) {
			t.Fatalf("got %v, want ErrNested", err)
		}
	})
}

func TestWrite_LeavesNothingBehindAnError(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		boom := errors.New("boom")
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.Insert("INSERT INTO funds (name, budget_fen, free_fen, created_at) VALUES (?,?,?,?)", "a", 1, 1, tx.Millis()); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v, want the callback's error", err)
		}
		if n := count(t, s, "funds"); n != 0 {
			t.Fatalf("%d rows stayed behind", n)
		}
	})
}

func TestWrite_ADuplicateAndABrokenCheckAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		insert := func(name string, budget, free int64) error {
			return s.Write(context.Background(), func(tx *store.Tx) error {
				_, err := tx.Insert("INSERT INTO funds (name, budget_fen, free_fen, created_at) VALUES (?,?,?,?)", name, budget, free, 1)
				return err
			})
		}
		if err := insert("a", 10, 10); err != nil {
			t.Fatal(err)
		}
		if err := insert("a", 10, 10); !store.Duplicate(err) {
			t.Errorf("the second a: got %v, want a duplicate", err)
		}
		if err := insert("b", 10, 11); !store.CheckFailed(err) {
			t.Errorf("more free than there is: got %v, want a failed check", err)
		}
	})
}

// Everybody adds one to the same row with read-then-write under the lock; what
// is lost in between would show in the sum.
func TestWrite_ARowReadForUpdateIsNotLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO leases (name, holder, until_at) VALUES ('x','',0)")
			return err
		}))
		const writers, each = 8, 10
		var wg sync.WaitGroup
		gate := make(chan struct{})
		for range writers {
			wg.Go(func() {
				<-gate
				for range each {
					err := s.Write(ctx, func(tx *store.Tx) error {
						var n int64
						if _, err := tx.Row("SELECT until_at FROM leases WHERE name='x'"+tx.ForUpdate(), nil, &n); err != nil {
							return err
						}
						_, err := tx.Exec("UPDATE leases SET until_at=? WHERE name='x'", n+1)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		close(gate)
		wg.Wait()
		var n int64
		must(t, s.Read(ctx, func(tx *store.Tx) error {
			_, err := tx.Row("SELECT until_at FROM leases WHERE name='x'", nil, &n)
			return err
		}))
		if n != writers*each {
			t.Fatalf("counted %d, want %d", n, writers*each)
		}
	})
}

// Two transactions take two locks in opposite order; the database breaks the
// deadlock and the store repeats the loser.
func TestWrite_ADeadlockIsRepeated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if s.Dialect() == store.SQLite {
			return // one writer: there is nobody to deadlock with
		}
		ctx := context.Background()
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO leases (name, holder, until_at) VALUES ('a','',0),('b','',0)")
			return err
		}))
		var first sync.WaitGroup
		first.Add(2)
		cross := func(one, two string) error {
			once := sync.OnceFunc(func() { first.Done(); first.Wait() })
			return s.Write(ctx, func(tx *store.Tx) error {
				if _, err := tx.Exec("UPDATE leases SET until_at=until_at+1 WHERE name=?", one); err != nil {
					return err
				}
				once()
				_, err := tx.Exec("UPDATE leases SET until_at=until_at+1 WHERE name=?", two)
				return err
			})
		}
		errs := make(chan error, 2)
		go func() { errs <- cross("a", "b") }()
		go func() { errs <- cross("b", "a") }()
		must(t, <-errs)
		must(t, <-errs)
	})
}

func TestRows_WritesMoreRowsThanOneStatementHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const n = 12000
		must(t, s.Write(context.Background(), func(tx *store.Tx) error {
			rows := store.NewRows("leases", n, "name", "holder", "until_at")
			for i := range n {
				rows.Add(fmt.Sprintf("l%d", i), "", i)
			}
			return rows.Write(tx)
		}))
		if got := count(t, s, "leases"); got != n {
			t.Fatalf("wrote %d rows, want %d", got, n)
		}
	})
}

func TestMigrations_MeanTheSameInBothDialects(t *testing.T) {
	shapes := map[string]string{}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		have, want, err := s.SchemaVersion(context.Background())
		must(t, err)
		if have != want {
			t.Fatalf("schema version %d, want %d", have, want)
		}
		shapes[string(s.Dialect())] = shape(t, s)
	})
	lite, my := shapes["sqlite"], shapes["mysql"]
	if my == "" {
		t.Log("no MySQL server: only SQLite's migrations were run")
		return
	}
	if lite != my {
		t.Fatalf("the dialects' schemas differ:\n%s", firstDifference(lite, my))
	}
}

// shape lists tables, columns with nullability, and indexes with their columns.
func shape(t *testing.T, s *store.Store) string {
	t.Helper()
	columns := `SELECT table_name, column_name, CASE is_nullable WHEN 'YES' THEN 'null' ELSE '' END
		FROM information_schema.columns WHERE table_schema = DATABASE()`
	indexes := `SELECT table_name, CASE index_name WHEN 'PRIMARY' THEN 'PRIMARY' ELSE index_name END,
		GROUP_CONCAT(column_name ORDER BY seq_in_index) FROM information_schema.statistics
		WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' GROUP BY table_name, index_name`
	if s.Dialect() == store.SQLite {
		columns = `SELECT m.name, c.name, CASE WHEN c."notnull" OR c.pk THEN '' ELSE 'null' END
			FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
		indexes = `SELECT m.name, CASE l.origin WHEN 'u' THEN m.name || '_' || (SELECT group_concat(name, '_') FROM pragma_index_info(l.name)) || '_key' ELSE l.name END,
			(SELECT group_concat(name) FROM pragma_index_info(l.name))
			FROM sqlite_master m JOIN pragma_index_list(m.name) l WHERE m.type = 'table' AND l.origin <> 'pk' AND m.name NOT LIKE 'sqlite_%'`
	}
	var lines []string
	must(t, s.Read(context.Background(), func(tx *store.Tx) error {
		var a, b, c string
		for _, query := range []string{columns, indexes} {
			err := tx.Each(query, nil, []any{&a, &b, &c}, func() error {
				if !strings.HasPrefix(a, "goose_") {
					lines = append(lines, strings.Join([]string{a, b, c}, " "))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func firstDifference(a, b string) string {
	in := map[string]int{}
	for _, l := range strings.Split(a, "\n") {
		in[l]++
	}
	for _, l := range strings.Split(b, "\n") {
		in[l]--
	}
	var out []string
	for l, n := range in {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, l))
		}
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

func count(t *testing.T, s *store.Store, table string) (n int64) {
	t.Helper()
	must(t, s.Read(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Row("SELECT COUNT(*) FROM "+table, nil, &n)
		return err
	}))
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
