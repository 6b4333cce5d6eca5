package wechatsim

import "time"

// Lives and quotas of tokens. WeChat: getAccessToken, getStableAccessToken.
const (
	tokenLife      = 2 * time.Hour
	tokenOverlap   = 5 * time.Minute  // how long an old token goes on beside the new one
	forcedGap      = 30 * time.Second // a forced refresh sooner than this does nothing
	classicADay    = 2000
	forcedADay     = 20
	stableAMinute  = 10000
	stableADay     = 500000
	grantOfApp     = "client_credential"
	grantOfCode    = "authorization_code"
	tokenMinLength = 20
)

// usage counts calls within the current day and minute.
type usage struct {
	day, minute                    int64
	classic, stableDay, stableMins int
	forced                         int
	forcedAt                       time.Time
}

// roll empties counters whose day (of China, where WeChat counts) or minute is over.
func (u *usage) roll(now time.Time) {
	if day := (now.Unix() + 8*3600) / 86400; day != u.day {
		u.day, u.classic, u.stableDay, u.forced = day, 0, 0, 0
	}
	if minute := now.Unix() / 60; minute != u.minute {
		u.minute, u.stableMins = minute, 0
	}
}

// classicToken: each call makes a new token and ends the one before within five minutes.
func (w *world) classicToken(req *request) reply {
	if req.params["grant_type"] != grantOfApp {
		return refuse(40002)
	}
	a, code := w.authenticate(req, Official, Mini)
	if code != 0 {
		return refuse(code)
	}
	a.usage.roll(req.now)
	if a.usage.classic >= classicADay {
		return refuse(45009)
	}
	a.usage.classic++
	a.classic = succeed(a.classic, req.now, tokenOverlap)
	return grant(a.classic[len(a.classic)-1], req.now)
}

// stableToken: the same token for everybody until five minutes before its end.
func (w *world) stableToken(req *request) reply {
	if req.params["grant_type"] != grantOfApp {
		return refuse(40002)
	}
	a, code := w.authenticate(req, Official, Mini)
	if code != 0 {
		return refuse(code)
	}
	u := &a.usage
	u.roll(req.now)
	if u.stableMins >= stableAMinute {
		return refuse(45011)
	}
	if u.stableDay >= stableADay {
		return refuse(45009)
	}
	u.stableMins++
	u.stableDay++
	if req.params["force_refresh"] == "true" && (u.forcedAt.IsZero() || req.now.Sub(u.forcedAt) >= forcedGap) {
		if u.forced >= forcedADay {
			return refuse(45009)
		}
		u.forced++
		u.forcedAt = req.now
		for i := range a.stable {
			a.stable[i].revoked = true
		}
		a.stable = succeed(a.stable, req.now, 0)
	}
	if n := len(a.stable); n == 0 || a.stable[n-1].ends.Sub(req.now) <= tokenOverlap {
		a.stable = succeed(a.stable, req.now, tokenOverlap)
	}
	return grant(a.stable[len(a.stable)-1], req.now)
}

// succeed appends a new token and lets the others end after overlap at the latest.
// The last few dead ones are kept, to tell an expired token from an invented one.
func succeed(tokens []token, now time.Time, overlap time.Duration) []token {
	for i := range tokens {
		if end := now.Add(overlap); tokens[i].ends.After(end) {
			tokens[i].ends = end
		}
	}
	if len(tokens) > 50 {
		tokens = append([]token(nil), tokens[len(tokens)-50:]...)
	}
	return append(tokens, token{value: secret("", 136), issued: now, ends: now.Add(tokenLife)})
}

func grant(t token, now time.Time) reply {
	return ok(map[string]any{"access_token": t.value, "expires_in": int(t.ends.Sub(now) / time.Second)})
}

// bearer gives the application whose token a call carries.
func (w *world) bearer(req *request) (*app, int) {
	value := req.params["access_token"]
	if value == "" {
		return nil, 41001
	}
	if len(value) < tokenMinLength {
		return nil, 40014
	}
	for _, a := range w.apps {
		for _, tokens := range [][]token{a.stable, a.classic} {
			for _, t := range tokens {
				if t.value == value {
					return a, t.state(req.now)
				}
			}
		}
	}
	return nil, 40001
}

func (t token) state(now time.Time) int {
	switch {
	case t.revoked:
		return 40001
	case !now.Before(t.ends):
		return 42001
	}
	return 0
}

// RevokeTokens makes WeChat forget the application's tokens, as it does when
// somebody resets the secret or another server takes a token the old way.
func (s *Sim) RevokeTokens(appID string) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	a, found := s.world.apps[appID]
	if !found {
		return
	}
	now := s.world.clock.Now()
	for _, tokens := range [][]token{a.stable, a.classic} {
		for i := range tokens {
			tokens[i].revoked, tokens[i].ends = true, now
		}
	}
}
