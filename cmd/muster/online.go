package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/importer/live"
	"muster/importer/online"
	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
	"muster/validate"
)

// prechecks asks the service beforehand about what a plan would create, and turns its answers into findings at the rows. A
// nil one asks nothing.
type prechecks struct {
	*recollect
	svc       *service
	view      *journal.Run
	partner   string // organization of the partner: of numbers and countries whose customer has none yet
	questions *spool[online.Question]
	numbers   map[string]*online.Question // by organization, not full yet
	countries map[string]bool
	languages bool                      // those of announcements are asked for
	fresh     []*onboarding.Customer    // that would be created
	sites     []*onboarding.Location    // that would be created
	overruled map[onboarding.Place]bool // rows whose postal conventions do not count

	count, against, unasked int
}

func newPrechecks(p *comparing, r *recollect) (*prechecks, error) {
	q, err := newSpool[online.Question](p.c.String("state"))
	return &prechecks{
		recollect: r, svc: p.svc, view: p.run, partner: p.me.OrgID, questions: q,
		numbers: make(map[string]*online.Question), countries: make(map[string]bool),
		overruled: make(map[onboarding.Place]bool),
	}, err
}

func (o *prechecks) add(q online.Question) error {
	o.count++
	return o.questions.add(q)
}

func (o *prechecks) country(iso string) error {
	if iso == "" || o.countries[iso] {
		return nil
	}
	o.countries[iso] = true
	return o.add(online.Question{Country: iso, Org: o.partner, At: []online.At{{}}})
}

// language asks once in which languages locations can speak.
func (o *prechecks) language(code string) error {
	if code == "" || o.languages {
		return nil
	}
	o.languages = true
	return o.add(online.Question{Languages: true, Org: o.partner, At: []online.At{{}}})
}

// customer notes the questions about one customer of the comparison. What stands is not asked about.
func (o *prechecks) customer(ctx context.Context, c live.Customer) error {
	if o == nil {
		return nil
	}
	created := make(map[online.At]bool) // rows of users
	for _, s := range c.Steps {
		at := online.At{Customer: s.Customer, File: s.File, Sheet: s.Sheet, Row: s.Row}
		var err error
		switch {
		case s.Action != onboarding.ActCreate:
		case s.Kind == onboarding.ObjectCustomer:
			err = o.newCustomer(c, at)
		case s.Kind == onboarding.ObjectLocation:
			err = o.newLocation(c, s.Key)
		case s.Kind == onboarding.ObjectUser:
			created[at] = true
		}
		if err != nil {
			return err
		}
	}
	return o.users(ctx, c, created)
}

func (o *prechecks) newCustomer(c live.Customer, at online.At) error {
	body := provision.NewCustomer(c.Item.Key, c.Spec)
	if err := o.add(online.Question{Customer: &body, SubPartner: c.Spec.SubPartner, At: []online.At{at}}); err != nil {
		return err
	}
	if b := o.byID[c.Item.Key]; b != nil {
		o.fresh = append(o.fresh, b)
	}
	if c.Spec.HQ != nil {
		if err := o.language(c.Spec.HQ.Language); err != nil {
			return err
		}
	}
	return o.country(c.Spec.Address.Country)
}

func (o *prechecks) newLocation(c live.Customer, name string) error {
	b := o.byID[c.Item.Key]
	if b == nil {
		return nil
	}
	for _, l := range b.Sites {
		if l.Name == name && l.Source != nil {
			o.sites = append(o.sites, l)
			return cmp.Or(o.language(l.Resolved.Announce), o.country(l.Resolved.Country))
		}
	}
	return nil
}

// users goes through the planned users of a customer: those to be created are asked about, and numbers to be added.
func (o *prechecks) users(ctx context.Context, c live.Customer, created map[online.At]bool) error {
	org, held := o.partner, make(map[string]bool)
	if c.Live != nil {
		org = cmp.Or(c.Live.Customer.OrgID, o.partner)
		for _, n := range c.Live.Numbers {
			held[n.PhoneNumber] = true
		}
	}
	var cursor journal.Cursor
	for {
		const block = 500
		items, next, err := o.view.Rows(ctx, c.Item.Key, onboarding.ObjectUser, cursor, block)
		if err != nil || len(items) == 0 {
			return err
		}
		cursor = next
		for _, it := range items {
			at := online.At{Customer: it.Customer, File: it.File, Sheet: it.Sheet, Row: it.Row}
			if created[at] {
				err = o.newUser(c, it, held[it.Number])
			}
			if err := cmp.Or(err, o.newNumber(it, org, held)); err != nil {
				return err
			}
		}
	}
}

// newNumber asks about the number of a planned user when it would be added to those that the organization holds.
func (o *prechecks) newNumber(it journal.Item, org string, held map[string]bool) error {
	if it.Number == "" || held[it.Number] || it.Held != onboarding.NoReason || provision.NumbersMode(o.in.c.String("numbers")) == provision.NumbersExisting {
		return nil
	}
	held[it.Number] = true
	return o.number(org, it.Number, online.At{Customer: it.Customer, File: it.File, Sheet: it.Sheet, Row: it.Row})
}

// newUser asks about one user. Where customer, location or number do not stand yet, the address and the package alone.
func (o *prechecks) newUser(c live.Customer, it journal.Item, numberStands bool) error {
	u, err := wanted.Decode[wanted.User](it.Spec)
	if err != nil {
		return err
	}
	body := webex.NewSubscriber{Email: u.Email, Packages: []string{u.Package}}
	full := c.Live != nil && c.Live.Customer.OrgID != ""
	if full && u.Calling {
		i := slices.IndexFunc(c.Live.Sites, func(s live.Site) bool { return s.Name == it.Site })
		if full = i >= 0 && (u.Phone == "" || numberStands); full {
			body.ProvisioningParameters = webex.SubscriberParameters{PrimaryPhoneNumber: u.Phone, Extension: u.Extension, LocationID: c.Live.Sites[i].ID}
		}
	}
	if full {
		body.CustomerID = c.Live.Customer.ID
		body.ProvisioningParameters.FirstName, body.ProvisioningParameters.LastName = u.FirstName, u.LastName
	}
	at := online.At{Customer: it.Customer, File: it.File, Sheet: it.Sheet, Row: it.Row}
	return o.add(online.Question{User: &body, SubPartner: c.Spec.SubPartner, At: []online.At{at}})
}

// number gathers numbers of an organization until a question is full.
func (o *prechecks) number(org, number string, at online.At) error {
	q := o.numbers[org]
	if q == nil {
		q = &online.Question{Org: org}
		o.numbers[org] = q
	}
	q.Numbers, q.At = append(q.Numbers, number), append(q.At, at)
	if len(q.Numbers) < webex.MaxNumbersPerCheck {
		return nil
	}
	delete(o.numbers, org)
	return o.add(*q)
}

// ask asks everything that was noted, and says the number first.
func (o *prechecks) ask(ctx context.Context) error {
	if o == nil {
		return nil
	}
	for _, q := range o.numbers {
		if err := o.add(*q); err != nil {
			return err
		}
	}
	if err := o.questions.done(); err != nil {
		return err
	}
	people := speechOf(o.in.c, o.in.s)
	people.line("asking the service beforehand: %d prechecks", o.count)
	for a, err := range online.Ask(ctx, o.svc.client, o.in.c.Int("concurrency"), o.questions.all()) {
		if err != nil {
			return fmt.Errorf("ask the service beforehand: %w", err)
		}
		o.answer(a)
	}
	o.overrule()
	people.line("%d prechecks: %d speak against a row, %d could not be asked", o.count, o.against, o.unasked)
	return nil
}

// answer turns one answer into findings.
func (o *prechecks) answer(a online.Answer) {
	rule, key := subjectOf(a.Question)
	switch {
	case a.Unasked != nil:
		o.unasked++
		o.find(onboarding.Finding{Rule: rule, Severity: onboarding.Note, Customer: a.Question.At[0].Customer, Place: o.place(a.Question.At[0], ""), Message: onboarding.T("the service could not be asked beforehand: %s", a.Unasked.Error())})
	case a.Country != nil:
		o.geography(a.Question.Country, *a.Country)
	case len(a.Languages) > 0:
		o.spoken(a.Languages)
	}
	for _, r := range a.Remarks {
		o.find(onboarding.Finding{Rule: rule, Severity: onboarding.Note, Customer: a.Question.At[0].Customer, Place: o.place(a.Question.At[0], key), Field: key, Message: onboarding.T("the service's precheck passes and remarks %q", r)})
	}
	for _, c := range a.Against {
		field := c.Field
		if field == "" {
			field = key
		}
		o.against++
		o.find(onboarding.Finding{Rule: rule, Severity: onboarding.Error, Customer: c.At.Customer, Place: o.place(c.At, field), Field: field, Message: onboarding.T("the service's precheck refuses the row: %s", c.Message)})
	}
}

// subjectOf is the rule that a question belongs to, and the column at which an answer stands that names none.
func subjectOf(q online.Question) (rule string, key onboarding.Field) {
	switch {
	case q.Customer != nil:
		return "online-customer", "external_id"
	case q.User != nil:
		return "online-user", "email"
	case q.Country != "":
		return "online-address", "country"
	case q.Languages:
		return "online-language", "language"
	}
	return "online-number", "phone_number"
}

func (o *prechecks) place(at online.At, f onboarding.Field) onboarding.Place {
	return onboarding.Row{Source: o.sources[[2]string{at.File, at.Sheet}], Number: at.Row}.Cell(f)
}

func (o *prechecks) find(f onboarding.Finding) {
	if o.in.options.Adjust != nil {
		o.in.options.Adjust(&f)
	}
	o.found = append(o.found, f)
}

// geography judges the rows of a country that would be created by what the calling platform asks for there, which overrules
// what follows from postal convention.
func (o *prechecks) geography(iso string, c webex.Country) {
	rules := validate.CountryRules{StateRequired: c.StateRequired, ZipRequired: c.ZipRequired, TimeZones: c.TimeZones}
	for _, s := range c.States {
		rules.States = append(rules.States, s.Code)
	}
	for _, b := range o.fresh {
		if b.Resolved.Country == iso {
			o.overruled[rowOf(b.Row)] = true
			o.foundAll(b.ExternalID, rules.Judge(b.Row, iso, validate.Postal{State: b.Resolved.State, Zip: b.Address.Zip, TimeZone: b.TimeZone}))
		}
	}
	for _, l := range o.sites {
		if l.Resolved.Country == iso {
			o.overruled[rowOf(l.Row)] = true
			o.foundAll(l.Customer, rules.Judge(l.Row, iso, validate.Postal{State: l.Resolved.State, Zip: l.Address.Zip, TimeZone: l.TimeZone}))
		}
	}
}

// spoken warns of locations that would be created with a language in which the calling platform makes no announcements.
func (o *prechecks) spoken(codes []string) {
	look := func(r onboarding.Row, customer, code, word string) {
		if code == "" || slices.Contains(codes, code) {
			return
		}
		o.find(onboarding.Finding{
			Rule: "online-language", Severity: onboarding.Warning, Customer: customer, Place: r.Cell("language"), Field: "language", Value: word,
			Message: onboarding.T("the calling platform lists no announcements in %q", code), Hint: onboarding.T("write one that it lists: %s", strings.Join(codes, ", ")),
		})
	}
	for _, b := range o.fresh {
		look(b.Row, b.ExternalID, b.Resolved.Announce, b.AnnounceLanguage)
	}
	for _, l := range o.sites {
		look(l.Row, l.Customer, l.Resolved.Announce, l.AnnounceLanguage)
	}
}

func (o *prechecks) foundAll(customer string, findings []onboarding.Finding) {
	for _, f := range findings {
		f.Customer = customer
		o.against++
		o.find(f)
	}
}

// rowOf is a row as a whole.
func rowOf(r onboarding.Row) onboarding.Place {
	return onboarding.Place{Source: r.Source, Row: r.Number}
}

// overrule takes back the warnings that postal convention gave rows of which the platform's own rules are known.
func (o *prechecks) overrule() {
	o.in.doc.Findings = slices.DeleteFunc(o.in.doc.Findings, func(f onboarding.Finding) bool {
		return f.Severity == onboarding.Warning && (f.Rule == "customer-address" || f.Rule == "location-address") && (f.Field == "state" || f.Field == "zip") &&
			o.overruled[onboarding.Place{Source: f.Place.Source, Row: f.Place.Row}]
	})
}
