// Command wechatsim is WeChat as a local HTTPS server. The product connects to it
// in place of WeChat, with its real addresses and TLS, for development and tests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"nianwei/model/clock"
	"nianwei/service/wechat/wechatsim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// grace is how long running calls may take to finish after a signal.
const grace = 5 * time.Second

// settings are the command's flags.
type settings struct {
	addr, control, authority string
	redirects                string
	seed                     string
	apps                     appList
}

// appList is a repeatable flag appid:secret:kind:name.
type appList []wechatsim.App

// String gives the flag's default for the help text.
func (l *appList) String() string { return "" }

// Set adds one application.
func (l *appList) Set(s string) error {
	part := strings.SplitN(s, ":", 4)
	if len(part) != 4 {
		return errors.New("want appid:secret:official|mini:name")
	}
	*l = append(*l, wechatsim.App{AppID: part[0], Secret: part[1], Kind: wechatsim.Kind(part[2]), Name: part[3]})
	return nil
}

func parse(args []string, errOut io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("wechatsim", flag.ContinueOnError)
	flags.SetOutput(errOut)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:9443", "where to answer for WeChat's hosts (HTTPS)")
	flags.StringVar(&s.control, "control", "127.0.0.1:9080", "where to serve the remote control and the pages (HTTP); keep it local")
	flags.StringVar(&s.authority, "ca", "wechatsim-ca.pem", "file to write the authority's certificate to")
	flags.StringVar(&s.redirects, "redirect", "localhost,127.0.0.1", "hosts that the consent page may send a browser back to")
	flags.StringVar(&s.seed, "seed", "nianwei", "same seed, same openids")
	flags.Var(&s.apps, "app", "an application, appid:secret:official|mini:name; repeat for more")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if len(s.apps) == 0 {
		s.apps = appList{
			{AppID: "wxsandboxofficial0", Secret: "sandbox-official-secret", Kind: wechatsim.Official, Name: "年味"},
			{AppID: "wxsandboxmini00000", Secret: "sandbox-mini-secret", Kind: wechatsim.Mini, Name: "年味"},
		}
	}
	return s, nil
}

// run serves until ctx ends and gives the exit code: 0, 1 if serving failed, 2 for wrong flags.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	s, err := parse(args, errOut)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	if err := serve(ctx, s, out); err != nil {
		_, _ = fmt.Fprintln(errOut, "wechatsim:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, s settings, out io.Writer) error {
	sim, err := wechatsim.Start(wechatsim.Options{
		Clock: clock.NewMachine(clock.System{}), Addr: s.addr, Apps: s.apps, Seed: s.seed,
		RedirectHosts: strings.Split(s.redirects, ","),
		People:        []wechatsim.Person{{Nickname: "陈建国"}, {Nickname: "李秀英"}, {Nickname: "王小梅"}, {Nickname: "周师傅"}},
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.authority, sim.Authority(), 0o644); err != nil {
		return errors.Join(err, sim.Close())
	}
	listener, err := net.Listen("tcp", s.control)
	if err != nil {
		return errors.Join(err, sim.Close())
	}
	mux := http.NewServeMux()
	mux.Handle("/control/", http.StripPrefix("/control", sim.Control()))
	mux.Handle("/", sim.Pages())
	control := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}

	explain(out, s, sim.Addr(), listener.Addr().String())
	return serveControl(ctx, control, listener, sim)
}

// serveControl serves until ctx ends or serving fails, then lets both servers finish.
func serveControl(ctx context.Context, control *http.Server, listener net.Listener, sim *wechatsim.Sim) error {
	failed := make(chan error, 1)
	go func() { failed <- control.Serve(listener) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	return errors.Join(err, control.Shutdown(ending), sim.Shutdown(ending))
}

func explain(out io.Writer, s settings, addr, control string) {
	_, _ = fmt.Fprintf(out, `WeChat is simulated at https://%s
  for %s, %s, %s and %s

  authority    %s (trust it for these hosts alone)
  consent page http://%s/connect/oauth2/authorize
  control      http://%s/control/people, oauth-codes, js-codes, media, faults, clock, calls
`, addr, wechatsim.HostAPI, wechatsim.HostMP, wechatsim.HostOpen, wechatsim.HostPay, s.authority, control, control)
	for _, a := range s.apps {
		_, _ = fmt.Fprintf(out, "  %-12s %s  secret %s\n", a.Kind, a.AppID, a.Secret)
	}
	_, _ = fmt.Fprintf(out, `
Try:
  curl --cacert %[1]s --connect-to ::%[2]s -d '{"grant_type":"client_credential","appid":"%[3]s","secret":"%[4]s"}' https://%[5]s/cgi-bin/stable_token
  curl -d '{"path":"/sns/oauth2/access_token","kind":"errcode","code":-1,"times":3}' http://%[6]s/control/faults
`, s.authority, addr, s.apps[0].AppID, s.apps[0].Secret, wechatsim.HostAPI, control)
}
