package account

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/model/store"
)

// Allowance is how many tries there are within one window. Windows begin at
// whole multiples of Per, so two of them side by side allow twice as many.
type Allowance struct {
	Tries int64
	Per   time.Duration
}

// try is one subject's share of an allowance.
type try struct {
	subject string // what is limited, at most 120 characters
	Allowance
}

func (t try) window(now int64) (from, to int64) {
	per := t.Per.Milliseconds()
	from = now - now%per
	return from, from + per
}

func (t try) refusal(f *fault.Fault, now int64) error {
	_, to := t.window(now)
	return f.After(time.Duration(to-now) * time.Millisecond)
}

// spend takes one of each of the tries, or none of them and gives the refusal,
// which says when to come back. Who has none left costs one read and no write.
func spend(ctx context.Context, s *store.Store, refusal *fault.Fault, tries ...try) error {
	err := s.Read(ctx, func(tx *store.Tx) error {
		for _, t := range tries {
			n, err := t.spent(tx)
			if err != nil {
				return err
			}
			if n >= t.Tries {
				return t.refusal(refusal, tx.Millis())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		for _, t := range tries {
			if err := t.count(tx); err != nil {
				return err
			}
			n, err := t.spent(tx)
			if err != nil {
				return err
			}
			if n > t.Tries {
				return t.refusal(refusal, tx.Millis())
			}
		}
		return nil
	})
}

func (t try) count(tx *store.Tx) error {
	onKnown := " ON CONFLICT (subject, window_at) DO UPDATE SET count = count + 1"
	if tx.Dialect() == store.MySQL {
		onKnown = " ON DUPLICATE KEY UPDATE count = count + 1"
	}
	from, _ := t.window(tx.Millis())
	if _, err := tx.Exec("INSERT INTO attempts (subject, window_at, count) VALUES (?,?,1)"+onKnown, t.subject, from); err != nil {
		return fmt.Errorf("account: count a try: %w", err)
	}
	return nil
}

func (t try) spent(tx *store.Tx) (n int64, err error) {
	from, _ := t.window(tx.Millis())
	if _, err := tx.Row("SELECT count FROM attempts WHERE subject = ? AND window_at = ?", []any{t.subject, from}, &n); err != nil {
		return 0, fmt.Errorf("account: tries: %w", err)
	}
	return n, nil
}

// refund gives tries back to whoever turned out to be right: only guesses
// count, so a whole factory behind one address can come in.
func refund(tx *store.Tx, tries ...try) error {
	for _, t := range tries {
		from, _ := t.window(tx.Millis())
		if _, err := tx.Exec("UPDATE attempts SET count = count - 1 WHERE subject = ? AND window_at = ? AND count > 0", t.subject, from); err != nil {
			return fmt.Errorf("account: refund: %w", err)
		}
	}
	return nil
}

// network gives what stands for one caller: the address, and for IPv6 the /64
// that one customer has for themselves.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}

// keepAttempts is longer than any window.
const keepAttempts = 48 * time.Hour

// Sweep deletes sessions and links that have ended and tries that no longer
// count, among them the addresses that came with them.
func Sweep(ctx context.Context, s *store.Store) error {
	now := clock.Millis(s.Clock().Now())
	for query, before := range map[string]int64{
		"DELETE FROM worker_sessions WHERE expires_at < ?":  now,
		"DELETE FROM officer_sessions WHERE expires_at < ?": now,
		"DELETE FROM officer_links WHERE expires_at < ?":    now,
		"DELETE FROM attempts WHERE window_at < ?":          now - keepAttempts.Milliseconds(),
	} {
		err := s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(query, before)
			return err
		})
		if err != nil {
			return fmt.Errorf("account: sweep: %w", err)
		}
	}
	return nil
}
