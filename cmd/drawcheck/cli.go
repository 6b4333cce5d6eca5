package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
)

// Exit statuses.
const (
	exitHolds = 0
	exitFails = 1
	exitUsage = 2
)

const usageText = `drawcheck re-derives every result of a finished prize draw (redraw/v1), offline.

  drawcheck round DIR... --keys FILE --origin NAME   a round, or all rounds of an activity
  drawcheck receipt FILE --keys FILE                 one worker's receipt
  drawcheck vectors FILE                             this tool itself, against the published vectors

  --keys FILE      public keys, one note verifier key a line, the organiser's first
                   (default: keys.txt in the directory or above it)
  --origin NAME    the name the log is signed under, as published
  --lang en|zh     language of the lines (default: English, with a last line in Chinese)

Exit status: 0 everything holds, 1 something does not, 2 wrong use.
`

// options is a command line.
type options struct {
	command string
	files   []string
	keys    string
	origin  string
	lang    language
}

// run is the program without its process: it prints to out and errs and returns
// the exit status.
func run(args []string, out, errs io.Writer) int {
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usageText)
		return exitHolds
	}
	if err != nil {
		fmt.Fprintf(errs, "drawcheck: %v\n\n%s", err, usageText)
		return exitUsage
	}
	r := &report{out: out, lang: o.lang}
	switch o.command {
	case "round":
		r.checkRounds(o.files, o.keys, o.origin)
	case "receipt":
		r.checkReceipt(o.files[0], o.keys, o.origin)
	case "vectors":
		r.checkVectors(o.files[0])
	}
	return r.verdict()
}

// parseOptions takes flags before, between and after the files.
func parseOptions(args []string) (options, error) {
	if len(args) == 0 {
		return options{}, errors.New("what is to be checked?")
	}
	var o options
	fs := flag.NewFlagSet("drawcheck", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&o.keys, "keys", "", "")
	fs.StringVar(&o.origin, "origin", "", "")
	fs.Func("lang", "", func(s string) error {
		if o.lang = language(s); o.lang != langEnglish && o.lang != langChinese {
			return errors.New("must be en or zh")
		}
		return nil
	})
	var words []string
	for rest := args; len(rest) > 0; {
		if err := fs.Parse(rest); err != nil {
			return options{}, err
		}
		if rest = fs.Args(); len(rest) > 0 {
			words = append(words, rest[0])
			rest = rest[1:]
		}
	}
	if len(words) == 0 {
		return options{}, errors.New("what is to be checked?")
	}
	o.command, o.files = words[0], words[1:]
	return o, o.validate()
}

func (o options) validate() error {
	switch o.command {
	case "round":
		if len(o.files) == 0 {
			return errors.New("round: which directory?")
		}
		if o.origin == "" {
			return errors.New("round: --origin is missing")
		}
	case "receipt", "vectors":
		if len(o.files) != 1 {
			return fmt.Errorf("%s: exactly one file", o.command)
		}
	default:
		return fmt.Errorf("unknown command %q", o.command)
	}
	for _, name := range slices.Concat(o.files, o.given()) {
		if _, err := os.Stat(name); err != nil {
			return err
		}
	}
	return nil
}

// given is the files named by flags.
func (o options) given() []string {
	if o.keys == "" {
		return nil
	}
	return []string{o.keys}
}
