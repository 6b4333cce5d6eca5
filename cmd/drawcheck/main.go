// Command drawcheck re-derives every result of a finished prize draw from its
// published files, offline. It is the auditor's second opinion: written from the
// text of redraw/v1 alone, it shares no code with the server that ran the draw.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
