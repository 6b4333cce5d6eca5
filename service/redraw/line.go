package redraw

import (
	"encoding/hex"
	"strconv"
)

// The encoders append one log line without its LF, which is exactly the leaf of
// the tree. They allocate nothing when dst has room: on New Year's Eve a server
// writes a hundred thousand of them a second.

// AppendOpen encodes the first line of every log.
func AppendOpen(dst []byte, manifest Hash) []byte {
	return hex.AppendEncode(append(dst, "open "...), manifest[:])
}

// AppendEntropy encodes a public number.
func AppendEntropy(dst []byte, n PublicNumber) []byte {
	dst = append(append(dst, "entropy "...), n.Source...)
	return append(append(dst, ' '), n.Value...)
}

// AppendDeck encodes the commitment to every ticket of a deck.
func AppendDeck(dst []byte, tickets int64, root Hash) []byte {
	return hex.AppendEncode(appendInts(append(dst, "deck"...), tickets), root[:])
}

// AppendMoments encodes the commitment to every winning moment.
func AppendMoments(dst []byte, n int64, root Hash) []byte {
	return hex.AppendEncode(appendInts(append(dst, "moments"...), n), root[:])
}

// AppendAsk encodes a play.
func AppendAsk(dst []byte, seq int64, who Hash, at int64) []byte {
	dst = hex.AppendEncode(appendInts(append(dst, "ask"...), seq), who[:])
	return strconv.AppendInt(append(dst, ' '), at, 10)
}

// AppendBeat encodes the witness's proof for batch b over the size lines before.
func AppendBeat(dst []byte, b, size int64, pi VRFProof) []byte {
	return hex.AppendEncode(appendInts(append(dst, "beat"...), b, size), pi[:])
}

// AppendWon encodes the result of a play at a position; t may be a blank.
func AppendWon(dst []byte, seq int64, t Ticket) []byte {
	dst = appendInts(append(dst, "won"...), seq, t.Pos)
	return strconv.AppendInt(append(append(dst, t.Code...), ' '), t.Fen, 10)
}

// AppendNotWon encodes a play of a moments round that no moment was due for.
func AppendNotWon(dst []byte, seq int64) []byte {
	return append(appendInts(append(dst, "won"...), seq), "- - 0"...)
}

// AppendEnter encodes an entry of a raffle.
func AppendEnter(dst []byte, seq int64, who Hash, weight, at int64) []byte {
	dst = hex.AppendEncode(appendInts(append(dst, "enter"...), seq), who[:])
	dst = appendInts(dst, weight)
	return strconv.AppendInt(dst, at, 10)
}

// AppendClose encodes the end of plays or entries, and how many there were.
func AppendClose(dst []byte, at, plays int64) []byte {
	return strconv.AppendInt(appendInts(append(dst, "close"...), at), plays, 10)
}

// AppendReveal encodes the secret.
func AppendReveal(dst []byte, s Secret) []byte {
	return hex.AppendEncode(append(dst, "reveal "...), s[:])
}

// AppendRank encodes a rank of a raffle that wins.
func AppendRank(dst []byte, w Winner) []byte {
	dst = appendInts(append(dst, "rank"...), w.Rank, w.Entry)
	return strconv.AppendInt(append(append(dst, w.Code...), ' '), w.Fen, 10)
}

// AppendSubstitute encodes a rank that has won nothing yet.
func AppendSubstitute(dst []byte, rank, entry int64) []byte {
	return append(appendInts(append(dst, "rank"...), rank, entry), "- 0"...)
}

// AppendVoid encodes that two officers voided a winner; the reason is one token.
func AppendVoid(dst []byte, rank int64, reason string) []byte {
	return append(appendInts(append(dst, "void"...), rank), reason...)
}

// AppendSub encodes who takes over from a voided rank.
func AppendSub(dst []byte, rank, newRank, entry int64) []byte {
	return strconv.AppendInt(appendInts(append(dst, "sub"...), rank, newRank), entry, 10)
}

// AppendTotal encodes what the log gave, in wins and fen.
func AppendTotal(dst []byte, wins, fen int64) []byte {
	return strconv.AppendInt(appendInts(append(dst, "total"...), wins), fen, 10)
}

// AppendEnd encodes the last line.
func AppendEnd(dst []byte) []byte { return append(dst, "end"...) }

// appendInts appends " n" for each number, and a space.
func appendInts(dst []byte, numbers ...int64) []byte {
	for _, n := range numbers {
		dst = strconv.AppendInt(append(dst, ' '), n, 10)
	}
	return append(dst, ' ')
}
