// Package redraw is the mathematics and the files of redraw/v1: prize draws that
// anyone can check afterwards, offline, without a database. It is pure: no
// clock, no database, no network; everything it says follows from its arguments,
// because the state of a round must be a function of (manifest, secret, public
// numbers, log) and a restart must find the same state again.
//
// # What the contract leaves open, and what is decided here
//
// The contract fixes the bytes of every formula. Where its text can be read in
// two ways, this package writes the first reading below; Replay accepts more
// than that only where it says so.
//
//   - All numbering starts at 0: seq of ask, won and enter, pos, b of beat, rank,
//     unit, leaf and log line index. Replay demands exactly seq 0,1,2... and beats
//     0,1,2... without gaps, so that no beat can be thrown away.
//   - H(manifest) is over the text of the note open.note: every line up to and
//     including "total", with its LF, without the empty line and signatures.
//     prev is the same hash of the round before; "-" if and only if number is 1.
//   - A blank of a deck is "won seq pos - 0": the position was used up. A play of
//     a moments round that wins nothing is "won seq - - 0". A prize that is not
//     money has its code and 0 cents, so the code alone tells a win from a blank.
//   - "won" lines come in seq order, each after its ask. The writer logs ask, won,
//     ask, won at level 0 and ask..., beat, won... at level 1; Replay accepts any
//     interleaving in which each ask precedes its won (and, at level 1, a beat
//     lies between). Every ask is answered before close. An ask that no ticket is
//     left for is never logged.
//   - A beat decides every ask before it that no earlier beat has decided.
//   - Tickets of a level 1 deal are positions of the committed deck: pos is the
//     output of deal(T), and the prize is whatever leaf pos was committed to hold.
//   - Raffle: "skipping anyone already ranked" is by who, not by entry. The writer
//     logs close, entropy..., reveal, rank... ; Replay also accepts reveal before
//     the entropy lines. Ranks 0,1,2... are listed in order; a rank below the
//     number of units carries that unit's code and cents, a substitute carries
//     "- 0". All winners must be listed, as many substitutes as the writer likes.
//   - The entries hash E is over the log tree including its close line.
//   - Each void is followed by its sub; Replay accepts several voids followed by
//     their subs in the same order. A void without sub is right only when there is
//     no further substitute; the prize is then not given and not in the total.
//   - total counts what the log gave: wins without blanks, cents without what
//     nobody drew. It can be less than the manifest's total, never more.
//   - Moments nobody claimed are not raffled in the same log (the grammar has no
//     line for it): they become the published list of a raffle round that follows.
//   - close may be earlier than the manifest says (a halt, or everything is gone),
//     and it is never before the last play.
//   - cap is checked for every who at every line that gives something.
//   - open.note needs a valid signature of every key of keys.txt; close.note and
//     final.note of at least one. Blank lines in keys.txt are ignored.
//   - A witness is for a deck alone; a split needs a secret, so a queue has none; a
//     raffle needs at least 64 bits of public numbers, deck and moments none or 64.
//   - "within 10 %" for a box split: |K*max - (2B - K*min)| * 10 <= 2B - K*min.
//
// # Which file to open
//
// The formulas are in hash.go, stream.go, deal.go, split.go and vrf.go; the four
// kinds in deck.go, moments.go, raffle.go and units.go; the manifest in
// manifest*.go and entropy.go; the log in line*.go and replay*.go; the trees in
// frontier.go and leaftree.go; signatures in note.go; the files of a finished
// round in dir.go, verify.go and report.go; the worker's receipt in receipt.go.
package redraw
