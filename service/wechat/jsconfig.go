package wechat

import (
	"context"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // WeChat's page signature is defined with SHA-1.
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
)

// maxPageURLBytes bounds the address of a page to sign.
const maxPageURLBytes = 2048

// JSConfig is what a page hands to wx.config; the names are WeChat's.
type JSConfig struct {
	AppID     string `json:"appId"`
	Timestamp int64  `json:"timestamp"` // unix seconds
	NonceStr  string `json:"nonceStr"`
	Signature string `json:"signature"`
}

// JSConfig signs the page at pageURL, as the browser shows it; what follows '#'
// is cut off, as WeChat does. The library's own version has other JSON names and
// takes its nonce from a clock-seeded generator.
func (c *Client) JSConfig(ctx context.Context, pageURL string) (JSConfig, error) {
	page, err := signable(pageURL)
	if err != nil {
		return JSConfig{}, err
	}
	ticket, err := c.ticket.value(ctx)
	if err != nil {
		return JSConfig{}, err
	}
	cfg := JSConfig{AppID: c.appID, Timestamp: c.clock.Now().Unix(), NonceStr: rand.Text()[:16]}
	cfg.Signature = signPage(ticket, cfg.NonceStr, cfg.Timestamp, page)
	return cfg, nil
}

// signable gives the part of an address that is signed, byte for byte.
func signable(pageURL string) (string, error) {
	page, _, _ := strings.Cut(pageURL, "#")
	u, err := url.Parse(page)
	if err != nil || len(page) > maxPageURLBytes || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", ErrPageURL
	}
	return page, nil
}

// signPage is the signature of WeChat's JS-SDK, appendix 1: the raw values in
// this order, in SHA-1.
func signPage(ticket, nonce string, timestamp int64, page string) string {
	text := fmt.Sprintf("jsapi_ticket=%s&noncestr=%s&timestamp=%d&url=%s", ticket, nonce, timestamp, page)
	sum := sha1.Sum([]byte(text)) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}
