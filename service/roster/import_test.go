package roster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"nianwei/model/clock"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/operation"
	"nianwei/service/roster"
)

const head = "姓名,手机号,工会,行业,用工类型,是否留城\n"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, s *store.Store) *roster.Roster {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{1}, seal.KeySize), bytes.Repeat([]byte{2}, seal.KeySize))
	must(t, err)
	return roster.New(s, keys, roster.Limits{})
}

func load(t testing.TB, r *roster.Roster, text string, o roster.ImportOptions) *roster.Report {
	t.Helper()
	report, err := r.Import(context.Background(), 1, []byte(text), o)
	must(t, err)
	return report
}

func count(t testing.TB, s *store.Store, table string) (n int) {
	t.Helper()
	must(t, s.Read(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Row("SELECT COUNT(*) FROM "+table, nil, &n)
		return err
	}))
	return n
}

func TestImport_AddsUpdatesAndLeavesAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := open(t, s)
		first := load(t, r, head+"王小明,13800000001,市/甲,制造业,合同制,是\n李红,13800000002,市/乙,物流,灵活,否\n赵六,13800000003,市/甲/丙,,,\n", roster.ImportOptions{})
		if !first.Imported || first.Added != 3 || first.Changed+first.Unchanged+first.Bad != 0 || first.Rows != 3 || first.Good != 3 {
			t.Fatalf("first import: %+v", first)
		}
		if want := []string{"市", "市/甲", "市/乙", "市/甲/丙"}; !slices.Equal(first.UnionsAdded, want) {
			t.Errorf("unions added %v, want %v", first.UnionsAdded, want)
		}
		second := load(t, r, head+"王小明,13800000001,市/甲,制造业,合同制,是\n李宏,13800000002,市/乙,物流,灵活,是\n孙七,13800000004,市/丁,,,\n", roster.ImportOptions{})
		if second.Added != 1 || second.Changed != 1 || second.Unchanged != 1 || !slices.Equal(second.UnionsAdded, []string{"市/丁"}) {
			t.Fatalf("second import: %+v", second)
		}
		again := load(t, r, head+"王小明,13800000001,市/甲,制造业,合同制,是\n", roster.ImportOptions{})
		if again.Imported || again.Unchanged != 1 {
			t.Errorf("the same again: %+v", again)
		}
		if n := count(t, s, "workers"); n != 4 {
			t.Errorf("%d workers, want 4", n)
		}
		page, err := r.Workers(context.Background(), roster.Filter{Phone: "+86 138-0000-0002", Limit: 10})
		must(t, err)
		if len(page.Items) != 1 || page.Items[0].NameMask != "李*" || page.Items[0].PhoneMask != "138****0002" || !page.Items[0].Staying || page.Total != 1 {
			t.Errorf("found %+v", page)
		}
		must(t, s.Read(context.Background(), func(tx *store.Tx) error {
			bad, err := operation.Verify(tx)
			if bad != 0 {
				t.Errorf("operations break at %d", bad)
			}
			return err
		}))
		if n := count(t, s, "operations"); n != 2 {
			t.Errorf("%d operations, want one for each import that wrote", n)
		}
	})
}

func TestImport_AColumnThatIsLeftOutChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := open(t, s)
		load(t, r, head+"王小明,13800000001,市/甲,制造业,合同制,是\n", roster.ImportOptions{})
		report := load(t, r, "姓名,手机号,工会\n王小明,13800000001,市/乙\n", roster.ImportOptions{})
		if report.Changed != 1 {
			t.Fatalf("%+v", report)
		}
		page, err := r.Workers(context.Background(), roster.Filter{Limit: 1})
		must(t, err)
		if w := page.Items[0]; w.UnionName != "乙" || w.Trade != "制造业" || w.Type != "合同制" || !w.Staying {
			t.Errorf("now %+v", w)
		}
	})
}

func TestImport_NothingIsHalfImported(t *testing.T) {
	const bad = head + "王小明,13800000001,市/甲,,,\n李红,坏,市/乙,,,\n赵六,13800000003,市/丙,,,\n"
	for name, c := range map[string]struct {
		o                         roster.ImportOptions
		imported                  bool
		workers, unions, recorded int
	}{
		"refused whole":         {roster.ImportOptions{}, false, 0, 0, 0},
		"a dry run":             {roster.ImportOptions{DryRun: true}, false, 0, 0, 0},
		"a dry run that skips":  {roster.ImportOptions{DryRun: true, SkipBad: true}, false, 0, 0, 0},
		"the bad rows left out": {roster.ImportOptions{SkipBad: true}, true, 2, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				report := load(t, open(t, s), bad, c.o)
				if report.Imported != c.imported || report.Bad != 1 || report.Good != 2 || report.Added != 2 || len(report.Problems) != 1 || report.Problems[0].Row != 3 {
					t.Errorf("report %+v", report)
				}
				if w, u, o := count(t, s, "workers"), count(t, s, "unions"), count(t, s, "operations"); w != c.workers || u != c.unions || o != c.recorded {
					t.Errorf("%d workers, %d unions, %d operations, want %d, %d, %d", w, u, o, c.workers, c.unions, c.recorded)
				}
			})
		})
	}
}

func TestImport_ReportsTheFirstThousandAndCountsAll(t *testing.T) {
	s := storetest.SQLite(t, clock.System{})
	report := load(t, open(t, s), head+strings.Repeat("王,坏,市,,,\n", 1500), roster.ImportOptions{SkipBad: true})
	if report.Bad != 1500 || report.Imported || len(report.Problems) != 2000 || report.Problems[1999].Row != 1001 {
		t.Errorf("bad %d, imported %v, %d problems", report.Bad, report.Imported, len(report.Problems))
	}
}

func TestImport_TwoAtOnceMakeEveryUnionAndWorkerOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := open(t, s)
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for n := range 4 {
			var text strings.Builder
			text.WriteString(head)
			for i := range 200 {
				fmt.Fprintf(&text, "王小明,138%08d,市/区%d/厂%d,,,\n", i+n*100, i%3, i%7)
			}
			wg.Go(func() {
				<-gate
				if _, err := r.Import(context.Background(), 1, []byte(text.String()), roster.ImportOptions{}); err != nil {
					t.Error(err)
				}
			})
		}
		close(gate)
		wg.Wait()
		if w, u := count(t, s, "workers"), count(t, s, "unions"); w != 500 || u != 1+3+21 {
			t.Errorf("%d workers in %d unions, want 500 in 25", w, u)
		}
	})
}

func big(n int) []byte {
	var text bytes.Buffer
	text.WriteString(head)
	for i := range n {
		fmt.Fprintf(&text, "王小明,138%08d,镇江市总工会/区%d总工会/厂%d工会,制造业,合同制,%s\n", i, i%8, i%400, []string{"是", "否"}[i%2])
	}
	return text.Bytes()
}

func TestImport_MoreRowsThanOneStatementHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const n = 4500
		r := open(t, s)
		if report := load(t, r, string(big(n)), roster.ImportOptions{}); report.Added != n {
			t.Fatalf("%+v", report)
		}
		changed := strings.ReplaceAll(string(big(n)), "合同制", "派遣")
		if report := load(t, r, changed, roster.ImportOptions{}); report.Changed != n {
			t.Fatalf("%+v", report)
		}
		if report := load(t, r, changed, roster.ImportOptions{}); report.Unchanged != n || count(t, s, "workers") != n {
			t.Fatalf("%+v", report)
		}
	})
}

func BenchmarkImport_TwentyThousandRows(b *testing.B) {
	file := big(20_000)
	for name, url := range storetest.URLs(b) {
		b.Run(name, func(b *testing.B) {
			s := storetest.Open(b, url, clock.System{})
			r := open(b, s)
			for b.Loop() {
				report, err := r.Import(context.Background(), 1, file, roster.ImportOptions{})
				must(b, err)
				if report.Added != 20_000 {
					b.Fatalf("%+v", report)
				}
				b.StopTimer()
				must(b, s.Write(context.Background(), func(tx *store.Tx) error { _, err := tx.Exec("DELETE FROM workers"); return err }))
				b.StartTimer()
			}
		})
	}
}

func TestStorage_HoldsNoNameAndNoPhoneInClear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		load(t, open(t, s), head+"王小明,13812345678,市/甲,,,\n", roster.ImportOptions{})
		must(t, s.Read(context.Background(), func(tx *store.Tx) error {
			var columns [5][]byte
			_, err := tx.Row("SELECT name_sealed, name_mask, phone_sealed, phone_mask, phone_hash FROM workers", nil, &columns[0], &columns[1], &columns[2], &columns[3], &columns[4])
			for i, c := range columns {
				if bytes.Contains(c, []byte("小")) || bytes.Contains(c, []byte("1234")) {
					t.Errorf("column %d holds %q", i, c)
				}
			}
			return err
		}))
	})
}

func TestIdentify_TellsNothingApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := open(t, s)
		load(t, r, head+"买买提·阿不都,13812345678,市/甲,,,\n王小明,13800000001,市,,,\n", roster.ImportOptions{})
		must(t, s.Write(context.Background(), func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE workers SET active = 0 WHERE name_mask = '王*明'")
			return err
		}))
		for _, c := range []struct {
			name, phone string
			found       bool
		}{
			{"买买提·阿不都", "13812345678", true},
			{" 买买提 • 阿不都", "+86 138-1234-5678", true},
			{"买买提", "13812345678", false},
			{"买买提·阿不都", "13812345679", false},
			{"买买提·阿不都", "x", false},
			{"", "13812345678", false},
			{"王小明", "13800000001", false},
		} {
			must(t, s.Read(context.Background(), func(tx *store.Tx) error {
				id, found, err := r.Identify(tx, c.name, c.phone)
				if found != c.found || (id != 0) != c.found {
					t.Errorf("Identify(%q, %q) = %d, %v, want %v", c.name, c.phone, id, found, c.found)
				}
				return err
			}))
		}
	})
}

func TestWorkers_PagesShowEverybodyOfASubtreeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := open(t, s)
		_, err := r.Import(context.Background(), 1, big(1000), roster.ImportOptions{})
		must(t, err)
		unions, err := r.Unions(context.Background())
		must(t, err)
		if len(unions) != 1+8+400 || unions[0].Workers != 1000 || unions[0].Level != 0 || unions[1].Workers != 125 || unions[1].ParentID != unions[0].ID {
			t.Fatalf("%d unions, root %+v, first %+v", len(unions), unions[0], unions[1])
		}
		for _, u := range []roster.Union{unions[0], unions[1], unions[20]} {
			seen := map[int64]bool{}
			f := roster.Filter{UnionID: u.ID, Limit: 37}
			for {
				page, err := r.Workers(context.Background(), f)
				must(t, err)
				if f.Cursor == "" && page.Total != u.Workers {
					t.Errorf("total %d, want %d", page.Total, u.Workers)
				}
				for _, w := range page.Items {
					if seen[w.WorkerID] || !strings.HasPrefix(w.UnionPath, u.Path) {
						t.Errorf("worker %d of %s in the list of %s", w.WorkerID, w.UnionPath, u.Path)
					}
					seen[w.WorkerID] = true
				}
				if f.Cursor = page.Next; f.Cursor == "" {
					break
				}
			}
			if int64(len(seen)) != u.Workers {
				t.Errorf("%d workers of %s, want %d", len(seen), u.Path, u.Workers)
			}
		}
		for _, f := range []struct {
			filter roster.Filter
			want   error
		}{
			{roster.Filter{UnionID: 1 << 40, Limit: 1}, roster.ErrUnknownUnion},
			{roster.Filter{Phone: "12", Limit: 1}, roster.ErrPhone},
			{roster.Filter{Cursor: "x", Limit: 1}, roster.ErrCursor},
		} {
			if _, err := r.Workers(context.Background(), f.filter); !errors.Is(err, f.want) {
				t.Errorf("%+v: got %v, want %v", f.filter, err, f.want)
			}
		}
	})
}

// What a rule means to one worker and what it counts must be the same.
func TestMatches_AgreesWithTheCount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := open(t, s)
		var text strings.Builder
		text.WriteString(head)
		trades, kinds := []string{"制造业", "物流", ""}, []string{"合同制", "派遣"}
		for i := range 120 {
			fmt.Fprintf(&text, "王小明,138%08d,市/区%d/厂%d,%s,%s,%s\n", i, i%3, i%4, trades[i%3], kinds[i/3%2], []string{"是", "否"}[i/7%2])
		}
		load(t, r, text.String(), roster.ImportOptions{})
		ctx := context.Background()
		must(t, s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE workers SET active = 0 WHERE id % 5 = 0")
			return err
		}))
		unions, err := r.Unions(ctx)
		must(t, err)
		must(t, s.Read(ctx, func(tx *store.Tx) error {
			var ids []int64
			for id := range int64(200) {
				ids = append(ids, id)
			}
			everybody, err := roster.FactsOf(tx, ids)
			if err != nil {
				return err
			}
			if len(everybody) != 120 {
				t.Errorf("facts of %d workers, want 120", len(everybody))
			}
			rapid.Check(t, func(t *rapid.T) {
				rule := roster.Rule{
					Trades: rapid.SliceOfN(rapid.SampledFrom(append(trades, "没有")), 0, 2).Draw(t, "trades"),
					Types:  rapid.SliceOfN(rapid.SampledFrom(kinds), 0, 2).Draw(t, "types"),
				}
				for _, at := range rapid.SliceOfN(rapid.IntRange(0, len(unions)-1), 0, 3).Draw(t, "unions") {
					rule.UnionIDs = append(rule.UnionIDs, unions[at].ID)
				}
				if rapid.Bool().Draw(t, "ask") {
					staying := rapid.Bool().Draw(t, "staying")
					rule.Staying = &staying
				}
				var want int64
				for _, f := range everybody {
					if roster.Matches(rule, f) {
						want++
					}
				}
				got, err := roster.CountWorkers(tx, rule)
				if err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Fatalf("%+v counts %d, matches %d", rule, got, want)
				}
			})
			return nil
		}))
	})
}

func TestCreateGroup_ChecksNameAndUnions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, r := context.Background(), open(t, s)
		load(t, r, head+"王小明,13800000001,市/甲,制造业,,是\n李红,13800000002,市/乙,,,否\n", roster.ImportOptions{})
		yes := true
		g, err := r.CreateGroup(ctx, 1, " 留城职工 ", roster.Rule{Staying: &yes, UnionIDs: []int64{1, 1}})
		must(t, err)
		if g.Name != "留城职工" || g.Workers != 1 || len(g.Rule.UnionIDs) != 1 {
			t.Errorf("made %+v", g)
		}
		if _, err := r.CreateGroup(ctx, 1, "留城职工", roster.Rule{}); !errors.Is(err, roster.ErrGroupName) {
			t.Errorf("the same name: got %v", err)
		}
		if _, err := r.CreateGroup(ctx, 1, "x", roster.Rule{UnionIDs: []int64{999}}); !errors.Is(err, roster.ErrGroupInvalid) {
			t.Errorf("no such union: got %v", err)
		}
		if _, err := r.CreateGroup(ctx, 1, " ", roster.Rule{}); !errors.Is(err, roster.ErrGroupInvalid) {
			t.Errorf("no name: got %v", err)
		}
		groups, err := r.Groups(ctx)
		must(t, err)
		if len(groups) != 1 || groups[0].Workers != 1 || groups[0].Rule.Staying == nil {
			t.Errorf("groups %+v", groups)
		}
		must(t, s.Read(ctx, func(tx *store.Tx) error {
			rules, err := roster.Rules(tx, []int64{g.ID})
			must(t, err)
			if len(rules) != 1 {
				t.Errorf("rules %v", rules)
			}
			if _, err := roster.Rules(tx, []int64{g.ID, 99}); !errors.Is(err, roster.ErrUnknownGroup) {
				t.Errorf("an unknown group: got %v", err)
			}
			if _, err := roster.WorkerFacts(tx, 999); !errors.Is(err, roster.ErrUnknownWorker) {
				t.Errorf("an unknown worker: got %v", err)
			}
			return nil
		}))
		if n := count(t, s, "operations"); n != 2 {
			t.Errorf("%d operations, want the import and the group", n)
		}
	})
}
