package main

import (
	"cmp"
	"context"
	"slices"

	"muster/importer"
	"muster/importer/live"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/report"
)

// mailing is what the mails to the people of one customer follow from. Administrators are not welcomed; users of an existing
// organization are only if the template says so; RedSky writes to everybody in the countries where it serves.
type mailing struct {
	admin   string // email of the administrator
	country string // of the customer's address
	quiet   bool   // created users are not welcomed
	created bool   // the customer is, so that its administrator is new

	sites  map[string]string // country of each location, by its folded name
	users  map[string]int    // created ones, by the folded name of their location
	admins int               // of these, those who are the administrator
}

// mailingOf begins a customer. attached says that its organization was there, invites that its template allows mails to it.
func mailingOf(admin, country string, attached, invites bool) *mailing {
	return &mailing{admin: fold(admin), country: country, quiet: attached && !invites, sites: make(map[string]string), users: make(map[string]int)}
}

func plannedMailing(spec wanted.Customer) *mailing {
	return mailingOf(spec.AdminEmail, spec.Address.Country, spec.OrgID != "", spec.AdminInvite)
}

// location takes a planned location.
func (m *mailing) location(it journal.Item) error {
	spec, err := wanted.Decode[wanted.Place](it.Spec)
	m.sites[fold(spec.Name)] = spec.Address.Country
	return err
}

// user takes a created user. No location, or one that is not known, is that of the customer's address.
func (m *mailing) user(email, site string) {
	m.users[fold(site)]++
	if fold(email) == m.admin {
		m.admins++
	}
}

// countries tells whether RedSky serves places of the customer, and whether it does not serve others.
func (m *mailing) countries() (served, others bool) {
	served, others = redSkyServes(m.country), !redSkyServes(m.country)
	for _, country := range m.sites {
		served, others = served || redSkyServes(country), others || !redSkyServes(country)
	}
	return served, others
}

// add counts the mails that go to the customer's people.
func (m *mailing) add(to *report.Mails) {
	users := 0
	for site, n := range m.users {
		users += n
		if redSkyServes(cmp.Or(m.sites[site], m.country)) {
			to.RedSky += n
		}
	}
	if m.quiet {
		to.Quiet += users - m.admins
	} else {
		to.Welcome += users - m.admins
	}
	if served, _ := m.countries(); served && m.created && m.admins == 0 {
		to.RedSky++
	}
}

func redSkyServes(country string) bool { return country == "US" || country == "CA" }

// mails counts who gets mail because of a customer's steps.
func (p *comparing) mails(c live.Customer) error {
	made := make(map[string]bool)
	for _, s := range c.Steps {
		switch {
		case s.Kind != onboarding.ObjectUser:
		case s.Action == onboarding.ActWait && s.Reason == onboarding.ReasonConsent:
			p.doc.Mails.Consent++
		case s.Action == onboarding.ActCreate:
			made[fold(s.Key)] = true
		}
	}
	m := plannedMailing(c.Spec)
	m.created = len(c.Steps) > 0 && c.Steps[0].Kind == onboarding.ObjectCustomer && c.Steps[0].Action == onboarding.ActCreate
	if err := p.receivers(c, m, made); err != nil {
		return err
	}
	m.add(&p.doc.Mails)
	return nil
}

// receivers gives a customer's mailing its locations, planned or standing, and its created users. Where these sit is only read
// where it matters.
func (p *comparing) receivers(c live.Customer, m *mailing, made map[string]bool) error {
	if c.Live != nil {
		for _, s := range c.Live.Sites {
			m.sites[fold(s.Name)] = s.Address.Country
		}
	}
	if err := p.rows(c.Item.Key, onboarding.ObjectLocation, m.location); err != nil {
		return err
	}
	if served, others := m.countries(); served && others && len(made) > 0 {
		return p.rows(c.Item.Key, onboarding.ObjectUser, func(it journal.Item) error {
			if made[fold(it.Key)] {
				m.user(it.Key, it.Site)
			}
			return nil
		})
	}
	for email := range made {
		m.user(email, "")
	}
	return nil
}

// mailed counts who got mail because of what a run created, and who has been asked to agree.
func mailed(ctx context.Context, run *journal.Run) (report.Mails, error) {
	var out report.Mails
	for it, err := range run.Customers(ctx) {
		if err != nil {
			return out, err
		}
		spec, err := wanted.Decode[wanted.Customer](it.Spec)
		if err != nil {
			return out, err
		}
		m := plannedMailing(spec)
		m.created = it.Told().Status == onboarding.Created
		if err := eachOf(ctx, run.Rows, it.Key, onboarding.ObjectLocation, m.location); err != nil {
			return out, err
		}
		err = eachOf(ctx, run.Outlines, it.Key, onboarding.ObjectUser, func(u journal.Item) error {
			switch o := u.Told(); {
			case o.Status == onboarding.Created:
				m.user(u.Key, u.Site)
			case o.Status == onboarding.Waiting && o.Reason == onboarding.ReasonConsent:
				out.Consent++
			}
			return nil
		})
		if err != nil {
			return out, err
		}
		m.add(&out)
	}
	return out, nil
}

// announced counts, while the inputs are read, who would get mail if nothing of them stood. Rows with an error, and what
// belongs to them, are left out: they would not be sent.
type announced struct {
	judging
	batch *onboarding.Batch
	of    map[*onboarding.Customer]*mailing
}

// announces gives what counts mails where a page is to tell of them; nil where none is.
func announces(j judging, out *output) *announced {
	if !out.writes("html") {
		return nil
	}
	return &announced{judging: j}
}

// plan makes the planner that counts, and hands every row on to another one when there is one.
func (a *announced) plan(inner planning) planning {
	if a == nil {
		return inner
	}
	return func(b *onboarding.Batch) importer.Planner {
		a.batch, a.of = b, make(map[*onboarding.Customer]*mailing)
		if inner == nil {
			return a
		}
		return both{a, inner(b)}
	}
}

// User counts a user.
func (a *announced) User(u *onboarding.User) error {
	c := u.Resolved.Customer
	if c == nil || u.Resolved.Held || u.Resolved.Site != nil && u.Resolved.Site.Resolved.Held {
		return nil
	}
	site := ""
	switch {
	case !u.Resolved.Calling: // it sits nowhere
	case u.Resolved.Site != nil:
		site = u.Resolved.Site.Name
	case u.Knows("location"):
		site = c.Resolved.HQ
	}
	a.customer(c).user(u.Email, site)
	return nil
}

// Close does nothing: total counts the customers once every finding about them is known.
func (a *announced) Close() error { return nil }

func (a *announced) customer(c *onboarding.Customer) *mailing {
	m := a.of[c]
	if m != nil {
		return m
	}
	invites := false
	if t := c.Resolved.Template; t != nil {
		invites, _ = a.tables.facts.YesNo(t.AllowAdminInvite)
	}
	m = mailingOf(c.AdminEmail, c.Resolved.Country, c.OrganizationID != "", invites)
	for _, l := range c.Sites {
		m.sites[fold(l.Name)] = l.Resolved.Country
	}
	m.created = c.Source != nil && !c.OnlyPackages()
	a.of[c] = m
	return m
}

// total gives what was counted once everything is read; nothing where nobody asked.
func (a *announced) total() report.Mails {
	var out report.Mails
	if a == nil {
		return out
	}
	pick := selection(a.c)
	for _, c := range slices.Concat(a.batch.Customers, a.batch.Standing.Customers) {
		if pick.customer(c) && !c.Resolved.Held {
			a.customer(c).add(&out)
		}
	}
	return out
}
