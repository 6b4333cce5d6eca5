package worker

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"nianwei/model/clock"
)

// trip is what a browser keeps while it is at WeChat, signed by the server. It
// ties WeChat's answer to the browser that asked, so that nobody can be signed
// in as somebody else by a link.
type trip struct {
	State  string `json:"s"`
	Next   string `json:"n"`
	EndsAt int64  `json:"e"`           // unix milliseconds
	Again  bool   `json:"a,omitempty"` // has started over once
	Done   bool   `json:"d,omitempty"` // has ended in a session
}

// matches tells whether WeChat's answer belongs to the trip.
func (t trip) matches(state string) bool {
	return t.State != "" && subtle.ConstantTimeCompare([]byte(t.State), []byte(state)) == 1
}

func (h Identity) keepTrip(c *gin.Context, t trip) {
	h.setCookie(c, tripCookie, sealTrip(h.tripKey, t), tripPath, tripLife)
}

func (h Identity) tripOf(c *gin.Context) (t trip, ok bool) {
	text, err := c.Cookie(tripCookie)
	if err != nil {
		return trip{}, false
	}
	return openTrip(h.tripKey, text, clock.Millis(h.clock.Now()))
}

// sealTrip gives payload.signature, both base64url.
func sealTrip(key [32]byte, t trip) string {
	payload, err := json.Marshal(t)
	if err != nil {
		return "" // a struct of strings, numbers and booleans always has JSON
	}
	text := base64.RawURLEncoding.EncodeToString(payload)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign(key, text))
}

func openTrip(key [32]byte, sealed string, now int64) (t trip, ok bool) {
	text, signature, found := strings.Cut(sealed, ".")
	given, err := base64.RawURLEncoding.DecodeString(signature)
	if !found || err != nil || !hmac.Equal(given, sign(key, text)) {
		return trip{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(payload, &t) != nil || now >= t.EndsAt || !localPath(t.Next) {
		return trip{}, false
	}
	return t, true
}

func sign(key [32]byte, text string) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

const maxNext = 300

// localPath tells whether next is the path of a page on this site, whatever a
// browser makes of it: browsers take "\" for "/", drop tabs and line breaks,
// and read "//host" as another site.
func localPath(next string) bool {
	if len(next) > maxNext || !utf8.ValidString(next) || !strings.HasPrefix(next, "/") {
		return false
	}
	if strings.ContainsFunc(next, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }) {
		return false
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return false
	}
	clean := path.Clean(u.Path)
	if u.Path != clean && u.Path != clean+"/" {
		return false
	}
	return !strings.HasPrefix(clean+"/", "/auth/") && !strings.HasPrefix(clean+"/", "/api/")
}
