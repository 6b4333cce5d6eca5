package worker

import (
	"net/url"
	"strings"
	"testing"
)

func TestLocalPath_LeadsNowhereElse(t *testing.T) {
	for next, want := range map[string]bool{
		"/h5/#/pages/today/today":               true,
		"/h5/#/pages/round/round?id=a12-1":      true,
		"/h5/":                                  true,
		"/":                                     true,
		"/h5/?x=https://evil.example/":          true,
		"":                                      false,
		"h5/":                                   false,
		"//evil.example":                        false,
		"///evil.example":                       false,
		"/\\evil.example":                       false,
		"/\t/evil.example":                      false,
		"/\n/evil.example":                      false,
		"\\\\evil.example":                      false,
		"https://evil.example/":                 false,
		"javascript:alert(1)":                   false,
		"/h5/..//evil.example":                  false,
		"/%2e%2e//evil.example":                 false,
		"/.//evil.example":                      false,
		"/auth/wechat":                          false,
		"/auth/wechat?next=/auth/wechat":        false,
		"/api/worker/session":                   false,
		"/auth":                                 false,
		"/h5/#/" + strings.Repeat("a", maxNext): false,
		"/h5/ #":                                false,
		"/h5/\u2028":                            false,
		"/h5/\xff":                              false,
		" /h5/":                                 false,
	} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %v, want %v", next, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/h5/#/pages/today/today", "//evil.example", "/\\evil.example", "/\t/evil.example", "/%2f/evil.example", "/a:b@c", "/h5/../auth/wechat"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://union.example")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, next string) {
		if !localPath(next) {
			return
		}
		// What browsers drop or rewrite before they parse (URL standard 4.4).
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimSpace(next))
		u, err := base.Parse(seen)
		if err != nil {
			t.Fatalf("%q is no URL for a browser: %v", next, err)
		}
		if u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil || strings.HasPrefix(seen, "//") {
			t.Fatalf("%q leads to %s", next, u)
		}
		if strings.HasPrefix(u.Path, "/auth/") || strings.HasPrefix(u.Path, "/api/") {
			t.Fatalf("%q leads to %s", next, u.Path)
		}
	})
}

func TestTrip_OnlyTheServersOwnIsOpened(t *testing.T) {
	key := [32]byte{1}
	mine := trip{State: "abc", Next: "/h5/", EndsAt: 1000, Again: true}
	sealed := sealTrip(key, mine)
	if got, ok := openTrip(key, sealed, 999); !ok || got != mine {
		t.Fatalf("got %+v, %v", got, ok)
	}
	if !mine.matches("abc") || mine.matches("abd") || mine.matches("") || (trip{}).matches("") {
		t.Error("matches is wrong")
	}
	for name, c := range map[string]struct {
		key    [32]byte
		sealed string
		now    int64
	}{
		"too late":              {key, sealed, 1000},
		"another key":           {[32]byte{2}, sealed, 999},
		"a changed payload":     {key, "x" + sealed, 999},
		"no signature":          {key, strings.Split(sealed, ".")[0], 999},
		"an empty signature":    {key, strings.Split(sealed, ".")[0] + ".", 999},
		"nothing":               {key, "", 999},
		"signed, but elsewhere": {key, sealTrip(key, trip{State: "abc", Next: "//evil.example", EndsAt: 1000}), 999},
	} {
		if _, ok := openTrip(c.key, c.sealed, c.now); ok {
			t.Errorf("%s: opened", name)
		}
	}
}
