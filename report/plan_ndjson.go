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
	for _, f := range p.Check.Findings {
		if err := line(b, typedFinding{"finding", findingOf(f)}); err != nil {
			return err
		}
	}
	for c, err := range p.Customers {
		if err != nil {
			return err
		}
		for _, d := range seatsDocs(c) {
			if err := line(b, typedSeats{"seats", d}); err != nil {
				return err
			}
		}
	}
	extras := each(p.Extras, func(x PlanExtra) any { return typedExtra{"extra", extraOf(x)} })
	steps := each(p.Steps, func(s onboarding.Step) any { return typedStep{"step", stepOf(s)} })
	for _, items := range []iter.Seq2[any, error]{extras, steps} {
		for item, err := range items {
			if err != nil {
				return err
			}
			if err := line(b, item); err != nil {
				return err
			}
		}
	}
	if err := line(b, typedPlanSummary{"summary", head.Summary}); err != nil {
		return err
	}
	return b.Flush()
}
