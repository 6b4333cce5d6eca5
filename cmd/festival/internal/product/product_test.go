package product

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestUnzip_NeverWritesOutsideItsDirectory(t *testing.T) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range []string{"a1-1/round.log", "../../escaped.txt", "/etc/absolute.txt"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("open 00\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "in", "side")
	names, err := Unzip(archive.Bytes(), dir)
	if err != nil || !slices.Equal(names, []string{"round.log", "escaped.txt", "absolute.txt"}) {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := Unzip([]byte("no archive"), dir); err == nil {
		t.Error("something else was read as an archive")
	}
}

func TestEnvironment_CarriesNothingOfTheCallersProduct(t *testing.T) {
	s := &Server{address: "127.0.0.1:1", options: Options{Dir: "/d", Database: "mysql:dsn"}}
	got := s.environment([]string{"HOME=/root", "NIANWEI_PRODUCTION=true", "NIANWEI_TEST_MYSQL_DSN=x"})
	for want, has := range map[string]bool{"HOME=/root": true, "NIANWEI_LISTEN=127.0.0.1:1": true, "NIANWEI_DATABASE_URL=mysql:dsn": true, "NIANWEI_PRODUCTION=true": false, "NIANWEI_TEST_MYSQL_DSN=x": false} {
		if slices.Contains(got, want) != has {
			t.Errorf("%s: %v, want %v", want, !has, has)
		}
	}
}

func TestSetupToken_FindsTheFirstStartsLink(t *testing.T) {
	for text, want := range map[string]string{
		"msg=\"open http://127.0.0.1:1/console/#/setup?token=Ab-9_x\" level=info\n": "Ab-9_x",
		"  http://127.0.0.1:1/console/#/setup?token=tok\n":                          "tok",
		"nothing": "",
	} {
		file, err := os.Create(filepath.Join(t.TempDir(), "log"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
		got, err := (&Server{log: file}).SetupToken()
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestDrawcheck_TellsWhatDoesNotHold(t *testing.T) {
	if got := failing("ok   a: fine\nFAIL b:3: broken\n1 of 2 checks do not hold\n"); got != "FAIL b:3: broken\n1 of 2 checks do not hold\n" {
		t.Errorf("%q", got)
	}
}
