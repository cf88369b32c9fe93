package main

import (
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"muster/internal/locale"
	"muster/internal/onboarding"
	"muster/report"
)

// speech tells people on standard error what is done, in their language. Errors and logs are no part of it.
type speech struct {
	io.Writer
	voice onboarding.Voice
}

// speechOf speaks the language of --lang, which has been read before without an error; commands without it that of the
// environment.
func speechOf(c *cli.Context, s streams) speech {
	v, err := voice(c)
	if err != nil {
		v = voiceOf(c, locale.Load().Preferred(os.Getenv))
	}
	return speech{s.err, v}
}

// said gives a text in the language.
func (t speech) said(format string, args ...any) string {
	return report.Visible(t.voice.Say(onboarding.T(format, args...)))
}

// line tells a text on a line of its own.
func (t speech) line(format string, args ...any) { fmt.Fprintln(t, t.said(format, args...)) }

// wrote tells which file was written.
func (t speech) wrote(path string) { t.line("wrote %s", path) }

// sandbox tells that the service is not the real one.
func (t speech) sandbox() { t.line("SANDBOX: nothing real is changed") }

// aloud is heard however quiet it is to be: for questions.
func (t speech) aloud() speech { return speech{unwrapped(t.Writer), t.voice} }
