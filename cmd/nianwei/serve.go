package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"gocloud.dev/blob"

	"nianwei/api"
	"nianwei/api/admin"
	"nianwei/api/audit"
	"nianwei/api/limit"
	"nianwei/api/public"
	"nianwei/api/sandbox"
	"nianwei/api/worker"
	"nianwei/config"
	"nianwei/model/store"
	"nianwei/service/account"
	"nianwei/service/media"
	"nianwei/service/quizbank"
	"nianwei/service/schedule"
	"nianwei/service/season"
	"nianwei/service/steward"
	"nianwei/service/template"
	"nianwei/service/tokencache"
	"nianwei/service/upload"
	"nianwei/service/wechat"
	"nianwei/service/wechat/wechatsim"
	"nianwei/web"
)

const (
	tickEvery   = time.Second
	leaseLife   = 30 * time.Second
	sweepEvery  = time.Hour
	orphanAfter = 24 * time.Hour
	wechatWait  = 10 * time.Second
	years       = 20 * 365 * 24 * time.Hour
)

// server is a running product.
type server struct {
	*core
	bucket   *blob.Bucket
	studio   *media.Studio
	shelf    *upload.Shelf
	sim      *wechatsim.Sim    // nil outside the sandbox
	redis    *tokencache.Redis // nil without one
	officers *account.Officers
	workers  *account.Workers
	steward  *steward.Steward
	live     *admin.Live
	metrics  *prometheus.Registry
	http     *http.Server
	listener net.Listener
	url      string
}

// serve runs the product until the process is asked to stop; then it finishes
// what it has accepted.
func serve(ctx context.Context, c call) (err error) {
	if len(c.args) != 0 {
		return errUsage
	}
	k, err := open(ctx, c.config, c.err)
	if err != nil {
		return err
	}
	s := &server{core: k}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := s.listen(ctx); err != nil {
		return err
	}
	if err := s.greet(ctx, c.out); err != nil {
		return err
	}
	return s.run(ctx)
}

// prepare brings the schema forward where that is safe: one process owns a
// SQLite file, while MySQL may have other servers of the old version on it.
func (s *server) prepare(ctx context.Context) error {
	if s.store.Dialect() == store.SQLite || s.config.Sandbox {
		steps, err := s.store.Migrate(ctx)
		if err != nil {
			return err
		}
		if len(steps) > 0 {
			s.log.Info("schema brought forward", "steps", len(steps))
		}
	}
	if err := s.current(ctx); err != nil {
		return err
	}
	bucket, err := media.Directory(filepath.Join(s.config.DataDir, "media"))
	if err != nil {
		return err
	}
	s.bucket = bucket
	s.studio = media.New(bucket, media.Paths{FFmpeg: s.config.Media.FFmpeg}, media.DefaultLimits(), s.clock, rand.Reader)
	if err := s.studio.Check(ctx); err != nil {
		s.log.Warn("ffmpeg cannot be run: only clean mp3 recordings are taken", "cause", err.Error())
	}
	s.shelf = upload.NewShelf(s.store, s.studio, randomID)
	var officers account.OfficerConfig
	var workers account.WorkerConfig
	if s.config.TimeMachine { // moving the clock by months must not sign everybody out
		officers.SessionLife, officers.LinkLife, workers.SessionLife = years, years, years
	}
	s.officers = account.NewOfficers(s.store, officers)
	s.workers = account.NewWorkers(s.store, s.roster, workers)
	s.steward = steward.New(s.engine, s.log)
	s.metrics = prometheus.NewRegistry()
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "nianwei_refused_busy_total", Help: "Requests refused because the queue was too long."},
			func() float64 { return float64(s.engine.RefusedBusy()) }))
	return nil
}

func (s *server) listen(ctx context.Context) error {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", s.config.Listen)
	if err != nil {
		return err
	}
	s.listener = listener
	s.url = publicURL(s.config, listener.Addr().String())
	weChat, box, err := s.weChat()
	if err != nil {
		return err
	}
	s.live = admin.NewLive(s.engine, s.log)
	handler, err := api.New(api.Options{
		Handlers: api.Handlers{
			Public:   public.Public{Store: s.store, Desk: s.desk, Site: s.site()},
			Identity: worker.NewIdentity(worker.IdentityConfig{Workers: s.workers, WeChat: weChat, Store: s.store, Keys: s.ring, Clock: s.clock, Log: s.log, BaseURL: s.config.PublicURL}),
			Taking:   worker.Taking{Engine: s.engine},
			Prizes:   worker.Prizes{Store: s.store, Desk: s.desk, Media: worker.Media{Shelf: s.shelf, Studio: s.studio, URL: mediaURL}},
			Media:    worker.Media{Shelf: s.shelf, Studio: s.studio, URL: mediaURL},
			Accounts: admin.NewAccounts(s.officers, s.url),
			Roster:   admin.NewRoster(s.roster, s.workers),
			Planning: admin.Planning{Store: s.store, Engine: s.engine, Seasons: season.NewBook(s.calendar), Templates: s.templates, Banks: quizbank.New(s.store)},
			Evening:  admin.Evening{Store: s.store, Engine: s.engine, Live: s.live, MediaURL: mediaURL},
			Draw:     admin.Draw{Store: s.store, Desk: s.desk},
			Audit:    audit.Audit{Store: s.store, Desk: s.desk},
			Clock:    sandbox.Clock{Machine: s.machine, Moved: s.moved},
		},
		Accounts:       people{s.workers, s.officers},
		Log:            s.log,
		Metrics:        s.metrics,
		ServeMetrics:   s.config.Sandbox && s.config.MetricsListen == "",
		TrustedProxies: s.config.TrustedProxies,
		Ready:          s.ready,
		WorkerPages:    files(web.Worker()),
		ConsolePages:   files(web.Console()),
		Limits:         s.limits(),
		Sandbox:        box,
	})
	if err != nil {
		return err
	}
	s.http = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 3 * time.Minute, WriteTimeout: 3 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)}
	return nil
}

// people tells who a session belongs to.
type people struct {
	workers  *account.Workers
	officers *account.Officers
}

func (p people) Worker(ctx context.Context, token string) (account.Worker, error) {
	return p.workers.Worker(ctx, token)
}

func (p people) Officer(ctx context.Context, token string) (account.Officer, error) {
	return p.officers.Officer(ctx, token)
}

func files(pages fs.FS, built bool) fs.FS {
	if !built {
		return nil
	}
	return pages
}

// limits are what no person reaches: a worker's page asks a few times a second
// at most; an office or a carrier puts thousands behind one address. The
// sandbox has everybody on one machine.
func (s *server) limits() limit.Rates {
	if s.config.Sandbox {
		return limit.Rates{}
	}
	return limit.Rates{PerAccount: 10, PerAccountBurst: 60, PerAddress: 500, PerAddressBurst: 2000}
}

// publicURL is where browsers reach the product.
func publicURL(c config.Config, address string) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback())) {
		return "http://localhost:" + port
	}
	return "http://" + address
}

// templates gives the ready-made activities as they would be planned now.
func (s *server) templates() ([]template.Template, error) {
	return template.All(s.clock.Now(), s.location)
}

func (s *server) site() public.Site {
	return public.Site{Name: s.config.Name, Sandbox: s.config.Sandbox, Timezone: s.config.Timezone, MiniAppID: s.config.WeChat.MiniAppID}
}

// weChat gives the door to WeChat: the real one, a simulator elsewhere, or in
// the sandbox one inside this process, spoken to over HTTPS all the same.
func (s *server) weChat() (*wechat.Client, *api.Sandbox, error) {
	c := s.config.WeChat
	settings := wechat.Config{AppID: c.AppID, AppSecret: c.AppSecret, MiniAppID: c.MiniAppID, MiniAppSecret: c.MiniAppSecret, Clock: s.clock}
	shared, err := s.tokens()
	if err != nil {
		return nil, nil, err
	}
	cache := wechat.NewCache(s.clock, shared, s.log)
	if !s.config.Sandbox || c.Dial != "" {
		via := wechat.Via{Addr: c.Dial}
		if c.DialCA != "" {
			authority, err := os.ReadFile(c.DialCA)
			if err != nil {
				return nil, nil, err
			}
			via.Authority = authority
		}
		door, err := wechat.HTTPClient(wechatWait, via)
		if err != nil {
			return nil, nil, err
		}
		client, err := wechat.New(settings, cache, door)
		return client, nil, err
	}
	own, err := url.Parse(s.url)
	if err != nil {
		return nil, nil, err
	}
	sim, err := wechatsim.Start(wechatsim.Options{Clock: s.clock, Seed: s.config.Origin, RedirectHosts: []string{own.Hostname(), "localhost", "127.0.0.1"},
		Apps: []wechatsim.App{
			{AppID: c.AppID, Secret: c.AppSecret, Kind: wechatsim.Official, Name: s.config.Name},
			{AppID: c.MiniAppID, Secret: c.MiniAppSecret, Kind: wechatsim.Mini, Name: s.config.Name},
		},
		People: []wechatsim.Person{{Nickname: "王师傅", Listed: true}, {Nickname: "李大姐", Listed: true}, {Nickname: "小张", Listed: true}, {Nickname: "赵班长", Listed: true}}})
	if err != nil {
		return nil, nil, err
	}
	s.sim = sim
	settings.AuthorizeBase = "/sandbox/wechat/connect/oauth2/authorize"
	client, err := wechat.New(settings, cache, sim.Client(wechatWait))
	return client, &api.Sandbox{WeChat: sim.Pages(), Control: sim.Control()}, err
}

// tokens gives where servers share WeChat's tokens: Redis if there is one, else
// the database.
func (s *server) tokens() (wechat.Store, error) {
	if s.config.Redis.URL == "" {
		return tokencache.New(s.store, s.ring), nil
	}
	r, err := tokencache.NewRedis(s.config.Redis.URL, "nianwei:"+s.config.Origin+":", s.ring)
	if err != nil {
		return nil, err
	}
	s.redis = r
	return r, nil
}

// ready tells whether requests should come here.
func (s *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return s.store.Ping(ctx)
}

// moved makes everything happen that has become due by the time machine.
func (s *server) moved(ctx context.Context) error { return s.steward.Act(ctx) }

// greet tells where the product is, and how the first administrator gets in.
func (s *server) greet(ctx context.Context, out io.Writer) error {
	pages := fmt.Sprintf("年味 Nianwei %s\n\n  职工端   %s/h5/\n  后台     %s/console/\n", version, s.url, s.url)
	token, err := s.officers.SetupToken(ctx)
	switch {
	case err != nil:
		return err
	case token != "":
		pages += fmt.Sprintf("\n  首次使用，请打开此链接设置管理员（仅可使用一次）：\n  First start: make the first administrator with this one-time link:\n  %s/console/#/setup?token=%s\n", s.url, token)
	}
	if s.config.Sandbox {
		pages += "\n  沙盒模式：微信为模拟，时间可以调整。Sandbox: WeChat is simulated and the clock can be moved.\n"
	}
	_, err = fmt.Fprintln(out, pages)
	return err
}

func (s *server) run(ctx context.Context) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ticking := make(chan error, 1)
	ticker := schedule.NewTicker(schedule.Every(tickEvery), leaseLife, s.log,
		schedule.Leased(steward.NewLease(s.store), "steward", randomID(), leaseLife, s.log, func(ctx context.Context) {
			if err := s.steward.Act(ctx); err != nil {
				s.log.ErrorContext(ctx, "steward", "cause", err.Error())
			}
		}))
	go func() { ticking <- ticker.Run(background) }()
	go s.sweep(background)
	go s.serveMetrics(background)
	serving := make(chan error, 1)
	go func() { serving <- s.http.Serve(s.listener) }()
	debug.FreeOSMemory() // what reading the contract and the migrations took is not needed again
	s.log.Info("serving", "url", s.url, "version", version, "go", runtime.Version(), "database", string(s.store.Dialect()))
	var err error
	select {
	case err = <-serving:
	case <-ctx.Done():
		s.log.Info("stopping: finishing what was accepted")
		err = s.shutDown()
	}
	stop()
	return errors.Join(err, <-ticking)
}

// shutDown takes no new requests and lets the accepted ones finish.
func (s *server) shutDown() error {
	grace, cancel := context.WithTimeout(context.Background(), s.config.ShutdownGrace)
	defer cancel()
	s.live.Close()
	err := s.http.Shutdown(grace)
	s.engine.Drain()
	return err
}

// sweep deletes files that no row knows: what a crash left between file and row.
func (s *server) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			removed, err := s.studio.Sweep(ctx, orphanAfter, s.shelf.Known)
			if err != nil {
				s.log.Error("sweep", "cause", err.Error())
			}
			if removed > 0 {
				s.log.Info("swept files that belong to nobody", "files", removed)
			}
			if err := account.Sweep(ctx, s.store); err != nil {
				s.log.Error("sweep sessions", "cause", err.Error())
			}
		}
	}
}

// serveMetrics serves /metrics on its own listener, where one is configured.
func (s *server) serveMetrics(ctx context.Context) {
	if s.config.MetricsListen == "" {
		return
	}
	m := &http.Server{Addr: s.config.MetricsListen, Handler: promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = m.Close()
	}()
	if err := m.ListenAndServe(); err != nil && !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("metrics", "cause", err.Error())
	}
}

func (s *server) close() error {
	var errs []error
	if s.sim != nil {
		errs = append(errs, s.sim.Close())
	}
	if s.redis != nil {
		errs = append(errs, s.redis.Close())
	}
	if s.bucket != nil {
		errs = append(errs, s.bucket.Close())
	}
	if s.listener != nil {
		if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, s.store.Close())...)
}
