package wechat

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	mediaAPI        = "/cgi-bin/media/get"
	mediaEndpoint   = "https://api.weixin.qq.com" + mediaAPI
	maxMediaIDBytes = 256
)

// Media opens a recording that a page uploaded with wx.uploadVoice: AMR at 8 kHz,
// kept by WeChat for three days. The reader fails with ErrMediaTooLarge beyond
// Config.MaxMediaBytes and with ErrUnavailable if the connection breaks; the
// caller closes it. The content type is WeChat's word, to be checked by sniffing.
func (c *Client) Media(ctx context.Context, mediaID string) (body io.ReadCloser, contentType string, err error) {
	if mediaID == "" || len(mediaID) > maxMediaIDBytes {
		return nil, "", ErrMediaGone
	}
	err = c.withToken(ctx, func(token string) error {
		body, contentType, err = c.download(ctx, token, mediaID)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return body, contentType, nil
}

func (c *Client) download(ctx context.Context, token, mediaID string) (io.ReadCloser, string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.http.Timeout)
	resp, a := c.openMedia(ctx, token, mediaID)
	if a.err != nil {
		cancel()
		return nil, "", a.fault(true)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode != http.StatusOK || isText(kind) {
		defer cancel()
		return nil, "", refusedMedia(a, resp)
	}
	if resp.ContentLength > c.maxMediaBytes {
		_ = resp.Body.Close()
		cancel()
		return nil, "", ErrMediaTooLarge
	}
	return &mediaBody{answer: a, body: resp.Body, left: c.maxMediaBytes, cancel: cancel}, kind, nil
}

// openMedia sends the request past http.Client, which would follow redirects
// with the token in the address and put it into its errors.
func (c *Client) openMedia(ctx context.Context, token, mediaID string) (*http.Response, *answer) {
	a := &answer{api: mediaAPI}
	q := url.Values{"access_token": {token}, "media_id": {mediaID}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, mediaEndpoint+"?"+q.Encode(), nil)
	if err != nil {
		a.err = err
		return nil, a
	}
	transport := c.http.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	resp, err := transport.RoundTrip(req)
	a.err = err
	return resp, a
}

// isText holds for the types in which WeChat answers instead of a file: an error,
// or the address of a video.
func isText(kind string) bool {
	return kind == "" || strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json")
}

func refusedMedia(a *answer, resp *http.Response) error {
	if err := a.read(resp, maxAnswerBytes); err != nil {
		a.err = err
	}
	if err := a.fault(false); err != nil {
		return err
	}
	return ErrMediaKind
}

// mediaBody counts what is read, so that a lying or missing length cannot fill the server.
type mediaBody struct {
	answer *answer
	body   io.ReadCloser
	left   int64
	cancel context.CancelFunc
}

// Read reads on, up to the limit.
func (m *mediaBody) Read(p []byte) (int, error) {
	if m.left < 0 {
		return 0, ErrMediaTooLarge
	}
	if int64(len(p)) > m.left+1 {
		p = p[:m.left+1]
	}
	n, err := m.body.Read(p)
	m.left -= int64(n)
	switch {
	case m.left < 0:
		return n - 1, ErrMediaTooLarge
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	}
	m.answer.err = err
	return n, ErrUnavailable.After(2 * time.Second).Because(m.answer.broken())
}

// Close ends the download.
func (m *mediaBody) Close() error {
	defer m.cancel()
	return m.body.Close()
}
