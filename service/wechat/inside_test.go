package wechat

import (
	"strings"
	"testing"
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
