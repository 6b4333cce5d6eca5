package evening

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// logbook is what a published log says, counted by a reader of its own: the
// verifier proves that the log is right, this finds in it what was played.
type logbook struct {
	asks     int64
	enters   int64
	won      map[int64]result // by number of the play
	blanks   int64
	prizes   int64
	fen      int64
	voids    int64
	totalN   int64
	totalFen int64
}

type result struct {
	code string
	fen  int64
}

// readLogbook reads a round.log.
func readLogbook(path string) (*logbook, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseLogbook(f)
}

func parseLogbook(r io.Reader) (*logbook, error) {
	b := &logbook{won: map[int64]result{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if err := b.line(strings.Split(lines.Text(), " ")); err != nil {
			return nil, fmt.Errorf("line %d %q: %w", n, lines.Text(), err)
		}
	}
	return b, lines.Err()
}

// line counts one line: won <seq> <pos> <code> <cents>, rank <r> <entry> <code> <cents>, total <wins> <cents>.
func (b *logbook) line(f []string) error {
	switch f[0] {
	case "ask":
		b.asks++
	case "enter":
		b.enters++
	case "void":
		b.voids++
	case "won":
		n, err := numbersAt(f, 5, 1, 4)
		if err != nil {
			return err
		}
		if _, twice := b.won[n[0]]; twice {
			return fmt.Errorf("a second result of play %d", n[0])
		}
		b.won[n[0]] = result{f[3], n[1]}
		if f[3] == "-" {
			b.blanks++
			return nil
		}
		b.prizes++
		b.fen += n[1]
	case "rank":
		n, err := numbersAt(f, 5, 4)
		if err != nil {
			return err
		}
		b.prizes++
		b.fen += n[0]
	case "total":
		n, err := numbersAt(f, 3, 1, 2)
		if err != nil {
			return err
		}
		b.totalN, b.totalFen = n[0], n[1]
	}
	return nil
}

// numbersAt reads decimal fields of a line that has to have so many.
func numbersAt(f []string, length int, at ...int) ([]int64, error) {
	if len(f) != length {
		return nil, fmt.Errorf("%d fields, want %d", len(f), length)
	}
	out := make([]int64, 0, len(at))
	for _, i := range at {
		n, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}
