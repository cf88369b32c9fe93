package sheet

import (
	"fmt"
	"strings"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// say keeps a finding of opening until the sink is known.
func (b *Book) say(f onboarding.Finding) { b.findings = append(b.findings, f) }

func fileFinding(rule string, sev onboarding.Severity, src *onboarding.Source, msg, hint onboarding.Text) onboarding.Finding {
	return onboarding.Finding{Rule: rule, Severity: sev, Place: onboarding.Place{Source: src}, Message: msg, Hint: hint}
}

// skip says why a sheet that is not an ordinary visible worksheet is left out.
func (b *Book) skip(src *onboarding.Source, s xlsx.Sheet) {
	hint := onboarding.Text{}
	var msg onboarding.Text
	switch s.Type {
	case xlsx.Worksheet:
		msg = onboarding.T("the sheet %q is hidden and was not read", s.Name)
		hint = onboarding.T("unhide the sheet to have it read")
	case xlsx.Chart:
		msg = onboarding.T("the sheet %q is a chart sheet and was not read", s.Name)
	case xlsx.Macro:
		msg = onboarding.T("the sheet %q is a macro sheet and was not read", s.Name)
	default:
		msg = onboarding.T("the sheet %q is a dialog sheet and was not read", s.Name)
	}
	b.say(fileFinding("sheet-skipped", onboarding.Note, src, msg, hint))
}

// noHeading says that no row of a sheet looks like headings: an error where the sheet's name or the user promised some.
func (b *Book) noHeading(src *onboarding.Source, top []peeked, want onboarding.Kind) {
	if want == onboarding.NoKind || len(top) == 0 {
		msg := onboarding.T("%s has no heading that is known and was not read", sourceName(src))
		if len(top) == 0 {
			msg = onboarding.T("%s is empty and was not read", sourceName(src))
		}
		b.say(fileFinding("sheet-skipped", onboarding.Note, src, msg, onboarding.Text{}))
		return
	}
	for _, c := range Columns() {
		if c.Kind == want && c.Required {
			place := onboarding.Place{Source: src, Row: top[0].number}
			b.say(b.missing(place, c, ""))
		}
	}
}

func sourceName(src *onboarding.Source) onboarding.Text {
	if src.CSV() {
		return onboarding.T("the file")
	}
	return onboarding.T("the sheet %q", src.Sheet)
}

// missing is the finding for a required column that no heading names. near is a heading that almost does.
func (b *Book) missing(at onboarding.Place, c Column, near string) onboarding.Finding {
	label := b.words.locale.Label(c.Kind.String(), string(c.Field), languageOf(at.Source))
	hint := onboarding.T("add a column with the heading %q", label)
	if near != "" {
		hint = onboarding.T("rename the heading %q to %q", near, label)
	}
	return onboarding.Finding{
		Rule: "header-missing", Severity: onboarding.Error, Place: at, Field: c.Field,
		Message: onboarding.T("the sheet of %s has no column %q", c.Kind.Word(), label), Hint: hint,
	}
}

func languageOf(src *onboarding.Source) string {
	if src == nil || src.Language == "" {
		return "en"
	}
	return src.Language
}

// headingFindings says of every heading that is unknown, doubled or almost known, and of every required one missing.
func (b *Book) headingFindings(s *sheetIn) {
	near := make(map[onboarding.Field]string)
	for i, c := range s.head.cells {
		b.headingCell(s, i+1, c, near)
	}
	for _, c := range Columns() {
		if c.Kind != s.head.kind || !c.Required || s.source.Column(c.Field) != 0 {
			continue
		}
		if b.given(&s.head, c) {
			continue
		}
		b.say(b.missing(onboarding.Place{Source: s.source, Row: s.head.row}, c, near[c.Field]))
	}
}

func (b *Book) headingCell(s *sheetIn, column int, c headingCell, near map[onboarding.Field]string) {
	f := onboarding.Finding{Place: onboarding.Place{Source: s.source, Row: s.head.row, Column: column}, Field: c.field, Value: c.text}
	switch {
	case c.text == "" || c.means() != nil && c.twice == 0:
		return
	case c.twice > 0:
		f.Rule, f.Severity = "header-duplicate", onboarding.Error
		f.Message = onboarding.T("the heading %q names the same column as the one in %s", c.text, onboarding.Place{Source: s.source, Row: s.head.row, Column: c.twice}.Cell())
		f.Hint = onboarding.T("keep one of the two columns")
	default:
		f = b.unknownHeading(s, f, near)
	}
	b.say(f)
}

func (b *Book) unknownHeading(s *sheetIn, f onboarding.Finding, near map[onboarding.Field]string) onboarding.Finding {
	field, label, ok := b.words.locale.Nearest(s.head.kind.String(), f.Value)
	if ok && s.source.Column(onboarding.Field(field)) == 0 {
		near[onboarding.Field(field)] = f.Value
		f.Rule, f.Severity = "header-near-miss", onboarding.Warning
		f.Message = onboarding.T("the heading %q is not known; the column is not read", f.Value)
		f.Hint = onboarding.T("did you mean %q?", label)
		return f
	}
	f.Rule, f.Severity = "header-unknown", onboarding.Note
	f.Message = onboarding.T("the column %q is not known; it is kept for the results", f.Value)
	return f
}

// hiddenColumns says which of the columns that have a heading are not shown.
func (b *Book) hiddenColumns(s *sheetIn, hidden []xlsx.ColumnRange) {
	for _, r := range hidden {
		for column := r.First; column <= min(r.Last, len(s.head.cells)); column++ {
			c := s.head.cells[column-1]
			if c.means() == nil {
				continue
			}
			b.say(onboarding.Finding{
				Rule: "column-hidden", Severity: onboarding.Note, Field: c.field, Value: c.text,
				Place:   onboarding.Place{Source: s.source, Row: s.head.row, Column: column},
				Message: onboarding.T("the column %q is hidden; it is read like all others", c.text),
				Hint:    onboarding.T("delete the column if it is not meant"),
			})
		}
	}
}

// detectedFinding tells how a text file was read; worth is false for the plain case, which needs no saying.
func detectedFinding(src *onboarding.Source, d delimited.Detection) (f onboarding.Finding, worth bool) {
	if strings.EqualFold(d.Encoding, "utf-8") && !d.BOM && d.Delimiter == ',' {
		return f, false
	}
	return fileFinding("encoding-detected", onboarding.Note, src,
		onboarding.T("read as %s (%s) with the delimiter %s", encodingName(d), confidence(d), delimiterName(d.Delimiter)),
		onboarding.T("if letters look wrong, say --encoding or --delimiter")), true
}

// detectedLate tells how a text was read when its first letter beyond ASCII came after the part that was looked at first.
func (b *Book) detectedLate(s *sheetIn, rs rows, sink Sink) {
	t, ok := rs.(*textRows)
	if !ok || t.in.Detected().Encoding == s.encoding {
		return
	}
	s.encoding = t.in.Detected().Encoding
	if f, worth := detectedFinding(s.source, t.in.Detected()); worth {
		sink(f)
	}
}

func encodingName(d delimited.Detection) onboarding.Text {
	name := strings.ToUpper(d.Encoding)
	if d.BOM {
		return onboarding.T("%s with byte order mark", name)
	}
	return onboarding.T("%s", name)
}

func confidence(d delimited.Detection) onboarding.Word {
	if d.Confidence == delimited.Certain {
		return "certain"
	}
	return "likely"
}

func delimiterName(d byte) any {
	switch d {
	case ',':
		return onboarding.Word("comma")
	case ';':
		return onboarding.Word("semicolon")
	case '\t':
		return onboarding.Word("tab")
	case '|':
		return onboarding.Word("pipe")
	}
	return fmt.Sprintf("%q", d)
}

// noteNoData says that not one sheet of all inputs could be read.
func (b *Book) noteNoData() {
	if len(b.sheets) > 0 || len(b.Inputs) == 0 {
		return
	}
	for _, f := range b.findings {
		if f.Severity == onboarding.Error {
			return
		}
	}
	src := &onboarding.Source{File: b.Inputs[0].File}
	b.say(fileFinding("no-data", onboarding.Error, src,
		onboarding.T("no sheet has headings that muster knows"),
		onboarding.T("docs/columns.md lists the headings; --map HEADING=FIELD makes one known")))
}
