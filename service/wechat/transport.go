package wechat

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// maxAnswerBytes bounds what a JSON interface may answer; the longest real one is under 4 KB.
const maxAnswerBytes = 1 << 20

// answerKey finds a call's notebook in its context.
type answerKey struct{}

// carrier is the transport that the library is given. The library has one HTTP
// client for the whole process; the carrier sends each request through the
// client that the call's context names, so that two applications, or a test and
// its neighbour, do not share one.
type carrier struct{}

var errNoCall = errors.New("wechat: a request outside of a call")

// RoundTrip sends the request with the transport of its call. A request that
// belongs to no call is refused: it would have no time-out.
func (carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	a, ok := req.Context().Value(answerKey{}).(*answer)
	if !ok {
		return nil, errNoCall
	}
	transport := a.transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	resp, err := transport.RoundTrip(req)
	if err == nil {
		err = a.read(resp, maxAnswerBytes)
	}
	if err != nil {
		a.err = err
		return nil, err
	}
	return resp, nil
}

// carried makes the one write to the library's global variable happen once.
//
//nolint:gochecknoglobals // it guards a global of the library, and must live as long.
var carried sync.Once

// carry hands the carrier to the library.
func carry() {
	carried.Do(func() {
		util.DefaultHTTPClient = &http.Client{Transport: carrier{}, CheckRedirect: noRedirect}
	})
}

// noRedirect keeps addresses with tokens in them from being sent elsewhere.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Via sends calls elsewhere than to WeChat's address: to a simulator, or to the
// relay of a server room without its own way out. TLS still checks WeChat's host
// names, against Authority.
type Via struct {
	Addr      string // host:port to connect to; empty means WeChat itself
	Authority []byte // PEM of the authority that signed the certificates there; empty means the system's
}

// HTTPClient gives a client fit for New: bounded in time, pooled for the number
// of logins that arrive at eight in the evening, and never following redirects.
func HTTPClient(timeout time.Duration, via Via) (*http.Client, error) {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: timeout}).DialContext,
		TLSHandshakeTimeout: timeout,
		MaxIdleConns:        256,
		MaxIdleConnsPerHost: 128,
		IdleConnTimeout:     90 * time.Second,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if len(via.Authority) > 0 {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(via.Authority) {
			return nil, errors.New("wechat: the authority's file holds no certificate")
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	if via.Addr != "" {
		if _, _, err := net.SplitHostPort(via.Addr); err != nil {
			return nil, errors.New("wechat: the address to connect to needs a host and a port")
		}
		transport.Proxy = nil
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, via.Addr)
		}
	}
	return &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: noRedirect}, nil
}
