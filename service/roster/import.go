package roster

import (
	"context"
	"fmt"
	"strings"

	"nianwei/model/store"
	"nianwei/service/operation"
)

// ImportOptions say what an import may do.
type ImportOptions struct {
	DryRun  bool // write nothing, only report
	SkipBad bool // import the good rows although there are bad ones
}

// Import brings the roster up to a file: a phone that is unknown adds a
// worker, one that is known updates them, and nobody is ever removed. Unions
// that do not exist yet are made. Without SkipBad one bad row refuses the
// whole file. Everything is one transaction, so that nothing is half imported;
// parsing and sealing are done before it begins. What is wrong with rows stands in the
// report; an error means that the file as a whole was refused.
func (r *Roster) Import(ctx context.Context, officerID int64, file []byte, o ImportOptions) (*Report, error) {
	c, err := r.check(ctx, file)
	if err != nil {
		return nil, err
	}
	if o.DryRun || (len(c.problems) > 0 && !o.SkipBad) || len(c.people) == 0 {
		var report *Report
		err := r.store.Read(ctx, func(tx *store.Tx) error {
			plan, err := r.plan(tx, c)
			if err != nil {
				return err
			}
			report = plan.report(o.DryRun)
			return nil
		})
		return report, err
	}
	sealed := r.sealAll(c.people)
	var report *Report
	err = r.store.Write(ctx, func(tx *store.Tx) error {
		// One import after the other, so that two do not both make the same union.
		if err := tx.Hold("roster.import"); err != nil {
			return fmt.Errorf("roster: wait for another import: %w", err)
		}
		plan, err := r.plan(tx, c)
		if err != nil {
			return err
		}
		report = plan.report(false)
		report.Imported = report.Added+report.Changed > 0
		if !report.Imported {
			return nil
		}
		if err := plan.write(tx, sealed); err != nil {
			return err
		}
		detail := fmt.Sprintf("added=%d changed=%d unchanged=%d bad=%d unions=%d", report.Added, report.Changed, report.Unchanged, report.Bad, len(report.UnionsAdded))
		return operation.Record(tx, officerID, "roster.import", "roster", "", detail)
	})
	return report, err
}

// sealedPerson is what is stored of a person's personal columns.
type sealedPerson struct{ name, phone []byte }

func (r *Roster) sealAll(people []person) map[int]sealedPerson {
	sealed := make(map[int]sealedPerson, len(people))
	for _, p := range people {
		sealed[p.row] = sealedPerson{name: r.keys.Seal(sealName, []byte(p.name)), phone: r.keys.Seal(sealPhone, []byte(p.phone))}
	}
	return sealed
}

// plan is a checked file beside what the database already knows.
type plan struct {
	*checked
	tree      *tree
	added     []person
	changed   []person
	unchanged int
}

// plan compares a file with the roster.
func (r *Roster) plan(tx *store.Tx, c *checked) (*plan, error) {
	t, err := readTree(tx)
	if err != nil {
		return nil, err
	}
	known, err := r.known(tx, c.people)
	if err != nil {
		return nil, err
	}
	p := &plan{checked: c, tree: t}
	for _, someone := range c.people {
		old, found := known[someone.hash]
		switch {
		case !found:
			p.added = append(p.added, someone)
		case c.layout.same(&someone, old, t):
			p.unchanged++
		default:
			p.changed = append(p.changed, someone)
		}
	}
	return p, nil
}

// entry is a worker as the roster has them.
type entry struct {
	unionID     int64
	name        string
	trade, kind string
	staying     bool
	active      bool
}

// same tells whether a row says nothing new. For columns that the file does
// not have the row takes over what is known.
func (l layout) same(p *person, old entry, t *tree) bool {
	if !l.has(colTrade) {
		p.trade = old.trade
	}
	if !l.has(colType) {
		p.kind = old.kind
	}
	if !l.has(colStaying) {
		p.staying = old.staying
	}
	return old.active && old.name == p.name && old.trade == p.trade && old.kind == p.kind && old.staying == p.staying && old.unionID == t.id(p.unions)
}

// perStatement is the number of rows or keys in one statement.
const perStatement = 2000

// known reads the workers that a file names, by the hash of their phone.
func (r *Roster) known(tx *store.Tx, people []person) (map[[32]byte]entry, error) {
	known := make(map[[32]byte]entry, len(people))
	for at := 0; at < len(people); at += perStatement {
		part := people[at:min(at+perStatement, len(people))]
		hashes := make([]any, len(part))
		for i := range part {
			hashes[i] = part[i].hash[:]
		}
		var e entry
		var hash, sealed []byte
		err := tx.Each("SELECT phone_hash, union_id, name_sealed, trade, type, staying, active FROM workers WHERE phone_hash IN "+store.Marks(len(hashes)), hashes,
			[]any{&hash, &e.unionID, &sealed, &e.trade, &e.kind, &e.staying, &e.active}, func() error {
				name, err := r.keys.Open(sealName, sealed)
				if err != nil {
					return err
				}
				e.name = string(name)
				known[[32]byte(hash)] = e
				return nil
			})
		if err != nil {
			return nil, fmt.Errorf("roster: known workers: %w", err)
		}
	}
	return known, nil
}

func (p *plan) report(dryRun bool) *Report {
	report := &Report{DryRun: dryRun, Rows: p.rows, Added: len(p.added), Changed: len(p.changed), Unchanged: p.unchanged}
	report.blame(p.problems)
	seen := map[string]bool{}
	for _, someone := range p.people {
		for _, path := range pathsTo(someone.unions) {
			if p.tree.id(path) == 0 && !seen[path] {
				seen[path] = true
				report.UnionsAdded = append(report.UnionsAdded, path)
			}
		}
	}
	return report
}

// write makes the missing unions, then writes all workers with few statements.
func (p *plan) write(tx *store.Tx, sealed map[int]sealedPerson) error {
	writes := append(append(make([]person, 0, len(p.added)+len(p.changed)), p.added...), p.changed...)
	for i := range writes {
		if _, err := p.tree.ensure(tx, writes[i].unions); err != nil {
			return err
		}
	}
	for at := 0; at < len(writes); at += perStatement {
		if err := p.upsert(tx, writes[at:min(at+perStatement, len(writes))], sealed); err != nil {
			return fmt.Errorf("roster: write workers: %w", err)
		}
	}
	return nil
}

func (p *plan) upsert(tx *store.Tx, part []person, sealed map[int]sealedPerson) error {
	columns := []string{"union_id", "name_sealed", "name_mask", "phone_sealed", "phone_mask", "phone_hash", "trade", "type", "staying", "active", "created_at", "updated_at"}
	args := make([]any, 0, len(part)*len(columns))
	for i := range part {
		w := &part[i]
		s := sealed[w.row]
		args = append(args, p.tree.id(w.unions), s.name, MaskName(w.name), s.phone, MaskPhone(w.phone), w.hash[:], w.trade, w.kind, w.staying, 1, tx.Millis(), tx.Millis())
	}
	mark := store.Marks(len(columns))
	_, err := tx.Exec("INSERT INTO workers ("+strings.Join(columns, ",")+") VALUES "+strings.Repeat(mark+",", len(part)-1)+mark+
		onKnownPhone(tx, "union_id", "name_sealed", "name_mask", "phone_sealed", "phone_mask", "trade", "type", "staying", "active", "updated_at"), args...)
	return err
}

// onKnownPhone gives the clause by which an INSERT updates the worker who has
// that phone already.
func onKnownPhone(tx *store.Tx, columns ...string) string {
	head, from, to := " ON CONFLICT (phone_hash) DO UPDATE SET ", "excluded.", ""
	if tx.Dialect() == store.MySQL {
		head, from, to = " ON DUPLICATE KEY UPDATE ", "VALUES(", ")"
	}
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + "=" + from + c + to
	}
	return head + strings.Join(sets, ",")
}
