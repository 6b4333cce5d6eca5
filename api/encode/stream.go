package encode

import (
	"errors"
	"net/http"
	"time"

	"nianwei/model/clock"
)

// patience is how long one write of a stream may wait for its reader.
const patience = 30 * time.Second

// Stream writes an answer of any length. The server's limit on the time of a
// whole answer would cut a long one off, so here every single write has its
// own; a reader that takes nothing for that long is given up.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	watch   clock.Clock // of the machine: a deadline is for the network
}

// NewStream begins a stream whose status and headers are sent already.
func NewStream(w http.ResponseWriter) *Stream {
	return &Stream{w: w, control: http.NewResponseController(w), watch: clock.System{}}
}

// Write sends bytes, or fails after patience.
func (s *Stream) Write(b []byte) (int, error) {
	if err := ignoreUnsupported(s.control.SetWriteDeadline(s.watch.Now().Add(patience))); err != nil {
		return 0, err
	}
	return s.w.Write(b)
}

// Flush sends what was written at once.
func (s *Stream) Flush() error { return ignoreUnsupported(s.control.Flush()) }

// ignoreUnsupported lets writers without deadlines or buffers be streamed to.
func ignoreUnsupported(err error) error {
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
