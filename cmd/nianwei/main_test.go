package main

import (
	"testing"

	"nianwei/config"
)

// testConfig is a sandbox below dir, on a free port.
func testConfig(dir string) config.Config {
	c := config.Default()
	c.DataDir = dir
	c.Listen = "127.0.0.1:0"
	c.WeChat = config.WeChat{AppID: "wxservice", AppSecret: "service-secret", MiniAppID: "wxmini", MiniAppSecret: "mini-secret"}
	return c
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
