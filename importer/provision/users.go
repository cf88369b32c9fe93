package provision

import (
	"context"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// users sees to it that every user of the customer stands: the administrator first, then all others beside each other.
func (t *tenant) users(ctx context.Context) (stepResult, error) {
	if err := t.rolesWanted(ctx); err != nil {
		return goOn, err
	}
	live, err := t.liveUsers(ctx)
	if err != nil {
		return t.belowRefused(ctx, err)
	}
	cursor := journal.Cursor{}
	for !t.e.stopping() {
		items, next, err := t.run.Rows(ctx, t.key, onboarding.ObjectUser, cursor, blockRows)
		if err != nil || len(items) == 0 {
			t.wg.Wait()
			return t.resume(firstOf(err, t.errs.get()))
		}
		if cursor == (journal.Cursor{}) {
			err = t.leader(items[0])
		}
		cursor = next
		if err == nil {
			err = t.userBlock(ctx, items, live)
		}
		if err != nil || t.adminOpen() {
			t.wg.Wait()
			return t.resume(firstOf(err, t.errs.get()))
		}
	}
	t.wg.Wait()
	return t.resume(t.errs.get())
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// noLead is the rank of the administrators of a customer that has none among its users.
const noLead = -1

// leader finds out, from the first of the users, which rank the administrators have that everybody else waits for: who has
// the administrator's email, and those who have the role when nobody has it.
func (t *tenant) leader(first journal.Item) error {
	spec, err := wanted.Decode[wanted.User](first.Spec)
	if t.lead = noLead; spec.Admin {
		t.lead = first.Rank
	}
	return err
}

// leads reports whether others wait for this user of a new organization.
func (t *tenant) leads(it journal.Item) bool { return it.Rank == t.lead }

// liveUsers lists who is there already, by folded email. A customer that this process has just created has nobody.
func (t *tenant) liveUsers(ctx context.Context) (map[string]webex.Subscriber, error) {
	if t.bare && !t.asked {
		t.asked, t.empty = true, true
		return nil, nil
	}
	live, err := t.listUsers(ctx)
	if err == nil && t.attached {
		err = t.listPeople(ctx)
	}
	t.empty = len(t.known) == 0
	for _, s := range live {
		if s.Status == webex.SubscriberProvisioned {
			t.empty = false
		}
	}
	return live, err
}

// listUsers lists the users of the customer. A list that was read in this pass, before anything was sent, is taken once.
func (t *tenant) listUsers(ctx context.Context) (map[string]webex.Subscriber, error) {
	if live := t.listed; live != nil {
		t.listed = nil
		return live, nil
	}
	live := make(map[string]webex.Subscriber)
	for s, err := range t.service.ListSubscribers(ctx, webex.SubscriberFilter{CustomerID: t.id}) {
		if err != nil {
			return nil, err
		}
		live[fold(s.Email)] = s
	}
	return live, nil
}

// userBlock deals with a block of user rows. The rows to be created get one durable intent together.
func (t *tenant) userBlock(ctx context.Context, items []journal.Item, live map[string]webex.Subscriber) error {
	var create []job
	for _, it := range items {
		if !t.leads(it) && t.adminOpen() {
			break // the first user of a new organization becomes its administrator: no other may come first
		}
		if final(it) {
			t.userKnown(it, live)
			continue
		}
		j, send, err := t.userRow(ctx, it, live)
		switch {
		case err != nil:
			return err
		case send && !t.leads(it):
			create = append(create, j)
		case send:
			err = t.sendUsers(ctx, []job{j}, false) // an administrator is made before anybody else is looked at
		}
		if err != nil {
			return err
		}
	}
	if len(create) == 0 {
		return t.errs.get()
	}
	return t.sendUsers(ctx, create, true)
}

// job is a user that is to be created.
type job struct {
	it   journal.Item
	spec wanted.User
	site *place

	withheld string // number that the location cannot be given, so that the user is made without it
}

// userRow deals with one row as far as that needs no create; send is true when a create is to follow.
func (t *tenant) userRow(ctx context.Context, it journal.Item, live map[string]webex.Subscriber) (j job, send bool, err error) {
	spec, err := wanted.Decode[wanted.User](it.Spec)
	if err != nil {
		return j, false, err
	}
	if s, ok := live[fold(spec.Email)]; ok {
		if err := t.askPeople(ctx, it, s); err != nil {
			return j, false, err
		}
		t.do(!t.leads(it), func() { t.errs.set(t.userFound(about(ctx, it), it, spec, s)) })
		return j, false, nil
	}
	site := t.places[it.Site]
	if site != nil && site.gone != nil && it.Held == onboarding.NoReason {
		return j, false, t.fatalRow(ctx, it, site.gone)
	}
	if lack := lacking(spec.Unknown); lack != nil && it.Held == onboarding.NoReason {
		return j, false, t.fatalRow(ctx, it, lack)
	}
	if why := t.userHeld(it, spec, site); why != onboarding.NoReason {
		t.adminNot(it, onboarding.ReasonParentFailed)
		t.noteHeld(it, spec, why)
		return j, false, t.e.held(ctx, it, why)
	}
	if begun(it) && t.putOff(it) {
		return j, false, nil
	}
	j = job{it: it, spec: spec, site: site}
	if spec.Phone != "" && site != nil && site.noPSTN {
		j.withheld, j.spec.Phone = spec.Phone, "" // the extension alone makes the user reachable inside
	}
	return j, t.e.mayCreate(), nil
}

// userHeld tells why a user cannot be created now.
func (t *tenant) userHeld(it journal.Item, spec wanted.User, site *place) onboarding.Reason {
	switch {
	case it.Held != onboarding.NoReason:
		return it.Held
	case t.adminHolds != onboarding.NoReason && !t.leads(it) && !t.adminStands():
		return t.adminHolds
	case t.broken[spec.Package]:
		return onboarding.ReasonParentFailed
	case !spec.Calling:
		return onboarding.NoReason
	case site == nil:
		return onboarding.ReasonParentFailed
	case site.reason != onboarding.NoReason:
		return site.reason
	case spec.Phone != "" && spec.Extension == "" && site.noPSTN:
		return onboarding.ReasonNoPSTN
	}
	return onboarding.NoReason
}

// sendUsers makes the intents of a block durable and creates its users.
func (t *tenant) sendUsers(ctx context.Context, jobs []job, beside bool) error {
	if err := t.noteStood(ctx, jobs); err != nil {
		return err
	}
	seqs := make([]int64, len(jobs))
	for i := range jobs {
		seqs[i] = jobs[i].it.Seq
	}
	if err := t.run.Intend(ctx, seqs...); err != nil {
		return err
	}
	now := t.e.opt.Clock()
	for _, j := range jobs {
		if t.e.stopping() {
			break
		}
		j.it.Entry.State, j.it.Entry.At = journal.Intent, now
		t.do(beside, func() { t.errs.set(t.createUser(about(ctx, j.it), j)) })
	}
	return t.errs.get()
}

func (t *tenant) createUser(ctx context.Context, j job) error {
	s, err := t.service.CreateSubscriber(ctx, t.newSubscriber(j))
	switch {
	case err == nil:
		return t.userStands(ctx, j, s, onboarding.Outcome{Status: onboarding.Created, Differs: j.numberless()})
	case webex.Unclear(err), webex.Conflict(err):
		return t.settleUser(ctx, j, err)
	}
	return t.userFailed(ctx, j.it, err)
}

// numberless tells of a number that the user was made without. No call gives it later.
func (j job) numberless() []onboarding.Difference {
	if j.withheld == "" {
		return nil
	}
	return []onboarding.Difference{{
		Field: "phone_number", Sheet: j.withheld,
		Fixed: onboarding.T("the user is made with the extension alone: once the number is in the location, give it in Control Hub > Management > Users > the user > Calling > Numbers"),
	}}
}

// settleUser looks a single user up after an unclear answer, or after the service said that the user is there already.
func (t *tenant) settleUser(ctx context.Context, j job, cause error) error {
	t.conflicted(j.it, cause, 0)
	t.noAnswer(j.it, cause)
	for s, err := range t.service.ListSubscribers(ctx, webex.SubscriberFilter{CustomerID: t.id, Email: j.spec.Email}) {
		if err != nil {
			f, fatal := notLooked(err)
			if fatal != nil {
				return fatal
			}
			return t.fatalRow(ctx, j.it, f)
		}
		if fold(s.Email) == fold(j.spec.Email) && s.CustomerID == t.id {
			return t.userFound(ctx, j.it, j.spec, s)
		}
	}
	if webex.Unclear(cause) {
		t.countSend(j.it.Seq)
		if t.later(j.it) {
			return nil
		}
		return t.fatalRow(ctx, j.it, notFound(cause))
	}
	if t.lagging(j.it) {
		return nil
	}
	return t.userFailed(ctx, j.it, cause)
}

// lagging puts a row off that the service knows but does not list yet, when an earlier create of ours may be the cause.
func (t *tenant) lagging(it journal.Item) bool {
	t.mu.Lock()
	before := t.sent[it.Seq] > 0 || it.Entry.Attempts > 0 || it.Made
	t.mu.Unlock()
	t.countSend(it.Seq)
	return before && t.later(it)
}

// userFound deals with a user that stands at the service already.
func (t *tenant) userFound(ctx context.Context, it journal.Item, spec wanted.User, s webex.Subscriber) error {
	it = t.owned(it)
	status, was := standing(it), compare.PackageOf(s)
	differs := t.userDiffers(it, spec, s)
	t.userDrift(it, s)
	if spec.Package != "" && was != spec.Package && s.Status == webex.SubscriberProvisioned && it.Held == onboarding.NoReason {
		if f := t.mayMove(it, spec, was); f != nil {
			t.noteUser(it, s, onboarding.Adopted) // it stands, and takes roles
			return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, ID: s.ID, Error: f})
		}
		if _, err := t.service.UpdateSubscriber(ctx, s.ID, t.subscriberUpdate(it, spec, s)); err != nil {
			return t.userFailed(ctx, it, err)
		}
		status, spec.Was = onboarding.Updated, was
	}
	return t.userStands(ctx, job{it: it, spec: spec}, s, onboarding.Outcome{Status: status, Differs: differs})
}

// userStands records a user that is there, or waits for its owner's consent.
func (t *tenant) userStands(ctx context.Context, j job, s webex.Subscriber, o onboarding.Outcome) error {
	it, spec := j.it, j.spec
	stood, err := t.stood(ctx, it)
	if err != nil {
		return err
	}
	made := o.Status == onboarding.Created
	if spec.Stood = stood; stood && (made || waited(it)) {
		o.Status = onboarding.Updated
	}
	status := o.Status
	t.noteUser(it, s, status)
	if made {
		t.countCreated()
	}
	if status == onboarding.Created {
		differs, err := t.administers(ctx, it, s)
		if err != nil {
			return err
		}
		o.Differs = append(o.Differs, differs...)
	}
	if status != onboarding.Unchanged {
		if err := t.rememberUser(ctx, it, spec, s, status); err != nil {
			return err
		}
	}
	o.ID = s.ID
	if s.Status == webex.SubscriberPending {
		o.Status, o.Reason, o.Since = onboarding.Waiting, onboarding.ReasonConsent, t.consentSince(it, s)
		t.adminNot(it, onboarding.ReasonParentWaits)
	}
	return t.e.record(ctx, it, o)
}

// rememberUser keeps what was sent for a user. Of one that was there before, that is the package alone: number, extension,
// location and names are somebody else's until the user is made or comes from a package without calls.
func (t *tenant) rememberUser(ctx context.Context, it journal.Item, spec wanted.User, s webex.Subscriber, status onboarding.Status) error {
	facts := wanted.User{Package: spec.Package, Was: spec.Was, Port: spec.Port, Stood: spec.Stood}
	switch {
	case status == onboarding.Created, spec.Stood && status == onboarding.Updated && spec.Was == "":
		facts.FirstName, facts.LastName, facts.Location, facts.Phone, facts.Extension = spec.FirstName, spec.LastName, spec.Location, spec.Phone, spec.Extension
	case it.Made:
		old, err := t.sentUser(ctx, it, s.ID)
		if err != nil {
			return err
		}
		facts.FirstName, facts.LastName, facts.Location, facts.Phone, facts.Extension = old.FirstName, old.LastName, old.Location, old.Phone, old.Extension
		if spec.Was == noCalls {
			facts.Location, facts.Phone, facts.Extension = spec.Location, spec.Phone, spec.Extension
		}
	}
	return t.run.Remember(ctx, journal.Object{
		Kind: it.Kind, Customer: t.key, Key: it.Key, ID: s.ID, Made: status == onboarding.Created, Facts: wanted.Encode(facts),
	})
}

// sentUser gives what was last sent for a user that this journal made; nothing when it was purged or is another by now.
func (t *tenant) sentUser(ctx context.Context, it journal.Item, id string) (wanted.User, error) {
	o, ok, err := t.run.Object(ctx, it.Kind, t.key, it.Key)
	if err != nil || !ok || o.ID != id || len(o.Facts) == 0 {
		return wanted.User{}, err
	}
	return wanted.Decode[wanted.User](o.Facts)
}

// userFailed records the refusal of a user.
func (t *tenant) userFailed(ctx context.Context, it journal.Item, err error) error {
	f, fatal := verdict(err)
	if fatal != nil {
		return fatal
	}
	return t.fatalRow(ctx, it, f)
}

func (t *tenant) fatalRow(ctx context.Context, it journal.Item, f *onboarding.Failure) error {
	f = t.claimed(f)
	t.adminNot(it, onboarding.ReasonParentFailed)
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: f})
}

// adminNot holds the other users of a new organization when its administrator is not there: the first user of a new
// organization becomes its administrator, whoever that is.
func (t *tenant) adminNot(it journal.Item, why onboarding.Reason) {
	if t.leads(it) && t.empty {
		t.adminHolds = why
	}
}

// adminStands reports whether one of those for whom the others wait is there.
func (t *tenant) adminStands() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.adminIn
}

// adminOpen reports whether nobody can say yet if the administrator of a new organization is there.
func (t *tenant) adminOpen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.empty && !t.adminIn && !t.unsettled.IsZero()
}
