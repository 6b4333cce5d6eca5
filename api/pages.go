package api

import (
	"context"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"nianwei/api/limit"
	"nianwei/api/problem"
	"nianwei/model/fault"
	"nianwei/service/account"
)

// ErrNotReady says that this server should get no requests now.
var ErrNotReady = fault.New(fault.Unavailable, "not_ready", "系统正在启动或维护，请稍后再试。")

// ErrTooMany says that somebody asks faster than any person can.
var ErrTooMany = fault.New(fault.TooMany, "request.too_many", "操作太频繁，请稍等片刻再试。")

func readiness(ready func(context.Context) error, w problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := ready(c.Request.Context()); err != nil {
			w.Write(c, ErrNotReady.Because(err))
			return
		}
		c.String(http.StatusOK, "ready\n")
	}
}

// contentPolicy lets pages load from their own origin alone.
const contentPolicy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"

// pages serves a client's built files. Files with a hash in their name may be
// kept for ever; the page itself is asked for each time.
func pages(r *gin.Engine, prefix string, files fs.FS) {
	if files == nil {
		r.GET(strings.TrimSuffix(prefix, "/"), missingPages)
		r.GET(prefix+"*path", missingPages)
		return
	}
	server := http.StripPrefix(strings.TrimSuffix(prefix, "/"), http.FileServerFS(files))
	r.GET(strings.TrimSuffix(prefix, "/"), func(c *gin.Context) { c.Redirect(http.StatusMovedPermanently, prefix) })
	r.GET(prefix+"*path", func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		if strings.Contains(path.Dir(c.Param("path")), "assets") {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		server.ServeHTTP(c.Writer, c.Request)
	})
}

func missingPages(c *gin.Context) {
	c.String(http.StatusNotFound, "This binary was built without the pages; build it with: make build\n")
}

func perAddress(l *limit.Limits, w problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		if after, ok := l.Address(c.ClientIP()); !ok {
			w.Write(c, ErrTooMany.After(after))
		}
	}
}

func perWorker(l *limit.Limits, w problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		who, _ := account.WorkerFrom(c.Request.Context())
		if after, ok := l.Account(who.AccountID); !ok {
			w.Write(c, ErrTooMany.After(after))
		}
	}
}
