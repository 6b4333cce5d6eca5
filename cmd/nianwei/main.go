// Command nianwei is the server of 年味 and its tools.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"nianwei/config"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// command is one verb of the command line.
type command struct {
	name  string
	args  string
	about string
	run   func(ctx context.Context, c call) error
}

// call is what a command is given.
type call struct {
	args     []string
	config   config.Config
	out, err io.Writer
}

func commands() []command {
	return []command{
		{"serve", "", "run the product", serve},
		{"migrate", "", "bring the database's schema to this version", migrate},
		{"admin", "link LOGIN", "print a new one-time link for an officer who is locked out", adminLink},
		{"export", "ROUND DIR", "write a finished round's directory", export},
		{"verify", "[ROUND …]", "hold every finished round, the ledger and the operators' log against each other", verify},
		{"backup", "FILE", "write a consistent copy of the SQLite database and its keys", backup},
		{"restore", "FILE", "put a backup back into an empty data directory", restore},
		{"config", "check | keys", "name every mistake of the configuration; make fresh keys", configure},
		{"healthcheck", "", "ask a running server whether it is ready", healthcheck},
		{"version", "", "print the version", printVersion},
	}
}

// run is main without the process, for tests.
func run(ctx context.Context, args, environ []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("nianwei", flag.ContinueOnError)
	flags.SetOutput(errs)
	file := flags.String("config", "", "YAML `file` with the configuration")
	flags.Usage = func() { usage(errs) }
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if flags.NArg() == 0 || flags.Arg(0) == "help" {
		usage(out)
		return 0
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == flags.Arg(0) })
	if i < 0 {
		_, _ = fmt.Fprintf(errs, "nianwei: there is no command %q\n\n", flags.Arg(0))
		usage(errs)
		return 2
	}
	c := call{args: flags.Args()[1:], out: out, err: errs}
	var err error
	if c.config, err = config.Load(*file, environ); err != nil && (all[i].name != "config" || slices.Contains(c.args, "check")) && all[i].name != "version" {
		_, _ = fmt.Fprintf(errs, "nianwei: the configuration has mistakes:\n  %s\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		return 1
	}
	if err := all[i].run(ctx, c); err != nil {
		_, _ = fmt.Fprintf(errs, "nianwei %s: %v\n", all[i].name, err)
		return 1
	}
	return 0
}

func usage(w io.Writer) {
	_, _ = fmt.Fprintf(w, "年味 Nianwei %s\n\nUsage: nianwei [-config FILE] COMMAND\n\n", version)
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-24s %s\n", c.name+" "+c.args, c.about)
	}
	_, _ = fmt.Fprintf(w, "\nWithout a configuration `serve` runs the sandbox on SQLite in ./data.\n")
}

func printVersion(_ context.Context, c call) error {
	_, err := fmt.Fprintln(c.out, version)
	return err
}

// errUsage says that a command was given other words than it takes.
var errUsage = errors.New("wrong arguments; nianwei help shows them")
