package audit

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"

	"nianwei/api/encode"
	"nianwei/service/redraw"
)

// directory is a finished round as a ZIP that unpacks into a folder of the
// round's name, where drawcheck reads it. It streams: a round of millions of
// plays needs no more memory than a small one.
type directory struct {
	round string
	files redraw.Files
}

// VisitExportRoundResponse sends the ZIP. A ZIP that broke off lacks its table
// of contents, so no program takes it for a whole one.
func (d directory) VisitExportRoundResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", d.round+".zip"))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return d.write(encode.NewStream(w))
}

func (d directory) write(w io.Writer) error {
	z := zip.NewWriter(w)
	err := d.files.Write(func(name string) (io.WriteCloser, error) {
		file, err := z.Create(d.round + "/" + name)
		return packed{file}, err
	})
	if err != nil {
		return fmt.Errorf("audit: pack %s: %w", d.round, err)
	}
	return z.Close()
}

// packed is one file of a ZIP; beginning the next one ends it.
type packed struct{ io.Writer }

// Close does nothing.
func (packed) Close() error { return nil }
