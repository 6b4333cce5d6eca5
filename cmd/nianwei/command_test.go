package main

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nianwei/service/redraw"
)

// runs gives a command's exit status and what it printed to each stream.
func runs(environ []string, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), args, environ, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// Who asks for help gets it and no error; who misspells is told what there is.
func TestCommand_HelpIsNoError(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		out  string
		errs string
	}{
		{nil, 0, "verify [ROUND …]", ""},
		{[]string{"help"}, 0, "backup FILE", ""},
		{[]string{"-h"}, 0, "", "serve"},
		{[]string{"--help"}, 0, "", "serve"},
		{[]string{"version"}, 0, version, ""},
		{[]string{"serv"}, 2, "", `there is no command "serv"`},
		{[]string{"-colour", "red"}, 2, "", "colour"},
		{[]string{"backup"}, 1, "", errUsage.Error()},
		{[]string{"restore"}, 1, "", errUsage.Error()},
		{[]string{"export", "a1-1"}, 1, "", errUsage.Error()},
		{[]string{"admin", "unlink", "chief"}, 1, "", errUsage.Error()},
		{[]string{"serve", "now"}, 1, "", errUsage.Error()},
		{[]string{"config", "mend"}, 1, "", errUsage.Error()},
	} {
		code, out, errs := runs([]string{"NIANWEI_DATA_DIR=" + t.TempDir()}, c.args...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.errs) || c.errs == "" && errs != "" {
			t.Errorf("nianwei %s: %d\n%s\n%s", strings.Join(c.args, " "), code, out, errs)
		}
	}
}

// A configuration's mistakes are all named at once, and no secret with them.
func TestCommand_ConfigCheckNamesEveryMistake(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nianwei.yaml")
	ok(t, os.WriteFile(file, []byte("listen: nowhere\ntimezone: Mars/Olympus\nlog: {level: loud, format: rhyme}\ndatabase: {url: 'oracle:x'}\norigin: 'Not A Name'\npublicUrl: 'example'\nsecrets: {hashKey: abc, signingKey: 'PRIVATE+KEY+secret-text'}\n"), 0o600))
	environ := []string{"NIANWEI_PRODUCTION=true", "NIANWEI_SANDBXO=1", "NIANWEI_WECHAT_APP_SECRET_FILE=" + file + ".missing", "HOME=/"}
	code, out, errs := runs(environ, "-config", file, "config", "check")
	if code != 1 || strings.Contains(out, "is right") {
		t.Errorf("config check: %d %s", code, out)
	}
	for _, name := range []string{"listen:", "timezone:", "log.level:", "log.format:", "database.url:", "origin:", "publicUrl:", "secrets.hashKey:", "secrets.signingKey:",
		"sandbox: must be off", "timeMachine: must be off", "wechat.appId:", "wechat.appSecret:", "secrets.sealKeys:", "NIANWEI_SANDBXO: there is no such setting", "NIANWEI_WECHAT_APP_SECRET_FILE: no file"} {
		if !strings.Contains(errs, name) {
			t.Errorf("config check does not name %q:\n%s", name, errs)
		}
	}
	if strings.Contains(errs, "secret-text") {
		t.Errorf("config check prints a secret:\n%s", errs)
	}
	if code, out, errs := runs(nil, "config", "check"); code != 0 || !strings.Contains(out, "is right") {
		t.Errorf("the defaults: %d %s %s", code, out, errs)
	}
	// The keys that are made are keys that are taken.
	_, keys, _ := runs(nil, "config", "keys")
	ok(t, os.WriteFile(file, []byte(keys), 0o600))
	if code, _, errs := runs(nil, "-config", file, "config", "check"); code != 0 {
		t.Errorf("its own keys: %d %s", code, errs)
	}
}

// A backup that is taken while the product runs is, restored elsewhere, the same
// product: it verifies, exports and lets the same officers in.
func TestCommand_BackupRestoresElsewhere(t *testing.T) {
	w := newWorld(t, "")
	w.played(t)
	file, dir := filepath.Join(t.TempDir(), "backup.zip"), filepath.Join(t.TempDir(), "new")
	here, there := w.environment(), []string{"NIANWEI_DATA_DIR=" + dir}
	if code, _, errs := runs(here, "backup", file); code != 0 {
		t.Fatalf("backup: %s", errs)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup holds keys, and its mode is %v, %v", info.Mode(), err)
	}
	if code, _, _ := runs(here, "backup", file); code != 1 {
		t.Error("a backup was written over another")
	}
	if code, _, errs := runs(here, "restore", file); code != 1 || !strings.Contains(errs, "never restored over") {
		t.Errorf("restore over a database: %d %s", code, errs)
	}
	if code, _, errs := runs(there, "restore", file); code != 0 {
		t.Fatalf("restore: %s", errs)
	}
	round := w.rounds["voice"]
	if code, out, errs := runs(there, "verify"); code != 0 || !strings.Contains(out, "ok   "+round) {
		t.Errorf("verify of what was restored: %d %s %s", code, out, errs)
	}
	if code, _, errs := runs(there, "migrate"); code != 0 {
		t.Errorf("migrate: %s", errs)
	}
	code, out, errs := runs(there, "export", round, t.TempDir())
	if code != 0 {
		t.Fatalf("export: %s", errs)
	}
	files, err := redraw.OpenDir(strings.TrimSpace(out))
	ok(t, err)
	keys, err := redraw.ParseKeys([]byte(w.get(t, "", "/api/public/keys").body))
	ok(t, err)
	report, err := redraw.Verify(files, redraw.VerifyOptions{Origin: w.config.Origin, Keys: &keys})
	ok(t, err)
	if !report.OK() {
		t.Error("what was exported from the copy does not hold under the published keys")
	}
	for _, media := range []string{"media", "keys"} {
		if entries, err := os.ReadDir(filepath.Join(dir, media)); err != nil || len(entries) == 0 {
			t.Errorf("%s were not restored: %v", media, err)
		}
	}
	if code, _, errs := runs(there, "export", "a999-1", t.TempDir()); code != 1 || !strings.Contains(errs, "round.unknown") {
		t.Errorf("export of no round: %d %s", code, errs)
	}
	if code, _, errs := runs(there, "export", w.rounds["tomorrow"], t.TempDir()); code != 1 || !strings.Contains(errs, "export.not_final") {
		t.Errorf("export before the end: %d %s", code, errs)
	}
}

// A backup that was made to write elsewhere writes nowhere.
func TestCommand_RestoreStaysInItsDirectory(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"../escaped", "/" + filepath.Join(root, "escaped"), "a/../../escaped"} {
		file := filepath.Join(t.TempDir(), "evil.zip")
		ok(t, os.WriteFile(file, zipOf(t, name), 0o600))
		code, _, _ := runs([]string{"NIANWEI_DATA_DIR=" + filepath.Join(root, "data")}, "restore", file)
		if _, err := os.Stat(filepath.Join(root, "escaped")); err == nil {
			t.Errorf("%s was written outside", name)
		}
		if code != 1 && strings.HasPrefix(name, "..") {
			t.Errorf("%s: %d", name, code)
		}
	}
}

// An officer whom nobody can let in again gets a link on the server, once.
func TestCommand_AdminLinkLetsTheLockedOutIn(t *testing.T) {
	w := newWorld(t, "")
	code, out, errs := runs(w.environment(), "admin", "link", "drawer")
	token := regexp.MustCompile(`token=(\S+)`).FindStringSubmatch(out)
	if code != 0 || token == nil || !strings.Contains(out, "/console/#/invitation?") {
		t.Fatalf("admin link: %d %s %s", code, out, errs)
	}
	secret, err := url.QueryUnescape(token[1])
	ok(t, err)
	accept := map[string]any{"token": secret, "password": "another long passphrase"}
	w.machine.Set(systemNow(), false) // the command runs in real time
	w.remember(t, "drawer", w.succeeds(t, "", http.MethodPost, "/api/admin/invitation", accept))
	w.get(t, "drawer", "/api/admin/session")
	w.refuses(t, []scenario{{name: "a link that was used", method: http.MethodPost, path: "/api/admin/invitation", body: accept, status: 404, reason: "link.invalid"}})
	if code, _, errs := runs(w.environment(), "admin", "link", "nobody"); code != 1 || !strings.Contains(errs, `no officer "nobody"`) {
		t.Errorf("admin link of nobody: %d %s", code, errs)
	}
	w.succeeds(t, "", http.MethodGet, "/healthz", nil)
}
