package undo

import (
	"context"
	"sync"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
)

// tenant is one customer. What stands at the service is asked for when it is first needed, and once.
type tenant struct {
	e       *Engine
	key     string       // external customer ID
	of, run *journal.Run // in the scope of the customer's sub-partner; run is nil when nothing is changed
	service *webex.Client
	sub     string // the sub-partner, when it is another than that of the run

	looked  bool
	live    *webex.Customer // nil: not there any more, or not the one that the journal knows
	leaving *row            // set while the service deletes the customer

	users   map[string]webex.Subscriber // by ID; nil until asked for
	going   map[string]bool             // IDs of the persons whose users are taken back
	left    int                         // rows of the run that stand and could not be taken back
	removed int                         // users that were removed, or would be
	stood   int                         // persons of an attached organization to whom the run gave a package
	mu      sync.Mutex
}

// row is a row of the run that is taken back, with what the journal knows of it.
type row struct {
	journal.Item
	was    journal.Entry  // in the run that takes it back
	object journal.Object // zero when the journal knows of none
}

// announced reports whether an earlier process sent the removal, or was about to.
func (r row) announced() bool {
	return r.was.State == journal.Intent || r.was.Attempts > 0 && r.was.Outcome.Status == onboarding.NotTried
}

// organization is the one of a customer whose removal was announced; empty when none was, or it was not known.
func (r row) organization() string {
	if f := r.was.Outcome.Error; f != nil {
		return f.Organization
	}
	return ""
}

// onBehalf turns to the sub-partner that the customer belongs to.
func (t *tenant) onBehalf(ctx context.Context, subPartner string) (err error) {
	s := t.e.opt.Scope
	if subPartner == "" || subPartner == s.SubPartner {
		return nil
	}
	s.SubPartner, t.sub = subPartner, subPartner
	t.service = t.service.OnBehalf(subPartner)
	if t.of, err = t.of.For(ctx, s); err != nil || t.run == nil {
		return err
	}
	t.run, err = t.run.For(ctx, s)
	return err
}

// blockRows is how many planned rows are taken from the journal at once.
const blockRows = 256

// each hands the rows of a kind that the run made to take, block by block, and settles those that need no call itself.
func (t *tenant) each(ctx context.Context, kind onboarding.ObjectKind, take func(context.Context, []row) error) error {
	var cursor journal.Cursor
	for {
		rows, next, err := t.block(ctx, kind, cursor)
		if err != nil || len(rows) == 0 {
			return err
		}
		cursor = next
		mine, err := t.sorted(ctx, rows)
		if err != nil {
			return err
		}
		if len(mine) == 0 {
			continue
		}
		if err := t.takeOrLeave(ctx, mine, take); err != nil {
			return err
		}
	}
}

// block reads rows of the run that is taken back, each with what was recorded about taking it back.
func (t *tenant) block(ctx context.Context, kind onboarding.ObjectKind, after journal.Cursor) ([]row, journal.Cursor, error) {
	items, next, err := t.of.Rows(ctx, t.key, kind, after, blockRows)
	if err != nil || len(items) == 0 {
		return nil, next, err
	}
	rows := make([]row, len(items))
	for i, it := range items {
		rows[i].Item = it
	}
	if t.run == nil {
		return rows, next, nil
	}
	entries, _, err := t.run.Rows(ctx, t.key, kind, after, blockRows)
	for i, it := range entries {
		rows[i].was = it.Entry // both runs have the same plan
	}
	return rows, next, err
}

// sorted gives the rows that are to be taken back.
func (t *tenant) sorted(ctx context.Context, rows []row) ([]row, error) {
	var mine []row
	for i := range rows {
		take, err := t.sort(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		if take {
			mine = append(mine, rows[i])
		}
	}
	return mine, nil
}

// takeOrLeave works on rows unless the undo is ending; rows that a fatal error left behind are not tried.
func (t *tenant) takeOrLeave(ctx context.Context, rows []row, take func(context.Context, []row) error) error {
	if t.e.halted.Load() {
		return t.notTried(ctx, rows)
	}
	return take(ctx, rows)
}

// sort tells whether a row is to be taken back, and records what becomes of one that the run touched in another way.
func (t *tenant) sort(ctx context.Context, r *row) (mine bool, err error) {
	o, known, err := t.of.Object(ctx, r.Kind, t.key, r.Key)
	if err != nil {
		return false, err
	}
	r.object = o
	made := known && o.Made && o.Run == t.of.ID()
	if r.Kind == onboarding.ObjectNumbers && known {
		made = stockMade(r, o)
	}
	if s := r.was.Outcome.Status; r.was.State == journal.Done && (s == onboarding.Removed || s == onboarding.Gone) {
		return false, t.forgetLate(ctx, *r, made)
	}
	if made {
		return true, nil
	}
	return false, t.touched(ctx, *r, known)
}

// forgetLate forgets what a crash kept from being forgotten after its end was recorded.
func (t *tenant) forgetLate(ctx context.Context, r row, made bool) error {
	switch {
	case !made, t.run == nil, r.Kind == onboarding.ObjectNumbers:
		return nil
	case r.Kind == onboarding.ObjectCustomer:
		return t.forgetAll(ctx, r.was.Outcome)
	}
	return t.run.Forget(ctx, r.object, "")
}

// touched records rows that the run changed, or may have made.
func (t *tenant) touched(ctx context.Context, r row, known bool) error {
	switch s := r.Entry.Outcome.Status; {
	case r.Entry.State == journal.Intent:
		return t.keep(ctx, r, onboarding.ReasonUnknown,
			onboarding.T("the run ended before an answer came, so that nobody can say whether it made this; look in Control Hub, and remove it there"))
	case r.Entry.State != journal.Done, r.was.State == journal.Done && !known:
		return nil // nothing was done, or the journal forgot it together with its customer
	case s == onboarding.Updated && t.stoodBefore(r):
		return t.keep(ctx, r, onboarding.ReasonChanged, onboarding.T("the person was in the organization before the run, which gave a package: it is taken with the customer"))
	case s == onboarding.Updated:
		return t.keep(ctx, r, onboarding.ReasonChanged, changed(r))
	case s == onboarding.Created && known && r.object.Made:
		return t.gone(ctx, r, onboarding.T("a later run made it anew; that one can be taken back by itself"))
	case s == onboarding.Created:
		return t.gone(ctx, r, onboarding.T("it was taken back before"))
	}
	return nil
}

// record says what became of a row.
func (t *tenant) record(ctx context.Context, r row, o onboarding.Outcome) error {
	o.Kind, o.Key, o.Customer, o.File, o.Sheet, o.Row = r.Kind, r.Key, r.Customer, r.File, r.Sheet, r.Row
	o.ID, o.At = r.object.ID, t.e.opt.Clock()
	if o.Status == onboarding.Failed || o.Status == onboarding.NotTried {
		t.mu.Lock()
		t.left++
		t.mu.Unlock()
		o.Error = t.knowing(r, o.Error)
	}
	if t.run != nil {
		if err := t.run.Record(ctx, r.Seq, o); err != nil {
			return err
		}
	}
	t.e.opt.Done(r.Seq, o)
	return nil
}

// knowing adds the organization of a customer whose removal may have been sent: nobody can ask for it once the customer is gone.
func (t *tenant) knowing(r row, f *onboarding.Failure) *onboarding.Failure {
	org := r.organization()
	if r.Kind == onboarding.ObjectCustomer && t.live != nil {
		org = t.live.OrgID
	}
	if org == "" || r.Kind != onboarding.ObjectCustomer {
		return f
	}
	with := onboarding.Failure{Kind: "note"}
	if f != nil {
		with = *f
	}
	with.Organization = org
	return &with
}

// note is the explanation of an outcome that is no failure; nil for none.
func note(text onboarding.Text) *onboarding.Failure {
	if text.Empty() {
		return nil
	}
	return onboarding.Explain("note", text)
}

// away records a row whose object is not there any more because this undo removed it, now or in an earlier process.
func (t *tenant) away(ctx context.Context, r row, why onboarding.Reason, text onboarding.Text) error {
	o := onboarding.Outcome{Status: onboarding.Removed, Reason: why, Error: note(text)}
	if r.Kind == onboarding.ObjectUser && t.live != nil && t.live.OrgID != "" {
		o.Error = onboarding.Explain("note", text) // the person stays in it, and its email
		o.Error.Organization = t.live.OrgID
	}
	return t.forgotten(ctx, r, o)
}

// absent records a row whose object is not there.
func (t *tenant) absent(ctx context.Context, r row, text onboarding.Text) error {
	if r.announced() {
		return t.away(ctx, r, onboarding.NoReason, onboarding.Text{})
	}
	return t.forgotten(ctx, r, onboarding.Outcome{Status: onboarding.Gone, Error: note(text)})
}

// outOfReach records a row whose customer is gone. What was kept before that remains in the organization.
func (t *tenant) outOfReach(ctx context.Context, r row) error {
	if r.was.State == journal.Done && r.was.Outcome.Status == onboarding.Kept {
		return nil
	}
	return t.absent(ctx, r, onboarding.T("the customer is not there any more"))
}

// forgotten records the end of an object and forgets it, so that a later run makes it anew.
func (t *tenant) forgotten(ctx context.Context, r row, o onboarding.Outcome) error {
	if err := t.record(ctx, r, o); err != nil || t.run == nil || r.object.ID == "" {
		return err
	}
	return t.run.Forget(ctx, r.object, "")
}

func (t *tenant) gone(ctx context.Context, r row, text onboarding.Text) error {
	return t.record(ctx, r, onboarding.Outcome{Status: onboarding.Gone, Error: note(text)})
}

func (t *tenant) keep(ctx context.Context, r row, why onboarding.Reason, text onboarding.Text) error {
	return t.record(ctx, r, onboarding.Outcome{Status: onboarding.Kept, Reason: why, Error: note(text)})
}

func (t *tenant) notTried(ctx context.Context, rows []row) error {
	for _, r := range rows {
		if err := t.record(ctx, r, onboarding.Outcome{Status: onboarding.NotTried}); err != nil {
			return err
		}
	}
	return nil
}

// refused records the refusal of a row, or gives the error that ends the run.
func (t *tenant) refused(ctx context.Context, r row, err error) error {
	f, fatal := webex.Verdict(err)
	if fatal != nil {
		return fatal
	}
	return t.record(ctx, r, onboarding.Outcome{Status: onboarding.Failed, Error: f})
}

// allRefused records one refusal for every row, or gives the error that ends the run after the rows were noted as not tried.
func (t *tenant) allRefused(ctx context.Context, rows []row, err error) error {
	if _, fatal := webex.Verdict(err); fatal != nil {
		if nerr := t.notTried(ctx, rows); nerr != nil {
			return nerr
		}
		return fatal
	}
	for _, r := range rows {
		if err := t.refused(ctx, r, err); err != nil {
			return err
		}
	}
	return nil
}

// announce makes the intents of rows durable before their removals are sent.
func (t *tenant) announce(ctx context.Context, rows []row) error {
	seqs := make([]int64, len(rows))
	for i, r := range rows {
		seqs[i] = r.Seq
	}
	return t.run.Intend(ctx, seqs...)
}

// beside works on rows beside each other, as many in all as the options allow.
func (t *tenant) beside(ctx context.Context, rows []row, work func(context.Context, row) error) error {
	var wg sync.WaitGroup
	for _, r := range rows {
		t.e.slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-t.e.slots }()
			t.e.stop(work(about(ctx, r.Item), r))
		})
	}
	wg.Wait()
	return nil
}

// about says of calls made with the context that they are about the row.
func about(ctx context.Context, it journal.Item) context.Context {
	return webex.About(ctx, webex.Subject{Kind: string(it.Kind), Customer: it.Customer, Key: it.Key, Row: it.Seq})
}

// standing gives the customer as it stands, nil when it is gone or another one has its external ID now.
func (t *tenant) standing(ctx context.Context) (*webex.Customer, error) {
	if t.looked {
		return t.live, nil
	}
	o, known, err := t.of.Object(ctx, onboarding.ObjectCustomer, t.key, t.key)
	if err != nil {
		return nil, err
	}
	if known {
		live, err := t.service.FindCustomer(ctx, t.key)
		if err != nil {
			return nil, err
		}
		if live != nil && live.ID == o.ID {
			t.live = live
		}
	}
	t.looked = true
	return t.live, nil
}

// organization gives the ID of the customer's organization, empty when nothing of the customer can be reached.
func (t *tenant) organization(ctx context.Context) (string, error) {
	live, err := t.standing(ctx)
	if err != nil || live == nil || live.Status == webex.CustomerDeleting {
		return "", err
	}
	return live.OrgID, nil
}

// listed gives the customer's users by ID; none when the customer is gone.
func (t *tenant) listed(ctx context.Context) (map[string]webex.Subscriber, error) {
	if t.users != nil {
		return t.users, nil
	}
	live, err := t.standing(ctx)
	if err != nil {
		return nil, err
	}
	users := make(map[string]webex.Subscriber)
	if live != nil && live.Status != webex.CustomerDeleting {
		for s, err := range t.service.ListSubscribers(ctx, webex.SubscriberFilter{CustomerID: live.ID}) {
			if err != nil {
				return nil, err
			}
			users[s.ID] = s
		}
	}
	t.users = users
	return users, nil
}
