package wechatsim

import (
	"crypto/sha1" //nolint:gosec // WeChat's page signature is defined with SHA-1.
	"encoding/hex"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const ticketLife = 2 * time.Hour

// jsTicket gives the ticket that pages are signed with; the same one while it lives.
func (w *world) jsTicket(req *request) reply {
	a, code := w.bearer(req)
	if code != 0 {
		return refuse(code)
	}
	if a.Kind != Official {
		return refuse(48001)
	}
	if req.params["type"] != "jsapi" {
		return reply{status: http.StatusOK, code: 40097, msg: "invalid args"}
	}
	if a.ticket.ends.Sub(req.now) <= tokenOverlap {
		a.ticket = token{value: secret("kgt8ON7yVITDhtdwci0qeZ", 64), issued: req.now, ends: req.now.Add(ticketLife)}
	}
	return ok(map[string]any{
		"errcode": 0, "errmsg": "ok", "ticket": a.ticket.value,
		"expires_in": int(a.ticket.ends.Sub(req.now) / time.Second),
	})
}

// getMedia hands a temporary file out for three days.
func (w *world) getMedia(req *request) reply {
	a, code := w.bearer(req)
	if code != 0 {
		return refuse(code)
	}
	id := req.params["media_id"]
	if id == "" {
		return refuse(41006)
	}
	m, found := w.media[id]
	if !found || m.appID != a.AppID || !req.now.Before(m.ends) {
		return refuse(40007)
	}
	suffix := ".bin"
	if m.contentType == "audio/amr" {
		suffix = ".amr"
	}
	return reply{
		status: http.StatusOK, contentType: m.contentType, body: m.body,
		disposition: mime.FormatMediaType("attachment", map[string]string{"filename": id + suffix}),
	}
}

// PageConfig is what a page hands to wx.config, and the page's address.
type PageConfig struct {
	AppID     string `json:"appId"`
	Timestamp int64  `json:"timestamp"`
	NonceStr  string `json:"nonceStr"`
	Signature string `json:"signature"`
	URL       string `json:"url"`
}

// CheckPage tells what WeChat's browser tells a page after wx.config: "ok" or
// the error, "invalid signature" or "invalid url domain".
func (s *Sim) CheckPage(p PageConfig) string {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	a, found := s.world.apps[p.AppID]
	if !found {
		return "invalid appid"
	}
	page, _, _ := strings.Cut(p.URL, "#")
	if _, allowed := s.world.allowed(page); !allowed {
		return "invalid url domain"
	}
	now := s.world.clock.Now()
	if a.ticket.value == "" || !now.Before(a.ticket.ends) || p.Signature != pageSignature(a.ticket.value, p.NonceStr, p.Timestamp, page) {
		return "invalid signature"
	}
	return "ok"
}

// pageSignature joins the sorted pairs, as the JS-SDK's appendix 1 describes it.
func pageSignature(ticket, nonce string, timestamp int64, page string) string {
	pairs := []string{"jsapi_ticket=" + ticket, "noncestr=" + nonce, "timestamp=" + strconv.FormatInt(timestamp, 10), "url=" + page}
	sum := sha1.Sum([]byte(strings.Join(pairs, "&"))) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}
