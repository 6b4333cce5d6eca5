package roster

import (
	"context"
	"fmt"
	"strconv"

	"nianwei/model/store"
)

// Filter says which workers a list shows.
type Filter struct {
	UnionID int64  // this union and everything below it; 0 = all
	Phone   string // a whole number, as a person types it; empty = all
	Cursor  string
	Limit   int
}

// Listed is a worker as lists show them: nothing personal is readable.
type Listed struct {
	Facts
	Bound   bool  // has a WeChat account
	BoundAt int64 // unix milliseconds; 0 unless bound
}

// Page is a part of the list of workers.
type Page struct {
	Items []Listed
	Next  string // cursor of the following page; empty = this is the last
	Total int64  // of all pages; counted for the first page alone, otherwise -1
}

// Workers lists active workers by their number.
func (r *Roster) Workers(ctx context.Context, f Filter) (page Page, err error) {
	err = r.store.Read(ctx, func(tx *store.Tx) error {
		where, args, err := r.where(tx, f)
		if err != nil {
			return err
		}
		page = Page{Total: -1}
		if f.Cursor == "" {
			if _, err := tx.Row("SELECT COUNT(*) FROM workers w JOIN unions u ON u.id = w.union_id"+where, args, &page.Total); err != nil {
				return fmt.Errorf("roster: count: %w", err)
			}
		} else {
			after, err := strconv.ParseInt(f.Cursor, 10, 64)
			if err != nil || after < 0 {
				return ErrCursor
			}
			where, args = where+" AND w.id > ?", append(args, after)
		}
		return page.read(tx, where, append(args, f.Limit+1), f.Limit)
	})
	return page, err
}

// where gives the filter's condition but for the cursor.
func (r *Roster) where(tx *store.Tx, f Filter) (where string, args []any, err error) {
	where = " WHERE w.active = 1"
	if f.UnionID != 0 {
		var path string
		found, err := tx.Row("SELECT path FROM unions WHERE id = ?", []any{f.UnionID}, &path)
		if err != nil {
			return "", nil, fmt.Errorf("roster: union: %w", err)
		}
		if !found {
			return "", nil, ErrUnknownUnion
		}
		where, args = where+" AND u.path LIKE ?", append(args, path+"%")
	}
	if f.Phone != "" {
		hash, ok := r.PhoneHash(f.Phone)
		if !ok {
			return "", nil, ErrPhone
		}
		where, args = where+" AND w.phone_hash = ?", append(args, hash[:])
	}
	return where, args, nil
}

func (p *Page) read(tx *store.Tx, where string, args []any, limit int) error {
	var w Listed
	err := tx.Each(`SELECT w.id, w.union_id, u.name, u.path, w.trade, w.type, w.staying, w.active, w.name_mask, w.phone_mask,
		COALESCE((SELECT MIN(a.bound_at) FROM accounts a WHERE a.worker_id = w.id), 0)
		FROM workers w JOIN unions u ON u.id = w.union_id`+where+" ORDER BY w.id LIMIT ?", args,
		[]any{&w.WorkerID, &w.UnionID, &w.UnionName, &w.UnionPath, &w.Trade, &w.Type, &w.Staying, &w.Active, &w.NameMask, &w.PhoneMask, &w.BoundAt}, func() error {
			w.Bound = w.BoundAt != 0
			p.Items = append(p.Items, w)
			return nil
		})
	if err != nil {
		return fmt.Errorf("roster: workers: %w", err)
	}
	if len(p.Items) > limit {
		p.Items = p.Items[:limit]
		p.Next = strconv.FormatInt(p.Items[limit-1].WorkerID, 10)
	}
	return nil
}
