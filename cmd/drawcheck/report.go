package main

import (
	"errors"
	"fmt"
	"io"
)

// language of the report. The default is English lines with a last line in Chinese,
// because the auditor who signs reads Chinese.
type language string

const (
	langBoth    language = ""
	langEnglish language = "en"
	langChinese language = "zh"
)

// phrase is the same thing in English and Chinese; both may be format strings that
// take the same arguments in the same order.
type phrase struct{ en, zh string }

func (p phrase) in(l language) string {
	if l == langChinese {
		return p.zh
	}
	return p.en
}

// report prints one line for each check and remembers the first that did not hold.
type report struct {
	out    io.Writer
	lang   language
	held   int
	failed int
	first  string
	worst  phrase
}

// ok says that a check holds for a file. detail may be empty.
func (r *report) ok(file string, c check, detail phrase, args ...any) {
	r.held++
	text := c.title().in(r.lang)
	if d := detail.in(r.lang); d != "" {
		text += r.brackets(fmt.Sprintf(d, args...))
	}
	fmt.Fprintf(r.out, "ok   %s: %s\n", file, text)
}

func (r *report) brackets(s string) string {
	if r.lang == langChinese {
		return "（" + s + "）"
	}
	return " (" + s + ")"
}

// fail says that something does not hold. An err of at or breaks carries the line
// and may name a more exact check than fallback.
func (r *report) fail(file string, fallback check, err error) {
	c, place := fallback, file
	var le *lineError
	if errors.As(err, &le) {
		if le.check != 0 {
			c = le.check
		}
		if le.line > 0 {
			place = fmt.Sprintf("%s:%d", file, le.line)
		}
	}
	r.failed++
	if r.failed == 1 {
		r.first, r.worst = place, c.title()
	}
	fmt.Fprintf(r.out, "FAIL %s: %s: %v\n", place, r.not(c), err)
}

// not turns a title into what did not hold.
func (r *report) not(c check) string {
	if r.lang == langChinese {
		return "不成立：" + c.title().zh
	}
	return "does not hold that " + c.title().en
}

// note says openly what the reader should know though nothing is wrong.
func (r *report) note(file string, p phrase, args ...any) {
	fmt.Fprintf(r.out, "note %s: %s\n", file, fmt.Sprintf(p.in(r.lang), args...))
}

// verdict prints the last lines and returns the exit status.
func (r *report) verdict() int {
	if r.failed == 0 {
		r.last(phrase{"all %d checks hold", "通过：共 %d 项检查，全部成立。"}, r.held)
		return exitHolds
	}
	if r.lang != langChinese {
		fmt.Fprintf(r.out, "%d of %d checks do not hold, the first at %s\n", r.failed, r.held+r.failed, r.first)
	}
	if r.lang != langEnglish {
		fmt.Fprintf(r.out, "不通过：%d 项不成立，第一处在 %s（%s）。\n", r.failed, r.first, r.worst.zh)
	}
	return exitFails
}

func (r *report) last(p phrase, args ...any) {
	if r.lang != langChinese {
		fmt.Fprintf(r.out, p.en+"\n", args...)
	}
	if r.lang != langEnglish {
		fmt.Fprintf(r.out, p.zh+"\n", args...)
	}
}
