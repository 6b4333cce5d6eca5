package wechatsim

import (
	"net/url"
	"slices"
	"strings"
)

const maxRedirectBytes = 2048

// allowed parses the address a browser is to be sent back to, and tells whether
// its host is one of the registered ones. Whatever a browser might read
// differently from net/url is refused: backslashes, white space, user names.
func (w *world) allowed(raw string) (*url.URL, bool) {
	if raw == "" || len(raw) > maxRedirectBytes || strings.ContainsFunc(raw, ambiguous) {
		return nil, false
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Opaque != "" || u.User != nil || u.Hostname() == "" {
		return nil, false
	}
	for _, registered := range w.redirectHosts {
		if strings.EqualFold(u.Host, registered) || strings.EqualFold(u.Hostname(), registered) {
			return u, true
		}
	}
	return nil, false
}

func ambiguous(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f || r > 0x7f }

// back gives the address with code and state in its query, in place of any that
// were there; an empty code is left out, as after a refusal.
func back(to *url.URL, code, state string) string {
	u := *to
	var kept []string
	for _, pair := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil && pair != "" && !slices.Contains([]string{"code", "state"}, decoded) {
			kept = append(kept, pair)
		}
	}
	if code != "" {
		kept = append(kept, "code="+url.QueryEscape(code))
	}
	u.RawQuery = strings.Join(append(kept, "state="+url.QueryEscape(state)), "&")
	return u.String()
}
