//go:build !no_ui

// Package web holds the built pages of both clients inside the binary, so that
// one file is the whole product. Build with the tag no_ui to leave them out.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:worker/dist/build/h5
var worker embed.FS

//go:embed all:console/dist
var console embed.FS

// Worker gives the worker client's pages, rooted at its index.html. It is false
// when the pages had not been built when the binary was.
func Worker() (fs.FS, bool) { return built(worker, "worker/dist/build/h5") }

// Console gives the console's pages, rooted at its index.html. It is false when
// the pages had not been built when the binary was.
func Console() (fs.FS, bool) { return built(console, "console/dist") }

// built is false for a directory that holds only the file which git keeps.
func built(all embed.FS, dir string) (fs.FS, bool) {
	pages, err := fs.Sub(all, dir)
	if err != nil {
		return nil, false
	}
	if _, err := fs.Stat(pages, "index.html"); err != nil {
		return nil, false
	}
	return pages, true
}
