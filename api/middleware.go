package api

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"nianwei/api/problem"
	"nianwei/model/clock"
	"nianwei/model/fault"
	"nianwei/service/account"
)

var (
	// ErrForbidden says that an officer's roles do not allow this.
	ErrForbidden = fault.New(fault.Forbidden, "officer.role", "您的账号没有这项权限，请联系管理员。")
	// ErrCrossOrigin says that a browser sent this from another site.
	ErrCrossOrigin = fault.New(fault.Forbidden, "request.cross_origin", "请求不是从本站页面发出的，已拒绝。")
	// ErrNoRoute says that nothing is served at this path.
	ErrNoRoute = fault.New(fault.NotFound, "route.unknown", "没有这个地址。")
)

var isRequestID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// identify gives every request an id: the caller's own if it is harmless.
func identify(c *gin.Context) {
	id := c.GetHeader("X-Request-Id")
	if !isRequestID.MatchString(id) {
		var b [12]byte
		_, _ = rand.Read(b[:])
		id = base64.RawURLEncoding.EncodeToString(b[:])
	}
	problem.SetRequestID(c, id)
	c.Header("X-Request-Id", id)
}

// observe measures and, at debug level or when it is our mistake, logs a
// request. Queries are never logged: they may hold WeChat's codes.
func observe(log *slog.Logger, seconds *prometheus.HistogramVec) gin.HandlerFunc {
	watch := clock.System{}
	return func(c *gin.Context) {
		from := watch.Now()
		c.Next()
		took := watch.Now().Sub(from)
		route := c.FullPath()
		if route == "" {
			route = "none"
		}
		status := c.Writer.Status()
		seconds.WithLabelValues(c.Request.Method, route, strconv.Itoa(status)).Observe(took.Seconds())
		log.Debug("request", "requestId", problem.RequestID(c), "method", c.Request.Method, "route", route, "status", status, "took", took.Round(10*time.Microsecond).String())
	}
}

// recovering turns a panic into a problem.
func recovering(log *slog.Logger, w problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if err, ok := v.(error); ok && strings.Contains(err.Error(), http.ErrAbortHandler.Error()) {
				panic(v)
			}
			log.Error("panic", "requestId", problem.RequestID(c), "route", c.FullPath(), "panic", v, "stack", string(debug.Stack()))
			w.Write(c, fmt.Errorf("api: panic: %v", v))
		}()
		c.Next()
	}
}

// sameOrigin refuses what another site's page makes a browser send with our
// cookies (Fetch metadata, as net/http's CrossOriginProtection checks it).
func sameOrigin(w problem.Writer) gin.HandlerFunc {
	p := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if err := p.Check(c.Request); err != nil {
			w.Write(c, ErrCrossOrigin.Because(err))
		}
	}
}

// headers keeps pages from being framed, sniffed or fed from elsewhere.
func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "SAMEORIGIN")
}

// sessions checks who asks.
type sessions struct {
	accounts Accounts
	problems problem.Writer
}

// worker lets requests through that carry a worker's session, by cookie or as
// a bearer token.
func (s sessions) worker(c *gin.Context) {
	w, err := s.accounts.Worker(c.Request.Context(), workerToken(c))
	if err != nil {
		s.problems.Write(c, err)
		return
	}
	c.Request = c.Request.WithContext(account.WithWorker(c.Request.Context(), w))
}

func workerToken(c *gin.Context) string {
	if token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer "); ok {
		return token
	}
	token, err := c.Cookie("nianwei_worker")
	if err != nil {
		return ""
	}
	return token
}

// officer lets requests through of an officer who has one of the roles; with
// none named, of any officer.
func (s sessions) officer(roles ...account.Role) gin.HandlerFunc {
	return func(c *gin.Context) {
		token, _ := c.Cookie("nianwei_officer")
		o, err := s.accounts.Officer(c.Request.Context(), token)
		if err != nil {
			s.problems.Write(c, err)
			return
		}
		if len(roles) > 0 && !o.Has(roles...) {
			s.problems.Write(c, ErrForbidden)
			return
		}
		c.Request = c.Request.WithContext(account.WithOfficer(c.Request.Context(), o))
	}
}

// either lets workers and officers through.
func (s sessions) either(c *gin.Context) {
	if token, err := c.Cookie("nianwei_officer"); err == nil && token != "" {
		if o, err := s.accounts.Officer(c.Request.Context(), token); err == nil {
			c.Request = c.Request.WithContext(account.WithOfficer(c.Request.Context(), o))
			if w, err := s.accounts.Worker(c.Request.Context(), workerToken(c)); err == nil {
				c.Request = c.Request.WithContext(account.WithWorker(c.Request.Context(), w))
			}
			return
		}
	}
	s.worker(c)
}
