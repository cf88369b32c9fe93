package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"muster/internal/onboarding"
)

// githubFormat writes workflow commands, which the build server shows beside the file.
func githubFormat() Format {
	return Format{Name: "github", Check: githubCheck, Run: githubRun, Plan: githubPlan, Verify: githubVerify}
}

func githubCheck(w io.Writer, c *Check) error {
	b := bufio.NewWriter(w)
	v := spoken(c.Voice)
	for _, f := range c.Findings {
		level := f.Severity.String()
		title := f.Rule
		if f.Severity == onboarding.Note || f.Waived {
			level = "notice"
		}
		if f.Waived {
			title += " (" + said(v, onboarding.Word("waived")) + ")"
		}
		fmt.Fprintf(b, "::%s %s,title=%s::%s\n", level, githubPlace(f), property(title), data(said(v, onboarding.T("%s: %s", place(f), f.Message))))
	}
	fmt.Fprintf(b, "::notice title=muster::%s\n", data(said(v, onboarding.T("%s: %s", verdict(c.Summary), countsLine(c)))))
	return b.Flush()
}

func githubPlace(f onboarding.Finding) string {
	if f.Place.Source == nil {
		return "file="
	}
	out := "file=" + property(f.Place.Source.File)
	if f.Place.Source.CSV() && f.Place.Row > 0 {
		out += fmt.Sprintf(",line=%d", f.Place.Row)
	}
	return out
}

// githubRow names the file of a row, and the line where the file has lines.
func githubRow(file, sheet string, row int) string {
	out := "file=" + property(file)
	if sheet == "" && row > 0 {
		out += fmt.Sprintf(",line=%d", row)
	}
	return out
}

func githubRun(w io.Writer, r *Run) error {
	b := bufio.NewWriter(w)
	v := r.voice()
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		if o.Status == onboarding.Failed {
			fmt.Fprintf(b, "::error %s,title=%s::%s\n", githubRow(o.File, o.Sheet, o.Row), property(said(v, onboarding.T("%s %s", o.Kind.Word(), o.Key))), data(said(v, onboarding.T("%s: %s", where(o), because(o)))))
		}
	}
	fmt.Fprintf(b, "::notice title=muster::%s\n", data(said(v, onboarding.T("run %s: %s", r.ID, RunLine(r.Summary)))))
	return b.Flush()
}

// data and property escape what the build server would read as the end of a command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}

// githubPlan tells conflicts as errors, removals and held rows as warnings, and the sum.
func githubPlan(w io.Writer, p *Plan) error {
	b := bufio.NewWriter(w)
	v := spoken(p.Check.Voice)
	for s, err := range p.Steps {
		if err != nil {
			return err
		}
		level := ""
		switch {
		case s.Action == onboarding.ActConflict:
			level = "error"
		case s.Action == onboarding.ActHold, removes(s):
			level = "warning"
		default:
			continue
		}
		title := said(v, onboarding.T("%s %s %s", s.Action.Word(), s.Kind.Word(), s.Key))
		fmt.Fprintf(b, "::%s %s,title=%s::%s\n", level, githubRow(s.File, s.Sheet, s.Row), property(title), data(said(v, onboarding.T("%s: %s", stepPlace(s), remarks(s)))))
	}
	for _, g := range p.Guards {
		fmt.Fprintf(b, "::warning title=%s::%s\n", property(said(v, onboarding.Word("guard"))), data(said(v, g)))
	}
	text, _ := planVerdict(p.Summary)
	fmt.Fprintf(b, "::notice title=muster plan::%s\n", data(said(v, onboarding.T("%s at %s: %s", customersOf(p.Summary.Customers), p.Target, text))))
	return b.Flush()
}
