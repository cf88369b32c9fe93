package provision

import (
	"context"
	"strings"
	"sync"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// tenant is one customer on its way through the steps. proceed may be called again after a wait: every step looks at
// what the journal and the service already hold and does only what is left.
type tenant struct {
	e    *Engine
	turn int // the how-manyeth customer of this process it is
	item journal.Item
	spec wanted.Customer
	key  string // external customer ID

	service *webex.Client // that acts for the customer's partner or sub-partner
	run     *journal.Run  // and what the journal knows of its customers

	id       string // the service's customer ID
	org      string
	fresh    bool            // created by this process
	left     string          // organization that remained when this journal took the customer back; empty for none
	bare     bool            // and its organization with it, so nothing can be there that we did not make
	attached bool            // to an organization that existed: people, locations and numbers may have stood in it
	since    time.Time       // when the wait for the service began
	mine     bool            // made by this journal
	retried  bool            // a failed set-up was sent again once
	update   bool            // a PUT is under way
	seen     bool            // the organization has been made visible
	invited  bool            // its setting for invitations has been sent
	recorded bool            // that it stands
	broken   map[string]bool // packages that the service could not set up
	settled  onboarding.Outcome
	live     webex.Customer   // as it was found
	memory   *wanted.Customer // what was last sent for it; nil when nobody knows

	licences map[string]int              // seats as the service's licences count them; nil until they are asked for
	listed   map[string]webex.Subscriber // users as listed in this pass, by folded email; nil until then

	leaving  []string // packages that are to be taken away
	sentAway bool     // and the call for that has been sent

	opens  time.Time // when its window opens; zero when it has
	begun  bool      // its window was open
	parked time.Time // when the customer was put aside
	due    time.Time // when a timed wait is over; zero while the service is to be asked
	tries  int       // timed waits so far
	places map[string]*place
	sites  map[string]string // names of all locations of the organization, by ID
	known  map[string]known  // people of the organization, by folded email; nil until asked for
	people map[string]person // by folded email, those whose role is to be set; filled as users are seen

	asked      bool              // the users of a new customer have been worked on once
	lookedFrom time.Time         // when the headquarters was first missed
	readFrom   time.Time         // when the users were first read back
	empty      bool              // the organization has no users but those of this run
	lead       int               // rank of its administrators, noLead for none
	adminIn    bool              // one of them stands
	adminHolds onboarding.Reason // why its other users are held: the administrator is not there
	errs       firstError        // of rows that run beside each other

	mu        sync.Mutex
	unsettled time.Time           // earliest moment at which an unclear create may be sent again
	theirs    map[int64]bool      // rows whose object somebody else made while this process was about to
	lostAt    map[int64]time.Time // when the answer to a row\'s create was lost
	sent      map[int64]int       // creates of each row sent by this process
	created   int                 // users that this process created
	wg        sync.WaitGroup
}

// place is a location of a customer as far as it is known.
type place struct {
	id     string
	fresh  bool              // created by this process
	reason onboarding.Reason // why nothing can be done below it
	noPSTN bool
	gone   *onboarding.Failure // it is not there, and no input holds it
}

// step is one stage; it tells whether the customer must wait before the next one.
type step func(context.Context) (outcome stepResult, err error)

type stepResult uint8

const (
	goOn stepResult = iota
	waits
	ends // nothing more can be done for the customer in this run
)

// proceed does all that can be done for the customer now, and tells whether it is to be continued after a wait.
func (t *tenant) proceed(ctx context.Context) (wait bool, err error) {
	t.due, t.listed = time.Time{}, nil
	ctx = about(ctx, t.item)
	for _, s := range []step{t.window, t.customer, t.ready, t.visible, t.invites, t.stand, t.locations, t.numbers, t.users, t.grants, t.removals, t.readBack} {
		if t.e.stopping() {
			return false, nil
		}
		res, err := s(ctx)
		if err != nil || res == ends {
			return false, err
		}
		if res == waits {
			return true, nil
		}
	}
	return false, nil
}

// about says of calls made with the context that they are about the row.
func about(ctx context.Context, it journal.Item) context.Context {
	return webex.About(ctx, webex.Subject{Kind: string(it.Kind), Customer: it.Customer, Key: it.Key, Row: it.Seq})
}

// waitFor makes the customer wait for a while, longer each time.
func (t *tenant) waitFor(d time.Duration) stepResult {
	t.due = t.e.opt.Clock().Add(d)
	t.tries++
	return waits
}

// pause is how long to wait before the service is asked again: longer each time, within the bounds of the options.
func (t *tenant) pause() time.Duration {
	d := t.e.opt.PollFirst
	for range t.tries {
		if d = d * 3 / 2; d >= t.e.opt.PollMost {
			return t.e.opt.PollMost
		}
	}
	return d
}

// each calls fn for the rows of a kind that are not final yet, in the order of the plan. With beside, rows run beside
// each other on the pool, and each returns when all are done.
func (t *tenant) each(ctx context.Context, kind onboarding.ObjectKind, beside bool, fn func(context.Context, journal.Item) error) error {
	var errs firstError
	var cursor journal.Cursor
	for !t.e.stopping() && errs.get() == nil {
		items, next, err := t.run.Rows(ctx, t.key, kind, cursor, blockRows)
		if err != nil {
			errs.set(err)
		}
		if err != nil || len(items) == 0 {
			break
		}
		cursor = next
		for _, it := range items {
			if final(it) {
				continue
			}
			t.do(beside, func() { errs.set(fn(about(ctx, it), it)) })
		}
	}
	t.wg.Wait()
	return errs.get()
}

// blockRows is how many planned rows are taken from the journal at once.
const blockRows = 256

// do runs a task on the pool, or at once.
func (t *tenant) do(beside bool, task func()) {
	if !beside {
		task()
		return
	}
	t.wg.Add(1)
	t.e.tasks.give(t.turn, func() {
		defer t.wg.Done()
		task()
	})
}

// final reports whether a row needs no look in this run any more.
func final(it journal.Item) bool {
	return it.Entry.State == journal.Done && it.Entry.Outcome.Status.Final()
}

// waited reports whether an earlier process of this run left the row waiting.
func waited(it journal.Item) bool {
	return it.Entry.State == journal.Done && it.Entry.Outcome.Status == onboarding.Waiting
}

// begun reports whether a create of this row may have been sent before, by this run or an earlier one.
func begun(it journal.Item) bool {
	return it.Entry.State == journal.Intent || it.Doubtful || it.Entry.State == journal.Done && it.Entry.Outcome.Unsettled()
}

// hold marks every row below the customer that is not final as held.
func (t *tenant) hold(ctx context.Context, why onboarding.Reason) error {
	for _, kind := range []onboarding.ObjectKind{onboarding.ObjectLocation, onboarding.ObjectNumbers, onboarding.ObjectUser, onboarding.ObjectRole} {
		err := t.each(ctx, kind, false, func(ctx context.Context, it journal.Item) error {
			return t.e.held(ctx, it, why)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// held records a row as held. What the plan says of the row itself comes first. A row whose create was sent before and has
// not been settled is no held one: the object may stand.
func (e *Engine) held(ctx context.Context, it journal.Item, why onboarding.Reason) error {
	if begun(it) && why != onboarding.ReasonNoPSTN {
		return e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: unsettled(onboarding.T("a create was sent before, and nobody could look whether it was carried out"))})
	}
	if it.Held != onboarding.NoReason {
		why = it.Held
	}
	if waited(it) && it.Entry.Outcome.Reason == onboarding.ReasonConsent {
		return nil // it stands, and still waits for its owner
	}
	return e.record(ctx, it, onboarding.Outcome{Status: onboarding.Held, Reason: why, ID: it.Entry.Outcome.ID})
}

// below is the reason for a row whose parent ended this way.
func below(parent onboarding.Status) onboarding.Reason {
	if parent == onboarding.Waiting {
		return onboarding.ReasonParentWaits
	}
	return onboarding.ReasonParentFailed
}

// firstError keeps the first error of several goroutines.
type firstError struct {
	mu  sync.Mutex
	err error
}

func (f *firstError) set(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func fold(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
