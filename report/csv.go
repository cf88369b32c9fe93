package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"muster/internal/onboarding"
)

// csvFormat writes a table for spreadsheet programs: UTF-8 with byte order mark, CRLF, and no cell that a program would
// take for a formula. The file of a run is what --only-failed reads.
func csvFormat() Format {
	return Format{Name: "csv", Ending: ".csv", Check: csvCheck, Run: csvRun, Plan: csvPlan, Diff: csvDiff, Verify: csvVerify, Listing: csvListing}
}

const byteOrderMark = "\ufeff"

func newCSV(w io.Writer) (*csv.Writer, error) {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return nil, err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return c, nil
}

func csvCheck(w io.Writer, c *Check) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	rows := [][]string{{"severity", "rule", "file", "sheet", "row", "column", "cell", "field", "value", "message", "hint", "waived"}}
	for _, f := range c.Findings {
		d := findingOf(f).visible()
		rows = append(rows, safeRow(d.Severity, d.Rule, d.File, d.Sheet, strconv.Itoa(d.Row), d.Column, d.Cell, d.Field, d.Value, d.Message, d.Hint, strconv.FormatBool(d.Waived)))
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

func csvRun(w io.Writer, r *Run) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	if err := out.Write([]string{"kind", "key", "customer", "status", "reason", "since", "id", "file", "sheet", "row", "error_kind", "error_code", "error_message", "tracking_id", "at", "differs"}); err != nil {
		return err
	}
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		d := outcomeOf(o).visible()
		f := failureDoc{}
		if d.Error != nil {
			f = *d.Error
		}
		at := ""
		if !o.At.IsZero() {
			at = o.At.UTC().Format(time.RFC3339)
		}
		row := safeRow(d.Kind, d.Key, d.Customer, d.Status, string(o.Reason), d.Since, d.ID, d.File, d.Sheet, strconv.Itoa(d.Row), f.Kind, f.Code, f.Message, f.TrackingID, at, Visible(differsText(o).String()))
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func safeRow(cells ...string) []string {
	for i, c := range cells {
		cells[i] = safeCell(c)
	}
	return cells
}

// safeCell puts an apostrophe before what a spreadsheet program would run as a formula: at the beginning, be it behind blanks
// or quotation marks, and behind a semicolon, where programs of many countries begin a new cell. Unsafe takes it off.
func safeCell(s string) string {
	if !strings.ContainsAny(s, "=+-@\t\r") && !strings.ContainsAny(s, fullWidthSigns) {
		return s
	}
	parts := strings.SplitAfter(s, ";")
	for i, part := range parts {
		if formula(part) {
			parts[i] = "'" + part
		}
	}
	return strings.Join(parts, "")
}

// Unsafe takes off the apostrophes that a table of ours has before what looks like a formula.
func Unsafe(s string) string {
	parts := strings.SplitAfter(s, ";")
	for i, part := range parts {
		if rest, ok := strings.CutPrefix(part, "'"); ok && formula(rest) {
			parts[i] = rest
		}
	}
	return strings.Join(parts, "")
}

// fullWidthSigns are taken for the plain ones by programs in East Asian languages.
const fullWidthSigns = "\uff1d\uff0b\uff0d\uff20"

// formula reports whether a spreadsheet program may run a text.
func formula(s string) bool {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return r == '\'' || r == '"' || r != '\t' && r != '\r' && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r))
	})
	return s != "" && (strings.ContainsRune("=+-@\t\r", rune(s[0])) || strings.HasPrefix(s, "\uff1d") || strings.HasPrefix(s, "\uff0b") || strings.HasPrefix(s, "\uff0d") || strings.HasPrefix(s, "\uff20"))
}

// csvPlan writes a line for each step, its changes in one cell.
func csvPlan(w io.Writer, p *Plan) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	if err := out.Write([]string{"customer", "kind", "key", "action", "reason", "why", "changes", "removes", "id", "file", "sheet", "row"}); err != nil {
		return err
	}
	for s, err := range p.Steps {
		if err != nil {
			return err
		}
		row := safeRow(
			Visible(s.Customer), string(s.Kind), Visible(s.Key), string(s.Action), string(s.Reason), Visible(s.Why.String()), Visible(onboarding.Joined(changeLines(s)).String()),
			strconv.FormatBool(removes(s)), s.ID, Visible(s.File), Visible(s.Sheet), strconv.Itoa(s.Row),
		)
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
