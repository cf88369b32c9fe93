package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"muster/internal/onboarding"
)

// Object is what the journal knows of an object at a target.
type Object struct {
	Kind     onboarding.ObjectKind
	Customer string
	Key      string
	ID       string // the service's
	Run      string // that made it, else that saw it last; set when read
	Made     bool   // a run of this journal made it
	Facts    []byte // JSON: what the service does not return
}

// Remember keeps an object that the run made or saw. That it was made, and by which run, survives a later run that only
// sees it, as long as it is the same object.
func (r *Run) Remember(ctx context.Context, o Object) error {
	return r.j.write.post(ctx, func(ctx context.Context, w *writer) error {
		return w.exec(ctx, `INSERT INTO object (scope, customer, kind, key, id, run, made, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (scope, customer, kind, key) DO UPDATE SET
			run = CASE WHEN excluded.made OR NOT made OR id <> excluded.id THEN excluded.run ELSE run END,
			made = excluded.made OR (made AND id = excluded.id),
			id = excluded.id, facts = excluded.facts`,
			r.scope, o.Customer, string(o.Kind), o.Key, o.ID, r.row, o.Made, notNil(o.Facts))
	})
}

// Object gives what is known of an object at the run's target; ok is false when nothing is.
func (r *Run) Object(ctx context.Context, kind onboarding.ObjectKind, customer, key string) (o Object, ok bool, err error) {
	o = Object{Kind: kind, Customer: customer, Key: key}
	st, err := r.j.prepared(ctx, `SELECT o.id, r.name, o.made, o.facts FROM object o JOIN run r ON r.id = o.run
		WHERE o.scope = ? AND o.customer = ? AND o.kind = ? AND o.key = ?`)
	if err != nil {
		return o, false, err
	}
	err = st.QueryRowContext(ctx, r.scope, customer, string(kind), key).Scan(&o.ID, &o.Run, &o.Made, &o.Facts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return o, false, nil
	case err != nil:
		return o, false, fmt.Errorf("read journal: %w", err)
	}
	return o, true, nil
}
