// Package api is the HTTP face of the product: router.go has every URL on one
// screen with who may use it, problem turns errors into answers, and worker,
// admin, audit and public hold one audience's handlers each.
package api

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"nianwei/api/admin"
	"nianwei/api/audit"
	"nianwei/api/gen"
	"nianwei/api/limit"
	"nianwei/api/problem"
	"nianwei/api/public"
	"nianwei/api/sandbox"
	"nianwei/api/worker"
	"nianwei/service/account"
)

// Accounts tells who a session belongs to.
type Accounts interface {
	Worker(ctx context.Context, token string) (account.Worker, error)
	Officer(ctx context.Context, token string) (account.Officer, error)
}

// Handlers are all operations of the contract, by audience.
type Handlers struct {
	public.Public
	worker.Identity
	worker.Taking
	worker.Prizes
	worker.Media
	admin.Accounts
	admin.Roster
	admin.Planning
	admin.Evening
	admin.Draw
	audit.Audit
	sandbox.Clock
}

// Options are what a router is made of.
type Options struct {
	Handlers       Handlers
	Accounts       Accounts
	Log            *slog.Logger
	Metrics        *prometheus.Registry
	ServeMetrics   bool // on this listener
	TrustedProxies []string
	Ready          func(context.Context) error
	WorkerPages    fs.FS // nil when the pages were not built
	ConsolePages   fs.FS
	Limits         limit.Rates
	Sandbox        *Sandbox // nil outside the sandbox
}

// Sandbox is what is served only where WeChat is simulated.
type Sandbox struct {
	WeChat  http.Handler // the pages that stand for WeChat
	Control http.Handler // their control
}

// New makes the router.
func New(o Options) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	problems := problem.Writer{Log: o.Log}
	v, err := newValidator(problems)
	if err != nil {
		return nil, err
	}
	r := gin.New()
	r.ContextWithFallback, r.HandleMethodNotAllowed, r.RedirectTrailingSlash = true, false, false
	if err := r.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, err
	}
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "nianwei_request_seconds", Help: "Time to answer, by route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"method", "route", "status"})
	o.Metrics.MustRegister(seconds)
	limits := limit.New(o.Limits)
	s := sessions{accounts: o.Accounts, problems: problems}
	r.Use(identify, observe(o.Log, seconds), recovering(o.Log, problems), headers, sameOrigin(problems), perAddress(limits, problems))
	r.NoRoute(func(c *gin.Context) { problems.Write(c, ErrNoRoute) })

	strict := gen.NewStrictHandlerWithOptions(&o.Handlers, nil, gen.StrictGinServerOptions{
		RequestErrorHandlerFunc:  func(c *gin.Context, err error) { problems.Write(c, mistakes(err)) },
		HandlerErrorFunc:         problems.Write,
		ResponseErrorHandlerFunc: problems.Write,
	})
	h := &gen.ServerInterfaceWrapper{Handler: strict, ErrorHandler: func(c *gin.Context, err error, _ int) { problems.Write(c, ErrRequest.Because(err)) }}

	anyone := r.Group("", v.check)
	signedIn := r.Group("", s.worker, perWorker(limits, problems), v.check)
	either := r.Group("", s.either, v.check)
	officer := func(roles ...account.Role) *gin.RouterGroup { return r.Group("", s.officer(roles...), v.check) }
	const (
		administrator, organiser, drawer, auditor, finance = account.Administrator, account.Organiser, account.Drawer, account.Auditor, account.Finance
	)
	anyOfficer := officer()
	accounts := officer(administrator)
	rosters := officer(administrator, organiser)
	planners := officer(organiser)
	readers := officer(administrator, organiser, drawer, auditor, finance)
	drawers := officer(drawer)
	payers := officer(finance)
	purse := officer(organiser, auditor, finance)
	auditors := officer(auditor)

	// Anyone.
	anyone.GET("/api/public/site", h.GetSite)
	anyone.GET("/api/public/keys", h.GetKeys)
	anyone.GET("/api/public/rounds/:round", h.GetPublicRound)
	anyone.GET("/auth/wechat", h.StartWechatSignIn)
	anyone.GET("/auth/wechat/callback", h.FinishWechatSignIn)
	anyone.POST("/api/worker/session", h.SignInMiniProgram)
	anyone.POST("/api/admin/setup", h.SetUpFirstOfficer)
	anyone.POST("/api/admin/session", h.SignInOfficer)
	anyone.POST("/api/admin/invitation", h.AcceptInvitation)

	// Workers.
	signedIn.DELETE("/api/worker/session", h.SignOutWorker)
	signedIn.GET("/api/worker/me", h.GetMe)
	signedIn.POST("/api/worker/binding", h.BindWorker)
	signedIn.GET("/api/worker/today", h.GetToday)
	signedIn.GET("/api/worker/rounds/:round", h.GetRound)
	signedIn.POST("/api/worker/rounds/:round/entries", h.CreateEntry)
	signedIn.GET("/api/worker/rounds/:round/entries/:entry", h.GetEntry)
	signedIn.POST("/api/worker/rounds/:round/entries/:entry/steps", h.StepEntry)
	signedIn.POST("/api/worker/rounds/:round/entries/:entry/play", h.PlayEntry)
	signedIn.GET("/api/worker/rounds/:round/plays/:seq/receipt", h.GetPlayReceipt)
	signedIn.GET("/api/worker/rounds/:round/entries/:entry/receipt", h.GetEntryReceipt)
	signedIn.GET("/api/worker/rounds/:round/works", h.ListPublicWorks)
	signedIn.POST("/api/worker/media", h.UploadMedia)
	signedIn.GET("/api/worker/awards", h.ListMyAwards)
	either.GET("/api/media/:media", h.GetMedia)

	// Officers: accounts and roster.
	anyOfficer.GET("/api/admin/session", h.GetOfficerSession)
	anyOfficer.DELETE("/api/admin/session", h.SignOutOfficer)
	anyOfficer.POST("/api/admin/password", h.ChangePassword)
	accounts.GET("/api/admin/officers", h.ListOfficers)
	accounts.POST("/api/admin/officers", h.CreateOfficer)
	accounts.PATCH("/api/admin/officers/:officer", h.ChangeOfficer)
	accounts.POST("/api/admin/officers/:officer/link", h.CreateOfficerLink)
	rosters.POST("/api/admin/roster/imports", h.ImportRoster)
	rosters.GET("/api/admin/roster/template", h.GetRosterTemplate)
	rosters.GET("/api/admin/workers", h.ListWorkers)
	rosters.DELETE("/api/admin/workers/:worker/binding", h.UnbindWorker)
	rosters.GET("/api/admin/unions", h.ListUnions)
	rosters.GET("/api/admin/groups", h.ListGroups)
	rosters.POST("/api/admin/groups", h.CreateGroup)

	// Officers: planning.
	readers.GET("/api/admin/seasons", h.ListSeasons)
	planners.POST("/api/admin/seasons", h.CreateSeason)
	purse.GET("/api/admin/funds", h.ListFunds)
	planners.POST("/api/admin/funds", h.CreateFund)
	planners.GET("/api/admin/kinds", h.ListKinds)
	planners.GET("/api/admin/templates", h.ListTemplates)
	planners.POST("/api/admin/timetable", h.PreviewTimetable)
	readers.GET("/api/admin/activities", h.ListActivities)
	planners.POST("/api/admin/activities", h.CreateActivity)
	readers.GET("/api/admin/activities/:activity", h.GetActivity)
	planners.PUT("/api/admin/activities/:activity", h.ChangeActivity)
	planners.DELETE("/api/admin/activities/:activity", h.DeleteActivity)
	planners.POST("/api/admin/activities/:activity/publish", h.PublishActivity)
	planners.GET("/api/admin/banks", h.ListBanks)
	planners.POST("/api/admin/banks", h.ImportBank)
	planners.GET("/api/admin/banks/template", h.GetBankTemplate)

	// Officers: the evening and the draw.
	readers.GET("/api/admin/rounds", h.ListRounds)
	readers.GET("/api/admin/rounds/:round", h.GetAdminRound)
	readers.GET("/api/admin/rounds/:round/live", h.WatchRound)
	planners.GET("/api/admin/works", h.ListWorks)
	planners.POST("/api/admin/works/decisions", h.DecideWorks)
	readers.GET("/api/admin/rounds/:round/draw", h.GetDraw)
	readers.GET("/api/admin/rounds/:round/winners", h.ListWinners)
	readers.GET("/api/admin/rounds/:round/voids", h.ListVoids)
	drawers.POST("/api/admin/rounds/:round/numbers", h.TypeNumber)
	drawers.POST("/api/admin/rounds/:round/draw", h.DrawRaffle)
	drawers.POST("/api/admin/rounds/:round/voids", h.ProposeVoids)
	drawers.POST("/api/admin/rounds/:round/voids/confirm", h.ConfirmVoids)
	drawers.POST("/api/admin/rounds/:round/finish", h.FinishRaffle)
	payers.POST("/api/admin/rounds/:round/payments", h.RecordPayments)

	// Auditors.
	auditors.GET("/api/audit/rounds/:round/directory", h.ExportRound)
	auditors.GET("/api/audit/rounds/:round/check", h.CheckRound)
	readers.GET("/api/audit/rounds/:round/statistics", h.GetRoundStatistics)
	purse.GET("/api/audit/funds/:fund/statement", h.GetFundStatement)
	auditors.GET("/api/audit/log", h.ListOperations)

	// Operations and pages.
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.GET("/readyz", readiness(o.Ready, problems))
	if o.ServeMetrics {
		r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(o.Metrics, promhttp.HandlerOpts{})))
	}
	r.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/h5/") })
	pages(r, "/h5/", o.WorkerPages)
	pages(r, "/console/", o.ConsolePages)

	// Only where WeChat is simulated.
	if o.Sandbox != nil {
		anyone.GET("/api/sandbox/clock", h.GetClock)
		anyone.PUT("/api/sandbox/clock", h.SetClock)
		anyone.DELETE("/api/sandbox/clock", h.ResetClock)
		r.Any("/sandbox/wechat/control/*path", gin.WrapH(http.StripPrefix("/sandbox/wechat/control", o.Sandbox.Control)))
		r.Any("/sandbox/wechat/connect/*path", gin.WrapH(http.StripPrefix("/sandbox/wechat", o.Sandbox.WeChat)))
	}
	return r, nil
}
