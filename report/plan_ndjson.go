package report

import (
	"bufio"
	"io"
	"iter"

	"muster/internal/onboarding"
)

type typedPlan struct {
	Type string `json:"type"`
	planHead
}

type typedSeats struct {
	Type string `json:"type"`
	seatsDoc
}

type typedExtra struct {
	Type string `json:"type"`
	extraDoc
}

type typedStep struct {
	Type string `json:"type"`
	stepDoc
}

type typedPlanSummary struct {
	Type string `json:"type"`
	planSummaryDoc
}

// ndjsonPlan writes the plan first, with its counts, then a line for each finding, seat count, extra and step.
func ndjsonPlan(w io.Writer, p *Plan) error {
	b := bufio.NewWriter(w)
	head := planHeadOf(p)
	if err := line(b, typedPlan{"plan", head}); err != nil {
		return err
	}
	for _, items := range []iter.Seq2[any, error]{
		each(seq(p.Check.Findings), func(f onboarding.Finding) any { return typedFinding{"finding", findingOf(f)} }),
		each(allSeats(p), func(d seatsDoc) any { return typedSeats{"seats", d} }),
		each(p.Extras, func(x PlanExtra) any { return typedExtra{"extra", extraOf(x)} }),
		each(p.Steps, func(s onboarding.Step) any { return typedStep{"step", stepOf(s)} }),
	} {
		if err := writeLines(b, items); err != nil {
			return err
		}
	}
	if err := line(b, typedPlanSummary{"summary", head.Summary}); err != nil {
		return err
	}
	return b.Flush()
}

// writeLines writes a list, an item a line.
func writeLines(w io.Writer, items iter.Seq2[any, error]) error {
	for item, err := range items {
		if err != nil {
			return err
		}
		if err := line(w, item); err != nil {
			return err
		}
	}
	return nil
}

// seq gives a list that is held as one that cannot fail.
func seq[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
