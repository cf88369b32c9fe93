package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

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
		return w.add(ctx, w.objects, r.scope, o.Customer, string(o.Kind), r.j.objectKey(o.Kind, o.Key), o.ID, r.row, o.Made, notNil(o.Facts))
	})
}

// Object gives what is known of an object at the run's target; ok is false when nothing is.
func (r *Run) Object(ctx context.Context, kind onboarding.ObjectKind, customer, key string) (o Object, ok bool, err error) {
	o = Object{Kind: kind, Customer: customer, Key: key}
	st, err := r.j.prepared(ctx, `SELECT o.id, r.name, o.made, o.facts FROM object o JOIN run r ON r.id = o.run
		WHERE o.scope = ? AND o.customer = ? AND o.kind = ? AND o.key = ? AND o.id <> ''`)
	if err != nil {
		return o, false, err
	}
	err = st.QueryRowContext(ctx, r.scope, customer, string(kind), r.j.objectKey(kind, key)).Scan(&o.ID, &o.Run, &o.Made, &o.Facts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return o, false, nil
	case err != nil:
		return o, false, fmt.Errorf("read journal: %w", err)
	}
	return o, true, nil
}

// MadeFor gives the sub-partners for which runs of this journal made a customer with this external ID, in order; the empty one
// is the partner itself.
func (j *Journal) MadeFor(ctx context.Context, target, org, customer string) ([]string, error) {
	st, err := j.prepared(ctx, `SELECT s.sub_partner FROM scope s JOIN object o ON o.scope = s.id
		WHERE s.target = ? AND s.org = ? AND o.customer = ? AND o.kind = 'customer' AND o.key = o.customer AND o.made = 1 ORDER BY s.sub_partner`)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, target, org, customer)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var sub string
		if err := rows.Scan(&sub); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out = append(out, sub)
	}
	return out, rows.Err()
}

// ObjectsOf gives the customers, or the locations, that are known at the run's target, by customer and key. Other kinds have
// no index of their own: all objects are looked through.
func (r *Run) ObjectsOf(ctx context.Context, kind onboarding.ObjectKind) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		last := Object{Kind: kind}
		for {
			// the kind stands in the text, for the sake of the indexes over one kind
			block, err := r.listObjects(ctx, `o.scope = ?1 AND o.kind = '`+string(kind)+`' AND (o.customer, o.key) > (?2, ?3) ORDER BY o.customer, o.key LIMIT ?4`,
				last.Customer, last.Key, page)
			if err != nil {
				yield(Object{}, err)
				return
			}
			for _, o := range block {
				if !yield(o, nil) {
					return
				}
				last = o
			}
			if len(block) < page {
				return
			}
		}
	}
}

// Objects gives everything that is known at the run's target of one customer, or of all with an empty one, by customer,
// kind and key.
func (r *Run) Objects(ctx context.Context, customer string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		var last Object
		for {
			block, err := r.objects(ctx, customer, last)
			if err != nil {
				yield(Object{}, err)
				return
			}
			for _, o := range block {
				if !yield(o, nil) {
					return
				}
				last = o
			}
			if len(block) < page {
				return
			}
		}
	}
}

// objects reads the page of objects after one.
func (r *Run) objects(ctx context.Context, customer string, after Object) ([]Object, error) {
	return r.listObjects(ctx, `o.scope = ?1 AND (?2 = '' OR o.customer = ?2) AND (o.customer, o.kind, o.key) > (?3, ?4, ?5) ORDER BY o.customer, o.kind, o.key LIMIT ?6`,
		customer, after.Customer, string(after.Kind), after.Key, page)
}

// listObjects reads the objects that a condition picks; its first parameter is the run's scope.
func (r *Run) listObjects(ctx context.Context, where string, args ...any) ([]Object, error) {
	st, err := r.j.prepared(ctx, `SELECT o.customer, o.kind, o.key, o.id, r.name, o.made, o.facts FROM object o JOIN run r ON r.id = o.run WHERE o.id <> '' AND `+where)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, append([]any{r.scope}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []Object
	for rows.Next() {
		var o Object
		if err := rows.Scan(&o.Customer, &o.Kind, &o.Key, &o.ID, &o.Run, &o.Made, &o.Facts); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

// tombstone is what stays known of a customer that was taken back.
type tombstone struct {
	Organization string `json:"organization"` // that remains, and claims the emails in it
}

// Forget drops what is known of an object that has been taken back, or is gone. That a run of this journal made it once
// stays known: a row that asks for it is told to be gone, not missing. organization is the one that remains of a customer,
// empty for none.
func (r *Run) Forget(ctx context.Context, o Object, organization string) error {
	facts := []byte{}
	if organization != "" {
		var err error
		if facts, err = json.Marshal(tombstone{organization}); err != nil {
			return err
		}
	}
	return r.j.write.post(ctx, func(ctx context.Context, w *writer) error {
		return w.exec(ctx, `UPDATE object SET id = '', made = 0, facts = ? WHERE scope = ? AND customer = ? AND kind = ? AND key = ?`, facts, r.scope, o.Customer, string(o.Kind), r.j.objectKey(o.Kind, o.Key))
	})
}

// Remains gives the organization that remained when a customer was taken back and that nothing was made for since; empty
// when there is none, or it is not known.
func (r *Run) Remains(ctx context.Context, customer string) (organization string, err error) {
	st, err := r.j.prepared(ctx, `SELECT facts FROM object WHERE scope = ?1 AND customer = ?2 AND kind = 'customer' AND key = ?2 AND id = '' AND length(facts) > 0`)
	if err != nil {
		return "", err
	}
	var facts []byte
	err = st.QueryRowContext(ctx, r.scope, customer).Scan(&facts)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read journal: %w", err)
	}
	var t tombstone
	if err := json.Unmarshal(facts, &t); err != nil {
		return "", fmt.Errorf("read journal: what remains of customer %q: %w", customer, err)
	}
	return t.Organization, nil
}
