package award

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"nianwei/model"
	"nianwei/model/fault"
	"nianwei/model/seal"
	"nianwei/model/store"
	"nianwei/service/redraw"
)

const (
	sealSecret = "draw.secret"
	pepperName = "draw pepper"
)

// DrawState is how far a draw has come.
type DrawState string

// The life of a draw.
const (
	Committed DrawState = "committed" // signed and logged, before opening
	Running   DrawState = "running"
	Frozen    DrawState = "frozen" // closed; a raffle waits for its public numbers
	Drawn     DrawState = "drawn"  // a raffle has its winners; voids are possible
	Final     DrawState = "final"  // the log has ended
)

// Desk runs the draws of one installation. It is safe for concurrent use.
type Desk struct {
	origin   string
	signer   note.Signer
	keysText string
	keys     redraw.Keys
	ring     *seal.Keyring
	pepper   [32]byte
	location *time.Location

	mu     sync.Mutex
	tables map[int64]*Table
}

// Config is what a desk needs to be told.
type Config struct {
	Origin     string // the name under which the installation signs
	SigningKey string // the organiser's note signer key
	Verifier   string // its verifier key, a line of keys.txt
	Ring       *seal.Keyring
	Location   *time.Location
}

// NewDesk makes a desk. It returns an error when the keys do not fit together.
func NewDesk(c Config) (*Desk, error) {
	signer, err := note.NewSigner(c.SigningKey)
	if err != nil {
		return nil, fmt.Errorf("award: signing key: %w", err)
	}
	keysText := c.Verifier + "\n"
	keys, err := redraw.ParseKeys([]byte(keysText))
	if err != nil {
		return nil, fmt.Errorf("award: verifier key: %w", err)
	}
	probe, err := redraw.Sign([]byte("probe\n"), signer)
	if err != nil {
		return nil, fmt.Errorf("award: sign: %w", err)
	}
	if _, err := keys.Open(probe); err != nil {
		return nil, fmt.Errorf("award: the signing key does not belong to the verifier key: %w", err)
	}
	return &Desk{origin: c.Origin, signer: signer, keysText: keysText, keys: keys, ring: c.Ring,
		pepper: c.Ring.Derive(pepperName), location: c.Location, tables: map[int64]*Table{}}, nil
}

// Keys gives keys.txt.
func (d *Desk) Keys() string { return d.keysText }

// Origin gives the name under which checkpoints are signed.
func (d *Desk) Origin() string { return d.origin }

// who gives the pseudonym of a WeChat account in one round, and its salt.
func (d *Desk) who(round, openid string) (redraw.Hash, [16]byte) {
	salt := redraw.Salt(d.pepper[:], round, openid)
	return redraw.Who(round, salt, openid), salt
}

// Commitment is one round that is about to be published.
type Commitment struct {
	RoundID  int64
	Round    string // public id
	Number   int    // within the activity, from 1
	OpensAt  int64
	ClosesAt int64
	Rules    string
	Prev     *redraw.Hash // hash of the manifest of the round before
}

func (r Reward) manifest(c Commitment) *redraw.Manifest {
	m := &redraw.Manifest{
		Round: c.Round, Number: int64(c.Number), Prev: c.Prev, Kind: redraw.Kind(r.Kind),
		OpensAt: c.OpensAt, ClosesAt: c.ClosesAt, Cap: r.cap(), Rules: redraw.ManifestHash([]byte(c.Rules)), TotalFen: r.PromiseFen(),
	}
	if r.Kind == Raffle {
		m.Sources = r.sourcesOf(c.Number, time.UnixMilli(c.ClosesAt).UTC())
	}
	if r.Kind == Deck {
		m.Tickets = r.Tickets
	}
	for _, p := range r.Prizes {
		m.Prizes = append(m.Prizes, p.line())
	}
	return m
}

// Commit fixes a round's prizes and secret before it opens: it signs the
// manifest and writes the first lines of the log, for a deck with the root
// over every ticket. It creates the round's head with the money reserved. It
// gives the manifest's hash, which the next round of the activity names.
func (d *Desk) Commit(tx *store.Tx, r Reward, c Commitment) (redraw.Hash, error) {
	head := &model.Head{RoundID: c.RoundID, ReservedFen: r.PromiseFen(), LastAt: tx.Millis(), Frontier: []byte{}}
	if r.Kind == None {
		return redraw.Hash{}, model.CreateHead(tx, head)
	}
	var secret redraw.Secret
	_, _ = rand.Read(secret[:])
	m := r.manifest(c)
	commit := redraw.Commit(c.Round, secret)
	m.Commit = &commit
	if err := m.Validate(); err != nil {
		return redraw.Hash{}, fault.New(fault.Invalid, "draw.manifest", "奖品清单不符合抽奖规则。").Because(err)
	}
	text := m.Encode()
	hash := redraw.ManifestHash(text)
	signed, err := redraw.Sign(text, d.signer)
	if err != nil {
		return redraw.Hash{}, fmt.Errorf("award: sign manifest of %s: %w", c.Round, err)
	}
	tail, err := OpenTail(head)
	if err != nil {
		return redraw.Hash{}, err
	}
	tail.append(redraw.AppendOpen(tail.scratch(), hash))
	if r.Kind == Deck {
		table, err := newTable(c.RoundID, m, hash, secret)
		if err != nil {
			return redraw.Hash{}, err
		}
		root, err := table.deck.Commit()
		if err != nil {
			return redraw.Hash{}, fmt.Errorf("award: commit deck of %s: %w", c.Round, err)
		}
		tail.append(redraw.AppendDeck(tail.scratch(), m.Tickets, root))
	}
	if err := tail.Flush(tx); err != nil {
		return redraw.Hash{}, err
	}
	if err := model.CreateHead(tx, head); err != nil {
		return redraw.Hash{}, err
	}
	_, err = tx.Exec(`INSERT INTO draws (round_id, kind, level, state, secret_sealed, commit_hash, manifest, manifest_hash, units, total_fen, tickets, entropy,
		freeze_lines, freeze_root, close_note, final_note) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		c.RoundID, string(r.Kind), 0, string(Committed), d.ring.Seal(sealSecret, secret[:]), commit[:], signed, hash[:], r.Units(), m.TotalFen, m.Tickets, "",
		0, []byte{}, []byte{}, []byte{})
	if err != nil {
		return redraw.Hash{}, fmt.Errorf("award: commit %s: %w", c.Round, err)
	}
	return hash, nil
}

// Open marks a committed draw as running.
func (d *Desk) Open(tx *store.Tx, roundID int64) error {
	_, err := tx.Exec("UPDATE draws SET state = ? WHERE round_id = ? AND state = ?", string(Running), roundID, string(Committed))
	return err
}

// Draw is the row of a round's draw.
type Draw struct {
	RoundID      int64
	Kind         Kind
	Level        int
	State        DrawState
	Commit       []byte
	Manifest     []byte // open.note
	ManifestHash []byte
	Units        int64
	TotalFen     int64
	Tickets      int64
	Entropy      string
	FreezeLines  int64
	FreezeRoot   []byte
	CloseNote    []byte
	FinalNote    []byte

	secret []byte
}

// ErrNoDraw says that a round has nothing to draw.
var ErrNoDraw = fault.New(fault.NotFound, "draw.none", "这场活动没有抽奖。")

// ErrManifestChanged says that what a round was committed to is no longer what
// was signed: somebody has changed the database.
var ErrManifestChanged = fault.New(fault.Internal, "draw.manifest_changed", "奖品清单与签名不一致，可能被改动，已停止开奖。请不要再操作，并联系经审和管理员。")

// FindDraw reads a round's draw. It returns ErrNoDraw when the round has none.
func (d *Desk) FindDraw(tx *store.Tx, roundID int64) (*Draw, error) {
	w := &Draw{RoundID: roundID}
	found, err := tx.Row(`SELECT kind, level, state, secret_sealed, commit_hash, manifest, manifest_hash, units, total_fen, tickets, entropy,
		freeze_lines, freeze_root, close_note, final_note FROM draws WHERE round_id = ?`, []any{roundID},
		&w.Kind, &w.Level, &w.State, &w.secret, &w.Commit, &w.Manifest, &w.ManifestHash, &w.Units, &w.TotalFen, &w.Tickets, &w.Entropy,
		&w.FreezeLines, &w.FreezeRoot, &w.CloseNote, &w.FinalNote)
	if err != nil {
		return nil, fmt.Errorf("award: draw of round %d: %w", roundID, err)
	}
	if !found {
		return nil, ErrNoDraw
	}
	return w, nil
}

// manifest gives what the draw was committed to. The signature is checked, so
// that a manifest edited in the database cannot be drawn from.
func (d *Desk) manifest(w *Draw) (*redraw.Manifest, redraw.Hash, error) {
	text, err := d.keys.OpenAll(w.Manifest)
	if err != nil {
		return nil, redraw.Hash{}, ErrManifestChanged.Because(err)
	}
	m, err := redraw.ParseManifest(text)
	if err != nil {
		return nil, redraw.Hash{}, ErrManifestChanged.Because(err)
	}
	return m, redraw.ManifestHash(text), nil
}

func (d *Desk) secretOf(w *Draw) (redraw.Secret, error) {
	plain, err := d.ring.Open(sealSecret, w.secret)
	if err != nil || len(plain) != len(redraw.Secret{}) {
		return redraw.Secret{}, fmt.Errorf("award: secret of round %d: %w", w.RoundID, seal.ErrOpen)
	}
	return redraw.Secret(plain), nil
}

// Table is what the plays of one round are decided from. It never changes, so
// every server derives the same one from the round's row.
type Table struct {
	RoundID  int64
	Manifest *redraw.Manifest

	hash redraw.Hash
	deck *redraw.Deck // nil for a raffle
}

func newTable(roundID int64, m *redraw.Manifest, hash redraw.Hash, secret redraw.Secret) (*Table, error) {
	t := &Table{RoundID: roundID, Manifest: m, hash: hash}
	if m.Kind != redraw.KindDeck {
		return t, nil
	}
	key := redraw.NewKey(secret, hash, redraw.Hash{}, redraw.EntropyHash(nil))
	deck, err := redraw.NewDeck(key, m.Prizes, m.Tickets)
	if err != nil {
		return nil, fmt.Errorf("award: deck of %s: %w", m.Round, err)
	}
	t.deck = deck
	return t, nil
}

// Table gives the table of a round, from memory when it was used before.
func (d *Desk) Table(tx *store.Tx, roundID int64) (*Table, error) {
	d.mu.Lock()
	t := d.tables[roundID]
	d.mu.Unlock()
	if t != nil {
		return t, nil
	}
	w, err := d.FindDraw(tx, roundID)
	if err != nil {
		return nil, err
	}
	m, hash, err := d.manifest(w)
	if err != nil {
		return nil, err
	}
	secret, err := d.secretOf(w)
	if err != nil {
		return nil, err
	}
	if t, err = newTable(roundID, m, hash, secret); err != nil {
		return nil, err
	}
	if t.deck != nil {
		if _, err := t.deck.Commit(); err != nil { // now, so that the shared table is never written again
			return nil, fmt.Errorf("award: deck of %s: %w", m.Round, err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if other := d.tables[roundID]; other != nil {
		return other, nil
	}
	d.tables[roundID] = t
	return t, nil
}

// Forget drops a round's table from memory once the round takes no more plays.
func (d *Desk) Forget(roundID int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.tables, roundID)
}

// Left gives how many tickets of a deck are left after so many plays.
func (t *Table) Left(plays int64) int64 {
	if t.deck == nil {
		return 0
	}
	return t.deck.Len() - plays
}

// Play draws the next ticket of a deck and logs it. It gives false, and logs
// nothing, when all tickets are gone. line is the index of the ask line.
func (d *Desk) Play(t *Table, tail *Tail, seq int64, openid string, at int64) (ticket redraw.Ticket, line int64, ok bool) {
	if t.Left(seq) <= 0 {
		return redraw.Ticket{}, 0, false
	}
	who, _ := d.who(t.Manifest.Round, openid)
	line = tail.append(redraw.AppendAsk(tail.scratch(), seq, who, at))
	ticket = t.deck.At(seq)
	tail.append(redraw.AppendWon(tail.scratch(), seq, ticket))
	return ticket, line, true
}

// Enter puts an entrant on a raffle's list.
func (d *Desk) Enter(t *Table, tail *Tail, seq int64, openid string, weight, at int64) {
	who, _ := d.who(t.Manifest.Round, openid)
	tail.append(redraw.AppendEnter(tail.scratch(), seq, who, weight, at))
}

// Facts is what everybody may know of a draw.
type Facts struct {
	Kind         Kind
	Level        int
	Commit       string
	ManifestHash string
	Sources      []string
}

// Facts gives what everybody may know of a draw.
func (d *Desk) Facts(w *Draw) (Facts, error) {
	m, _, err := d.manifest(w)
	if err != nil {
		return Facts{}, err
	}
	return Facts{Kind: w.Kind, Level: w.Level, Commit: hex.EncodeToString(w.Commit), ManifestHash: hex.EncodeToString(w.ManifestHash), Sources: m.Sources}, nil
}
