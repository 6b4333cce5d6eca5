package operation_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"nianwei/model/clock"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/operation"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func record(t *testing.T, s *store.Store, officer int64, action, reason string) {
	t.Helper()
	must(t, s.Write(context.Background(), func(tx *store.Tx) error {
		return operation.Record(tx, officer, action, "round/1", reason, `{"n":1}`)
	}))
}

func verify(t *testing.T, s *store.Store) (bad int64) {
	t.Helper()
	must(t, s.Read(context.Background(), func(tx *store.Tx) (err error) {
		bad, err = operation.Verify(tx)
		return err
	}))
	return bad
}

// Two servers have pools of their own and share nothing but the database.
func TestRecord_ManyServersAppendOneUnbrokenChain(t *testing.T) {
	for name, url := range storetest.URLs(t) {
		t.Run(name, func(t *testing.T) {
			servers := []*store.Store{storetest.Open(t, url, clock.System{}), storetest.Open(t, url, clock.System{})}
			const each, writers = 8, 10
			gate := make(chan struct{})
			var wg sync.WaitGroup
			for w := range writers {
				s := servers[w%len(servers)]
				wg.Go(func() {
					<-gate
					for i := range each {
						err := s.Write(context.Background(), func(tx *store.Tx) error {
							return operation.Record(tx, int64(w), "round.finish", fmt.Sprintf("round/%d", i), "", "")
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			close(gate)
			wg.Wait()
			if bad := verify(t, servers[0]); bad != 0 {
				t.Errorf("the chain breaks at line %d", bad)
			}
			var n, prevs int64
			must(t, servers[1].Read(context.Background(), func(tx *store.Tx) error {
				_, err := tx.Row("SELECT COUNT(*), COUNT(DISTINCT prev_hash) FROM operations", nil, &n, &prevs)
				return err
			}))
			if n != each*writers || prevs != n {
				t.Errorf("%d lines with %d predecessors, want %d with as many", n, prevs, each*writers)
			}
		})
	}
}

func TestVerify_FindsTheFirstLineThatWasTouched(t *testing.T) {
	const hash = "(SELECT * FROM (SELECT hash FROM operations WHERE id = 1) x)"
	tampers := map[string]struct {
		sql string
		bad int64
	}{
		"a changed reason":           {"UPDATE operations SET reason = 'harmless' WHERE id = 3", 3},
		"another officer":            {"UPDATE operations SET officer_id = 99 WHERE id = 2", 2},
		"a text moved between texts": {"UPDATE operations SET action = 'x', subject = 'yround/1' WHERE id = 4", 4},
		"another time":               {"UPDATE operations SET at = at + 1 WHERE id = 1", 1},
		"a line taken out":           {"DELETE FROM operations WHERE id = 3", 4},
		"the first taken out":        {"DELETE FROM operations WHERE id = 1", 2},
		"a borrowed hash":            {"UPDATE operations SET hash = " + hash + " WHERE id = 2", 2},
		"nothing":                    {"UPDATE operations SET id = id WHERE id = 1", 0},
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, c := range tampers {
			t.Run(name, func(t *testing.T) {
				for i := range 5 {
					record(t, s, int64(i), "xy", "because")
				}
				must(t, s.Write(context.Background(), func(tx *store.Tx) error {
					_, err := tx.Exec(c.sql)
					return err
				}))
				if bad := verify(t, s); bad != c.bad {
					t.Errorf("first bad line %d, want %d", bad, c.bad)
				}
				must(t, s.Write(context.Background(), func(tx *store.Tx) error {
					if tx.Dialect() == store.MySQL {
						_, err := tx.Exec("TRUNCATE operations")
						return err
					}
					if _, err := tx.Exec("DELETE FROM operations"); err != nil {
						return err
					}
					_, err := tx.Exec("DELETE FROM sqlite_sequence WHERE name = 'operations'")
					return err
				}))
			})
		}
	})
}

func TestRecord_LeavesNoLineBehindADeedThatFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		record(t, s, 1, "a", "")
		boom := errors.New("boom")
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			if err := operation.Record(tx, 1, "b", "", "", ""); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		record(t, s, 1, "c", "")
		if bad := verify(t, s); bad != 0 {
			t.Errorf("the chain breaks at line %d", bad)
		}
	})
}

func TestList_GivesEveryLineOnceNewestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Insert("INSERT INTO officers (id, login, name, password_hash, roles, locked, created_at) VALUES (7,'chen','陈',' ','auditor',0,1)")
			return err
		}))
		for i := range 7 {
			record(t, s, 7, fmt.Sprintf("deed.%d", i), "")
		}
		var seen []string
		cursor := ""
		for range 10 {
			var page operation.Page
			must(t, s.Read(ctx, func(tx *store.Tx) (err error) {
				page, err = operation.List(tx, cursor, 3)
				return err
			}))
			for _, o := range page.Items {
				if o.Officer != "陈" {
					t.Errorf("officer %q, want the name", o.Officer)
				}
				seen = append(seen, o.Action)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if got, want := fmt.Sprint(seen), "[deed.6 deed.5 deed.4 deed.3 deed.2 deed.1 deed.0]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		err := s.Read(ctx, func(tx *store.Tx) error { _, err := operation.List(tx, "1; DROP", 3); return err })
		if !errors.Is(err, operation.ErrCursor) {
			t.Errorf("a made-up cursor: got %v", err)
		}
	})
}
