//go:build no_ui

// Package web is empty in a build without pages.
package web

import "io/fs"

// Worker gives nothing: this binary was built without the worker client.
func Worker() (fs.FS, bool) { return nil, false }

// Console gives nothing: this binary was built without the console.
func Console() (fs.FS, bool) { return nil, false }
