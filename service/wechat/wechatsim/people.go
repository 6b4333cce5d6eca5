package wechatsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Person is somebody with a WeChat account.
type Person struct {
	ID       string `json:"id"`       // stable name; the nickname if empty
	Nickname string `json:"nickname"` // 1 to 20 characters
	UnionID  string `json:"unionid"`  // derived if empty; all applications hang on one open-platform account
	Colour   string `json:"colour"`   // of the portrait, "#rrggbb"; derived if empty
	Listed   bool   `json:"listed"`   // shown on the consent page

	OpenIDs map[string]string `json:"openids"` // by appid; derived
}

// maxNicknameRunes bounds what the consent page takes.
const maxNicknameRunes = 20

// people are all who exist, by id and by openid.
type people struct {
	byID     map[string]*Person
	byOpenID map[string]*Person // openids of all applications
	listed   []*Person
}

func newPeople() people {
	return people{byID: map[string]*Person{}, byOpenID: map[string]*Person{}}
}

// addPerson gives the person of that id, made if there was none.
func (w *world) addPerson(p Person) *Person {
	if p.ID == "" {
		p.ID = p.Nickname
	}
	if old, ok := w.people.byID[p.ID]; ok {
		return old
	}
	if p.Nickname == "" {
		p.Nickname = p.ID
	}
	if p.UnionID == "" {
		p.UnionID = w.derive("union", p.ID)
	}
	if !validColour(p.Colour) {
		p.Colour = colourOf(p.ID)
	}
	made := p
	made.OpenIDs = map[string]string{}
	for appID := range w.apps {
		openID := w.derive("openid "+appID, p.ID)
		made.OpenIDs[appID] = openID
		w.people.byOpenID[openID] = &made
	}
	w.people.byID[p.ID] = &made
	if made.Listed {
		w.people.listed = append(w.people.listed, &made)
	}
	return &made
}

// derive makes an id of WeChat's form, 28 characters that begin with 'o', from the seed.
func (w *world) derive(use, id string) string {
	mac := hmac.New(sha256.New, []byte("wechatsim "+w.seed))
	mac.Write([]byte(use + "\n" + id))
	return "o" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))[:27]
}

// openID gives the person's openid; the preview page has virtual ones.
func (w *world) openID(l login) string {
	if l.snapshot {
		return w.derive("snapshot "+l.appID, l.personID)
	}
	return w.people.byID[l.personID].OpenIDs[l.appID]
}

// AddPeople makes people, or finds those who exist, and gives them with their openids.
func (s *Sim) AddPeople(some ...Person) []Person {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	added := make([]Person, 0, len(some))
	for _, p := range some {
		added = append(added, *s.world.addPerson(p))
	}
	return added
}

// OAuthCode mints a code as the consent page would. snapshot makes it one of the preview page.
func (s *Sim) OAuthCode(appID, openID string, snapshot bool) (string, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	p, err := s.world.personOf(appID, openID, Official)
	if err != nil {
		return "", err
	}
	return s.world.issueCode(login{appID: appID, personID: p.ID, scope: scopeBase, snapshot: snapshot}), nil
}

// JSCode mints a code as the mini-program's wx.login would.
func (s *Sim) JSCode(appID, openID string) (string, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	p, err := s.world.personOf(appID, openID, Mini)
	if err != nil {
		return "", err
	}
	code := secret("0", 31)
	s.world.jsCodes.issue(code, login{appID: appID, personID: p.ID}, s.world.clock.Now())
	return code, nil
}

func (w *world) issueCode(l login) string {
	code := secret("0", 31)
	w.codes.issue(code, l, w.clock.Now())
	return code
}

func (w *world) personOf(appID, openID string, kind Kind) (*Person, error) {
	a, ok := w.apps[appID]
	if !ok || a.Kind != kind {
		return nil, fmt.Errorf("no %s application has the appid %q", kind, appID)
	}
	p, ok := w.people.byOpenID[openID]
	if !ok || p.OpenIDs[appID] != openID {
		return nil, fmt.Errorf("nobody has the openid %q there", openID)
	}
	return p, nil
}

// AddMedia keeps a file for three days, as wx.uploadVoice would, and gives its media_id.
func (s *Sim) AddMedia(appID, contentType string, body []byte) (string, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if _, ok := s.world.apps[appID]; !ok {
		return "", fmt.Errorf("no application has the appid %q", appID)
	}
	id := secret("", 64)
	s.world.media[id] = media{
		appID: appID, contentType: contentType, body: append([]byte(nil), body...),
		ends: s.world.clock.Now().Add(mediaLife),
	}
	return id, nil
}

const mediaLife = 3 * 24 * time.Hour

// cleanNickname gives a nickname fit for the page, empty if there is none.
func cleanNickname(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) { // invisible, or turning the text's direction
			return -1
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) > maxNicknameRunes {
		s = string([]rune(s)[:maxNicknameRunes])
	}
	return strings.TrimSpace(s)
}

func validColour(s string) bool {
	if len(s) != 7 || s[0] != '#' {
		return false
	}
	return strings.Trim(s[1:], "0123456789abcdefABCDEF") == ""
}

// colourOf picks a portrait colour that white text stands out from.
func colourOf(id string) string {
	palette := [...]string{"#b3261e", "#9a4b00", "#6b5d00", "#2e6b1f", "#00696d", "#1f5fa8", "#5b4bb5", "#8e3a80"}
	sum := sha256.Sum256([]byte(id))
	return palette[int(sum[0])%len(palette)]
}
