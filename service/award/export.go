package award

import (
	"context"
	"errors"
	"fmt"
	"io"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/redraw"
)

// ErrNotEnded says that a round's directory cannot be exported yet.
var ErrNotEnded = fault.New(fault.Conflict, "export.not_final", "这场活动的抽奖还没有结束，结束后才能导出。")

// Files gives the directory of a round whose log has ended. The log streams
// from the database in constant memory; ctx must live as long as it is read.
func (d *Desk) Files(ctx context.Context, s *store.Store, roundID int64) (redraw.Files, error) {
	var w *Draw
	err := s.Read(ctx, func(tx *store.Tx) (err error) {
		w, err = d.FindDraw(tx, roundID)
		return err
	})
	if err != nil {
		return redraw.Files{}, err
	}
	if w.State != Final {
		return redraw.Files{}, ErrNotEnded
	}
	return redraw.Files{Open: w.Manifest, Close: w.CloseNote, Final: w.FinalNote, Keys: []byte(d.keysText),
		Log: func() (io.ReadCloser, error) { return streamLog(ctx, s, roundID), nil }}, nil
}

// streamLog reads a round's log in one read transaction while somebody reads
// from the other end; closing the reader ends the transaction.
func streamLog(ctx context.Context, s *store.Store, roundID int64) io.ReadCloser {
	r, w := io.Pipe()
	stream := logStream{PipeReader: r, ended: make(chan struct{})}
	go func() {
		defer close(stream.ended)
		err := s.Read(ctx, func(tx *store.Tx) error {
			return eachChunk(tx, roundID, func(data []byte) error {
				_, err := w.Write(data)
				return err
			})
		})
		w.CloseWithError(err)
	}()
	return stream
}

// logStream is a log that is being read from the database.
type logStream struct {
	*io.PipeReader
	ended chan struct{}
}

// Close returns when the transaction has ended, since its context may not be
// used any longer than by the caller.
func (s logStream) Close() error {
	err := s.PipeReader.Close()
	<-s.ended
	return err
}

// Check is one rule that a round was held against.
type Check struct {
	Name   string
	Title  string // Chinese
	OK     bool
	Detail string // Chinese, what does not hold
}

// Verify holds a round's files against the contract, and the database's own
// rows against the log: an edited line, play, award or amount is named.
func (d *Desk) Verify(ctx context.Context, s *store.Store, roundID int64) ([]Check, error) {
	files, err := d.Files(ctx, s, roundID)
	if err != nil {
		return nil, err
	}
	report, err := redraw.Verify(files, redraw.VerifyOptions{Origin: d.origin, Keys: &d.keys})
	var line *redraw.LineError
	switch {
	case errors.Is(err, errLogGap):
		return []Check{{Name: "log", Title: "日志完整", Detail: "数据库中的日志缺行。"}}, nil
	case errors.As(err, &line):
		return []Check{{Name: "log", Title: "日志完整", Detail: err.Error()}}, nil
	case err != nil:
		return nil, fmt.Errorf("award: verify round %d: %w", roundID, err)
	}
	var out []Check
	for _, c := range report.Checks {
		if c.Outcome == redraw.Unchecked || c.Outcome == redraw.Unreached {
			continue // nothing can be said about them; what failed before is named
		}
		check := Check{Name: c.Name, Title: c.Title, OK: c.Outcome == redraw.Passed, Detail: c.Detail}
		if c.Line > 0 {
			check.Detail = fmt.Sprintf("%s 第 %d 行：%s", c.File, c.Line, c.Detail)
		}
		out = append(out, check)
	}
	err = s.Read(ctx, func(tx *store.Tx) error {
		rows, err := d.checkRows(tx, roundID)
		out = append(out, rows...)
		return err
	})
	return out, err
}

// checkRows compares what the database says of a round with what its log says.
func (d *Desk) checkRows(tx *store.Tx, roundID int64) ([]Check, error) {
	logged, err := readLogged(tx, roundID)
	if err != nil {
		return nil, err
	}
	out := []Check{
		d.checkPlays(tx, roundID, logged),
		d.checkAwards(tx, roundID, logged),
		d.checkPeople(tx, roundID),
		d.checkMoney(tx, roundID, logged),
	}
	for _, c := range out {
		if c.Name == "" {
			return nil, errors.New("award: a check of the rows could not be read")
		}
	}
	return out, nil
}
