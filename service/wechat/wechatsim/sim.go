// Package wechatsim is WeChat as a local HTTPS server: the interfaces, pages and
// state machines that the product uses, for development, tests and the sandbox.
//
// It speaks WeChat's wire protocol under WeChat's host names with certificates of
// its own authority, so that the product runs unchanged against it. Its checks
// are written from WeChat's pages and share no code with the product, or a
// mistake would agree with itself.
package wechatsim

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"nianwei/model/clock"
)

// The host names that the simulator answers to.
const (
	HostAPI  = "api.weixin.qq.com"
	HostMP   = "mp.weixin.qq.com"
	HostOpen = "open.weixin.qq.com"
	HostPay  = "api.mch.weixin.qq.com"
)

// Kind tells a service account from a mini-program.
type Kind string

// The kinds of application.
const (
	Official Kind = "official" // 服务号
	Mini     Kind = "mini"     // 小程序
)

// App is one application registered at the simulated WeChat.
type App struct {
	AppID  string
	Secret string
	Kind   Kind
	Name   string // what the consent page calls it
}

// Options say what world the simulator starts with.
type Options struct {
	Clock clock.Clock
	Addr  string // to listen on; empty means a free port of 127.0.0.1
	Apps  []App

	// RedirectHosts are the hosts that the consent page may send a browser back to
	// (网页授权域名), compared exactly. An entry without a port allows every port.
	RedirectHosts []string

	People []Person // who can be chosen on the consent page from the start

	// Seed makes openids: the same seed, person and application give the same
	// openid after a restart, so that a sandbox's database goes on fitting.
	Seed string
}

// Sim is a running simulator. All of its methods are safe for concurrent use.
type Sim struct {
	world     *world
	server    *http.Server
	listener  net.Listener
	authority authority
	done      chan struct{}
	serveErr  error
}

// Start listens and serves until Close.
func Start(opts Options) (*Sim, error) {
	if opts.Clock == nil {
		return nil, errors.New("wechatsim: a clock is needed")
	}
	w, err := newWorld(opts)
	if err != nil {
		return nil, err
	}
	ca, err := newAuthority(rand.Reader)
	if err != nil {
		return nil, err
	}
	addr := opts.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Sim{world: w, listener: listener, authority: ca, done: make(chan struct{})}
	s.server = &http.Server{
		Handler:           s.Handler(),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{ca.leaf}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // handshakes that clients break off are part of the tests
	}
	go s.serve()
	return s, nil
}

func (s *Sim) serve() {
	defer close(s.done)
	if err := s.server.ServeTLS(s.listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
		s.serveErr = err
	}
}

// Addr is the host:port it listens on.
func (s *Sim) Addr() string { return s.listener.Addr().String() }

// Authority is the PEM certificate of the authority that signed the simulator's own.
func (s *Sim) Authority() []byte { return s.authority.pem }

// Close ends all connections, hanging calls among them.
func (s *Sim) Close() error {
	s.world.hangUp()
	err := s.server.Close()
	<-s.done
	return errors.Join(err, s.serveErr)
}

// Shutdown lets running calls finish, until ctx ends.
func (s *Sim) Shutdown(ctx context.Context) error {
	s.world.hangUp()
	err := s.server.Shutdown(ctx)
	<-s.done
	return errors.Join(err, s.serveErr)
}

// Client gives an HTTP client for which every address is the simulator's: TLS
// and host names stay WeChat's, the connection goes to the simulator.
func (s *Sim) Client(timeout time.Duration) *http.Client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.authority.pem)
	dialer := &net.Dialer{Timeout: timeout}
	addr := s.Addr()
	transport := &http.Transport{
		MaxIdleConns:        256,
		MaxIdleConnsPerHost: 128,
		IdleConnTimeout:     time.Minute,
		DialTLSContext: func(ctx context.Context, network, target string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(target)
			if err != nil {
				return nil, err
			}
			d := tls.Dialer{NetDialer: dialer, Config: &tls.Config{RootCAs: pool, ServerName: host, MinVersion: tls.VersionTLS12}}
			return d.DialContext(ctx, network, addr)
		},
	}
	return &http.Client{Transport: transport, Timeout: timeout}
}

// Handler answers for all of WeChat's hosts, by the Host header.
func (s *Sim) Handler() http.Handler {
	api, pages := s.apiHandler(), s.Pages()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch host(r.Host) {
		case HostAPI:
			api.ServeHTTP(rw, r)
		case HostOpen:
			pages.ServeHTTP(rw, r)
		default:
			http.NotFound(rw, r)
		}
	})
}

// host strips the port of a Host header.
func host(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		return h
	}
	return hostport
}

// once is a channel that closes once.
type once struct {
	ch   chan struct{}
	sync sync.Once
}

func (o *once) close() { o.sync.Do(func() { close(o.ch) }) }
