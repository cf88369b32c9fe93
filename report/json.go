package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"
	"unicode/utf8"

	"muster/internal/onboarding"
)

func jsonFormat() Format {
	return Format{Name: "json", Ending: ".json", Check: jsonCheck, Run: jsonRun, Plan: jsonPlan, Diff: jsonDiff, Verify: jsonVerify, Listing: jsonListing}
}

type checkHead struct {
	Schema  string             `json:"schema"`
	Inputs  []inputDoc         `json:"inputs"`
	Counts  Counts             `json:"counts"`
	Summary onboarding.Summary `json:"summary"`
}

type inputDoc struct {
	File   string     `json:"file"`
	SHA256 string     `json:"sha256"`
	Sheets []sheetDoc `json:"sheets"`
}

type sheetDoc struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Rows     int    `json:"rows"`
	Language string `json:"language"`
}

type findingDoc struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	File     string `json:"file"`
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	Column   string `json:"column"`
	Cell     string `json:"cell"`
	Field    string `json:"field"`
	Value    string `json:"value"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	Waived   bool   `json:"waived,omitempty"`
}

func findingOf(f onboarding.Finding) findingDoc {
	d := findingDoc{
		Rule: f.Rule, Severity: f.Severity.String(), Row: f.Place.Row, Column: f.Place.ColumnName(), Cell: f.Place.Cell(),
		Field: string(f.Field), Value: f.Value, Message: f.Message.String(), Hint: f.Hint.String(), Waived: f.Waived,
	}
	if s := f.Place.Source; s != nil {
		d.File, d.Sheet = s.File, s.Sheet
	}
	return d
}

// visible gives the finding for a document that a person opens: control characters are shown.
func (d findingDoc) visible() findingDoc {
	d.File, d.Sheet, d.Value, d.Message, d.Hint = Visible(d.File), Visible(d.Sheet), Visible(d.Value), Visible(d.Message), Visible(d.Hint)
	return d
}

// checkSchema names the document.
func checkSchema(c *Check) string {
	if c.SignIn {
		return "muster/auth/1"
	}
	return "muster/check/1"
}

func checkHeadOf(c *Check) checkHead {
	d := checkHead{Schema: checkSchema(c), Counts: c.Counts, Summary: c.Summary, Inputs: []inputDoc{}}
	for _, in := range c.Inputs {
		doc := inputDoc{File: in.File, SHA256: in.SHA256, Sheets: []sheetDoc{}}
		for _, s := range in.Sheets {
			if s.Kind == onboarding.NoKind {
				continue // not read; a finding says so
			}
			doc.Sheets = append(doc.Sheets, sheetDoc{s.Sheet, s.Kind.String(), s.Rows, s.Language})
		}
		d.Inputs = append(d.Inputs, doc)
	}
	return d
}

// jsonCheck streams the document: the JSON of all findings is never held at once.
func jsonCheck(w io.Writer, c *Check) error {
	d, err := beginDoc(w, checkHeadOf(c))
	if err != nil {
		return err
	}
	if err := d.list("findings", findingsOf(c.Findings)); err != nil {
		return err
	}
	if cards := c.cards(); cards != nil || c.SignIn {
		if err := d.list("providers", providersOf(cards)); err != nil {
			return err
		}
	}
	if c.Repair != nil {
		if err := d.list("changes", changesOf(c.Repair)); err != nil {
			return err
		}
	}
	return d.end()
}

// findingsOf gives the findings as they stand in documents.
func findingsOf(all []onboarding.Finding) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, f := range all {
			if !yield(findingOf(f), nil) {
				return
			}
		}
	}
}

// document writes a JSON object whose last members are long lists, an item a line.
type document struct{ *bufio.Writer }

// beginDoc writes the members of head, which must have some.
func beginDoc(w io.Writer, head any) (document, error) {
	d := document{bufio.NewWriter(w)}
	b, err := marshal(head)
	if err != nil {
		return d, err
	}
	_, err = d.Write(b[:len(b)-1])
	return d, err
}

func (d document) list(name string, items iter.Seq2[any, error]) error {
	d.WriteString(",\n\"" + name + "\":[")
	sep := "\n"
	for item, err := range items {
		if err != nil {
			return err
		}
		line, err := marshal(item)
		if err != nil {
			return err
		}
		d.WriteString(sep)
		d.Write(line)
		sep = ",\n"
	}
	_, err := d.WriteString("]")
	return err
}

func (d document) end() error {
	d.WriteString("}\n")
	return d.Flush() // gives the first error of all writes
}

type summaryDoc struct {
	Rows      int     `json:"rows"`
	Created   int     `json:"created"`
	Updated   int     `json:"updated"`
	Adopted   int     `json:"adopted"`
	Unchanged int     `json:"unchanged"`
	Waiting   int     `json:"waiting"`
	Failed    int     `json:"failed"`
	Held      int     `json:"held"`
	NotTried  int     `json:"not_tried"`
	Removed   int     `json:"removed,omitempty"`
	Gone      int     `json:"gone,omitempty"`
	Kept      int     `json:"kept,omitempty"`
	Calls     int     `json:"calls"`
	Retries   int     `json:"retries"`
	Polls     int     `json:"polls"`
	Seconds   float64 `json:"seconds"`
}

func summaryOf(s onboarding.RunSummary) summaryDoc { return summaryDoc(s) }

type outcomeDoc struct {
	Kind     string       `json:"kind"`
	Key      string       `json:"key"`
	Customer string       `json:"customer"`
	Status   string       `json:"status"`
	Reason   *string      `json:"reason"`
	Since    string       `json:"since,omitempty"`
	ID       string       `json:"id"`
	File     string       `json:"file"`
	Sheet    string       `json:"sheet"`
	Row      int          `json:"row"`
	Error    *failureDoc  `json:"error"`
	Differs  []differsDoc `json:"differs,omitempty"`
}

// differsDoc is what the sheet says otherwise and a run did not change.
type differsDoc struct {
	Field string `json:"field"`
	Sheet string `json:"sheet"`
	Live  string `json:"live"`
	Fixed string `json:"fixed"` // why, and where a person can change it
}

func differsOf(d onboarding.Difference) differsDoc {
	return differsDoc{string(d.Field), d.Sheet, d.Live, d.Fixed.String()}
}

type failureDoc struct {
	Kind       string `json:"kind"`
	Code       string `json:"code"`
	Message    string `json:"message"`
	TrackingID string `json:"tracking_id"`
	HTTPStatus int    `json:"http_status"`
}

func outcomeOf(o onboarding.Outcome) outcomeDoc {
	d := outcomeDoc{
		Kind: string(o.Kind), Key: o.Key, Customer: o.Customer, Status: string(o.Status), ID: o.ID, File: o.File, Sheet: o.Sheet, Row: o.Row,
	}
	if o.Reason != onboarding.NoReason {
		reason := string(o.Reason)
		d.Reason = &reason
	}
	if !o.Since.IsZero() {
		d.Since = o.Since.UTC().Format(time.RFC3339)
	}
	if f := o.Error; f != nil {
		d.Error = &failureDoc{f.Kind, f.Code, f.Message, f.TrackingID, f.HTTPStatus}
	}
	for _, x := range o.Differs {
		d.Differs = append(d.Differs, differsOf(x))
	}
	return d
}

// visible gives the outcome for a document that a person opens: control characters are shown.
func (d outcomeDoc) visible() outcomeDoc {
	d.Key, d.Customer, d.File, d.Sheet = Visible(d.Key), Visible(d.Customer), Visible(d.File), Visible(d.Sheet)
	if d.Error != nil {
		shown := *d.Error
		shown.Message = Visible(shown.Message)
		d.Error = &shown
	}
	return d
}

type runHead struct {
	Schema  string     `json:"schema"`
	Run     string     `json:"run"`
	Target  string     `json:"target"`
	Sandbox bool       `json:"sandbox"`
	Resumed bool       `json:"resumed"`
	State   string     `json:"state"`
	Stopped string     `json:"stopped,omitempty"`
	Summary summaryDoc `json:"summary"`
}

func headOf(r *Run) runHead {
	return runHead{"muster/run/1", r.ID, r.Target, r.Sandbox, r.Resumed, r.State, r.Stopped, summaryOf(r.Summary)}
}

// jsonRun streams the document: the outcomes of a million rows are never held at once.
func jsonRun(w io.Writer, r *Run) error {
	d, err := beginDoc(w, headOf(r))
	if err != nil {
		return err
	}
	if err := d.list("findings", findingsOf(r.Check.Findings)); err != nil {
		return err
	}
	outcomes := func(yield func(any, error) bool) {
		for o, err := range r.Outcomes {
			if !yield(outcomeOf(o), err) {
				return
			}
		}
	}
	if err := d.list("outcomes", outcomes); err != nil {
		return err
	}
	if len(r.Check.HandOff) > 0 {
		if err := d.list("handoff", handOffsOf(r.Check.HandOff)); err != nil {
			return err
		}
	}
	return d.end()
}

// marshal is json.Marshal without the escapes that only matter within HTML.
func marshal(v any) ([]byte, error) {
	var b lineBuffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return withoutControls(b[:len(b)-1]), nil
}

// withoutControls writes control characters that JSON allows, and terminals obey, as \u009b. They stand within texts only.
func withoutControls(b []byte) []byte {
	if bytes.IndexFunc(b, beyondASCII) < 0 {
		return b
	}
	var out []byte
	for _, r := range string(b) {
		if r == utf8.RuneError || !beyondASCII(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		out = fmt.Appendf(out, "\\u%04x", r)
	}
	return out
}

func beyondASCII(r rune) bool { return r >= 0x7f && hostile(r) }

// lineBuffer gathers one line of JSON.
type lineBuffer []byte

func (b *lineBuffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}
