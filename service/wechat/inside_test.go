package wechat

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// The vectors are of WeChat's JS-SDK manual, appendix 1, and a variation of it.
func TestSignPage_MatchesWeChatsVectors(t *testing.T) {
	const ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
	for page, want := range map[string]string{
		"http://mp.weixin.qq.com":              "f4d90daf4b3bca3078ab155816175ba34c443a7b",
		"http://mp.weixin.qq.com?params=value": "0f9de62fce790f9a083d5c99e95740ceb90c27ed",
	} {
		if got := signPage(ticket, "Wm3WZYTPz0wzccnW", 1414587457, page); got != want {
			t.Errorf("signPage(%q) = %s, want %s", page, got, want)
		}
	}
}

func TestSignable_CutsTheFragmentAndRefusesWhatIsNoPage(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/x?y=1#/route?z": "https://a.example/x?y=1",
		"https://a.example/路径":             "https://a.example/路径",
		"":                                 "",
		"#only":                            "",
		"/relative":                        "",
		"javascript:alert(1)":              "",
		"https://" + strings.Repeat("a", maxPageURLBytes): "",
	} {
		got, err := signable(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("signable(%.40q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestRedact_BlanksEverySecret(t *testing.T) {
	for _, in := range []string{
		"https://api.weixin.qq.com/x?appid=wx1&secret=TOPSECRET&code=TOPSECRET&grant_type=y",
		`Get "https://api.weixin.qq.com/cgi-bin/media/get?access_token=TOPSECRET": EOF`,
		`{"access_token":"TOPSECRET","session_key": "TOPSECRET"}`,
		"js_code=TOPSECRET", "refresh_token=TOPSECRET", "ticket=TOPSECRET", "appsecret: TOPSECRET", "SECRET=TOPSECRET",
	} {
		if got := redact(in); strings.Contains(got, "TOPSECRET") {
			t.Errorf("redact(%q) = %q", in, got)
		}
	}
	if got := redact("errcode=40163, code been used"); got != "errcode=40163, code been used" {
		t.Errorf("redact took away what is no secret: %q", got)
	}
}

func FuzzSignable(f *testing.F) {
	f.Add("https://a.example/x?y=1#z")
	f.Add("http://[::1]:80/%zz")
	f.Fuzz(func(t *testing.T, in string) {
		page, err := signable(in)
		if err != nil {
			return
		}
		if strings.Contains(page, "#") || !strings.HasPrefix(in, page) || len(page) > maxPageURLBytes {
			t.Errorf("signable(%q) = %q", in, page)
		}
	})
}

func TestHTTPClient_RefusesWhatItCannotUse(t *testing.T) {
	for name, via := range map[string]Via{
		"no certificate": {Authority: []byte("not a certificate")},
		"no port":        {Addr: "127.0.0.1"},
	} {
		if _, err := HTTPClient(time.Second, via); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A download without a declared length ends at the limit, however it is read.
func TestMediaBody_EndsAtTheLimitByItself(t *testing.T) {
	for _, size := range []int{0, 1, 999, 1000, 1001, 5000} {
		for name, slow := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "with its end": iotest.DataErrReader,
		} {
			_, cancel := context.WithCancel(t.Context())
			m := &mediaBody{answer: &answer{api: mediaAPI}, body: io.NopCloser(slow(strings.NewReader(strings.Repeat("a", size)))), left: 1000, cancel: cancel}
			got, err := io.ReadAll(m)
			if len(got) != min(size, 1000) || errors.Is(err, ErrMediaTooLarge) != (size > 1000) {
				t.Errorf("%d bytes %s: read %d, %v", size, name, len(got), err)
			}
			if n, again := m.Read(make([]byte, 10)); size > 1000 && (n != 0 || !errors.Is(again, ErrMediaTooLarge)) {
				t.Errorf("%d bytes %s: read on and got %d, %v", size, name, n, again)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
