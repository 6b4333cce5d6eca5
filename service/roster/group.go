package roster

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/operation"
)

// What can be wrong with a group.
var (
	ErrGroupInvalid = fault.New(fault.Invalid, "group.invalid", "人群的条件有误，请检查后重试。")
	ErrGroupName    = fault.New(fault.Conflict, "group.name_taken", "已经有同名的人群，请换一个名称。")
	ErrUnknownGroup = fault.New(fault.NotFound, "group.unknown", "没有找到这个人群。")
)

// Rule says who belongs to a group: everyone who meets all conditions that are
// given. A list is met by any of its values; a union by its whole subtree.
type Rule struct {
	Trades   []string `json:"trades,omitempty"`
	Types    []string `json:"types,omitempty"`
	UnionIDs []int64  `json:"unionIds,omitempty"`
	Staying  *bool    `json:"staying,omitempty"` // nil = no matter
}

// Matches tells whether a worker belongs to the group of a rule. Who is no
// longer active belongs to none.
func Matches(rule Rule, f Facts) bool {
	return f.Active &&
		(len(rule.Trades) == 0 || slices.Contains(rule.Trades, f.Trade)) &&
		(len(rule.Types) == 0 || slices.Contains(rule.Types, f.Type)) &&
		(rule.Staying == nil || *rule.Staying == f.Staying) &&
		rule.covers(f.UnionPath)
}

func (rule Rule) covers(unionPath string) bool {
	return len(rule.UnionIDs) == 0 || slices.ContainsFunc(rule.UnionIDs, func(id int64) bool { return within(unionPath, id) })
}

// Group is a named rule.
type Group struct {
	ID      int64
	Name    string
	Rule    Rule
	Workers int64 // how many it means now
}

// CountWorkers gives how many active workers a rule means now.
func CountWorkers(tx *store.Tx, rule Rule) (n int64, err error) {
	t, err := readTree(tx)
	if err != nil {
		return 0, err
	}
	return t.count(tx, rule)
}

func (t *tree) count(tx *store.Tx, rule Rule) (n int64, err error) {
	byUnion, err := workersByUnion(tx, rule)
	if err != nil {
		return 0, err
	}
	for _, u := range t.unions {
		if rule.covers(u.Path) {
			n += byUnion[u.ID]
		}
	}
	return n, nil
}

// workersByUnion counts the active workers of each union by all of a rule's
// conditions but its unions, whose subtrees would be a thousand ORs in SQL.
func workersByUnion(tx *store.Tx, rule Rule) (map[int64]int64, error) {
	where, args := "active = 1", []any{}
	oneOf := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		where += " AND " + column + " IN " + store.Marks(len(values))
		for _, v := range values {
			args = append(args, v)
		}
	}
	oneOf("trade", rule.Trades)
	oneOf("type", rule.Types)
	if rule.Staying != nil {
		where, args = where+" AND staying = ?", append(args, *rule.Staying)
	}
	counts := map[int64]int64{}
	var union, n int64
	err := tx.Each("SELECT union_id, COUNT(*) FROM workers WHERE "+where+" GROUP BY union_id", args, []any{&union, &n}, func() error {
		counts[union] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("roster: count workers: %w", err)
	}
	return counts, nil
}

// CreateGroup makes a group. The name is unique, the unions exist.
func (r *Roster) CreateGroup(ctx context.Context, officerID int64, name string, rule Rule) (Group, error) {
	g := Group{Name: cleanText(name), Rule: rule.clean()}
	err := r.store.Write(ctx, func(tx *store.Tx) error {
		t, err := readTree(tx)
		if err != nil {
			return err
		}
		if fields := g.check(t); len(fields) > 0 {
			return ErrGroupInvalid.With(fields...)
		}
		text, err := json.Marshal(g.Rule)
		if err != nil {
			return fmt.Errorf("roster: group rule: %w", err)
		}
		g.ID, err = tx.Insert("INSERT INTO worker_groups (name, rule, created_at) VALUES (?,?,?)", g.Name, string(text), tx.Millis())
		if store.Duplicate(err) {
			return ErrGroupName
		}
		if err != nil {
			return fmt.Errorf("roster: make group: %w", err)
		}
		if g.Workers, err = t.count(tx, g.Rule); err != nil {
			return err
		}
		return operation.Record(tx, officerID, "group.create", fmt.Sprintf("group/%d", g.ID), "", string(text))
	})
	return g, err
}

// clean gives a rule whose words are written as the roster writes them.
func (rule Rule) clean() Rule {
	words := func(in []string) (out []string) {
		for _, w := range in {
			if w = cleanText(w); !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
		return out
	}
	unions := slices.Clone(rule.UnionIDs)
	slices.Sort(unions)
	return Rule{Trades: words(rule.Trades), Types: words(rule.Types), UnionIDs: slices.Compact(unions), Staying: rule.Staying}
}

func (g *Group) check(t *tree) (fields []fault.Field) {
	if n := utf8.RuneCountInString(g.Name); n == 0 || n > 60 {
		fields = append(fields, fault.Field{Path: "/name", Reason: "length", Detail: "人群名称应为 1 到 60 个字。"})
	}
	known := make(map[int64]bool, len(t.unions))
	for _, u := range t.unions {
		known[u.ID] = true
	}
	for i, id := range g.Rule.UnionIDs {
		if !known[id] {
			fields = append(fields, fault.Field{Path: fmt.Sprintf("/unionIds/%d", i), Reason: "unknown", Detail: fmt.Sprintf("没有编号为 %d 的工会。", id)})
		}
	}
	return fields
}

// Groups gives all groups by name, each with how many workers it means now.
func (r *Roster) Groups(ctx context.Context) (groups []Group, err error) {
	err = r.store.Read(ctx, func(tx *store.Tx) error {
		t, err := readTree(tx)
		if err != nil {
			return err
		}
		if groups, err = readGroups(tx, " ORDER BY name", nil); err != nil {
			return err
		}
		for i := range groups {
			if groups[i].Workers, err = t.count(tx, groups[i].Rule); err != nil {
				return err
			}
		}
		return nil
	})
	return groups, err
}

// Rules reads the rules of groups by their numbers. It returns ErrUnknownGroup
// when one of them does not exist.
func Rules(tx *store.Tx, groupIDs []int64) (map[int64]Rule, error) {
	rules := make(map[int64]Rule, len(groupIDs))
	ids := make([]any, len(groupIDs))
	for i, id := range groupIDs {
		ids[i] = id
	}
	groups, err := readGroups(tx, " WHERE id IN "+store.Marks(len(ids)), ids)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		rules[g.ID] = g.Rule
	}
	for _, id := range groupIDs {
		if _, ok := rules[id]; !ok {
			return nil, ErrUnknownGroup
		}
	}
	return rules, nil
}

func readGroups(tx *store.Tx, suffix string, args []any) (groups []Group, err error) {
	var id int64
	var name string
	var text []byte
	err = tx.Each("SELECT id, name, rule FROM worker_groups"+suffix, args, []any{&id, &name, &text}, func() error {
		g := Group{ID: id, Name: name}
		if err := json.Unmarshal(text, &g.Rule); err != nil {
			return fmt.Errorf("rule of group %d: %w", id, err)
		}
		groups = append(groups, g)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("roster: groups: %w", err)
	}
	return groups, nil
}
