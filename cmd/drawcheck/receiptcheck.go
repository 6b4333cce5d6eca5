package main

import (
	"path/filepath"
	"slices"
)

// checkReceipt prints every check of a worker's receipt.
func (r *report) checkReceipt(file, keysFile, origin string) {
	if keysFile == "" {
		keysFile = filepath.Join(filepath.Dir(file), "keys.txt")
	}
	keys, ok := r.readKeys(keysFile)
	if !ok {
		return
	}
	raw, err := readSmall(file)
	if err != nil {
		r.fail(file, checkReceipt, err)
		return
	}
	rc, doc, err := parseReceipt(raw)
	if err != nil {
		r.fail(file, checkReceipt, err)
		return
	}
	lines, err := rc.sort()
	if err != nil {
		r.fail(file, checkReceipt, err)
		return
	}
	r.ok(file, checkReceipt, phrase{"%s, round %s, %d lines", "%s，场次 %s，%d 行"}, rc.origin, rc.round, len(rc.proofs))
	extra := unproven(doc)
	slices.Sort(extra)
	for _, name := range extra {
		r.note(file, phrase{"%q is not part of a receipt and proves nothing", "%q 不属于凭证，不能证明任何事"}, name)
	}
	if r.checkReceiptHead(file, doc, rc, keys, origin) {
		r.checkOwner(file, doc, rc, lines)
		r.checkTicket(file, rc, lines)
	}
}

// checkReceiptHead checks the signed checkpoint, then each line against its root.
func (r *report) checkReceiptHead(file string, doc *jsonDoc, rc *receipt, keys keyring, origin string) bool {
	head, err := rc.head(keys, origin)
	if err != nil {
		r.fail(file, checkHead, at(doc.near("checkpoint"), "%v", err))
		return false
	}
	r.ok(file, checkHead, phrase{"%s, %d lines", "%s，%d 行"}, head.log, head.size)
	held := true
	for _, p := range rc.proofs {
		if err := p.proves(head.size, head.root); err != nil {
			r.fail(file, checkProof, err)
			held = false
			continue
		}
		r.ok(file, checkProof, phrase{"line %d: %s", "第 %d 行：%s"}, p.index+1, p.line)
	}
	return held
}

func (r *receipt) head(keys keyring, origin string) (checkpoint, error) {
	text, err := keys.open([]byte(r.checkpoint), 1)
	if err != nil {
		return checkpoint{}, err
	}
	head, err := parseCheckpoint(text)
	if err != nil {
		return checkpoint{}, err
	}
	if name := r.origin + "/" + r.round; head.log != name {
		return checkpoint{}, at(0, "the checkpoint is of %q, the receipt of %q", head.log, name)
	}
	if origin != "" && r.origin != origin {
		return checkpoint{}, at(0, "the receipt is of origin %q, not %q", r.origin, origin)
	}
	return head, nil
}

func (r *report) checkOwner(file string, doc *jsonDoc, rc *receipt, lines said) {
	who := whoHash(rc.round, rc.salt[:], rc.openid)
	if who != lines.entry.record.digest {
		r.fail(file, checkWho, at(doc.near("openid"), "they give %x, the line has %x", who, lines.entry.record.digest))
		return
	}
	r.ok(file, checkWho, phrase{"play or entry %d", "第 %d 号"}, lines.entry.record.seq)
}

func (r *report) checkTicket(file string, rc *receipt, lines said) {
	checked, err := rc.ticket(lines)
	if err != nil {
		r.fail(file, checkTicket, err)
		return
	}
	if !checked {
		r.note(file, phrase{
			"this receipt has no ticket fixed beforehand: it is of a raffle, of a queue, or of a play that met no winning moment",
			"此凭证没有事先固定的签：属于抽签、先到先得，或未遇到中奖时刻"})
		return
	}
	r.ok(file, checkTicket, phrase{"%s", "%s"}, rc.deck.line)
}
