// Package report writes a check or a run for a reader: a person, a spreadsheet program, a script, a build server.
//
// One file per format; Formats lists them. Every format shows the same findings in the same order, each at its cell.
package report

import (
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Check is what a check found.
type Check struct {
	Inputs   []Input
	Counts   Counts
	Summary  onboarding.Summary
	Findings []onboarding.Finding // sorted, without doubles
	Repair   *Repair              // nil: no copy was asked for
	HandOff  []onboarding.HandOff // what is left to people; only counted where rows are planned
	Mails    Mails                // if nothing of the inputs stands yet; only counted for the page of a check

	Version   string                 // of the program
	Customers []CheckCustomer        // those of the inputs, in their order
	SignIn    bool                   // only sign-in was looked at: the document is muster/auth/1
	Providers []*onboarding.Provider // the identity providers of the templates
	Today     time.Time              // for the days that keys have left

	Glimpse onboarding.Glimpse // rows with findings, for the lines below them; nil: they are not shown
	Screen  Screen             // that text is written on

	Voice  onboarding.Voice // of the reader; nil: English
	Second onboarding.Voice // of another reader, in whose language a page tells the findings, too; nil: there is none
}

// CheckCustomer is what the inputs hold of one customer.
type CheckCustomer struct {
	Key       string // external ID
	Name      string
	Wave      string
	Locations int
	Users     int
	Seats     []CheckSeats // by package, in the order of the sheet
}

// CheckSeats is the users of one package against the quantity that is asked for.
type CheckSeats struct {
	Package string // API name
	Asked   int    // 0: no quantity
	Users   int
}

// title names the command in reports.
func (c *Check) title() string {
	if c.SignIn {
		return "muster auth check"
	}
	return "muster check"
}

// Repair is what is different in the repaired copy. Changes may be read more than once, sheet by sheet and row by row.
type Repair struct {
	Path    string // of the copy: a file, or a folder of as many as there are inputs
	Cells   int    // that were changed
	Left    int    // that hold a formula and were left alone
	Changes iter.Seq2[onboarding.Change, error]
}

// Input is one file that was read.
type Input struct {
	File   string
	SHA256 string
	Sheets []*onboarding.Source
}

// Counts is the number of records of each kind.
type Counts struct {
	Templates int `json:"templates"`
	Customers int `json:"customers"`
	Locations int `json:"locations"`
	Users     int `json:"users"`
}

// Run is what a run did. Outcomes may be read more than once, in the order of the plan.
type Run struct {
	ID       string
	Target   string // sandbox, webex, or the base URL
	Sandbox  bool   // nothing real was changed
	Resumed  bool
	State    string // ended, interrupted, stopped
	Started  time.Time
	Summary  onboarding.RunSummary
	Pace     Pace // of the calls of this process; empty where nobody noted it
	Check    Check
	Mails    Mails // because of what the run created; only counted for its page
	Outcomes iter.Seq2[onboarding.Outcome, error]
	Stopped  string // why the run stopped before its end; empty otherwise
}

// Pace tells when calls were made.
type Pace struct {
	From      time.Time
	Step      time.Duration // of each stretch
	Stretches []Stretch     // one after the other
}

// Stretch is the calls that began in one stretch of time.
type Stretch struct {
	Calls int
	Took  time.Duration // until the answers began, summed up
}

// voice is that of the reader of a run.
func (r *Run) voice() onboarding.Voice { return spoken(r.Check.Voice) }

// Format is one way to write a check and a run.
type Format struct {
	Name   string
	Ending string // of files in this format, with the dot; empty when it is for standard output alone
	Check  func(io.Writer, *Check) error
	Run    func(io.Writer, *Run) error
	Plan   func(io.Writer, *Plan) error // nil: plans are not written in this format
	Diff   func(io.Writer, *Diff) error // nil: differences of revisions are not written in this format
	Verify func(io.Writer, *Verify) error

	Listing func(io.Writer, *Listing) error // nil: the format has no form for lists of other commands
}

// Formats lists every format, those for standard output first.
func Formats() []Format {
	return []Format{
		textFormat(),
		jsonFormat(),
		ndjsonFormat(),
		githubFormat(),
		htmlFormat(),
		xlsxFormat(),
		csvFormat(),
		markdownFormat(),
		junitFormat(),
	}
}

// macroEnding is that of workbooks with macros, which the copy of such a workbook may have.
const macroEnding = ".xlsm"

// ForPath gives the format of a report file by the ending of its name.
func ForPath(path string) (Format, error) {
	ending := strings.ToLower(filepath.Ext(path))
	if ending == macroEnding {
		return Format{Name: "xlsx", Ending: macroEnding, Check: xlsxCheck, Run: xlsxRun, Verify: xlsxVerify}, nil
	}
	var known []string
	for _, f := range Formats() {
		if f.Ending == "" {
			continue
		}
		if f.Ending == ending {
			return f, nil
		}
		known = append(known, f.Ending)
	}
	return Format{}, fmt.Errorf("report file %q has an ending that names no format; take one of %s", path, strings.Join(known, " "))
}

// ByName gives the format for standard output of this name.
func ByName(name string) (Format, bool) {
	switch name {
	case "text", "json", "ndjson", "github":
	default:
		return Format{}, false
	}
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// thousands groups digits for the eye: 12,345.
func thousands(n int) string { return onboarding.Number(n).String() }

// verdict is the sentence on top of a check.
func verdict(s onboarding.Summary) onboarding.Text {
	switch {
	case s.Errors > 0:
		return onboarding.T("not ready: %s to mend", errorsOf(s.Errors))
	case s.Warnings > 0:
		return onboarding.T("ready, with %s to look at", warningsOf(s.Warnings))
	}
	return onboarding.T("ready")
}

// weight is the severity of a finding for a person, with the mark of one that the settings let pass.
func weight(f onboarding.Finding) onboarding.Text {
	if f.Waived {
		return onboarding.T("%s, waived", f.Severity.Word())
	}
	return onboarding.T("%s", f.Severity.Word())
}

// place gives a finding's address for a person: its cell, else its row, else its file.
func place(f onboarding.Finding) string {
	p := f.Place
	switch {
	case p.Source == nil:
		return ""
	case p.Cell() != "":
		return p.Cell()
	case p.Row > 0 && p.Source.CSV():
		return fmt.Sprintf("%s:%d", p.Source.File, p.Row)
	case p.Row > 0:
		return fmt.Sprintf("%s!%d", p.Source.Sheet, p.Row)
	case p.Source.CSV():
		return p.Source.File
	}
	return p.Source.Sheet
}

// tally is how many there are of something that has a name.
type tally struct {
	Name onboarding.Word
	N    int
}

// text gives the number of what ended in a status, with words of their own: beside a number a status may need another form.
func (t tally) text() onboarding.Text {
	n := onboarding.Number(t.N)
	switch t.Name {
	case "created":
		return onboarding.T("%s created", n)
	case "updated":
		return onboarding.T("%s updated", n)
	case "adopted":
		return onboarding.T("%s adopted", n)
	case "unchanged":
		return onboarding.T("%s unchanged", n)
	case "waiting":
		return onboarding.T("%s waiting", n)
	case "failed":
		return onboarding.T("%s failed", n)
	case "held":
		return onboarding.T("%s held", n)
	case "not tried":
		return onboarding.T("%s not tried", n)
	case "removed":
		return onboarding.T("%s removed", n)
	case "gone":
		return onboarding.T("%s gone", n)
	case "kept":
		return onboarding.T("%s kept", n)
	}
	return t.verdict()
}

// verdict gives the number of rows with a verdict.
func (t tally) verdict() onboarding.Text {
	n := onboarding.Number(t.N)
	switch t.Name {
	case "equal":
		return onboarding.T("%s equal", n)
	case "different":
		return onboarding.T("%s different", n)
	case "missing":
		return onboarding.T("%s missing", n)
	case "not checked":
		return onboarding.T("%s not checked", n)
	}
	return onboarding.T("%s %s", n, t.Name)
}

// statusCounts lists the statuses of a run, in a fixed order.
func statusCounts(s onboarding.RunSummary) []tally {
	return []tally{
		{"created", s.Created},
		{"updated", s.Updated},
		{"adopted", s.Adopted},
		{"unchanged", s.Unchanged},
		{"waiting", s.Waiting},
		{"failed", s.Failed},
		{"held", s.Held},
		{"not tried", s.NotTried},
		{"removed", s.Removed},
		{"gone", s.Gone},
		{"kept", s.Kept},
	}
}

// sumOf adds up what occurs: 3 created + 1 failed = 4. none is said where nothing does.
func sumOf(all []tally, none onboarding.Text) onboarding.Text {
	var text onboarding.Text
	sum := 0
	for _, c := range all {
		if c.N == 0 {
			continue
		}
		sum += c.N
		part := c.text()
		if !text.Empty() {
			part = onboarding.T("%s + %s", text, part)
		}
		text = part
	}
	if text.Empty() {
		return none
	}
	return onboarding.T("%s = %s", text, onboarding.Number(sum))
}
