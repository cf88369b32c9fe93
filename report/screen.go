package report

import (
	"fmt"
	"io"

	"muster/internal/onboarding"
)

// Screen is what text is written on. The zero value is no terminal: lines are not folded, and nothing is in colour.
type Screen struct {
	Columns int      // of the terminal; 0: it is none
	Colour  bool     // may be used
	Most    int      // findings that are listed; 0: all
	Reports []string // paths of the reports of the same run, which hold all findings
}

// withoutScreen is how wide the line with a finding's row is where nobody knows the width.
const withoutScreen = 120

// Colours, as terminals number them. None tells anything alone: each has its word.
const (
	red    = "31"
	yellow = "33"
	green  = "32"
	cyan   = "36"
	bold   = "1"
	dim    = "2"
)

// newScreenPen is a pen that knows what it writes on.
func newScreenPen(w io.Writer, c *Check) pen {
	p := newPen(w, c.Voice)
	p.screen = c.Screen
	return p
}

// paint puts a text in a colour where that is allowed.
func (p pen) paint(colour, text string) string {
	if !p.screen.Colour || colour == "" || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// painted writes texts in a colour where that is allowed.
func (p pen) painted(colour string, texts ...string) {
	if p.screen.Colour {
		p.text("\x1b[" + colour + "m")
		defer p.text("\x1b[0m")
	}
	for _, t := range texts {
		p.text(t)
	}
}

// verdict writes the sentence on top of a document, and what it comes to.
func (p pen) verdict(colour string, verdict, counts onboarding.Text) {
	fmt.Fprintln(p, p.paint(colour, p.say("%s: %s", verdict, counts)))
}

// text writes a text as it is. What cannot be written is told when all is flushed.
func (p pen) text(s string) { _, _ = p.WriteString(s) }

// indent writes blanks.
func (p pen) indent(columns int) {
	for range columns {
		_ = p.WriteByte(' ')
	}
}

// hang writes a text behind a lead, in lines of the width of the terminal that begin below its first letter.
func (p pen) hang(lead, text string) {
	lines, indent := []string{text}, width(lead)
	if p.screen.Columns > 0 {
		lines = folded(text, p.screen.Columns-indent, 0)
	}
	p.text(lead)
	for i, line := range lines {
		if i > 0 {
			p.indent(indent)
		}
		p.text(line)
		p.text("\n")
	}
}

// severityColour is that of the word of a severity.
func severityColour(s onboarding.Severity) string {
	switch s {
	case onboarding.Error:
		return red
	case onboarding.Warning:
		return yellow
	}
	return cyan
}

// statusColour is that of the word of a status.
func statusColour(s onboarding.Status) string {
	switch s {
	case onboarding.Failed:
		return red
	case onboarding.Waiting, onboarding.Held:
		return yellow
	}
	return cyan
}

// summaryColour is that of a verdict over findings.
func summaryColour(s onboarding.Summary) string {
	switch {
	case s.Errors > 0:
		return red
	case s.Warnings > 0:
		return yellow
	}
	return green
}
