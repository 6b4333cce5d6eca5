package wechatsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"nianwei/model/clock"
)

const (
	maxControlBytes = 32 << 20 // media and bulk lists
	maxBulk         = 200000   // people or codes in one request
)

// settable is a clock that can be moved, such as clock.Machine.
type settable interface {
	Set(t time.Time, frozen bool)
}

// Control is the simulator's remote control, in JSON. It can mint anybody's
// login, so it must never be reachable from outside.
//
//	GET    /people                 everybody
//	POST   /people                 {"people":[{"nickname":"张三","listed":true}]} or {"count":1000,"prefix":"压测"}
//	POST   /oauth-codes            {"appid":"…","openids":["…"],"count":1,"snapshot":false}
//	POST   /js-codes               {"appid":"…","openids":["…"],"count":1}
//	POST   /media?appid=…          the file as body, its type as Content-Type
//	POST   /page-checks            what a page gave wx.config, and its url
//	GET, POST, DELETE /faults      {"path":"/cgi-bin/token","kind":"errcode","code":-1,"times":3}
//	POST   /token-revocations      {"appid":"…"}
//	GET, POST /clock               {"now":1612180800000,"frozen":false}
//	GET, DELETE /calls             what was called
func (s *Sim) Control() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, do func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(rw http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(rw, r.Body, maxControlBytes)
			got, err := do(r)
			answerJSON(rw, got, err)
		})
	}
	handle("GET /people", s.controlPeople)
	handle("POST /people", s.controlAddPeople)
	handle("POST /oauth-codes", func(r *http.Request) (any, error) {
		return mint(r, func(m minting, openID string) (string, error) { return s.OAuthCode(m.AppID, openID, m.Snapshot) })
	})
	handle("POST /js-codes", func(r *http.Request) (any, error) {
		return mint(r, func(m minting, openID string) (string, error) { return s.JSCode(m.AppID, openID) })
	})
	handle("POST /media", s.controlMedia)
	handle("POST /page-checks", s.controlPageCheck)
	handle("GET /faults", func(*http.Request) (any, error) { return map[string]any{"faults": s.Faults()}, nil })
	handle("POST /faults", s.controlFault)
	handle("DELETE /faults", func(*http.Request) (any, error) { s.ClearFaults(); return struct{}{}, nil })
	handle("POST /token-revocations", s.controlRevoke)
	handle("GET /clock", func(*http.Request) (any, error) { return s.clockState(), nil })
	handle("POST /clock", s.controlClock)
	handle("GET /calls", func(*http.Request) (any, error) { return map[string]any{"calls": s.Calls()}, nil })
	handle("DELETE /calls", func(*http.Request) (any, error) { s.ForgetCalls(); return struct{}{}, nil })
	return mux
}

func answerJSON(rw http.ResponseWriter, got any, err error) {
	rw.Header().Set("Content-Type", "application/json")
	if err != nil {
		rw.WriteHeader(http.StatusUnprocessableEntity)
		got = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(rw).Encode(got) // the reader has gone away
}

func decode[T any](r *http.Request) (T, error) {
	var v T
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	return v, d.Decode(&v)
}

func (s *Sim) controlPeople(*http.Request) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	all := make([]Person, 0, len(s.world.people.byID))
	for _, p := range s.world.people.byID {
		all = append(all, *p)
	}
	return map[string]any{"people": all}, nil
}

func (s *Sim) controlAddPeople(r *http.Request) (any, error) {
	in, err := decode[struct {
		People []Person `json:"people"`
		Count  int      `json:"count"`
		Prefix string   `json:"prefix"`
	}](r)
	if err != nil {
		return nil, err
	}
	if in.Count < 0 || in.Count > maxBulk || len(in.People) > maxBulk {
		return nil, fmt.Errorf("at most %d people at once", maxBulk)
	}
	some := in.People
	for i := range in.Count {
		some = append(some, Person{Nickname: fmt.Sprintf("%s%06d", in.Prefix, i+1)})
	}
	for _, p := range some {
		if p.Nickname == "" && p.ID == "" {
			return nil, errors.New("a person needs a nickname or an id")
		}
	}
	return map[string]any{"people": s.AddPeople(some...)}, nil
}

// minting asks for Count codes for each of OpenIDs.
type minting struct {
	AppID    string   `json:"appid"`
	OpenIDs  []string `json:"openids"`
	Count    int      `json:"count"`
	Snapshot bool     `json:"snapshot"`
}

// minted is one code; code i of the answer belongs to openid i / count.
type minted struct {
	OpenID string `json:"openid"`
	Code   string `json:"code"`
}

func mint(r *http.Request, one func(minting, string) (string, error)) (any, error) {
	in, err := decode[minting](r)
	if err != nil {
		return nil, err
	}
	in.Count = max(in.Count, 1)
	if len(in.OpenIDs) == 0 || in.Count > maxBulk || len(in.OpenIDs) > maxBulk/in.Count {
		return nil, fmt.Errorf("at least one openid and at most %d codes at once", maxBulk)
	}
	codes := make([]minted, 0, in.Count*len(in.OpenIDs))
	for _, openID := range in.OpenIDs {
		for range in.Count {
			code, err := one(in, openID)
			if err != nil {
				return nil, err
			}
			codes = append(codes, minted{OpenID: openID, Code: code})
		}
	}
	return map[string]any{"codes": codes}, nil
}

func (s *Sim) controlMedia(r *http.Request) (any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	contentType := r.Header.Get("Content-Type")
	if contentType == "" {
		contentType = "audio/amr"
	}
	id, err := s.AddMedia(r.URL.Query().Get("appid"), contentType, body)
	return map[string]string{"media_id": id}, err
}

func (s *Sim) controlPageCheck(r *http.Request) (any, error) {
	in, err := decode[PageConfig](r)
	return map[string]string{"result": s.CheckPage(in)}, err
}

func (s *Sim) controlFault(r *http.Request) (any, error) {
	in, err := decode[Fault](r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.Inject(in)
}

func (s *Sim) controlRevoke(r *http.Request) (any, error) {
	in, err := decode[struct {
		AppID string `json:"appid"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.RevokeTokens(in.AppID)
	return struct{}{}, nil
}

func (s *Sim) clockState() map[string]any {
	_, movable := s.world.clock.(settable)
	return map[string]any{"now": clock.Millis(s.world.clock.Now()), "movable": movable}
}

func (s *Sim) controlClock(r *http.Request) (any, error) {
	in, err := decode[struct {
		Now    int64 `json:"now"` // unix milliseconds
		Frozen bool  `json:"frozen"`
	}](r)
	if err != nil {
		return nil, err
	}
	c, movable := s.world.clock.(settable)
	if !movable {
		return nil, errors.New("this simulator's clock belongs to somebody else and cannot be moved here")
	}
	c.Set(clock.FromMillis(in.Now), in.Frozen)
	return s.clockState(), nil
}
