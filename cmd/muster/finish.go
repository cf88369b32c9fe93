package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/redact"
	"muster/report"
)

// liveStream writes outcomes as they happen when the format asks for it.
type liveStream struct {
	out *report.Stream // nil: the format is written at the end

	redactor *redact.Redactor
	err      error
}

// live writes one outcome. The progress calls it for one outcome at a time.
func (l *liveStream) live(o onboarding.Outcome) {
	if l.out != nil && l.err == nil {
		l.err = l.out.Outcome(*redact.Document(l.redactor, &o))
	}
}

// document makes what is known of the run at its start, and begins the stream.
func (a *applying) document(ctx context.Context) (*report.Run, *liveStream, error) {
	sum, err := a.run.Summary(ctx)
	if err != nil {
		return nil, nil, err
	}
	doc := &report.Run{
		ID: a.run.ID(), Target: a.svc.name, Sandbox: a.svc.sandbox, Resumed: a.resumed, State: "running", Started: a.run.Started(),
		Summary: sum, Check: *a.doc, Outcomes: a.run.Outcomes(context.WithoutCancel(ctx)),
	}
	l := &liveStream{redactor: a.out.redactor}
	if a.out.format.Name != "ndjson" {
		return doc, l, nil
	}
	l.out = report.NewStream(a.s.out)
	if err := l.out.Begin(redact.Document(l.redactor, doc)); err != nil {
		return nil, nil, err
	}
	if !a.resumed {
		return doc, l, nil
	}
	for o, err := range doc.Outcomes {
		if err != nil {
			return nil, nil, err
		}
		if o.Status.Final() {
			l.live(o) // done by an earlier process of this run
		}
	}
	return doc, l, l.err
}

// finish records how the run ended, reports it, and gives the exit code.
func (a *applying) finish(doc *report.Run, l *liveStream, runErr error, interrupted bool) error {
	ctx := context.WithoutCancel(a.c.Context)
	sum, err := a.run.Summary(ctx)
	if err != nil {
		return errors.Join(runErr, err)
	}
	stats := a.svc.client.Stats()
	sum.Calls, sum.Retries, sum.Polls = int(stats.Calls), int(stats.Retries), int(stats.Polls)
	sum.Seconds = time.Since(a.started).Seconds()
	doc.Summary, doc.Pace = sum, a.svc.tempo.Pace()
	state, why := ending(runErr, interrupted)
	doc.State, doc.Stopped = string(state), why
	if err := a.run.End(ctx, state, sum); err != nil {
		return errors.Join(runErr, err)
	}
	if err := a.attached(ctx, &doc.Check); err != nil {
		return errors.Join(runErr, err)
	}
	if a.out.writes("html") {
		if doc.Mails, err = mailed(ctx, a.run); err != nil {
			return errors.Join(runErr, err)
		}
	}
	if err := a.write(doc, l); err != nil {
		return errors.Join(runErr, err)
	}
	if state != journal.Ended {
		speechOf(a.c, a.s).line("the same command goes on where this run stopped")
	}
	return a.verdict(sum, runErr, interrupted)
}

// attached takes from the list of what is left to people the approvals of customers that this run has attached.
func (a *applying) attached(ctx context.Context, doc *report.Check) error {
	asks := func(h onboarding.HandOff) bool { return h.Kind == onboarding.HandAttach }
	if !slices.ContainsFunc(doc.HandOff, asks) {
		return nil
	}
	done := make(map[string]bool)
	for it, err := range a.run.Customers(ctx) {
		if err != nil {
			return err
		}
		done[it.Key] = it.Entry.Outcome.Status.Final()
	}
	doc.HandOff = slices.DeleteFunc(slices.Clone(doc.HandOff), func(h onboarding.HandOff) bool { return asks(h) && done[h.Customer] })
	return nil
}

// ending puts the end of a run into words.
func ending(err error, interrupted bool) (state journal.State, why string) {
	switch {
	case interrupted:
		return journal.Interrupted, "interrupted"
	case err != nil:
		return journal.Stopped, err.Error()
	}
	return journal.Ended, ""
}

// write gives the run to standard output and to every report.
func (a *applying) write(doc *report.Run, l *liveStream) error {
	a.out.address(&doc.Check)
	if l.out == nil {
		if err := a.out.format.Run(a.s.out, redact.Document(a.out.redactor, doc)); err != nil {
			return err
		}
	} else if err := a.endStream(doc, l); err != nil {
		return err
	}
	return a.out.run(doc)
}

// endStream adds the rows that were never reached, then the counts.
func (a *applying) endStream(doc *report.Run, l *liveStream) error {
	if doc.Summary.NotTried > 0 {
		for o, err := range doc.Outcomes {
			if err != nil {
				return err
			}
			if o.Status == onboarding.NotTried {
				l.live(o)
			}
		}
	}
	if l.err != nil && !errors.Is(l.err, io.ErrClosedPipe) {
		return l.err
	}
	return l.out.End(doc.Summary)
}

// verdict turns the end of a run into an exit code: interrupted, unexpected, stopped, rows failed, rows waiting.
func (a *applying) verdict(sum onboarding.RunSummary, runErr error, interrupted bool) error {
	var guard *provision.GuardError
	switch {
	case interrupted:
		return statusError(exitInterrupted)
	case errors.As(runErr, &guard):
		return stoppedError{hintedError{runErr, "raise the guard and run the same command again"}}
	case runErr != nil:
		return refusedToken(runErr)
	case sum.Failed > 0 || sum.Held > 0 && a.heldForGood():
		return statusError(exitRowsFailed)
	case a.c.Bool("detailed-exitcode") && sum.Waiting > 0:
		return statusError(exitChanges)
	}
	return nil
}

// heldForGood reports whether a row is held for another reason than a parent that waits.
func (a *applying) heldForGood() bool {
	for o, err := range a.run.Outcomes(context.WithoutCancel(a.c.Context)) {
		if err != nil {
			return false
		}
		if o.Status == onboarding.Held && o.Reason != onboarding.ReasonParentWaits {
			return true
		}
	}
	return false
}
