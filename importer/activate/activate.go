// Package activate switches on, at port time, numbers that were preloaded switched off; it touches only numbers that the
// journal knows.
//
// What is switched off is read live first and read again afterwards, so that doing it twice does no harm and a success is one
// that shows.
package activate

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Status is what became of one number.
type Status string

// The statuses of a number. Numbers that are switched on already, and those that the journal does not know, are only counted.
const (
	Activated Status = "activated"
	NotDue    Status = "not_due" // its port date lies ahead
	Failed    Status = "failed"
	NotTried  Status = "not_tried"
)

// Number is a number that is, or was, switched off.
type Number struct {
	Customer string // external ID
	Location string
	Number   string // E.164
	Port     string // date, 2006-01-02; empty for none
	Status   Status
	Why      onboarding.Text
	Error    *onboarding.Failure // only when Failed

	place string // ID of the location
}

// Customer is one customer whose numbers are looked at.
type Customer struct {
	Key     string // external ID
	Spec    wanted.Customer
	Run     *journal.Run  // the latest one that planned it, in the scope of its sub-partner
	Service *webex.Client // acting for its sub-partner
}

// Result is what became of one customer's numbers.
type Result struct {
	Numbers []Number // by location and number; only those that are or were switched off and that the journal knows
	Active  int      // known, and switched on already
	Unknown int      // switched off and not known to the journal: left alone
	Missing int      // known, and not there
}

// Options bounds and times the work.
type Options struct {
	Concurrency int           // customers worked on at once
	Force       bool          // numbers whose port date lies ahead, too
	Dry         bool          // nothing is changed: the statuses say what would be
	Pause       time.Duration // before the numbers are read again because some do not show as switched on yet
	Clock       func() time.Time
}

// readings is how many times the numbers are read back before one that does not show as switched on has failed.
const readings = 5

// Engine switches numbers on.
type Engine struct {
	opt    Options
	halted atomic.Bool
}

// New makes an engine.
func New(o Options) *Engine { return &Engine{opt: o} }

// Halt begins nothing new. Safe to call at any time.
func (e *Engine) Halt() { e.halted.Store(true) }

// Run works on customers beside each other and gives their results in the order of the customers. Results of customers that
// an error left behind are empty.
func (e *Engine) Run(ctx context.Context, customers []Customer) ([]Result, error) {
	out := make([]Result, len(customers))
	pool, inner := errgroup.WithContext(ctx)
	pool.SetLimit(e.opt.Concurrency)
	for i, c := range customers {
		pool.Go(func() (err error) {
			out[i], err = e.customer(inner, c)
			return err
		})
	}
	return out, pool.Wait()
}

// customer switches on what is due of one customer, location by location.
func (e *Engine) customer(ctx context.Context, c Customer) (Result, error) {
	ports, err := known(ctx, c)
	if err != nil || len(ports) == 0 || e.halted.Load() {
		return Result{}, err
	}
	ctx = webex.About(ctx, webex.Subject{Kind: string(onboarding.ObjectCustomer), Customer: c.Key, Key: c.Key})
	live, err := c.Service.FindCustomer(ctx, c.Key)
	if err != nil {
		return e.unread(c, err)
	}
	if live == nil || live.OrgID == "" {
		return Result{Missing: len(ports)}, nil
	}
	r, err := e.sort(ctx, c, live.OrgID, ports)
	if err != nil {
		return e.unread(c, err)
	}
	if e.opt.Dry {
		return r, nil
	}
	return r, e.switchOn(ctx, c, live.OrgID, r.Numbers)
}

// unread tells that a customer could not be read, unless that ends the work.
func (e *Engine) unread(c Customer, err error) (Result, error) {
	f, fatal := webex.Verdict(err)
	if fatal != nil {
		return Result{}, fatal
	}
	return Result{Numbers: []Number{{Customer: c.Key, Status: Failed, Error: f}}}, nil
}

// known gives the numbers of a customer that the journal knows, with their port dates: what it added, and what users have or
// are to have. The latest plan wins.
func known(ctx context.Context, c Customer) (map[string]string, error) {
	ports := make(map[string]string)
	for o, err := range c.Run.Objects(ctx, c.Key) {
		if err != nil {
			return nil, err
		}
		noteObject(ports, o)
	}
	var cursor journal.Cursor
	for {
		items, next, err := c.Run.Rows(ctx, c.Key, onboarding.ObjectUser, cursor, 256)
		if err != nil || len(items) == 0 {
			return ports, err
		}
		cursor = next
		for _, it := range items {
			if it.Number == "" {
				continue
			}
			if u, err := wanted.Decode[wanted.User](it.Spec); err == nil {
				ports[it.Number] = u.Port
			}
		}
	}
}

// noteObject adds the numbers of one object of the journal. Purged objects hold none.
func noteObject(ports map[string]string, o journal.Object) {
	switch o.Kind {
	case onboarding.ObjectNumbers:
		n, err := wanted.Decode[wanted.Numbers](o.Facts)
		if err != nil {
			return
		}
		for _, number := range n.Added {
			if _, ok := ports[number]; !ok {
				ports[number] = ""
			}
		}
	case onboarding.ObjectUser:
		if u, err := wanted.Decode[wanted.User](o.Facts); err == nil && u.Phone != "" {
			ports[u.Phone] = u.Port
		}
	}
}

// sort reads the numbers of the organization and says what is to become of those that are switched off.
func (e *Engine) sort(ctx context.Context, c Customer, org string, ports map[string]string) (Result, error) {
	var r Result
	today := e.opt.Clock().In(zone(c.Spec)).Format(time.DateOnly)
	seen := 0
	for n, err := range c.Service.ListNumbers(ctx, org, "") {
		if err != nil {
			return Result{}, err
		}
		port, ok := ports[n.PhoneNumber]
		if ok {
			seen++
		}
		switch {
		case n.State != inactive && ok:
			r.Active++
		case n.State != inactive, n.PhoneNumber == "":
		case !ok:
			r.Unknown++
		default:
			row := Number{Customer: c.Key, Location: n.Location.Name, Number: n.PhoneNumber, Port: port, Status: Activated, place: n.Location.ID}
			if why := later(port, today); !why.Empty() && !e.opt.Force {
				row.Status, row.Why = NotDue, why
			}
			r.Numbers = append(r.Numbers, row)
		}
	}
	r.Missing = len(ports) - seen
	slices.SortFunc(r.Numbers, func(a, b Number) int {
		return slices.Compare([]string{a.Location, a.place, a.Number}, []string{b.Location, b.place, b.Number})
	})
	return r, nil
}

// inactive is the state of a number that is switched off.
const inactive = "INACTIVE"

// later says why a number is not due yet; empty when it is.
func later(port, today string) onboarding.Text {
	if port == "" {
		return onboarding.Text{}
	}
	if _, err := time.Parse(time.DateOnly, port); err != nil {
		return onboarding.T("its port date %q is no date", port)
	}
	if port > today {
		return onboarding.T("it is ported on %s", port)
	}
	return onboarding.Text{}
}

// zone is the customer's own time zone: that of its headquarters, else its own, else that of this machine.
func zone(c wanted.Customer) *time.Location {
	names := []string{c.TimeZone}
	if c.HQ != nil {
		names = []string{c.HQ.TimeZone, c.TimeZone}
	}
	for _, name := range names {
		if z, err := time.LoadLocation(name); err == nil && name != "" {
			return z
		}
	}
	return time.Local
}

// switchOn sends the numbers that are due, as many in a call as the service takes, and makes sure that they show.
func (e *Engine) switchOn(ctx context.Context, c Customer, org string, all []Number) error {
	sent, groups := make(map[string]*Number), byLocation(all)
	for _, group := range groups {
		mark(group, NotTried, nil) // until it is known better
	}
	for _, group := range groups {
		for batch := range slices.Chunk(group, webex.MaxNumbersPerChange) {
			if e.halted.Load() {
				continue
			}
			if err := send(ctx, c, org, batch, sent); err != nil {
				return err
			}
		}
	}
	return e.prove(ctx, c, org, sent)
}

// send switches one batch on and notes the numbers that the service took.
func send(ctx context.Context, c Customer, org string, batch []*Number, sent map[string]*Number) error {
	ctx = webex.About(ctx, webex.Subject{Kind: string(onboarding.ObjectNumbers), Customer: c.Key, Key: batch[0].Location})
	if err := c.Service.ActivateNumbers(ctx, org, batch[0].place, phones(batch)); err != nil {
		f, fatal := webex.Verdict(err)
		mark(batch, Failed, f)
		return fatal
	}
	f := onboarding.Explain(onboarding.CodeUnsettled, onboarding.T("the service took it, and does not show it as switched on; the same command looks again"))
	f.Code = onboarding.CodeUnsettled
	mark(batch, Failed, f)
	for _, n := range batch {
		sent[n.Number] = n
	}
	return nil
}

// byLocation groups the numbers that are to be switched on.
func byLocation(all []Number) [][]*Number {
	var out [][]*Number
	for i := range all {
		n := &all[i]
		switch last := len(out) - 1; {
		case n.Status != Activated:
		case last >= 0 && out[last][0].place == n.place:
			out[last] = append(out[last], n)
		default:
			out = append(out, []*Number{n})
		}
	}
	return out
}

func mark(batch []*Number, st Status, f *onboarding.Failure) {
	for _, n := range batch {
		n.Status, n.Error = st, f
	}
}

func phones(batch []*Number) []string {
	out := make([]string, len(batch))
	for i, n := range batch {
		out[i] = n.Number
	}
	return out
}

// prove reads the numbers again until all that were sent show as switched on.
func (e *Engine) prove(ctx context.Context, c Customer, org string, sent map[string]*Number) error {
	for reading := 0; len(sent) > 0 && reading < readings; reading++ {
		if reading > 0 {
			if err := rest(ctx, e.opt.Pause); err != nil {
				return err
			}
		}
		if err := shown(ctx, c, org, sent); err != nil {
			return err
		}
	}
	return nil
}

// shown strikes out the numbers that show as switched on. A list that cannot be read strikes out none: the next may do better.
func shown(ctx context.Context, c Customer, org string, sent map[string]*Number) error {
	for n, err := range c.Service.ListNumbers(ctx, org, "") {
		if err != nil {
			_, fatal := webex.Verdict(err)
			return fatal
		}
		if done := sent[n.PhoneNumber]; done != nil && n.State != inactive {
			done.Status, done.Error = Activated, nil
			delete(sent, n.PhoneNumber)
		}
	}
	return nil
}

// rest waits for a while or for the end of the context, whichever comes first.
func rest(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
