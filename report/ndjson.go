package report

import (
	"bufio"
	"io"

	"muster/internal/onboarding"
)

func ndjsonFormat() Format {
	return Format{Name: "ndjson", Check: ndjsonCheck, Run: ndjsonRun, Plan: ndjsonPlan, Diff: ndjsonDiff, Verify: ndjsonVerify, Listing: ndjsonListing}
}

type typedFinding struct {
	Type string `json:"type"`
	findingDoc
}

type typedOutcome struct {
	Type string `json:"type"`
	outcomeDoc
}

type typedCheck struct {
	Type   string     `json:"type"`
	Schema string     `json:"schema"`
	Inputs []inputDoc `json:"inputs"`
	Counts Counts     `json:"counts"`
}

type typedProvider struct {
	Type string `json:"type"`
	providerDoc
}

type typedSummary struct {
	Type string `json:"type"`
	onboarding.Summary
}

type typedRun struct {
	Type string `json:"type"`
	runHead
}

type typedRunSummary struct {
	Type string `json:"type"`
	summaryDoc
}

func ndjsonCheck(w io.Writer, c *Check) error {
	b := bufio.NewWriter(w)
	head := checkHeadOf(c)
	if err := line(b, typedCheck{"check", head.Schema, head.Inputs, head.Counts}); err != nil {
		return err
	}
	for _, f := range c.Findings {
		if err := line(b, typedFinding{"finding", findingOf(f)}); err != nil {
			return err
		}
	}
	for _, d := range c.cards() {
		if err := line(b, typedProvider{"provider", d}); err != nil {
			return err
		}
	}
	if err := ndjsonChanges(b, c.Repair); err != nil {
		return err
	}
	if err := line(b, typedSummary{"summary", c.Summary}); err != nil {
		return err
	}
	return b.Flush()
}

func ndjsonChanges(b *bufio.Writer, r *Repair) error {
	if r == nil {
		return nil
	}
	for change, err := range r.Changes {
		if err != nil {
			return err
		}
		if err := line(b, typedChange{"change", changeOf(change)}); err != nil {
			return err
		}
	}
	return nil
}

func ndjsonRun(w io.Writer, r *Run) error {
	s := NewStream(w)
	if err := s.Begin(r); err != nil {
		return err
	}
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		if err := s.Outcome(o); err != nil {
			return err
		}
	}
	return s.End(r.Summary)
}

func line(w io.Writer, v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// Stream writes a run as it happens, one JSON document a line: run, findings, outcomes, summary. It is for one goroutine
// at a time.
type Stream struct{ w io.Writer }

// NewStream writes to w, which should not buffer when somebody watches.
func NewStream(w io.Writer) *Stream { return &Stream{w} }

// Begin writes the run and its findings.
func (s *Stream) Begin(r *Run) error {
	if err := line(s.w, typedRun{"run", headOf(r)}); err != nil {
		return err
	}
	for _, f := range r.Check.Findings {
		if err := line(s.w, typedFinding{"finding", findingOf(f)}); err != nil {
			return err
		}
	}
	return nil
}

// Outcome writes what became of one row.
func (s *Stream) Outcome(o onboarding.Outcome) error {
	return line(s.w, typedOutcome{"outcome", outcomeOf(o)})
}

// End writes the counts of the run.
func (s *Stream) End(sum onboarding.RunSummary) error {
	return line(s.w, typedRunSummary{"summary", summaryOf(sum)})
}
