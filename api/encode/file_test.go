package encode_test

import (
	"bytes"
	"errors"
	"mime"
	"mime/multipart"
	"testing"

	"nianwei/api/encode"
)

func form(t *testing.T, parts ...string) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary("frontier"); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(parts); i += 2 {
		p, err := w.CreateFormFile(parts[i], "a.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestFile_ReadsTheFileAlone(t *testing.T) {
	whole := form(t, "note", "hello", "file", "12345")
	cut := bytes.NewBuffer(whole.Bytes()[:whole.Len()-20])
	for name, c := range map[string]struct {
		form *bytes.Buffer
		want string
		err  error
	}{
		"behind another part": {form(t, "note", "hello", "file", "12345"), "12345", nil},
		"none":                {form(t, "note", "hello"), "", encode.ErrNoFile},
		"empty":               {form(t, "file", ""), "", encode.ErrNoFile},
		"too large":           {form(t, "file", "123456"), "", encode.ErrFileTooLarge},
		"cut off":             {cut, "", encode.ErrCutOff},
	} {
		got, err := encode.File(multipart.NewReader(c.form, "frontier"), 5)
		if string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v; want %q, %v", name, got, err, c.want, c.err)
		}
	}
}

func TestAttachment_KeepsAChineseName(t *testing.T) {
	header := encode.Attachment("题库 模板.xlsx")
	kind, params, err := mime.ParseMediaType(header)
	if err != nil || kind != "attachment" || params["filename"] != "题库 模板.xlsx" {
		t.Errorf("%s reads as %s %v, %v", header, kind, params, err)
	}
}
