package main

import (
	"encoding/base64"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// checkpoint is a signed statement that a log of this size has this head.
type checkpoint struct {
	log  string
	size uint64
	root tlog.Hash
}

// parseCheckpoint reads the text of a checkpoint note: three lines exactly.
func parseCheckpoint(text string) (checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, at(1, "a checkpoint has three lines: origin/round, size, root")
	}
	size, ok := parseNumber(lines[1])
	if !ok || size == 0 {
		return checkpoint{}, at(2, "%q is not the size of a log", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return checkpoint{}, at(3, "%q is not the base64 of a hash", lines[2])
	}
	return checkpoint{log: lines[0], size: size, root: tlog.Hash(root)}, nil
}

// matches compares with the log that was read; the error names the line.
func (c checkpoint) matches(log string, size uint64, root tlog.Hash) error {
	switch {
	case c.log != log:
		return at(1, "the checkpoint is of %q, not of %q", c.log, log)
	case c.size != size:
		return at(2, "the checkpoint is of %d lines, the log has %d", c.size, size)
	case c.root != root:
		return at(3, "the checkpoint's root is %x, that of the log is %x", c.root[:], root[:])
	}
	return nil
}
