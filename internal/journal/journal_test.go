package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/onboarding"
)

func openIn(t *testing.T, dir string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), dir, Options{Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rowsOf plans a customer with n users and gives the run.
func rowsOf(t *testing.T, j *Journal, key string, n int) *Run {
	t.Helper()
	w, err := j.NewPlan(t.Context(), key)
	must(t, err)
	must(t, w.Add(Planned{Kind: onboarding.ObjectCustomer, Customer: "crm-1", Key: "crm-1", File: "b.xlsx", Sheet: "Customers", Row: 2, Spec: []byte(`{}`)}))
	for i := range n {
		p := Planned{Kind: onboarding.ObjectUser, Customer: "crm-1", Key: fmt.Sprintf("u%d@x.example", i), Site: "HQ", Number: fmt.Sprintf("+1512555%04d", i/2), Rank: 1, File: "b.xlsx", Sheet: "Users", Row: 2 + i, Spec: []byte(`{"a":1}`)}
		if i == n-1 {
			p.Rank, p.Held = 0, ""
		}
		if i == 1 {
			p.Held = onboarding.ReasonFinding
		}
		must(t, w.Add(p))
	}
	id, err := w.Commit(t.Context())
	must(t, err)
	r, err := j.Begin(t.Context(), NewRun{ID: "run-" + key, Plan: id, Scope: Scope{"sandbox", "org", ""}, Command: "apply", Started: time.Now(), Inputs: []Input{{"b.xlsx", "00"}}})
	must(t, err)
	return r
}

// A plan is found again by its key; rows come by rank, then in order.
func TestPlanAndRows(t *testing.T) {
	j := openIn(t, t.TempDir())
	defer func() { must(t, j.Close()) }()
	r := rowsOf(t, j, "k", 700)
	id, ok, err := j.FindPlan(t.Context(), "k")
	must(t, err)
	if !ok || id != r.plan {
		t.Fatalf("the plan is not found: %v %v", id, ok)
	}
	if _, ok, _ := j.FindPlan(t.Context(), "other"); ok {
		t.Error("a plan is found that was never made")
	}
	var seen []string
	cursor := Cursor{}
	for {
		items, next, err := r.Rows(t.Context(), "crm-1", onboarding.ObjectUser, cursor, 256)
		must(t, err)
		if len(items) == 0 {
			break
		}
		for _, it := range items {
			seen = append(seen, it.Key)
		}
		cursor = next
	}
	if len(seen) != 700 || seen[0] != "u699@x.example" || seen[1] != "u0@x.example" {
		t.Errorf("%d rows, first %v", len(seen), seen[:min(2, len(seen))])
	}
	nums, err := r.Numbers(t.Context(), "crm-1", "HQ")
	must(t, err)
	if len(nums) != 350 || nums[0] != "+15125550000" {
		t.Errorf("%d numbers from %v", len(nums), nums[:1])
	}
	for it, err := range r.Customers(t.Context()) {
		must(t, err)
		if it.Key != "crm-1" || it.File != "b.xlsx" || it.Sheet != "Customers" || it.Row != 2 || it.Entry.State != New {
			t.Errorf("%+v", it)
		}
	}
}

// An intent stays until an outcome replaces it; counts follow.
func TestOutcomes(t *testing.T) {
	ctx := t.Context()
	j := openIn(t, t.TempDir())
	defer func() { must(t, j.Close()) }()
	r := rowsOf(t, j, "k", 4)
	must(t, r.Intend(ctx, 2, 3))
	must(t, r.Intend(ctx, 3))
	since := time.Now().UTC().Truncate(time.Millisecond)
	must(t, r.Record(ctx, 2, onboarding.Outcome{Status: onboarding.Created, ID: "id2"}))
	must(t, r.RecordSync(ctx, 4, onboarding.Outcome{Status: onboarding.Waiting, Reason: onboarding.ReasonConsent, Since: since}))
	must(t, r.Record(ctx, 5, onboarding.Outcome{Status: onboarding.Failed, Error: &onboarding.Failure{Kind: "input", Code: "1001", Message: "no", TrackingID: "T", HTTPStatus: 400}}))
	must(t, r.Flush(ctx))
	var got []string
	for o, err := range r.Outcomes(ctx) {
		must(t, err)
		text := fmt.Sprint(o.Key, " ", o.Status, " ", o.ID)
		if o.Error != nil {
			f := o.Error
			text += fmt.Sprintf(" %s %q %q %q %d, said %q", f.Kind, f.Code, f.Message, f.TrackingID, f.HTTPStatus, f.Text())
		}
		if !o.Since.IsZero() && !o.Since.Equal(since) {
			t.Errorf("since %v, want %v", o.Since, since)
		}
		got = append(got, text)
	}
	want := []string{
		"crm-1 not_tried ", "u0@x.example created id2",
		`u1@x.example failed  unsettled "unsettled" "the run ended before an answer came; running the same command again settles it" "" 0, said "the run ended before an answer came; running the same command again settles it"`,
		"u2@x.example waiting ", `u3@x.example failed  input "1001" "no" "T" 400, said "no"`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	s, err := r.Summary(ctx)
	must(t, err)
	if s.Rows != 5 || s.Created != 1 || s.Failed != 2 || s.Waiting != 1 || s.NotTried != 1 {
		t.Errorf("%+v", s)
	}
	items, _, err := r.Rows(ctx, "crm-1", onboarding.ObjectUser, Cursor{}, 10)
	must(t, err)
	for _, it := range items {
		if it.Seq == 3 && (it.Entry.State != Intent || it.Entry.Attempts != 2) {
			t.Errorf("%+v", it.Entry)
		}
	}
	if p, err := r.Pending(ctx, "crm-1"); err != nil || !p {
		t.Errorf("pending: %v %v", p, err)
	}
}

// Which run is taken up again.
func TestResumable(t *testing.T) {
	ctx := t.Context()
	done := onboarding.Outcome{Status: onboarding.Created}
	for name, c := range map[string]struct {
		last  onboarding.Outcome
		state State
		want  bool
	}{
		"never ended":       {done, Running, true},
		"interrupted":       {done, Interrupted, true},
		"stopped":           {done, Stopped, true},
		"all done":          {done, Ended, false},
		"failed":            {onboarding.Outcome{Status: onboarding.Failed}, Ended, false},
		"waiting":           {onboarding.Outcome{Status: onboarding.Waiting}, Ended, true},
		"not tried":         {onboarding.Outcome{Status: onboarding.NotTried}, Ended, true},
		"held by a parent":  {onboarding.Outcome{Status: onboarding.Held, Reason: onboarding.ReasonParentWaits}, Ended, true},
		"held by a finding": {onboarding.Outcome{Status: onboarding.Held, Reason: onboarding.ReasonFinding}, Ended, false},
	} {
		t.Run(name, func(t *testing.T) {
			j := openIn(t, t.TempDir())
			defer func() { must(t, j.Close()) }()
			r := rowsOf(t, j, "k", 1)
			must(t, r.Record(ctx, 1, done))
			must(t, r.Record(ctx, 2, c.last))
			if c.state != Running {
				s, err := r.Summary(ctx)
				must(t, err)
				must(t, r.End(ctx, c.state, s))
			}
			again, ok, err := j.Resumable(ctx, r.plan, Scope{"sandbox", "org", ""}, "")
			must(t, err)
			if ok != c.want || ok && again.ID() != r.ID() {
				t.Errorf("resumable %v, want %v", ok, c.want)
			}
			for _, other := range []Scope{{"webex", "org", ""}, {"sandbox", "other", ""}, {"sandbox", "org", "sub"}} {
				if _, ok, _ := j.Resumable(ctx, r.plan, other, ""); ok {
					t.Errorf("a run of another scope was taken up: %+v", other)
				}
			}
			if _, ok, _ := j.Resumable(ctx, r.plan, Scope{"sandbox", "org", ""}, "wave 2"); ok {
				t.Error("a run of another selection was taken up")
			}
		})
	}
}

// What was made stays made, by the run that made it; facts of one target are never used for another.
func TestObjects(t *testing.T) {
	ctx := t.Context()
	j := openIn(t, t.TempDir())
	defer func() { must(t, j.Close()) }()
	r := rowsOf(t, j, "k", 2)
	o := Object{Kind: onboarding.ObjectUser, Customer: "crm-1", Key: "u0@x.example", ID: "id", Made: true, Facts: []byte(`{"p":1}`)}
	must(t, r.Remember(ctx, o))
	second, err := j.Begin(ctx, NewRun{ID: "second", Plan: r.plan, Scope: Scope{"sandbox", "org", ""}, Started: time.Now()})
	must(t, err)
	o.Made, o.Facts = false, []byte(`{"p":2}`)
	must(t, second.Remember(ctx, o))
	must(t, second.Flush(ctx))
	got, ok, err := second.Object(ctx, o.Kind, o.Customer, o.Key)
	must(t, err)
	if !ok || !got.Made || got.Run != r.ID() || string(got.Facts) != `{"p":2}` {
		t.Errorf("%+v", got)
	}
	items, _, err := second.Rows(ctx, "crm-1", onboarding.ObjectUser, Cursor{}, 10)
	must(t, err)
	if !items[1].Made && !items[0].Made {
		t.Errorf("no row is known as made: %+v", items)
	}
	o.ID = "another"
	must(t, second.Remember(ctx, o))
	must(t, second.Flush(ctx))
	if got, _, _ = second.Object(ctx, o.Kind, o.Customer, o.Key); got.Made || got.Run != "second" {
		t.Errorf("another object under the same name: %+v", got)
	}
	other, err := j.Begin(ctx, NewRun{ID: "other", Plan: r.plan, Scope: Scope{"webex", "org", ""}, Started: time.Now()})
	must(t, err)
	if _, ok, _ := other.Object(ctx, o.Kind, o.Customer, o.Key); ok {
		t.Error("a fact of another target is used")
	}
}

// A second process on the same directory is told who has it; a reader may look.
func TestLock(t *testing.T) {
	dir := t.TempDir()
	j := openIn(t, dir)
	_, err := Open(t.Context(), dir, Options{Command: "apply"})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) || !strings.Contains(err.Error(), "muster test") {
		t.Errorf("second process: %v", err)
	}
	rowsOf(t, j, "k", 1)
	reader, err := OpenReader(t.Context(), dir)
	must(t, err)
	runs, err := reader.Runs(t.Context())
	must(t, err)
	if len(runs) != 1 || runs[0].State != Running {
		t.Errorf("%+v", runs)
	}
	must(t, reader.Close())
	must(t, j.Close())
	reader, err = OpenReader(t.Context(), dir)
	must(t, err)
	if runs, _ = reader.Runs(t.Context()); runs[0].State != Interrupted {
		t.Errorf("a run that nobody carries on is %s", runs[0].State)
	}
	must(t, reader.Close())
	must(t, openIn(t, dir).Close())
}

// A file that is damaged or no journal is refused as a whole; a state directory that cannot be made is told.
func TestRefusals(t *testing.T) {
	for name, content := range map[string]string{"text": strings.Repeat("not a database ", 100), "foreign": ""} {
		dir := t.TempDir()
		if name == "foreign" {
			j := openIn(t, dir)
			_, err := j.db.ExecContext(t.Context(), `PRAGMA application_id = 1`)
			must(t, err)
			must(t, j.Close())
		} else {
			must(t, os.WriteFile(filepath.Join(dir, fileName), []byte(content), 0o600))
		}
		_, err := Open(t.Context(), dir, Options{})
		var corrupt *CorruptError
		if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), "hint: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	j := openIn(t, dir)
	_, err := j.db.ExecContext(t.Context(), `PRAGMA user_version = 99`)
	must(t, err)
	must(t, j.Close())
	if _, err := Open(t.Context(), dir, Options{}); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("newer format: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := Open(t.Context(), filepath.Join(file, "state"), Options{}); err == nil {
		t.Error("a state directory below a file was made")
	}
	if _, err := OpenReader(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no journal") {
		t.Errorf("reading nothing: %v", err)
	}
}

// A damaged page is found when the journal was not closed in good order, and nothing is read in part.
func TestDamagedPage(t *testing.T) {
	dir := t.TempDir()
	j := openIn(t, dir)
	rowsOf(t, j, "k", 3000)
	must(t, j.Close())
	path := filepath.Join(dir, fileName)
	b, err := os.ReadFile(path)
	must(t, err)
	for i := len(b) / 2; i < len(b)/2+9000; i++ {
		b[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, b, 0o600))
	j = &Journal{dir: dir}
	opened, err := Open(t.Context(), dir, Options{})
	if err == nil { // closed in good order, so not looked through; the next crash is
		_, err = opened.db.ExecContext(t.Context(), `UPDATE meta SET clean = 0`)
		if err == nil {
			err = opened.checkWhole(t.Context())
		}
		must(t, opened.db.Close())
		must(t, opened.lock.release())
	}
	var corrupt *CorruptError
	if !errors.As(err, &corrupt) && (err == nil || !strings.Contains(err.Error(), "malformed")) {
		t.Errorf("a damaged page is not found: %v", err)
	}
}

// Personal data is gone from the file after a purge; ids stay.
func TestPurge(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	j := openIn(t, dir)
	r := rowsOf(t, j, "k", 3)
	must(t, r.Remember(ctx, Object{Kind: onboarding.ObjectUser, Customer: "crm-1", Key: "u0@x.example", ID: "id0", Made: true, Facts: []byte(`{"n":"secretname"}`)}))
	must(t, r.RecordSync(ctx, 2, onboarding.Outcome{Status: onboarding.Created, ID: "id0"}))
	must(t, j.Purge(ctx, r.ID()))
	for o, err := range r.Outcomes(ctx) {
		must(t, err)
		if o.Kind == onboarding.ObjectUser && !strings.HasPrefix(o.Key, "sha256:") {
			t.Errorf("%s is still told", o.Key)
		}
		if o.Status == onboarding.Created && o.ID != "id0" {
			t.Error("the id is gone")
		}
	}
	if err := j.Purge(ctx, "nobody"); err == nil {
		t.Error("a run that is not there was purged")
	}
	must(t, j.Close())
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		for _, word := range []string{"@x.example", "secretname", "+15125550000"} {
			if strings.Contains(string(b), word) {
				t.Errorf("%s still holds %q", e.Name(), word)
			}
		}
	}
}

// Many writers share commits; every acknowledged write is there.
func TestManyWriters(t *testing.T) {
	ctx := t.Context()
	j := openIn(t, t.TempDir())
	defer func() { must(t, j.Close()) }()
	const n = 640
	r := rowsOf(t, j, "k", n)
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := w; i < n; i += 16 {
				seq := int64(i + 2)
				if err := r.Intend(ctx, seq); err != nil {
					t.Error(err)
				}
				if err := r.Record(ctx, seq, onboarding.Outcome{Status: onboarding.Created}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	must(t, r.Flush(ctx))
	s, err := r.Summary(ctx)
	must(t, err)
	if s.Created != n {
		t.Errorf("%+v", s)
	}
}

// A cancelled caller does not wait; a closed journal takes nothing.
func TestClosed(t *testing.T) {
	j := openIn(t, t.TempDir())
	r := rowsOf(t, j, "k", 1)
	must(t, j.Close())
	if err := r.Record(context.Background(), 1, onboarding.Outcome{}); !errors.Is(err, errClosed) {
		t.Errorf("a closed journal: %v", err)
	}
}

// A journal of format 1 is read as it stands, and brought up to date by the first who writes.
func TestFormat1(t *testing.T) {
	dir := t.TempDir()
	old, err := os.ReadFile("testdata/format1.sql")
	must(t, err)
	db, err := sql.Open("sqlite", filepath.Join(dir, fileName))
	must(t, err)
	_, err = db.ExecContext(t.Context(), fmt.Sprintf(`%s; PRAGMA application_id = %d; PRAGMA user_version = 1;
		INSERT INTO plan (id, key, made, rows, done) VALUES (1, 'k', 1, 1, 1);
		INSERT INTO source VALUES (1, 'book.xlsx', 'Customers');
		INSERT INTO planned VALUES (1, 1, 'customer', 'c', 'c', '', '', 0, 1, 2, '', '{}');
		INSERT INTO scope VALUES (1, 'sandbox', 'partner', '');
		INSERT INTO run VALUES (1, 'run-1', 1, 1, 'apply', '', '', 1, 2, 'ended', '');
		INSERT INTO outcome VALUES (1, 1, 'done', 1, 5, 'created', '', 'C1', 0, '')`, old, applicationID))
	must(t, err)
	must(t, db.Close())

	objects := `INSERT INTO object VALUES (1, 'c', 'user', 'Ana@X.example', 'A1', 1, 1, '{}'), (1, 'c', 'user', 'ana@x.example', 'A1', 1, 0, '{}'),
		(1, 'c', 'user', 'Ben@x.example', 'B1', 1, 0, '{}'), (1, 'c', 'location', 'HQ', 'L1', 1, 1, '{}')`
	db, err = sql.Open("sqlite", filepath.Join(dir, fileName))
	must(t, err)
	_, err = db.ExecContext(t.Context(), objects)
	must(t, err)
	must(t, db.Close())

	outcomes := func(j *Journal) []onboarding.Outcome {
		r, err := j.RunByID(t.Context(), "run-1")
		must(t, err)
		var out []onboarding.Outcome
		for o, err := range r.Outcomes(t.Context()) {
			must(t, err)
			out = append(out, o)
		}
		return out
	}
	reader, err := OpenReader(t.Context(), dir)
	must(t, err)
	before := outcomes(reader)
	asWritten, err := reader.RunByID(t.Context(), "run-1")
	must(t, err)
	if o, ok, err := asWritten.Object(t.Context(), onboarding.ObjectUser, "c", "Ana@X.example"); err != nil || !ok || !o.Made {
		t.Errorf("%+v, %v, %v", o, ok, err)
	}
	must(t, reader.Close())

	j := openIn(t, dir)
	if after := outcomes(j); !reflect.DeepEqual(before, after) || len(after) != 1 || after[0].ID != "C1" {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	r, err := j.RunByID(t.Context(), "run-1")
	must(t, err)
	var known []string
	for o, err := range r.Objects(t.Context(), "c") {
		must(t, err)
		known = append(known, fmt.Sprintf("%s %s %v", o.Key, o.ID, o.Made))
	}
	if want := []string{"HQ L1 true", "ana@x.example A1 true", "ben@x.example B1 false"}; !reflect.DeepEqual(known, want) {
		t.Errorf("known are %q, want %q", known, want)
	}
	differs := []onboarding.Difference{{Field: "last_name", Sheet: "Smith", Live: "Smyth", Fixed: onboarding.T("change it in Control Hub")}}
	must(t, r.Record(t.Context(), 1, onboarding.Outcome{Status: onboarding.Unchanged, ID: "C1", Differs: differs}))
	must(t, r.Flush(t.Context()))
	if got := outcomes(j)[0].Differs; !reflect.DeepEqual(got, differs) {
		t.Errorf("%+v", got)
	}
	must(t, j.Close())
	var version int
	j = openIn(t, dir)
	must(t, j.db.QueryRowContext(t.Context(), `PRAGMA user_version`).Scan(&version))
	must(t, j.Close())
	if version != schemaVersion {
		t.Errorf("format %d after a migration", version)
	}
	parts := func(dir string) (out []string) {
		j := openIn(t, dir)
		defer func() { must(t, j.Close()) }()
		rows, err := j.db.QueryContext(t.Context(), `SELECT m.type || ' ' || m.name || ' ' || coalesce(c.name, '') FROM sqlite_master m LEFT JOIN pragma_table_xinfo(m.name) c ORDER BY 1`)
		must(t, err)
		defer rows.Close()
		for rows.Next() {
			var part string
			must(t, rows.Scan(&part))
			out = append(out, part)
		}
		must(t, rows.Err())
		return out
	}
	if made, brought := parts(t.TempDir()), parts(dir); !reflect.DeepEqual(made, brought) {
		t.Errorf("a new journal has\n%s\none brought up to date\n%s", strings.Join(made, "\n"), strings.Join(brought, "\n"))
	}
}

// What a sheet writes ADA@x.example and the service ada@x.example is one user, also for runs that are forgotten or purged.
func TestEmailsInAnyCase(t *testing.T) {
	j := openIn(t, t.TempDir())
	defer func() { must(t, j.Close()) }()
	run := func(name, email string) *Run {
		w, err := j.NewPlan(t.Context(), name)
		must(t, err)
		must(t, w.Add(Planned{Kind: onboarding.ObjectUser, Customer: "c", Key: email, File: "b", Row: 1}))
		must(t, w.Add(Planned{Kind: onboarding.ObjectRole, Customer: "c", Key: email + " Full Administrator", File: "b", Row: 1}))
		id, err := w.Commit(t.Context())
		must(t, err)
		r, err := j.Begin(t.Context(), NewRun{ID: name, Plan: id, Scope: Scope{"sandbox", "org", ""}, Command: "apply", Started: time.Now()})
		must(t, err)
		return r
	}
	made := func(r *Run) (out []bool) {
		for _, kind := range []onboarding.ObjectKind{onboarding.ObjectUser, onboarding.ObjectRole} {
			items, _, err := r.Rows(t.Context(), "c", kind, Cursor{}, 10)
			must(t, err)
			_, known, err := r.Object(t.Context(), kind, "c", items[0].Key)
			must(t, err)
			out = append(out, items[0].Made, known)
		}
		return out
	}
	first := run("first", "ADA@x.example")
	must(t, first.Intend(t.Context(), 1))
	second := run("second", "ada@X.example")
	if items, _, err := second.Rows(t.Context(), "c", onboarding.ObjectUser, Cursor{}, 10); err != nil || !items[0].Doubtful {
		t.Errorf("what the first run left open is not known: %+v, %v", items, err)
	}
	must(t, first.Remember(t.Context(), Object{Kind: onboarding.ObjectUser, Customer: "c", Key: "ADA@x.example", ID: "1", Made: true}))
	must(t, first.Remember(t.Context(), Object{Kind: onboarding.ObjectRole, Customer: "c", Key: "ADA@x.example Full Administrator", ID: "1", Made: true}))
	must(t, first.Flush(t.Context()))
	if got, want := made(second), []bool{true, true, true, true}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	must(t, second.Forget(t.Context(), Object{Kind: onboarding.ObjectRole, Customer: "c", Key: "Ada@x.example Full Administrator"}, ""))
	must(t, second.Flush(t.Context()))
	if got, want := made(first), []bool{true, true, false, false}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	must(t, j.Purge(t.Context(), "first"))
	if got, want := made(first), []bool{true, true, false, false}; !reflect.DeepEqual(got, want) {
		t.Errorf("after a purge %v", got)
	}
	for o, err := range first.Objects(t.Context(), "") {
		must(t, err)
		if strings.Contains(o.Key, "x.example") {
			t.Errorf("%q is kept", o.Key)
		}
	}
}

// Neither the journal nor the files beside it are for others to read, also where the directory is.
func TestFilesAreTheOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	for _, again := range []bool{false, true} {
		if again {
			must(t, os.Chmod(filepath.Join(dir, fileName), 0o644)) // as an older muster, or a backup, may have left it
		}
		j, err := Open(t.Context(), dir, Options{})
		must(t, err)
		list, err := os.ReadDir(dir)
		must(t, err)
		for _, f := range list {
			info, err := f.Info()
			must(t, err)
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v", f.Name(), info.Mode().Perm())
			}
		}
		if len(list) < 3 {
			t.Errorf("only %d files stand: the log is missing", len(list))
		}
		must(t, j.Close())
	}
}
