package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun_ServesUntilTheSignalAndExplainsItself(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	ctx, stop := context.WithCancel(t.Context())
	stop() // the signal comes at once: it starts, explains, and ends well
	var out, errOut bytes.Buffer
	if code := run(ctx, []string{"-addr", "127.0.0.1:0", "-control", "127.0.0.1:0", "-ca", ca}, &out, &errOut); code != 0 {
		t.Fatalf("exit %d: %s", code, &errOut)
	}
	if pem, err := os.ReadFile(ca); err != nil || !bytes.HasPrefix(pem, []byte("-----BEGIN CERTIFICATE-----")) {
		t.Errorf("authority: %v, %q", err, pem)
	}
	for _, want := range []string{"api.weixin.qq.com", ca, "/control/faults", "wxsandboxofficial0", "curl"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the explanation lacks %q:\n%s", want, &out)
		}
	}
}

func TestRun_RefusesWrongFlags(t *testing.T) {
	for want, args := range map[int][]string{
		0: {"-h"},
		1: {"-addr", "127.0.0.1:0", "-control", "127.0.0.1:0", "-ca", filepath.Join(t.TempDir(), "none", "ca.pem")},
		2: {"-app", "only-an-appid"},
	} {
		var out, errOut bytes.Buffer
		if got := run(t.Context(), args, &out, &errOut); got != want || (want != 0 && errOut.Len() == 0) {
			t.Errorf("%v: exit %d, want %d: %s", args, got, want, &errOut)
		}
	}
}
