package redraw

import "fmt"

// phase is how far a log has come.
type phase int

const (
	phaseStart phase = iota
	phaseCommitting
	phaseOpen
	phaseClosed
	phaseTotalled
	phaseEnded
)

// Replay reads a log line by line and refuses the first line that the contract
// does not allow or that the secret, the manifest and the lines before it do not
// lead to. It is both the server's restart (the state of a round is a function of
// its log) and the heart of Verify. After an error a Replay is of no further use.
type Replay struct {
	manifest     *Manifest
	manifestHash Hash
	secret       *Secret

	phase    phase
	tree     Frontier
	numbers  []PublicNumber
	revealed bool
	entries  Hash // E; zero unless this is a raffle that has closed

	deck    *Deck
	moments *Moments
	units   *Units // queue
	claims  Claims
	picks   *Picks

	plays    int64 // ask or enter lines
	answered int64 // won lines
	beats    int64
	pending  []pendingPlay // from head on: asked, not yet answered
	head     int
	lastAt   int64
	wins     map[Hash]int64
	given    int64 // wins, for total
	givenFen int64

	entrants *Entrants
	winners  *Winners
	ranks    int64
	owed     []Line // sub lines that voids before have made due

	closeSize int64
	closeRoot Hash
}

type pendingPlay struct {
	who     Hash
	decided bool
	ticket  Ticket
	won     bool // false only for a moments play that no moment was due for
}

// NewReplay starts at the empty log. Deck and moments rounds need their secret
// from the start, because results are derived as they are read; a raffle may pass
// nil and take it from its reveal line, a queue has none.
func NewReplay(m *Manifest, manifest Hash, secret *Secret) *Replay {
	return &Replay{
		manifest:     m,
		manifestHash: manifest,
		secret:       secret,
		wins:         map[Hash]int64{},
		entrants:     &Entrants{},
	}
}

// Next reads one line, without its LF.
func (r *Replay) Next(line []byte) error {
	if r.phase == phaseEnded {
		return r.fail(CheckOrder, "end 之后不应再有内容")
	}
	l, ok := ParseLine(line)
	if !ok {
		return r.fail(CheckOrder, "这一行的写法不对，或不是认识的词")
	}
	if err := r.apply(l); err != nil {
		return err
	}
	r.tree.Append(line)
	if l.Word == WordClose {
		r.closeSize, r.closeRoot = r.tree.Size(), r.tree.Root()
		if r.manifest.Kind == KindRaffle {
			r.entries = EntriesHash(r.closeSize, r.closeRoot)
		}
	}
	return nil
}

func (r *Replay) apply(l Line) error {
	switch l.Word {
	case WordOpen:
		return r.open(l)
	case WordEntropy:
		return r.entropy(l)
	case WordDeck:
		return r.commitDeck(l)
	case WordMoments:
		return r.commitMoments(l)
	case WordAsk:
		return r.ask(l)
	case WordBeat:
		return r.beat(l)
	case WordWon:
		return r.won(l)
	case WordEnter:
		return r.enter(l)
	case WordClose:
		return r.close(l)
	case WordReveal:
		return r.reveal(l)
	case WordRank:
		return r.rank(l)
	case WordVoid:
		return r.void(l)
	case WordSub:
		return r.sub(l)
	case WordTotal:
		return r.total(l)
	case WordEnd:
		return r.end()
	}
	return r.fail(CheckOrder, "不认识的词")
}

// Size gives the number of lines read.
func (r *Replay) Size() int64 { return r.tree.Size() }

// Frontier gives the tree after the last line read.
func (r *Replay) Frontier() Frontier { return r.tree }

// Plays gives the number of ask or enter lines read: the next seq.
func (r *Replay) Plays() int64 { return r.plays }

// Answered gives the number of won lines read.
func (r *Replay) Answered() int64 { return r.answered }

// Beats gives the number of beats read: the next b.
func (r *Replay) Beats() int64 { return r.beats }

// LastAt gives the instant of the last play or entry; no later one may be earlier.
func (r *Replay) LastAt() int64 { return r.lastAt }

// Given gives the wins and the fen that the log has given so far.
func (r *Replay) Given() (wins, fen int64) {
	if r.winners != nil {
		return r.raffleGiven()
	}
	return r.given, r.givenFen
}

// Wins gives how often a person has won so far, for the cap.
func (r *Replay) Wins(who Hash) int64 { return r.wins[who] }

// Claims gives how far the moments have been claimed.
func (r *Replay) Claims() Claims { return r.claims }

// Deck gives the deck once its line has been read; nil before, and for other kinds.
func (r *Replay) Deck() *Deck { return r.deck }

// Moments gives the moments once their line has been read; nil before, and for
// other kinds.
func (r *Replay) Moments() *Moments { return r.moments }

// Picks gives the deal of a level 1 deck as far as the beats have carried it.
func (r *Replay) Picks() *Picks { return r.picks }

// Entrants gives the entries of a raffle.
func (r *Replay) Entrants() *Entrants { return r.entrants }

// Winners gives the winners of a raffle once a rank, void or total line has been read.
func (r *Replay) Winners() *Winners { return r.winners }

// Closed gives size and root of the log up to and including its close line; false
// while the round is open.
func (r *Replay) Closed() (size int64, root Hash, ok bool) {
	return r.closeSize, r.closeRoot, r.phase >= phaseClosed
}

// Ended tells whether the end line has been read: the log is complete.
func (r *Replay) Ended() bool { return r.phase == phaseEnded }

func (r *Replay) key() Key {
	var s Secret
	if r.secret != nil {
		s = *r.secret
	}
	return NewKey(s, r.manifestHash, r.entries, EntropyHash(r.numbers))
}

func (r *Replay) fail(check, format string, args ...any) error {
	return &LineError{Line: r.tree.Size() + 1, Check: check, Problem: fmt.Sprintf(format, args...)}
}
