// Package operation remembers what officers did, as a chain of hashes: every
// line contains the hash of the line before, so that a line that is changed,
// taken out or put in later breaks the chain for whoever checks it. A line is
// written in the transaction of the deed, so there is no deed without its line.
//
// The chain shows nothing when its newest lines are cut off; for that somebody
// outside must have kept a newer hash (an auditor's export does).
package operation

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"nianwei/model/fault"
	"nianwei/model/store"
)

// ErrCursor refuses a cursor that no page has given.
var ErrCursor = fault.New(fault.Invalid, "cursor.invalid", "翻页位置不正确，请从第一页重新打开。")

// chainLock names the row that whoever appends holds until the commit.
const chainLock = "operations.chain"

// Operation is one line of the log.
type Operation struct {
	ID        int64
	At        int64 // unix milliseconds
	OfficerID int64 // 0 = the system itself
	Officer   string
	Action    string // what was done, e.g. "officer.lock"
	Subject   string // what it was done to, e.g. "officer/12"
	Reason    string // in the officer's own words; may be empty
	Detail    string // what else matters, without personal data; may be empty
	PrevHash  [32]byte
	Hash      [32]byte
}

// Record appends a line to the chain as part of the transaction. It holds the
// chain until the commit, so call it last: everybody else who records waits.
// action has at most 60 characters, subject 120, reason 400.
func Record(tx *store.Tx, officerID int64, action, subject, reason, detail string) error {
	// The last line itself would not do: whoever waited for it would get that
	// line, and not the one that was appended meanwhile.
	if err := tx.Hold(chainLock); err != nil {
		return fmt.Errorf("operation %s: hold the chain: %w", action, err)
	}
	o := Operation{At: tx.Millis(), OfficerID: officerID, Action: action, Subject: subject, Reason: reason, Detail: detail}
	var last []byte
	if _, err := tx.Row("SELECT hash FROM operations ORDER BY id DESC LIMIT 1", nil, &last); err != nil {
		return fmt.Errorf("operation %s: last line: %w", action, err)
	}
	copy(o.PrevHash[:], last)
	o.Hash = o.sum()
	_, err := tx.Insert("INSERT INTO operations (at, officer_id, action, subject, reason, detail, prev_hash, hash) VALUES (?,?,?,?,?,?,?,?)",
		o.At, o.OfficerID, o.Action, o.Subject, o.Reason, o.Detail, o.PrevHash[:], o.Hash[:])
	if err != nil {
		return fmt.Errorf("operation %s: append: %w", action, err)
	}
	return nil
}

// sum gives the line's hash: SHA-256 over the hash before and every column,
// each text with its length in front, so that no two lines look the same.
func (o *Operation) sum() [32]byte {
	var b bytes.Buffer
	b.WriteString("nianwei operation v1\n")
	b.Write(o.PrevHash[:])
	number := func(n int64) { b.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	number(o.At)
	number(o.OfficerID)
	for _, text := range []string{o.Action, o.Subject, o.Reason, o.Detail} {
		number(int64(len(text)))
		b.WriteString(text)
	}
	return sha256.Sum256(b.Bytes())
}

// Verify checks the whole chain and gives the number of the first line that
// does not fit, 0 when all do.
func Verify(tx *store.Tx) (firstBad int64, err error) {
	var o Operation
	var prev, hash []byte
	var before [32]byte
	errBroken := errors.New("broken")
	err = tx.Each("SELECT id, at, officer_id, action, subject, reason, detail, prev_hash, hash FROM operations ORDER BY id", nil,
		[]any{&o.ID, &o.At, &o.OfficerID, &o.Action, &o.Subject, &o.Reason, &o.Detail, &prev, &hash}, func() error {
			copy(o.PrevHash[:], prev)
			sum := o.sum()
			if !bytes.Equal(prev, before[:]) || !bytes.Equal(hash, sum[:]) {
				firstBad = o.ID
				return errBroken
			}
			before = sum
			return nil
		})
	if errors.Is(err, errBroken) {
		return firstBad, nil
	}
	if err != nil {
		return 0, fmt.Errorf("operation: verify: %w", err)
	}
	return 0, nil
}

// Page is a part of the log, newest first.
type Page struct {
	Items []Operation
	Next  string // cursor of the following page; empty = this is the last
}

// List gives up to limit lines before cursor, newest first, with the officers'
// names as they are now. An empty cursor begins with the newest line.
func List(tx *store.Tx, cursor string, limit int) (Page, error) {
	where, args := "", []any{}
	if cursor != "" {
		id, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || id <= 0 {
			return Page{}, ErrCursor
		}
		where, args = " WHERE o.id < ?", append(args, id)
	}
	var page Page
	var o Operation
	var prev, hash []byte
	err := tx.Each(`SELECT o.id, o.at, o.officer_id, COALESCE(f.name, ''), o.action, o.subject, o.reason, o.detail, o.prev_hash, o.hash
		FROM operations o LEFT JOIN officers f ON f.id = o.officer_id`+where+" ORDER BY o.id DESC LIMIT ?", append(args, limit+1),
		[]any{&o.ID, &o.At, &o.OfficerID, &o.Officer, &o.Action, &o.Subject, &o.Reason, &o.Detail, &prev, &hash}, func() error {
			copy(o.PrevHash[:], prev)
			copy(o.Hash[:], hash)
			page.Items = append(page.Items, o)
			return nil
		})
	if err != nil {
		return Page{}, fmt.Errorf("operation: list: %w", err)
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = strconv.FormatInt(page.Items[limit-1].ID, 10)
	}
	return page, nil
}
