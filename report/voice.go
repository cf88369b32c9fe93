package report

import (
	"bufio"
	"fmt"
	"io"

	"muster/internal/onboarding"
)

// pen writes for people, in the language of its voice.
type pen struct {
	*bufio.Writer
	voice  onboarding.Voice
	screen Screen
}

func newPen(w io.Writer, v onboarding.Voice) pen {
	return pen{Writer: bufio.NewWriter(w), voice: spoken(v)}
}

// spoken is English where no voice was chosen.
func spoken(v onboarding.Voice) onboarding.Voice {
	if v == nil {
		return onboarding.English{}
	}
	return v
}

// said gives a value for a person: texts and words of ours in the language of the voice, others as they are. Control
// characters are shown.
func said(v onboarding.Voice, value any) string {
	switch value := value.(type) {
	case onboarding.Text:
		return Visible(v.Say(value))
	case string:
		return Visible(value)
	}
	return Visible(v.Say(onboarding.T("%v", value)))
}

// saidAll gives a row of values for a person.
func saidAll[T any](v onboarding.Voice, values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = said(v, value)
	}
	return out
}

// inEnglish gives texts for a document that programs read; it is never nil.
func inEnglish(texts []onboarding.Text) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = t.String()
	}
	return out
}

func (p pen) said(value any) string { return said(p.voice, value) }

// say gives a text of ours.
func (p pen) say(format string, args ...any) string {
	return p.said(onboarding.T(format, args...))
}

// line writes a text of ours on a line of its own.
func (p pen) line(format string, args ...any) {
	fmt.Fprintln(p, p.say(format, args...))
}

// pad gives a text of ours, filled up to a width on the screen.
func (p pen) pad(value any, columns int) string { return pad(p.said(value), columns) }

// The numbers of what reports count.

func errorsOf(n int) onboarding.Text    { return onboarding.Count(n, "%s error", "%s errors") }
func warningsOf(n int) onboarding.Text  { return onboarding.Count(n, "%s warning", "%s warnings") }
func notesOf(n int) onboarding.Text     { return onboarding.Count(n, "%s note", "%s notes") }
func templatesOf(n int) onboarding.Text { return onboarding.Count(n, "%s template", "%s templates") }

func customersOf(n int) onboarding.Text { return onboarding.Count(n, "%s customer", "%s customers") }

func locationsOf(n int) onboarding.Text { return onboarding.Count(n, "%s location", "%s locations") }
func usersOf(n int) onboarding.Text     { return onboarding.Count(n, "%s user", "%s users") }
func rowsOf(n int) onboarding.Text      { return onboarding.Count(n, "%s row", "%s rows") }
func callsOf(n int) onboarding.Text     { return onboarding.Count(n, "%s call", "%s calls") }
func daysOf(n int) onboarding.Text      { return onboarding.Count(n, "%s day", "%s days") }
func valuesOf(n int) onboarding.Text    { return onboarding.Count(n, "%s value", "%s values") }

// fact is a named value on top of a document.
type fact struct {
	Name  onboarding.Text
	Value any
}

// said gives the fact for a person.
func (f fact) said(v onboarding.Voice) [2]string { return [2]string{said(v, f.Name), said(v, f.Value)} }
