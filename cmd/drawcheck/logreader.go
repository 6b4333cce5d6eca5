package main

import (
	"bufio"
	"errors"
	"io"
)

// maxLine is the longest log line in bytes; the longest honest one is a beat of
// about 200.
const maxLine = 4096

// logReader gives a log line by line, in memory that does not grow with the log.
type logReader struct {
	r    *bufio.Reader
	line int
}

func newLogReader(r io.Reader) *logReader {
	return &logReader{r: bufio.NewReaderSize(r, maxLine)}
}

// next returns the text of the next line, valid until the next call, or io.EOF.
func (l *logReader) next() ([]byte, error) {
	text, err := l.r.ReadSlice('\n')
	l.line++
	switch {
	case err == nil:
		return text[:len(text)-1], nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, breaks(checkLog, l.line, "the line is longer than %d bytes", maxLine)
	case errors.Is(err, io.EOF) && len(text) > 0:
		return nil, breaks(checkLog, l.line, "the last line has no line feed")
	}
	return nil, err
}

// record returns the next line and what it says.
func (l *logReader) record() ([]byte, record, error) {
	text, err := l.next()
	if err != nil {
		return nil, record{}, err
	}
	r, ok := parseRecord(text)
	if !ok {
		return nil, record{}, breaks(checkLog, l.line, "not a line of redraw/v1: %s", printable(text))
	}
	return text, r, nil
}
