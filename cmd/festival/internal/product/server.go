package product

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startTime = 60 * time.Second
	stopTime  = 30 * time.Second
)

// Options are how a server is started.
type Options struct {
	Program  string // the built server
	Dir      string // for its data and its log
	Database string // sqlite:PATH or mysql:DSN; empty = sqlite in Dir
}

// Server is a server of our own: one process after another on the same data.
type Server struct {
	options Options
	address string
	log     *os.File

	mu      sync.Mutex
	running *process
	peakKB  int64 // most memory of all processes so far
}

// process is one life of the server.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read it after done
}

func begin(cmd *exec.Cmd) (*process, error) {
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func (s *Server) process() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

// Start starts a server and waits until it is ready.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(o.Dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, address: address, log: log}
	if err := s.launch(ctx); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return s, nil
}

// freeAddress finds an address that nobody listens on. A restarted server comes
// back to it, as behind a balancer.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// URL is where the server answers.
func (s *Server) URL() string { return "http://" + s.address }

// Log is the file that the server writes to.
func (s *Server) Log() string { return s.log.Name() }

func (s *Server) launch(ctx context.Context) error {
	cmd := exec.Command(s.options.Program, "serve") //nolint:noctx // the process outlives the call; Stop and Kill end it
	cmd.Dir = s.options.Dir
	cmd.Env = s.environment(cmd.Environ())
	cmd.Stdout, cmd.Stderr = s.log, s.log
	p, err := begin(cmd)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.running = p
	s.mu.Unlock()
	return s.ready(ctx, p)
}

// environment gives the caller's environment without the product's own names,
// and the configuration of this server.
func (s *Server) environment(environ []string) []string {
	var out []string
	for _, kv := range environ {
		if !strings.HasPrefix(kv, "NIANWEI_") {
			out = append(out, kv)
		}
	}
	data := filepath.Join(s.options.Dir, "data")
	out = append(out, "NIANWEI_LISTEN="+s.address, "NIANWEI_DATA_DIR="+data, "NIANWEI_SANDBOX=true", "NIANWEI_LOG_LEVEL=info",
		"NIANWEI_TRUSTED_PROXIES=127.0.0.1") // the driver is the balancer: it tells every phone's address
	if s.options.Database != "" {
		out = append(out, "NIANWEI_DATABASE_URL="+s.options.Database)
	}
	return out
}

func (s *Server) ready(ctx context.Context, p *process) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.done:
			return fmt.Errorf("server ended while starting: %w\n%s", p.err, s.lastWords())
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("server is not ready: %w\n%s", ctx.Err(), s.lastWords()), p.cmd.Process.Kill())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// lastWords gives the end of the log.
func (s *Server) lastWords() string {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// SetupToken finds the one-time token that the first start printed.
func (s *Server) SetupToken() (string, error) {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return "", err
	}
	_, token, found := strings.Cut(string(text), "setup?token=")
	if !found {
		return "", fmt.Errorf("server: no setup link in %s", s.log.Name())
	}
	end := strings.IndexFunc(token, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end >= 0 {
		token = token[:end]
	}
	return token, nil
}

// Kill ends the process as a power cut does.
func (s *Server) Kill() error {
	s.notePeak()
	p := s.process()
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.done
	return nil
}

// Restart starts the server again on the same data and address.
func (s *Server) Restart(ctx context.Context) error { return s.launch(ctx) }

// Stop lets the server finish what it accepted.
func (s *Server) Stop() error {
	s.notePeak()
	p := s.process()
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopTime):
		err = errors.Join(err, fmt.Errorf("server did not stop in %s", stopTime), p.cmd.Process.Kill())
		<-p.done
	}
	return errors.Join(err, s.log.Close())
}

// PeakKB gives the most memory that any process of this server has used.
func (s *Server) PeakKB() int64 {
	s.notePeak()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.peakKB
}

// notePeak reads the kernel's own account of the peak (VmHWM, proc(5)).
func (s *Server) notePeak() {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.running.cmd.Process.Pid))
	if err != nil {
		return // the process has ended, or this is no Linux
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 1<<16))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(text)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kb); n == 1 {
			s.peakKB = max(s.peakKB, kb)
		}
	}
}
