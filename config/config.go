// Package config is everything that can be set from outside, in one struct:
// defaults, then a YAML file, then the environment (NIANWEI_…), where any
// variable can also be given as a file by NIANWEI_…_FILE. All mistakes are
// reported together. Only cmd reads it; everything else is handed what it needs.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"go.yaml.in/yaml/v3"

	"nianwei/model/seal"
)

// Prefix begins the name of every environment variable of the product.
const Prefix = "NIANWEI_"

// Config is the whole configuration.
type Config struct {
	Production     bool     `yaml:"production" env:"PRODUCTION"`          // real workers, real money: refuses every convenience below
	Sandbox        bool     `yaml:"sandbox" env:"SANDBOX"`                // WeChat is simulated inside this process
	TimeMachine    bool     `yaml:"timeMachine" env:"TIME_MACHINE"`       // the clock can be moved (sandbox only)
	Name           string   `yaml:"name" env:"NAME"`                      // of the union, shown to workers
	Origin         string   `yaml:"origin" env:"ORIGIN"`                  // signs draws; never change it in a season
	Listen         string   `yaml:"listen" env:"LISTEN"`                  // host:port
	MetricsListen  string   `yaml:"metricsListen" env:"METRICS_LISTEN"`   // host:port for /metrics; empty = on Listen, in the sandbox only
	PublicURL      string   `yaml:"publicUrl" env:"PUBLIC_URL"`           // as browsers reach it, e.g. https://nianwei.example.org; empty = as the request says (sandbox)
	TrustedProxies []string `yaml:"trustedProxies" env:"TRUSTED_PROXIES"` // addresses whose X-Forwarded-For is believed
	Timezone       string   `yaml:"timezone" env:"TIMEZONE"`
	DataDir        string   `yaml:"dataDir" env:"DATA_DIR"`
	Log            Log      `yaml:"log" envPrefix:"LOG_"`
	Database       Database `yaml:"database" envPrefix:"DATABASE_"`
	Secrets        Secrets  `yaml:"secrets" envPrefix:"SECRETS_"`
	WeChat         WeChat   `yaml:"wechat" envPrefix:"WECHAT_"`
	Media          Media    `yaml:"media" envPrefix:"MEDIA_"`
	Redis          Redis    `yaml:"redis" envPrefix:"REDIS_"`

	ShutdownGrace time.Duration `yaml:"shutdownGrace" env:"SHUTDOWN_GRACE"` // for finishing what was accepted
}

// Log is how the product speaks to its operators.
type Log struct {
	Level  string `yaml:"level" env:"LEVEL"`   // debug, info, warn, error
	Format string `yaml:"format" env:"FORMAT"` // text, json
}

// Database is where the truth is kept.
type Database struct {
	URL     string `yaml:"url" env:"URL"` // sqlite:PATH or mysql:DSN; empty = sqlite in DataDir
	Readers int    `yaml:"readers" env:"READERS"`
	Writers int    `yaml:"writers" env:"WRITERS"`
}

// Secrets are the installation's keys. In the sandbox they are made at the
// first start and kept in DataDir/keys.
type Secrets struct {
	SealKeys   []string `yaml:"sealKeys" env:"SEAL_KEYS"`     // 64 hex digits each; the first seals, all open
	HashKey    string   `yaml:"hashKey" env:"HASH_KEY"`       // 64 hex digits; never rotates
	SigningKey string   `yaml:"signingKey" env:"SIGNING_KEY"` // note signer key of the organiser
	Verifier   string   `yaml:"verifier" env:"VERIFIER"`      // its verifier key, the line of keys.txt
}

// WeChat is the official account and the mini-program.
type WeChat struct {
	AppID         string `yaml:"appId" env:"APP_ID"`
	AppSecret     string `yaml:"appSecret" env:"APP_SECRET"`
	MiniAppID     string `yaml:"miniAppId" env:"MINI_APP_ID"`
	MiniAppSecret string `yaml:"miniAppSecret" env:"MINI_APP_SECRET"`
	Dial          string `yaml:"dial" env:"DIAL"`      // host:port of a simulator to dial instead of WeChat
	DialCA        string `yaml:"dialCa" env:"DIAL_CA"` // PEM file of its authority
}

// Redis is for what several servers share and may lose: WeChat's tokens. Without
// one they share them through the database.
type Redis struct {
	URL string `yaml:"url" env:"URL"` // redis://[:password@]host:port/db
}

// Media is how uploads are handled.
type Media struct {
	FFmpeg  string `yaml:"ffmpeg" env:"FFMPEG"`   // name or path
	Workers int    `yaml:"workers" env:"WORKERS"` // transcodings at a time; 0 = 2
}

// Default gives the configuration that runs the sandbox on SQLite.
func Default() Config {
	return Config{
		Sandbox:     true,
		TimeMachine: true,
		Name:        "年味演示总工会",
		Origin:      "nianwei.sandbox",
		Listen:      "127.0.0.1:8080",
		Timezone:    "Asia/Shanghai",
		DataDir:     "data",
		Log:         Log{Level: "info", Format: "text"},
		Media:       Media{FFmpeg: "ffmpeg"},

		ShutdownGrace: 20 * time.Second,
	}
}

// Load reads the YAML file at path (none if empty) and the environment over
// the defaults, and checks the whole. The error names every mistake.
func Load(path string, environ []string) (Config, error) {
	c := Default()
	var mistakes []error
	if path != "" {
		mistakes = append(mistakes, c.readFile(path))
	}
	vars, errs := variables(environ)
	mistakes = append(mistakes, errs...)
	if err := env.ParseWithOptions(&c, env.Options{Prefix: Prefix, Environment: vars}); err != nil {
		var all env.AggregateError
		if errors.As(err, &all) {
			mistakes = append(mistakes, all.Errors...)
		} else {
			mistakes = append(mistakes, err)
		}
	}
	if c.Sandbox && !c.Production && c.WeChat == (WeChat{}) {
		c.WeChat = WeChat{AppID: "wxsandboxservice0", AppSecret: "sandbox-service-secret", MiniAppID: "wxsandboxmini0000", MiniAppSecret: "sandbox-mini-secret"}
	}
	mistakes = append(mistakes, c.Check()...)
	return c, errors.Join(mistakes...)
}

func (c *Config) readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("config file: %w", err)
	}
	defer func() { _ = f.Close() }()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(c); err != nil {
		return fmt.Errorf("config file %s: %w", path, err)
	}
	return nil
}

// variables gives the product's environment, with NIANWEI_X_FILE read into
// NIANWEI_X. Names that mean nothing are mistakes: a misspelt variable must not
// be ignored on New Year's Eve.
func variables(environ []string) (map[string]string, []error) {
	known := known()
	out := map[string]string{}
	var errs []error
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, Prefix) || strings.HasPrefix(name, Prefix+"TEST_") {
			continue
		}
		target, isFile := strings.CutSuffix(name, "_FILE")
		switch {
		case known[name]:
			out[name] = value
		case isFile && known[target]:
			text, err := os.ReadFile(value)
			if errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, fmt.Errorf("%s: no file %s", name, value))
			} else if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
			out[target] = strings.TrimSpace(string(text))
		default:
			errs = append(errs, fmt.Errorf("%s: there is no such setting", name))
		}
	}
	return out, errs
}

func known() map[string]bool {
	out := map[string]bool{}
	params, err := env.GetFieldParamsWithOptions(&Config{}, env.Options{Prefix: Prefix})
	if err != nil {
		return out
	}
	for _, p := range params {
		out[p.Key] = true
	}
	return out
}

var isOrigin = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(/[a-z0-9.-]+)*$`)

// Check gives every mistake of a configuration.
func (c Config) Check() []error {
	var out []error
	bad := func(name, format string, args ...any) {
		out = append(out, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	for name, address := range map[string]string{"listen": c.Listen, "metricsListen": c.MetricsListen} {
		if _, _, err := net.SplitHostPort(address); err != nil && (address != "" || name == "listen") {
			bad(name, "%q is not host:port", address)
		}
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "" {
		bad("timezone", "%q is not a time zone, e.g. Asia/Shanghai", c.Timezone)
	}
	if !isOrigin.MatchString(c.Origin) {
		bad("origin", "%q is not a name like nianwei.example.org", c.Origin)
	}
	if c.Database.URL != "" && !strings.HasPrefix(c.Database.URL, "sqlite:") && !strings.HasPrefix(c.Database.URL, "mysql:") {
		bad("database.url", "must begin with sqlite: or mysql:")
	}
	if c.DataDir == "" {
		bad("dataDir", "is empty")
	}
	switch c.Log.Level {
	case "debug", "info", "warn", "error":
	default:
		bad("log.level", "%q is none of debug, info, warn, error", c.Log.Level)
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		bad("log.format", "%q is neither text nor json", c.Log.Format)
	}
	if c.TimeMachine && !c.Sandbox {
		bad("timeMachine", "works in the sandbox only")
	}
	if u, err := url.Parse(c.Redis.URL); c.Redis.URL != "" && (err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || u.Host == "") {
		bad("redis.url", "must be like redis://host:6379/0")
	}
	out = append(out, c.Secrets.check()...)
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Scheme == "" || u.Host == "" || u.Path != "") {
		bad("publicUrl", "%q is not like https://nianwei.example.org", c.PublicURL)
	}
	if c.Production {
		out = append(out, c.checkProduction()...)
	}
	return out
}

// check looks at the keys that are given; checkProduction demands them.
func (s Secrets) check() []error {
	var out []error
	for i, k := range s.SealKeys {
		if _, err := seal.ParseKey(k); err != nil {
			out = append(out, fmt.Errorf("secrets.sealKeys[%d]: must be 64 hex digits", i))
		}
	}
	if s.HashKey != "" {
		if _, err := seal.ParseKey(s.HashKey); err != nil {
			out = append(out, errors.New("secrets.hashKey: must be 64 hex digits"))
		}
	}
	if (s.SigningKey == "") != (s.Verifier == "") {
		out = append(out, errors.New("secrets.signingKey: must be given together with secrets.verifier"))
	}
	return out
}

// checkProduction refuses what is only for trying.
func (c Config) checkProduction() []error {
	var out []error
	d := Default()
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{c.Sandbox, "sandbox: must be off in production"},
		{c.TimeMachine, "timeMachine: must be off in production"},
		{c.WeChat.Dial != "", "wechat.dial: must be empty in production: the real WeChat is dialled"},
		{c.WeChat.AppID == "", "wechat.appId: set the official account's own AppID"},
		{c.WeChat.AppSecret == "", "wechat.appSecret: set the official account's own secret"},
		{(c.WeChat.MiniAppID == "") != (c.WeChat.MiniAppSecret == ""), "wechat.miniAppSecret: must be given together with wechat.miniAppId"},
		{!strings.HasPrefix(c.PublicURL, "https://"), "publicUrl: must be the https address that WeChat knows"},
		{c.Origin == d.Origin, "origin: set the name under which your union signs its draws"},
		{c.Name == d.Name, "name: set the union's name"},
		{len(c.Secrets.SealKeys) == 0, "secrets.sealKeys: required (nianwei config keys makes one)"},
		{c.Secrets.HashKey == "", "secrets.hashKey: required (nianwei config keys makes one)"},
		{c.Secrets.SigningKey == "", "secrets.signingKey: required (nianwei config keys makes one)"},
	} {
		if rule.broken {
			out = append(out, errors.New(rule.text))
		}
	}
	return out
}
