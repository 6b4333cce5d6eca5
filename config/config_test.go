package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianwei/config"
)

func TestLoad_NeedsNothingForTheSandbox(t *testing.T) {
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Sandbox || c.Production {
		t.Fatalf("got %+v, want the sandbox", c)
	}
}

func TestLoad_EnvironmentGoesOverFileGoesOverDefault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nianwei.yaml")
	write(t, file, "name: 文件总工会\nlisten: 127.0.0.1:1\ndatabase:\n  url: sqlite:a.db\n")
	secret := filepath.Join(t.TempDir(), "hash")
	write(t, secret, strings.Repeat("ab", 32)+"\n")
	c, err := config.Load(file, []string{"NIANWEI_LISTEN=127.0.0.1:2", "NIANWEI_SECRETS_HASH_KEY_FILE=" + secret, "OTHER=1", "NIANWEI_TEST_MYSQL_DSN=x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "文件总工会" || c.Listen != "127.0.0.1:2" || c.Database.URL != "sqlite:a.db" || c.Secrets.HashKey != strings.Repeat("ab", 32) || c.Timezone != "Asia/Shanghai" {
		t.Fatalf("got %+v", c)
	}
}

func TestLoad_NamesEveryMistakeAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nianwei.yaml")
	write(t, file, "nmae: typo\n")
	_, err := config.Load(file, []string{"NIANWEI_LISTEN=nowhere", "NIANWEI_LOGLEVEL=debug", "NIANWEI_TIMEZONE=Mars/Olympus", "NIANWEI_SECRETS_HASH_KEY=short", "NIANWEI_SHUTDOWN_GRACE=soon", "NIANWEI_WECHAT_APP_SECRET_FILE=/does/not/exist"})
	if err == nil {
		t.Fatal("all of it passed")
	}
	for _, want := range []string{"nmae", "listen", "NIANWEI_LOGLEVEL", "timezone", "hashKey", "ShutdownGrace", "no file /does/not/exist"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q:\n%v", want, err)
		}
	}
}

func TestLoad_ProductionRefusesEveryConvenience(t *testing.T) {
	_, err := config.Load("", []string{"NIANWEI_PRODUCTION=true"})
	if err == nil {
		t.Fatal("production started with the sandbox's defaults")
	}
	for _, want := range []string{"sandbox:", "timeMachine:", "wechat.appId:", "wechat.appSecret:", "publicUrl:", "origin:", "secrets.sealKeys:", "secrets.hashKey:", "secrets.signingKey:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q:\n%v", want, err)
		}
	}
}

func TestLoad_ProductionStartsWhenAllIsSet(t *testing.T) {
	key := strings.Repeat("01", 32)
	_, err := config.Load("", []string{"NIANWEI_PRODUCTION=true", "NIANWEI_SANDBOX=false", "NIANWEI_TIME_MACHINE=false", "NIANWEI_WECHAT_APP_ID=wx1", "NIANWEI_WECHAT_APP_SECRET=s",
		"NIANWEI_PUBLIC_URL=https://nianwei.example.org", "NIANWEI_ORIGIN=nianwei.example.org", "NIANWEI_NAME=某市总工会",
		"NIANWEI_SECRETS_SEAL_KEYS=" + key, "NIANWEI_SECRETS_HASH_KEY=" + key, "NIANWEI_SECRETS_SIGNING_KEY=x", "NIANWEI_SECRETS_VERIFIER=y"})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
