package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Progress says how far a planned row has come in a run.
type Progress string

// The progress of a row.
const (
	New    Progress = ""       // nothing was sent
	Intent Progress = "intent" // a create may have been sent, its outcome is not known
	Done   Progress = "done"   // an outcome was recorded; a later one may replace it
)

// Entry is what a run knows of a planned row.
type Entry struct {
	State    Progress
	Outcome  onboarding.Outcome // when Done; of an Intent that was announced, what it leads to
	Attempts int                // intents so far
	At       time.Time          // of the intent or the outcome
}

// Item is a planned row with what the run knows of it.
type Item struct {
	Planned
	Entry Entry
	Made  bool // a run of this journal made the object at this target
	Taken bool // a run of this journal made it, and it was taken back or found gone since

	// SawID and Saw are the identifier and the facts of the object that a user or a location is, as this journal last knew
	// them; empty for other rows, and where nothing is known.
	SawID string
	Saw   []byte

	// MadeEarlier is set when an earlier run than this one did.
	MadeEarlier bool
	// Doubtful is set when an earlier run at this target may have sent the create and never knew what became of it.
	Doubtful bool
}

// Cursor is a place in the rows of a customer: after the row of this rank and order. The zero value is before the first.
type Cursor struct {
	Rank int
	Seq  int64
	end  bool // there was nothing behind it
}

// What is read of a row: with everything, or without what is known of its object and, unless it is in review, what it asks for,
// which costs half. Both
// leave room for the column that files of format 1 lack; one for the key of objects.
const (
	selectPlanned = `SELECT p.seq, p.kind, p.customer, p.key, p.site, p.number, p.rank, s.file, s.sheet, p.line, p.held, `
	selectOutcome = `, coalesce(o.state, ''), coalesce(o.attempts, 0), coalesce(o.at, 0), coalesce(o.status, ''), coalesce(o.reason, ''),
	coalesce(o.remote_id, ''), coalesce(o.since, 0), coalesce(o.error, ''), {differs}, `
	fromPlanned = ` FROM planned p JOIN source s ON s.id = p.source LEFT JOIN outcome o ON o.run = ?1 AND o.seq = p.seq `

	selectItems = selectPlanned + `p.spec` + selectOutcome + `coalesce(b.made, 0), coalesce(b.id, '-') = '', coalesce(b.made AND b.run <> ?1, 0),
	coalesce(b.id, ''), CASE WHEN p.kind IN ('user', 'location') THEN coalesce(b.facts, x'') ELSE x'' END` +
		fromPlanned + `LEFT JOIN object b ON b.scope = ?2 AND b.customer = p.customer AND b.kind = p.kind AND b.key = {key} `
	selectOutlines = selectPlanned + `CASE WHEN o.reason = 'review' THEN p.spec ELSE x'' END` + selectOutcome + `0, 0, 0, '', x''` + fromPlanned
)

// items reads planned rows of the run, as the query says; its first two parameters are the run and its scope.
func (r *Run) items(ctx context.Context, query string, args ...any) ([]Item, error) {
	differs, key := `coalesce(o.differs, '')`, plannedKey
	if r.j.older == 1 {
		differs = `''`
	}
	if r.j.older > 0 && r.j.older < keysVersion {
		key = `p.key`
	}
	doubts, err := r.doubts.get(ctx, r)
	if err != nil {
		return nil, err
	}
	st, err := r.j.prepared(ctx, strings.NewReplacer("{differs}", differs, "{key}", key).Replace(query))
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, append([]any{r.row, r.scope}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []Item
	for rows.Next() {
		it, err := scanItem(rows)
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		it.Doubtful = !it.Made && !it.Taken && doubts[doubt{it.Kind, it.Customer, r.j.objectKey(it.Kind, it.Key)}]
		out = append(out, it)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return out, nil
}

func scanItem(rows *sql.Rows) (it Item, err error) {
	var at, since int64
	var failure, differs string
	o := &it.Entry.Outcome
	err = rows.Scan(&it.Seq, &it.Kind, &it.Customer, &it.Key, &it.Site, &it.Number, &it.Rank, &it.File, &it.Sheet, &it.Row, &it.Held, &it.Spec,
		&it.Entry.State, &it.Entry.Attempts, &at, &o.Status, &o.Reason, &o.ID, &since, &failure, &differs, &it.Made, &it.Taken, &it.MadeEarlier, &it.SawID, &it.Saw)
	if err != nil {
		return it, err
	}
	it.Entry.At = moment(at)
	o.Kind, o.Key, o.Customer, o.File, o.Sheet, o.Row = it.Kind, it.Key, it.Customer, it.File, it.Sheet, it.Row
	o.At, o.Since = it.Entry.At, moment(since)
	if failure != "" {
		o.Error = new(onboarding.Failure)
		if err = json.Unmarshal([]byte(failure), o.Error); err != nil {
			return it, err
		}
	}
	if differs != "" {
		err = json.Unmarshal([]byte(differs), &o.Differs)
	}
	return it, err
}

// page is how many rows are read at once where all are wanted: no reader stays open for long, which would keep the log
// from being folded into the file.
const page = 500

// Customers gives the customers of the plan in its order.
func (r *Run) Customers(ctx context.Context) iter.Seq2[Item, error] {
	return r.paged(ctx, selectItems+`WHERE p.plan = ?3 AND p.seq > ?4 AND p.kind = 'customer' ORDER BY p.seq LIMIT ?5`)
}

// CustomerKeys gives the external ID of every customer that a row of the plan belongs to, whether the plan has the customer
// itself or not, in the order of their bytes.
func (r *Run) CustomerKeys(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for query := `SELECT min(customer) FROM planned WHERE plan = ? AND customer >= ?`; ; query = `SELECT min(customer) FROM planned WHERE plan = ? AND customer > ?` {
			var key sql.NullString
			st, err := r.j.prepared(ctx, query)
			if err == nil {
				err = st.QueryRowContext(ctx, r.plan, last).Scan(&key)
			}
			if err != nil {
				yield("", fmt.Errorf("read journal: %w", err))
				return
			}
			if !key.Valid || !yield(key.String, nil) {
				return
			}
			last = key.String
		}
	}
}

// paged reads page after page in the order of the plan.
func (r *Run) paged(ctx context.Context, query string) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		var after int64
		for {
			items, err := r.items(ctx, query, r.plan, after, page)
			if err != nil {
				yield(Item{}, err)
				return
			}
			for _, it := range items {
				if !yield(it, nil) {
					return
				}
				after = it.Seq
			}
			if len(items) < page {
				return
			}
		}
	}
}

// Rows gives rows of a customer by rank and order, after the cursor, and the cursor behind the last of them.
func (r *Run) Rows(ctx context.Context, customer string, kind onboarding.ObjectKind, after Cursor, limit int) ([]Item, Cursor, error) {
	return r.ofCustomer(ctx, selectItems, kind, customer, pageOf{after, limit})
}

// Outlines is Rows without the specs of the rows and without what is known of their objects, for half of the cost.
func (r *Run) Outlines(ctx context.Context, customer string, kind onboarding.ObjectKind, after Cursor, limit int) ([]Item, Cursor, error) {
	return r.ofCustomer(ctx, selectOutlines, kind, customer, pageOf{after, limit})
}

type pageOf struct {
	after Cursor
	limit int
}

// ofCustomer reads a page of rows of a customer. The kind stands in the query itself: as a parameter it would make SQLite parse
// the query anew at each call, because an index depends on it.
func (r *Run) ofCustomer(ctx context.Context, query string, kind onboarding.ObjectKind, customer string, p pageOf) ([]Item, Cursor, error) {
	after := p.after
	if after.end {
		return nil, after, nil
	}
	items, err := r.items(ctx, query+`WHERE p.plan = ?3 AND p.customer = ?4 AND p.kind = '`+string(kind)+`' AND (p.rank, p.seq) > (?5, ?6) ORDER BY p.rank, p.seq LIMIT ?7`,
		r.plan, customer, after.Rank, after.Seq, p.limit)
	if n := len(items); n > 0 {
		after = Cursor{items[n-1].Rank, items[n-1].Seq, n < p.limit}
	}
	return items, after, err
}

// As gives an item as the run's own scope knows it: one that was read under another tells of that one's objects.
func (r *Run) As(ctx context.Context, it Item) (Item, error) {
	items, err := r.items(ctx, selectItems+`WHERE p.plan = ?3 AND p.seq = ?4`, r.plan, it.Seq)
	if err != nil || len(items) == 0 {
		return it, err
	}
	return items[0], nil
}

// Numbers gives the numbers that the users of a location are to get, held users left out, each once, in order.
func (r *Run) Numbers(ctx context.Context, customer, site string) ([]string, error) {
	st, err := r.j.prepared(ctx, `SELECT DISTINCT number FROM planned WHERE plan = ? AND customer = ? AND site = ? AND number <> '' AND held = '' ORDER BY number`)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, r.plan, customer, site)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// PortDates gives the day, 2006-01-02, on which each number of a location is ported, by number; a number whose user has no
// day in "port_date" of its spec is left out.
func (r *Run) PortDates(ctx context.Context, customer, site string) (map[string]string, error) {
	st, err := r.j.prepared(ctx, `SELECT number, json_extract(CAST(spec AS TEXT), '$.port_date') AS day FROM planned
		WHERE plan = ? AND customer = ? AND site = ? AND number <> '' AND held = '' AND day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'`)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, r.plan, customer, site)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	out := make(map[string]string)
	for rows.Next() {
		var n, day string
		if err := rows.Scan(&n, &day); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out[n] = day
	}
	return out, rows.Err()
}

// Pending reports whether a row of the customer still needs a look in this run.
func (r *Run) Pending(ctx context.Context, customer string) (bool, error) {
	st, err := r.j.prepared(ctx, `SELECT EXISTS (SELECT 1 FROM planned p LEFT JOIN outcome o ON o.run = ? AND o.seq = p.seq
		WHERE p.plan = ? AND p.customer = ? AND (o.state IS NULL OR o.state <> 'done' OR o.status NOT IN ('created', 'updated', 'adopted', 'unchanged')))`)
	if err != nil {
		return false, err
	}
	var n int
	if err := st.QueryRowContext(ctx, r.row, r.plan, customer).Scan(&n); err != nil {
		return false, fmt.Errorf("read journal: %w", err)
	}
	return n == 1, nil
}
