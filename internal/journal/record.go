package journal

import (
	"context"
	"encoding/json"

	"muster/internal/onboarding"
)

// Intend says that creates of these rows are about to be sent. They are durable when it returns; rows of several callers
// share one sync to disk.
func (r *Run) Intend(ctx context.Context, seqs ...int64) error {
	at := millis(r.j.clock())
	return r.j.write.sync(ctx, func(ctx context.Context, w *writer) error {
		for _, seq := range seqs {
			if err := w.add(ctx, w.intents, r.row, seq, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// Announce says that a removal is about to be sent, and what will have become of the row when it is carried out: afterwards
// nobody can ask the service for it. It is durable when Announce returns.
func (r *Run) Announce(ctx context.Context, seq int64, o onboarding.Outcome) error {
	failure, err := encoded(o.Error, o.Error != nil)
	if err != nil {
		return err
	}
	at := millis(r.j.clock())
	return r.j.write.sync(ctx, func(ctx context.Context, w *writer) error {
		return w.exec(ctx, `INSERT INTO outcome (run, seq, state, attempts, at, reason, error) VALUES (?, ?, 'intent', 1, ?, ?, ?)
			ON CONFLICT (run, seq) DO UPDATE SET state = 'intent', attempts = attempts + 1, at = excluded.at, reason = excluded.reason, error = excluded.error`,
			r.row, seq, at, string(o.Reason), failure)
	})
}

// encoded writes v as JSON, empty text when there is none.
func encoded(v any, is bool) (string, error) {
	if !is {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// Record says what became of a row. It is durable with the next commit; a crash before it leaves the intent, which is then
// settled by looking the object up.
func (r *Run) Record(ctx context.Context, seq int64, o onboarding.Outcome) error {
	apply, err := r.outcome(seq, o)
	if err != nil {
		return err
	}
	return r.j.write.post(ctx, apply)
}

// RecordSync is Record, and durable when it returns.
func (r *Run) RecordSync(ctx context.Context, seq int64, o onboarding.Outcome) error {
	apply, err := r.outcome(seq, o)
	if err != nil {
		return err
	}
	return r.j.write.sync(ctx, apply)
}

func (r *Run) outcome(seq int64, o onboarding.Outcome) (func(context.Context, *writer) error, error) {
	failure, err := encoded(o.Error, o.Error != nil)
	if err != nil {
		return nil, err
	}
	differs, err := encoded(o.Differs, len(o.Differs) > 0)
	if err != nil {
		return nil, err
	}
	at := o.At
	if at.IsZero() {
		at = r.j.clock()
	}
	return func(ctx context.Context, w *writer) error {
		return w.add(ctx, w.outcomes, r.row, seq, millis(at), string(o.Status), string(o.Reason), o.ID, millis(o.Since), failure, differs)
	}, nil
}

// Flush returns when everything recorded so far is durable.
func (r *Run) Flush(ctx context.Context) error { return r.j.write.sync(ctx, nil) }
