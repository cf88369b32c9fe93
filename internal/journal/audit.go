package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"sync"
	"time"

	"muster/internal/onboarding"
)

// Deed is one call that was to change something at the service: who made it, what about, and what the answer was.
type Deed struct {
	Run     string // name of the run whose rows it was about; only when read
	Actor   string // the service's ID of the person whose token it was; empty when a process ended before it knew the answer
	Name    string // email of that person
	Command string
	Method  string
	Route   string // path with the ids left out

	Kind     onboarding.ObjectKind
	Customer string // external ID
	Key      string // natural key
	Seq      int64  // of the planned row; 0: the deed was about none

	Sent       time.Time
	Took       time.Duration
	Try        int    // 0 for the first
	Status     int    // of HTTP; 0 when no answer came; AnswerLost
	Code       string // of the service, when it refused
	TrackingID string
}

// AnswerLost is the status of a call that an intent announced and whose process ended before it knew the answer; it may
// never have been sent.
const AnswerLost = -1

// deeds wait for the next commit, so that keeping them costs no commit of their own.
type deeds struct {
	mu      sync.Mutex
	waiting []deed
	ids     map[way]int64 // only the writer uses it
}

type deed struct {
	run int64
	Deed
}

// way is what many deeds have in common; it is kept once.
type way struct{ actor, name, command, method, route string }

// manyDeeds is how many wait at most before they make a commit of their own.
const manyDeeds = 1024

// Audit keeps a deed. It is durable with the next commit, that of the row's outcome at the latest; one that is about no
// planned row has no outcome, and makes a commit itself.
func (r *Run) Audit(ctx context.Context, d Deed) error {
	w := r.j.write
	w.deeds.mu.Lock()
	w.deeds.waiting = append(w.deeds.waiting, deed{r.row, d})
	many := len(w.deeds.waiting) >= manyDeeds
	w.deeds.mu.Unlock()
	if many || d.Seq == 0 {
		return w.post(ctx, nil)
	}
	return nil
}

// writeDeeds adds the deeds that wait to the transaction.
func (w *writer) writeDeeds(ctx context.Context) error {
	w.deeds.mu.Lock()
	all := w.deeds.waiting
	w.deeds.waiting = nil
	w.deeds.mu.Unlock()
	for i := range all {
		d := &all[i]
		id, err := w.wayOf(ctx, way{d.Actor, d.Name, d.Command, d.Method, d.Route})
		if err != nil {
			return err
		}
		if d.Try > 0 || d.Code != "" || d.Seq == 0 {
			err = w.writeDeed(ctx, id, d)
		} else {
			err = w.add(ctx, w.deedRows, d.run, id, d.Seq, millis(d.Sent), d.Took.Milliseconds(), d.Status, d.TrackingID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type subject struct {
	Kind     onboarding.ObjectKind `json:"kind"`
	Customer string                `json:"customer"`
	Key      string                `json:"key"`
}

func (w *writer) writeDeed(ctx context.Context, id int64, d *deed) (err error) {
	about := ""
	if s := (subject{d.Kind, d.Customer, d.Key}); d.Seq == 0 && s != (subject{}) {
		if about, err = encoded(s, true); err != nil {
			return err
		}
	}
	return w.exec(ctx, `INSERT INTO audit (run, deed, seq, sent, took, try, status, code, tracking, subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.run, id, d.Seq, millis(d.Sent), d.Took.Milliseconds(), d.Try, d.Status, d.Code, d.TrackingID, about)
}

func (w *writer) wayOf(ctx context.Context, k way) (id int64, err error) {
	if id, ok := w.deeds.ids[k]; ok {
		return id, nil
	}
	args := []any{k.actor, k.name, k.command, k.method, k.route}
	if err := w.exec(ctx, `INSERT OR IGNORE INTO deed (actor, name, command, method, route) VALUES (?, ?, ?, ?, ?)`, args...); err != nil {
		return 0, err
	}
	err = w.conn.QueryRowContext(ctx, `SELECT id FROM deed WHERE actor = ? AND name = ? AND command = ? AND method = ? AND route = ?`, args...).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("write journal: %w", err)
	}
	if w.deeds.ids == nil {
		w.deeds.ids = make(map[way]int64)
	}
	w.deeds.ids[k] = id
	return id, nil
}

// auditLost notes the intents of which an earlier process of the run did not live to keep the answer.
func (r *Run) auditLost(ctx context.Context, w *writer) error {
	id, err := w.wayOf(ctx, way{})
	if err != nil {
		return err
	}
	return w.exec(ctx, `INSERT INTO audit (run, deed, seq, sent, took, try, status, code, tracking, subject)
		SELECT o.run, ?2, o.seq, o.at, 0, 0, ?3, '', '', '' FROM outcome o
		LEFT JOIN (SELECT seq, max(sent) AS sent FROM audit WHERE run = ?1 GROUP BY seq) a ON a.seq = o.seq
		WHERE o.run = ?1 AND o.state = 'intent' AND coalesce(a.sent, 0) < o.at`, r.row, id, AnswerLost)
}

// Audited gives the deeds of a run, or of all runs when its name is empty, in the order in which they were kept. A file of
// a format before 4 holds none.
func (j *Journal) Audited(ctx context.Context, run string) iter.Seq2[Deed, error] {
	return func(yield func(Deed, error) bool) {
		for after := int64(0); ; {
			block, last, err := j.auditBlock(ctx, run, after)
			if err != nil {
				yield(Deed{}, err)
				return
			}
			for _, d := range block {
				if !yield(d, nil) {
					return
				}
			}
			if len(block) == 0 {
				return
			}
			after = last
		}
	}
}

// auditBlock reads some deeds behind one, so that a reader holds up nobody who writes.
func (j *Journal) auditBlock(ctx context.Context, run string, after int64) (block []Deed, last int64, err error) {
	if j.older > 0 && j.older < 4 {
		return nil, 0, nil
	}
	const most = 1000
	rows, err := j.db.QueryContext(ctx, `SELECT a.id, r.name, d.actor, d.name, coalesce(nullif(d.command, ''), r.command), d.method, d.route, a.seq, a.sent, a.took, a.try, a.status, a.code, a.tracking, a.subject,
		coalesce(p.kind, ''), coalesce(p.customer, ''), coalesce(p.key, '')
		FROM audit a JOIN run r ON r.id = a.run JOIN deed d ON d.id = a.deed LEFT JOIN planned p ON p.plan = r.plan AND p.seq = a.seq
		WHERE a.id > ?1 AND (?2 = '' OR r.name = ?2) ORDER BY a.id LIMIT ?3`, after, run, most)
	if err != nil {
		return nil, 0, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d Deed
		var sent, took int64
		var about string
		if err := rows.Scan(&last, &d.Run, &d.Actor, &d.Name, &d.Command, &d.Method, &d.Route, &d.Seq, &sent, &took, &d.Try, &d.Status, &d.Code, &d.TrackingID, &about,
			&d.Kind, &d.Customer, &d.Key); err != nil {
			return nil, 0, fmt.Errorf("read journal: %w", err)
		}
		d.Sent, d.Took = moment(sent), time.Duration(took)*time.Millisecond
		if about != "" {
			var s subject
			if err := json.Unmarshal([]byte(about), &s); err != nil {
				return nil, 0, fmt.Errorf("read journal: audit: %w", err)
			}
			d.Kind, d.Customer, d.Key = s.Kind, s.Customer, s.Key
		}
		block = append(block, d)
	}
	return block, last, rows.Err()
}
