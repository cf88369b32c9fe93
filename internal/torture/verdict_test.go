package torture

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

// census is what stands at the service.
type census struct {
	ids     map[string]string // by kind, customer and key
	times   map[string]int
	numbers map[string]bool
	roles   map[string]bool // emails of administrators
	pending map[string]bool // users who must consent
}

func name(kind onboarding.ObjectKind, customer, key string) string {
	return string(kind) + " " + customer + " " + strings.ToLower(key)
}

// count asks the sandbox itself.
func (w *world) count() census { return takeCensus(w.t, w.sandbox) }

func takeCensus(t *testing.T, box *sandbox.Server) census {
	t.Helper()
	c := census{ids: map[string]string{}, times: map[string]int{}, numbers: map[string]bool{}, roles: map[string]bool{}, pending: map[string]bool{}}
	byOrg, byID := make(map[string]string), make(map[string]string)
	add := func(key, id string) {
		c.ids[key] = id
		c.times[key]++
	}
	for _, v := range box.Customers() {
		byOrg[v.OrgID], byID[v.ID] = v.ExternalID, v.ExternalID
		add(name(onboarding.ObjectCustomer, v.ExternalID, v.ExternalID), v.ID)
	}
	for _, l := range box.Locations() {
		add(name(onboarding.ObjectLocation, byOrg[l.OrgID], l.Name), l.ID)
	}
	subscribers, err := box.Subscribers(t.Context())
	check(t, err)
	for _, s := range subscribers {
		key := name(onboarding.ObjectUser, byID[s.CustomerID], s.Email)
		add(key, s.ID)
		c.pending[key] = s.Status != "provisioned"
	}
	numbers, err := box.Numbers(t.Context())
	check(t, err)
	for _, n := range numbers {
		add("number  "+n.Number, "")
		c.numbers[n.Location+" "+n.Number] = true
	}
	people, err := box.People(t.Context())
	check(t, err)
	for _, p := range people {
		for _, r := range p.Roles {
			c.roles[strings.ToLower(p.Email+" "+r)] = true
		}
	}
	return c
}

// once holds every object to standing once.
func (w *world) once(c census) {
	for key, n := range c.times {
		if n != 1 {
			w.fault("%s stands %d times", key, n)
		}
	}
}

// truth holds every outcome of a process to what stands.
func (w *world) truth(res result, c census) {
	counted := onboarding.RunSummary{Rows: len(res.outcomes)}
	for _, o := range res.outcomes {
		counted.Count(o.Status)
		w.trueRow(o, c, res.sent[name(o.Kind, o.Customer, o.Key)])
	}
	if counted != res.summary {
		w.fault("the outcomes count up to %+v, the summary says %+v", counted, res.summary)
	}
}

func (w *world) trueRow(o onboarding.Outcome, c census, sent bool) {
	key := name(o.Kind, o.Customer, o.Key)
	id, stands := c.ids[key]
	switch o.Kind {
	case onboarding.ObjectNumbers:
		id, stands = "", w.stocked(o, c)
	case onboarding.ObjectRole:
		id, stands = o.ID, c.roles[strings.ToLower(o.Key)]
	}
	switch o.Status {
	case onboarding.Created, onboarding.Updated, onboarding.Adopted, onboarding.Unchanged:
		if !stands || o.ID != id || c.pending[key] {
			w.fault("%s is %s with the id %q; it stands: %v, %q", key, o.Status, o.ID, stands, id)
		}
		if o.Status == onboarding.Adopted && !w.before[key] && o.Kind != onboarding.ObjectNumbers && o.Kind != onboarding.ObjectRole && w.proxy.count(twice) == 0 {
			w.fault("%s is adopted, and nobody else made it", key)
		}
		if o.Status == onboarding.Created && w.before[key] && !w.raced {
			w.fault("%s is created, and stood before", key)
		}
	case onboarding.Waiting:
		if !stands || o.ID != id || o.Since.IsZero() {
			w.fault("%s waits with the id %q since %v; it stands: %v, %q", key, o.ID, o.Since, stands, id)
		}
	case onboarding.Failed:
		w.trueFailure(o, stands && sent && !w.before[key])
	case onboarding.Held, onboarding.NotTried:
		if stands && sent && o.ID != id && !w.before[key] && o.Kind != onboarding.ObjectNumbers {
			w.fault("%s is %s (%s), and was made", key, o.Status, o.Reason)
		}
	}
}

// trueFailure holds a failure to a reason, and a clear refusal to an object that is not there.
func (w *world) trueFailure(o onboarding.Outcome, stands bool) {
	key := name(o.Kind, o.Customer, o.Key)
	if o.Error == nil || o.Error.Kind == "" || o.Error.Message == "" {
		w.fault("%s failed without a reason: %+v", key, o.Error)
		return
	}
	if o.Error.HTTPStatus == http.StatusConflict && w.proxy.count(twice) > 0 {
		return // the second delivery was refused because of the first
	}
	if stands && o.ID == "" && o.Error.Code != "unsettled" && o.Kind != onboarding.ObjectNumbers {
		w.fault("%s failed with %+v, and stands", key, *o.Error)
	}
}

// stocked tells whether a location has the numbers of all its users.
func (w *world) stocked(o onboarding.Outcome, c census) bool {
	for _, order := range w.orders {
		if order.customer.ExternalID != o.Customer {
			continue
		}
		for _, u := range order.users {
			site := order.customer.Resolved.HQ
			if u.Resolved.Site != nil {
				site = u.Resolved.Site.Name
			}
			if site == o.Key && u.Resolved.Phone != "" && !c.numbers[site+" "+u.Resolved.Phone] {
				return false
			}
		}
	}
	return true
}

// complete holds the end of all runs to the orders: everything that can stand does.
func (w *world) complete(res result, c census) {
	for _, o := range w.orders {
		if o.odd {
			continue
		}
		id := o.customer.ExternalID
		w.must(c, name(onboarding.ObjectCustomer, id, id))
		w.must(c, name(onboarding.ObjectLocation, id, o.customer.Resolved.HQ))
		for _, l := range o.customer.Sites {
			w.must(c, name(onboarding.ObjectLocation, id, l.Name))
		}
		seated := 0
		for _, u := range o.users {
			key := name(onboarding.ObjectUser, id, u.Email)
			claimed := strings.Contains(u.Email, sandbox.MarkClaimed)
			switch {
			case claimed && c.times[key] != 0:
				w.fault("%s belongs to somebody else", key)
			case c.times[key] == 1:
				seated++
			case !claimed && o.seats == 0:
				w.must(c, key)
			}
		}
		if o.seats > 0 && seated > o.seats {
			w.fault("%d users of %s hold %d seats", seated, id, o.seats)
		}
	}
	for _, out := range res.outcomes {
		if out.Status == onboarding.Waiting || out.Status == onboarding.NotTried || out.Status == onboarding.Held && out.Reason == onboarding.ReasonParentWaits {
			w.fault("%s is %s at the end", name(out.Kind, out.Customer, out.Key), out.Status)
		}
	}
}

func (w *world) must(c census, key string) {
	if c.times[key] != 1 {
		w.fault("%s stands %d times at the end", key, c.times[key])
	}
}

// ledger holds the journal's runs together to saying "created" once of each object that they made.
func (w *world) ledger(c census) {
	rows, err := w.disk.Query(`SELECT p.kind, p.customer, lower(p.key), count(*) FROM outcome o JOIN run r ON r.id = o.run JOIN planned p ON p.plan = r.plan AND p.seq = o.seq
		WHERE o.state = 'done' AND o.status = 'created' AND p.kind IN ('customer', 'location', 'user') GROUP BY 1, 2, 3`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	said := make(map[string]int)
	for rows.Next() {
		var kind, customer, key string
		var n int
		check(w.t, rows.Scan(&kind, &customer, &key, &n))
		said[name(onboarding.ObjectKind(kind), customer, key)] = n
	}
	check(w.t, rows.Err())
	made := w.made()
	for key, n := range said {
		if n > 1 {
			w.fault("%s was said to be created %d times", key, n)
		}
	}
	for key := range c.ids {
		if !strings.HasPrefix(key, "number ") && !w.before[key] && said[key] == 0 && !made[key] && w.proxy.count(twice) == 0 {
			w.fault("%s was made, and the journal does not say so", key)
		}
	}
}

// made gives the objects of which the journal says that a run of it made them.
func (w *world) made() map[string]bool {
	w.t.Helper()
	rows, err := w.disk.Query(`SELECT kind, customer, lower(key) FROM object WHERE made = 1`)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.names(rows)
}

// creates gives the rows of a run whose create was sent.
func (w *world) creates(run string) map[string]bool {
	w.t.Helper()
	rows, err := w.disk.Query(`SELECT p.kind, p.customer, lower(p.key) FROM outcome o JOIN run r ON r.id = o.run JOIN planned p ON p.plan = r.plan AND p.seq = o.seq
		WHERE r.name = ? AND o.attempts > 0`, run)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.names(rows)
}

// names reads kind, customer and key.
func (w *world) names(rows *sql.Rows) map[string]bool {
	w.t.Helper()
	defer rows.Close()
	all := make(map[string]bool)
	for rows.Next() {
		var kind, customer, key string
		check(w.t, rows.Scan(&kind, &customer, &key))
		all[name(onboarding.ObjectKind(kind), customer, key)] = true
	}
	check(w.t, rows.Err())
	return all
}

// reasonable is how many calls may be made: those of a clean run for each process, and what looking up costs after each
// trouble.
func (w *world) reasonable() float64 {
	customers, locations, users, roles := len(w.orders), 0, 0, 0
	for _, o := range w.orders {
		locations += len(o.customer.Sites)
		users += len(o.users)
		for _, u := range o.users {
			if u.Resolved.Role != "" {
				roles++
			}
		}
	}
	clean := (12*float64(customers)+6*float64(locations)+1.1*float64(users)+3*float64(roles))*1.05 + 20
	const afterTrouble = 8
	return clean*float64(w.starts) + afterTrouble*float64(w.proxy.total())
}

// administrators holds new organizations to those that the sheet names: the first user becomes one, whoever that is.
func (w *world) administrators(c census) {
	named := make(map[string]bool)
	for _, o := range w.orders {
		for _, u := range o.users {
			if u.Resolved.Role != "" {
				named[strings.ToLower(u.Email+" "+u.Resolved.Role)] = true
			}
		}
	}
	for who := range c.roles {
		if !named[who] {
			w.fault("%s became an administrator", who)
		}
	}
}
