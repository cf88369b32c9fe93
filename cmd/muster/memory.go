package main

import (
	"context"
	"slices"
	"sync"

	"github.com/urfave/cli/v2"

	"muster/internal/facts"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/internal/wanted"
	"muster/validate"
)

// memory is what the journal knows of the customers of one partner organization at one target, as the rules ask for it.
type memory struct {
	ctx     context.Context
	journal *journal.Journal
	facts   *facts.Tables
	scope   journal.Scope

	mu    sync.Mutex
	views map[string]*journal.Run // by sub-partner
	err   error                   // the first of reading; the rules cannot give it
}

func recall(ctx context.Context, j *journal.Journal, f *facts.Tables, scope journal.Scope) *memory {
	return &memory{ctx: ctx, journal: j, facts: f, scope: scope, views: make(map[string]*journal.Run)}
}

// base is under which name the journal keeps what it knows of the target that the command line names.
func base(c *cli.Context) string {
	switch name := c.String("target"); name {
	case "webex":
		return webexURL
	default:
		return name
	}
}

// supposed gives the partner organization that the token most likely belongs to, before it can be asked: the one of --org,
// else the only one that the journal knows at the target. It is empty when there is no telling.
func supposed(c *cli.Context, j *journal.Journal) (string, error) {
	if org := c.String("org"); org != "" {
		return org, nil
	}
	scopes, err := j.Scopes(c.Context, base(c))
	if err != nil {
		return "", err
	}
	var orgs []string
	for _, s := range scopes {
		if !slices.Contains(orgs, s.Org) {
			orgs = append(orgs, s.Org)
		}
	}
	if len(orgs) != 1 {
		return "", nil
	}
	return orgs[0], nil
}

// view gives the journal as it stands for the customers of a sub-partner, of the partner itself with an empty one.
func (m *memory) view(sub string) *journal.Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sub == "" {
		sub = m.scope.SubPartner
	}
	if m.views[sub] == nil && m.err == nil {
		s := m.scope
		s.SubPartner = sub
		m.views[sub], m.err = m.journal.View(m.ctx, 0, s)
	}
	return m.views[sub]
}

func (m *memory) failed(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
}

// object asks the journal for one object.
func (m *memory) object(kind onboarding.ObjectKind, c *onboarding.Customer, key string) (o journal.Object, ok bool) {
	v := m.view(c.SubPartner)
	if v == nil {
		return o, false
	}
	o, ok, err := v.Object(m.ctx, kind, c.ExternalID, key)
	if err != nil {
		m.failed(err)
	}
	return o, ok && err == nil
}

// Customer gives what the journal knows of a customer.
func (m *memory) Customer(c *onboarding.Customer) *validate.Known {
	o, ok := m.object(onboarding.ObjectCustomer, c, c.ExternalID)
	if !ok {
		return nil
	}
	return m.known(o)
}

// known reads what the journal keeps of a customer. Of one that was purged, or that somebody else made, only that it
// stands is known.
func (m *memory) known(o journal.Object) *validate.Known {
	k := &validate.Known{}
	sent, err := wanted.Decode[wanted.Customer](o.Facts)
	if err != nil || !o.Made {
		return k
	}
	k.Made, k.Packages, k.Level = true, sent.Packages, sent.Level
	k.BroadWork = sent.Template != nil && resolve.BroadWorks(m.facts, sent.Template.Platforms)
	k.Seats = make(map[string]validate.Have, len(sent.Limits))
	for key, n := range sent.Limits {
		k.Seats[key] = validate.Have{Seats: n}
	}
	return k
}

// Package gives the package that the journal knows of a user.
func (m *memory) Package(c *onboarding.Customer, email string) string {
	o, ok := m.object(onboarding.ObjectUser, c, email)
	if !ok {
		return ""
	}
	u, err := wanted.Decode[wanted.User](o.Facts)
	if err != nil {
		return "" // purged
	}
	return u.Package
}
