package report

import (
	"bufio"
	"encoding/json"
	"io"
	"time"

	"muster/internal/onboarding"
)

func jsonFormat() Format {
	return Format{Name: "json", Ending: ".json", Check: jsonCheck, Run: jsonRun}
}

type checkDoc struct {
	Schema   string             `json:"schema"`
	Inputs   []inputDoc         `json:"inputs"`
	Counts   Counts             `json:"counts"`
	Summary  onboarding.Summary `json:"summary"`
	Findings []findingDoc       `json:"findings"`
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

func checkDocOf(c *Check) checkDoc {
	d := checkDoc{Schema: "muster/check/1", Counts: c.Counts, Summary: c.Summary, Inputs: []inputDoc{}, Findings: findingsOf(c.Findings)}
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

func findingsOf(fs []onboarding.Finding) []findingDoc {
	out := make([]findingDoc, len(fs))
	for i, f := range fs {
		out[i] = findingOf(f)
	}
	return out
}

func jsonCheck(w io.Writer, c *Check) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(checkDocOf(c))
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
	Calls     int     `json:"calls"`
	Retries   int     `json:"retries"`
	Polls     int     `json:"polls"`
	Seconds   float64 `json:"seconds"`
}

func summaryOf(s onboarding.RunSummary) summaryDoc { return summaryDoc(s) }

type outcomeDoc struct {
	Kind     string      `json:"kind"`
	Key      string      `json:"key"`
	Customer string      `json:"customer"`
	Status   string      `json:"status"`
	Reason   *string     `json:"reason"`
	Since    string      `json:"since,omitempty"`
	ID       string      `json:"id"`
	File     string      `json:"file"`
	Sheet    string      `json:"sheet"`
	Row      int         `json:"row"`
	Error    *failureDoc `json:"error"`
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
	b := bufio.NewWriter(w)
	head, err := marshal(headOf(r))
	if err != nil {
		return err
	}
	findings, err := marshal(findingsOf(r.Check.Findings))
	if err != nil {
		return err
	}
	b.Write(head[:len(head)-1])
	b.WriteString(",\n\"findings\":")
	b.Write(findings)
	b.WriteString(",\n\"outcomes\":[")
	sep := "\n"
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		line, err := marshal(outcomeOf(o))
		if err != nil {
			return err
		}
		b.WriteString(sep)
		b.Write(line)
		sep = ",\n"
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

// marshal is json.Marshal without the escapes that only matter within HTML.
func marshal(v any) ([]byte, error) {
	var b lineBuffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b[:len(b)-1], nil
}

// lineBuffer gathers one line of JSON.
type lineBuffer []byte

func (b *lineBuffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}
