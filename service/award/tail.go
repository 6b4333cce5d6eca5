package award

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"nianwei/model"
	"nianwei/model/store"
	"nianwei/service/redraw"
)

// Tail is the end of a round's log inside one transaction: lines are appended
// in memory and written by Flush as one row, together with the tree's hashes,
// so that a group of any size costs one statement and an inclusion proof costs
// a few reads whatever the log's length.
type Tail struct {
	head     *model.Head
	frontier redraw.Frontier
	first    int64 // index of the first line appended here
	data     []byte
	hashes   []tlog.Hash
	line     []byte // scratch
}

// OpenTail starts appending to the log of a locked head.
func OpenTail(head *model.Head) (*Tail, error) {
	t := &Tail{head: head}
	if len(head.Frontier) > 0 {
		if err := t.frontier.UnmarshalBinary(head.Frontier); err != nil {
			return nil, fmt.Errorf("log of round %d: %w", head.RoundID, err)
		}
	}
	if t.frontier.Size() != head.LogLines {
		return nil, fmt.Errorf("log of round %d: the head counts %d lines, the frontier %d", head.RoundID, head.LogLines, t.frontier.Size())
	}
	t.first = head.LogLines
	return t, nil
}

// Size gives the number of lines of the log, with those not flushed yet.
func (t *Tail) Size() int64 { return t.frontier.Size() }

// append takes one line, written into the scratch by a redraw.Append function,
// and gives its index.
func (t *Tail) append(line []byte) int64 {
	index := t.frontier.Size()
	t.line = line
	t.hashes = t.frontier.AppendStored(t.hashes, redraw.LeafHash(line))
	t.data = append(append(t.data, line...), '\n')
	return index
}

func (t *Tail) scratch() []byte { return t.line[:0] }

// Checkpoint gives the head of the log as it is with all lines appended so far.
func (t *Tail) checkpoint(logName string) redraw.Checkpoint {
	return redraw.Checkpoint{Log: logName, Size: t.frontier.Size(), Root: t.frontier.Root()}
}

// Flush writes the appended lines and puts the new frontier into the head, which
// the caller saves.
func (t *Tail) Flush(tx *store.Tx) error {
	size := t.frontier.Size()
	if size == t.first {
		return nil
	}
	frontier, err := t.frontier.MarshalBinary()
	if err != nil {
		return err
	}
	hashes := make([]byte, 0, len(t.hashes)*tlog.HashSize)
	for i := range t.hashes {
		hashes = append(hashes, t.hashes[i][:]...)
	}
	_, err = tx.Exec("INSERT INTO log_chunks (round_id, first_line, line_count, first_hash, data, hashes) VALUES (?,?,?,?,?,?)",
		t.head.RoundID, t.first, size-t.first, tlog.StoredHashCount(t.first), t.data, hashes)
	if err != nil {
		return fmt.Errorf("log of round %d: %w", t.head.RoundID, err)
	}
	t.head.LogLines, t.head.Frontier = size, frontier
	t.first, t.data, t.hashes = size, nil, nil
	return nil
}

// errLogGap says that the stored log lacks a line that it must have.
var errLogGap = errors.New("award: the stored log has a gap")

// logHashes reads the stored tree of a round, for inclusion proofs.
type logHashes struct {
	tx      *store.Tx
	roundID int64
}

// ReadHashes gives the hashes with these indexes in the order of tlog.StoredHashes.
func (l logHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		var first int64
		var cut []byte
		// The chunk is found by its first hash; of the hashes only 32 bytes travel.
		found, err := l.tx.Row(`SELECT first_hash, substr(hashes, (? - first_hash) * 32 + 1, 32) FROM log_chunks
			WHERE round_id = ? AND first_hash <= ? ORDER BY first_hash DESC LIMIT 1`, []any{index, l.roundID, index}, &first, &cut)
		if err != nil {
			return nil, fmt.Errorf("log of round %d: hash %d: %w", l.roundID, index, err)
		}
		if !found || len(cut) != tlog.HashSize {
			return nil, errLogGap
		}
		out[i] = tlog.Hash(cut)
	}
	return out, nil
}

// logLine reads one line of a round's log, without its LF.
func logLine(tx *store.Tx, roundID, index int64) ([]byte, error) {
	var first int64
	var data []byte
	found, err := tx.Row("SELECT first_line, data FROM log_chunks WHERE round_id = ? AND first_line <= ? ORDER BY first_line DESC LIMIT 1",
		[]any{roundID, index}, &first, &data)
	if err != nil {
		return nil, fmt.Errorf("log of round %d: line %d: %w", roundID, index, err)
	}
	if !found {
		return nil, errLogGap
	}
	for at := first; ; at++ {
		end := bytes.IndexByte(data, 0x0a)
		if end < 0 {
			return nil, errLogGap
		}
		if at == index {
			return data[:end], nil
		}
		data = data[end+1:]
	}
}
