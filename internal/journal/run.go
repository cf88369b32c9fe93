package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"muster/internal/onboarding"
)

// Scope is what facts are valid for. Facts of one scope are never used in another.
type Scope struct {
	Target     string // sandbox, or the base URL
	Org        string // partner organization
	SubPartner string // organization of the sub-partner on whose behalf calls are made; empty for none
}

// Input is a file of a run and the hash of its bytes.
type Input struct{ File, SHA256 string }

// NewRun is what a run begins with.
type NewRun struct {
	ID        string
	Plan      PlanID
	Scope     Scope
	Command   string
	Version   string // of muster
	Selection string
	Flags     string // JSON: the flags that were given, by name; empty for none
	Inputs    []Input
	Started   time.Time
}

// State says how a run stands.
type State string

// The states of a run. Running in the file and nobody holding the lock is a crash, told as Interrupted.
const (
	Running     State = "running"
	Ended       State = "ended"
	Interrupted State = "interrupted"
	Stopped     State = "stopped"
)

// RunInfo is what a list of runs shows.
type RunInfo struct {
	ID       string
	Command  string
	Scope    Scope
	State    State
	Undoes   string // the run that this one takes back; empty for others
	UndoneBy string // the latest run that takes this one back; empty when none does
	Started  time.Time
	Ended    time.Time // zero while running
	Summary  onboarding.RunSummary
}

// Run is one run of the journal. Its methods may be called from many goroutines.
type Run struct {
	j       *Journal
	row     int64
	plan    PlanID
	scope   int64
	id      string
	started time.Time
	doubts  *doubts
}

// ID is the name of the run.
func (r *Run) ID() string { return r.id }

// Started is when the run began, however often it was taken up since.
func (r *Run) Started() time.Time { return r.started }

// Begin makes a run; it is durable when Begin returns.
func (j *Journal) Begin(ctx context.Context, n NewRun) (*Run, error) {
	r := &Run{j: j, doubts: new(doubts), plan: n.Plan, id: n.ID, started: n.Started}
	err := j.write.sync(ctx, func(ctx context.Context, w *writer) error {
		var err error
		if r.scope, err = w.scopeOf(ctx, n.Scope); err != nil {
			return err
		}
		err = w.exec(ctx, `INSERT INTO run (name, plan, scope, command, version, selection, flags, started, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			n.ID, n.Plan, r.scope, n.Command, n.Version, n.Selection, n.Flags, millis(n.Started), string(Running))
		if err != nil {
			return err
		}
		if err := w.conn.QueryRowContext(ctx, `SELECT id FROM run WHERE name = ?`, n.ID).Scan(&r.row); err != nil {
			return err
		}
		for _, in := range n.Inputs {
			if err := w.exec(ctx, `INSERT INTO input (run, file, sha256) VALUES (?, ?, ?)`, r.row, in.File, in.SHA256); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("begin run: %w", err)
	}
	return r, nil
}

const findScope = `SELECT id FROM scope WHERE target = ? AND org = ? AND sub_partner = ?`

// Resumable gives the latest run of this plan, scope and selection when it did not end, or ended with rows that wait,
// were not tried, or are held because something waits. Such a run is taken up again instead of a new one, unless it was
// taken back, as a whole or in part.
func (j *Journal) Resumable(ctx context.Context, plan PlanID, s Scope, selection string) (*Run, bool, error) {
	r := &Run{j: j, doubts: new(doubts), plan: plan}
	var started int64
	var state string
	err := j.db.QueryRowContext(ctx, `SELECT id, name, scope, started, state FROM run
		WHERE plan = ? AND selection = ? AND scope = (`+findScope+`) AND command <> '`+undoCommand+`' ORDER BY id DESC LIMIT 1`,
		plan, selection, s.Target, s.Org, s.SubPartner).Scan(&r.row, &r.id, &r.scope, &started, &state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("read journal: %w", err)
	}
	r.started = moment(started)
	if undone, err := r.undone(ctx); err != nil || undone {
		return nil, false, err
	}
	if State(state) == Ended {
		open, err := r.open(ctx)
		if err != nil || !open {
			return nil, false, err
		}
	}
	return r, true, r.takeUp(ctx)
}

// takeUp says that a run goes on.
func (r *Run) takeUp(ctx context.Context) error {
	return r.j.write.sync(ctx, func(ctx context.Context, w *writer) error {
		if err := r.auditLost(ctx, w); err != nil {
			return err
		}
		return w.exec(ctx, `UPDATE run SET state = ?, ended = 0 WHERE id = ?`, string(Running), r.row)
	})
}

// open reports whether a run that ended left rows for later.
func (r *Run) open(ctx context.Context) (bool, error) {
	s, err := r.Summary(ctx)
	if err != nil || s.Waiting+s.NotTried > 0 {
		return err == nil, err
	}
	var n int
	err = r.j.db.QueryRowContext(ctx, `SELECT count(*) FROM outcome WHERE run = ? AND reason = ?`, r.row, string(onboarding.ReasonParentWaits)).Scan(&n)
	return n > 0, err
}

// RunByID gives a run by its name, to be read.
func (j *Journal) RunByID(ctx context.Context, id string) (*Run, error) {
	r := &Run{j: j, doubts: new(doubts), id: id}
	var started int64
	err := j.db.QueryRowContext(ctx, `SELECT id, plan, scope, started FROM run WHERE name = ?`, id).Scan(&r.row, &r.plan, &r.scope, &started)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, fmt.Errorf("there is no run %q", id)
	case err != nil:
		return nil, fmt.Errorf("read journal: %w", err)
	}
	r.started = moment(started)
	return r, nil
}

// Facts is what a run was begun with.
type Facts struct {
	Version   string // of muster
	Selection string
	Flags     string // JSON: the flags that were given, by name; empty when they were not kept
	PlanKey   string // hash of the inputs and of everything that decides the rows
	Inputs    []Input
}

// Facts gives what the run was begun with.
func (r *Run) Facts(ctx context.Context) (f Facts, err error) {
	flags := `r.flags`
	if r.j.older > 0 && r.j.older < flagsVersion {
		flags = `''`
	}
	err = r.j.db.QueryRowContext(ctx, `SELECT r.version, r.selection, p.key, `+flags+` FROM run r JOIN plan p ON p.id = r.plan WHERE r.id = ?`, r.row).
		Scan(&f.Version, &f.Selection, &f.PlanKey, &f.Flags)
	if err != nil {
		return f, fmt.Errorf("read journal: %w", err)
	}
	rows, err := r.j.db.QueryContext(ctx, `SELECT file, sha256 FROM input WHERE run = ? ORDER BY rowid`, r.row)
	if err != nil {
		return f, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var in Input
		if err := rows.Scan(&in.File, &in.SHA256); err != nil {
			return f, fmt.Errorf("read journal: %w", err)
		}
		f.Inputs = append(f.Inputs, in)
	}
	return f, rows.Err()
}

// Runs lists every run, the latest first.
func (j *Journal) Runs(ctx context.Context) ([]RunInfo, error) {
	rows, err := j.db.QueryContext(ctx, `SELECT r.name, r.command, r.selection, s.target, s.org, s.sub_partner, r.state, r.started, r.ended, r.summary
		FROM run r JOIN scope s ON s.id = r.scope ORDER BY r.id DESC`)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	alive := j.lock != nil || held(j.dir)
	var out []RunInfo
	undoneBy := make(map[string]string)
	for rows.Next() {
		var i RunInfo
		var started, ended int64
		var selection, summary string
		if err := rows.Scan(&i.ID, &i.Command, &selection, &i.Scope.Target, &i.Scope.Org, &i.Scope.SubPartner, &i.State, &started, &ended, &summary); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		i.Started, i.Ended = moment(started), moment(ended)
		i.note(selection, undoneBy)
		if summary != "" {
			if err := json.Unmarshal([]byte(summary), &i.Summary); err != nil {
				return nil, fmt.Errorf("read journal: summary of run %q: %w", i.ID, err)
			}
		}
		out = append(out, i)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return out, j.unended(ctx, out, alive)
}

// unended counts what the runs have done that did not end, and calls them interrupted unless a process is alive.
func (j *Journal) unended(ctx context.Context, runs []RunInfo, alive bool) (err error) {
	for i := range runs {
		if runs[i].State != Running {
			continue
		}
		if !alive {
			runs[i].State = Interrupted
		}
		if runs[i].Summary, err = j.soFar(ctx, runs[i]); err != nil {
			return err
		}
	}
	return nil
}

// soFar counts what a run has done that did not end. Rows that an undo has not come to are none of it: most of them are not its own.
func (j *Journal) soFar(ctx context.Context, i RunInfo) (onboarding.RunSummary, error) {
	r, err := j.RunByID(ctx, i.ID)
	if err != nil {
		return onboarding.RunSummary{}, err
	}
	s, err := r.Summary(ctx)
	if err != nil || i.Undoes == "" {
		return s, err
	}
	all := s.Rows
	if err := j.db.QueryRowContext(ctx, `SELECT count(*) FROM outcome WHERE run = ?`, r.row).Scan(&s.Rows); err != nil {
		return s, fmt.Errorf("read journal: %w", err)
	}
	s.NotTried -= all - s.Rows
	return s, nil
}

// End records how the run ended. What was recorded before is durable when End returns.
func (r *Run) End(ctx context.Context, state State, s onboarding.RunSummary) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return r.j.write.sync(ctx, func(ctx context.Context, w *writer) error {
		return w.exec(ctx, `UPDATE run SET state = ?, ended = ?, summary = ? WHERE id = ?`, string(state), millis(r.j.clock()), string(text), r.row)
	})
}

// View gives a plan as it stands at a target without making a run of it: to be compared, not to be carried out. Its rows
// have no entries; what is known of their objects can be asked.
func (j *Journal) View(ctx context.Context, plan PlanID, s Scope) (*Run, error) {
	r := &Run{j: j, doubts: new(doubts), plan: plan, started: j.clock()}
	err := j.db.QueryRowContext(ctx, findScope, s.Target, s.Org, s.SubPartner).Scan(&r.scope)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return r, nil
}

// Scopes lists the partner organizations and sub-partners under which something is known of a target, in order.
func (j *Journal) Scopes(ctx context.Context, target string) ([]Scope, error) {
	rows, err := j.db.QueryContext(ctx, `SELECT org, sub_partner FROM scope WHERE target = ? ORDER BY org, sub_partner`, target)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []Scope
	for rows.Next() {
		s := Scope{Target: target}
		if err := rows.Scan(&s.Org, &s.SubPartner); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// For gives the run with another scope: what it remembers and asks of objects is about a sub-partner's customers. Rows and
// outcomes are the same.
func (r *Run) For(ctx context.Context, s Scope) (*Run, error) {
	v := *r
	err := r.j.write.sync(ctx, func(ctx context.Context, w *writer) (err error) {
		v.scope, err = w.scopeOf(ctx, s)
		return err
	})
	return &v, err
}

// scopeOf gives the number of a scope, and makes it when it is new.
func (w *writer) scopeOf(ctx context.Context, s Scope) (id int64, err error) {
	if err := w.exec(ctx, `INSERT OR IGNORE INTO scope (target, org, sub_partner) VALUES (?, ?, ?)`, s.Target, s.Org, s.SubPartner); err != nil {
		return 0, err
	}
	err = w.conn.QueryRowContext(ctx, findScope, s.Target, s.Org, s.SubPartner).Scan(&id)
	return id, err
}
