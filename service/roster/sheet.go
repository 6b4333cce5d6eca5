package roster

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// sheet calls row for every row of a file that is not empty, with its number
// as a spreadsheet counts (from 1) and its cells, which are the callee's until
// it returns.
type sheet func(ctx context.Context, row func(number int, cells []string) error) error

// openSheet tells a file's format by its first bytes, not by its name.
func openSheet(file []byte, limits Limits) (sheet, error) {
	switch {
	case int64(len(file)) > limits.Bytes:
		return nil, ErrTooLarge
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		if err := inspectZip(file, limits); err != nil {
			return nil, err
		}
		return xlsxSheet(file, limits), nil
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return nil, ErrOldExcel
	}
	text, err := decodeText(file)
	if err != nil {
		return nil, err
	}
	return csvSheet(text), nil
}

const (
	maxParts     = 1000     // files inside an XLSX; real ones have about a dozen
	maxPartBytes = 16 << 20 // of a part that is read into memory whole
)

// inspectZip refuses an XLSX that would unpack to more than a roster can have.
// The sizes in the directory can be trusted this far: archive/zip ends with an
// error where a part turns out longer than it says.
func inspectZip(file []byte, limits Limits) error {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return ErrFormat.Because(err)
	}
	if len(archive.File) > maxParts {
		return ErrZipBomb
	}
	var total uint64
	for _, part := range archive.File {
		total += part.UncompressedSize64
		if part.UncompressedSize64 > uint64(limits.UnzipBytes) || total > uint64(limits.UnzipBytes) {
			return ErrZipBomb
		}
		if part.UncompressedSize64 > maxPartBytes && !streams(part.Name) {
			return ErrZipBomb
		}
	}
	return nil
}

// streams tells the parts that are unpacked to disk when they are large.
func streams(part string) bool {
	part = strings.ToLower(strings.ReplaceAll(part, `\`, "/"))
	return strings.HasPrefix(part, "xl/worksheets/sheet") || part == "xl/sharedstrings.xml"
}

// xlsxSheet reads the first sheet row by row, with numbers as they are stored
// and not as they are shown (1.38E+10).
func xlsxSheet(file []byte, limits Limits) sheet {
	return func(ctx context.Context, row func(int, []string) error) (err error) {
		book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
			RawCellValue: true, UnzipSizeLimit: limits.UnzipBytes, UnzipXMLSizeLimit: maxPartBytes,
		})
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
			if number%1000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			cells, err := rows.Columns()
			if err != nil {
				return ErrFormat.Because(err)
			}
			if empty(cells) {
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
}

// decodeText gives a CSV's text. Excel writes UTF-8 with a mark, GB18030
// without one, or UTF-16, by the menu entry that was chosen.
func decodeText(file []byte) (string, error) {
	if bytes.HasPrefix(file, []byte("\xff\xfe")) || bytes.HasPrefix(file, []byte("\xfe\xff")) {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(file)
		return string(text), asEncoding(text, err)
	}
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	if utf8.Valid(file) {
		return string(file), asEncoding(file, nil)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(file)
	return string(text), asEncoding(text, err)
}

// asEncoding refuses what is no text: decoders put U+FFFD where they are at a
// loss, and no roster has a zero byte.
func asEncoding(text []byte, err error) error {
	if err != nil {
		return ErrEncoding.Because(err)
	}
	if bytes.ContainsRune(text, utf8.RuneError) || bytes.IndexByte(text, 0) >= 0 {
		return ErrEncoding
	}
	return nil
}

func csvSheet(text string) sheet {
	return func(ctx context.Context, row func(int, []string) error) error {
		r := csv.NewReader(strings.NewReader(text))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = delimiter(text), true, -1, true
		number, lastLine := 0, 0
		for n := 0; ; n++ {
			cells, err := r.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return ErrFormat.Because(err)
			}
			if n%1000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			// The reader passes over empty lines, which are rows for a spreadsheet,
			// and a quoted cell may have several lines, which are one row.
			line, _ := r.FieldPos(0)
			number += line - lastLine
			lastLine = line + linesWithin(cells)
			if empty(cells) {
				continue
			}
			if err := row(number, cells); err != nil {
				return err
			}
		}
	}
}

func linesWithin(cells []string) (n int) {
	for _, cell := range cells {
		n += strings.Count(cell, "\n")
	}
	return n
}

// delimiter gives the separator that the first lines, a title and the head,
// have most often outside quotes.
func delimiter(text string) rune {
	var lines, commas, semicolons, tabs int
	quoted := false
	for _, r := range text {
		if r == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		switch r {
		case '\n':
			if lines++; lines == headSearch {
				return most(commas, semicolons, tabs)
			}
		case ',':
			commas++
		case ';':
			semicolons++
		case '\t':
			tabs++
		}
	}
	return most(commas, semicolons, tabs)
}

func most(commas, semicolons, tabs int) rune {
	switch {
	case tabs > commas && tabs >= semicolons:
		return '\t'
	case semicolons > commas:
		return ';'
	}
	return ','
}

func empty(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}
