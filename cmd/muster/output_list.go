package main

import (
	"io"

	"muster/internal/redact"
	"muster/report"
)

// lists refuses formats that have no form for lists, before any work is done.
func (o *output) lists() error {
	if o.format.Listing == nil {
		return hintedError{usagef("--format %s is for checks and runs of a workbook", o.format.Name), "one of text, json, ndjson"}
	}
	for _, f := range o.files {
		if f.format.Listing == nil {
			return hintedError{usagef("--report %q: this ending is for checks and runs of a workbook", f.path), "one of .html .json .csv .md"}
		}
	}
	return nil
}

// listing writes a list to standard output and to every report.
func (o *output) listing(l list) error {
	l.Voice = o.voice
	if err := o.format.Listing(o.streams.out, l.Listing); err != nil {
		return err
	}
	return o.write(func(f report.Format, w io.Writer) error { return f.Listing(w, l.Listing) })
}

// survey shows on standard error, as text, what a list would be.
func (o *output) survey(l list) error {
	l.Voice = o.voice
	text, _ := report.ByName("text")
	return text.Listing(untouched(o.streams.aloud()), l.Listing)
}

// status writes a status to standard output and to every report.
func (o *output) status(s *report.Status) error {
	o.address(&s.Check)
	s = redact.Document(o.redactor, s)
	if err := o.format.Status(o.streams.out, s); err != nil {
		return err
	}
	return o.write(func(f report.Format, w io.Writer) error { return f.Status(w, s) })
}
