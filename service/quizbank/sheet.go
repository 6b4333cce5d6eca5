package quizbank

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"

	"github.com/xuri/excelize/v2"
)

// What one import may cost. A question has a few hundred bytes, so that the
// largest bank fits many times.
const (
	maxFileBytes  = 5 << 20
	maxUnzipBytes = 64 << 20
	maxParts      = 200 // files inside an XLSX; real ones have about a dozen
	maxQuestions  = 5000
	maxRows       = maxQuestions + 1000 // of the sheet, with the empty ones
	headSearch    = 10                  // rows in which the head is looked for: people put a title above it
)

// eachRow calls row for every row of the first sheet that is not empty, with
// its number as the spreadsheet counts. Cells are read as they are shown, so
// that 50% is not 0.5.
func eachRow(file []byte, row func(number int, cells []string) error) (err error) {
	if err := inspect(file); err != nil {
		return err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnzipBytes, UnzipXMLSizeLimit: maxUnzipBytes})
	if err != nil {
		return ErrFormat.Because(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	names := book.GetSheetList()
	if len(names) == 0 {
		return ErrEmpty
	}
	rows, err := book.Rows(names[0])
	if err != nil {
		return ErrFormat.Because(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for number := 1; rows.Next(); number++ {
		if number > maxRows {
			return ErrTooMany
		}
		cells, err := rows.Columns()
		if err != nil {
			return ErrFormat.Because(err)
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		if err := row(number, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return ErrFormat.Because(err)
	}
	return nil
}

// inspect refuses what is no XLSX or would unpack to more than a bank can have.
// The sizes in the directory can be trusted this far: archive/zip ends with an
// error where a part turns out longer than it says.
func inspect(file []byte) error {
	switch {
	case len(file) > maxFileBytes:
		return ErrTooLarge
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return ErrOldExcel
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return ErrFormat.Because(err)
	}
	if len(archive.File) > maxParts {
		return ErrZipBomb
	}
	var total uint64
	for _, part := range archive.File {
		if total += part.UncompressedSize64; part.UncompressedSize64 > maxUnzipBytes || total > maxUnzipBytes {
			return ErrZipBomb
		}
	}
	return nil
}
