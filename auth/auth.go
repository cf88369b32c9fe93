// Package auth says of every onboarding template whether the users of its customers can sign in on go-live day.
//
// A template names an identity provider by an entity ID (SAML) or by a name agreed with Cisco TAC (OpenID Connect). The
// checks of the templates stand here, those of the metadata in auth/saml, those of OpenID Connect in auth/oidc. Nothing is
// fetched unless a client is handed in.
package auth

import (
	"context"
	"io"
	"slices"
	"time"

	"muster/auth/address"
	"muster/auth/check"
	"muster/auth/fetch"
	"muster/auth/oidc"
	"muster/auth/saml"
	"muster/internal/onboarding"
)

// Options of a judgement.
type Options struct {
	Today  time.Time
	GoLive time.Time     // zero: the latest go-live date of the template's customers, else Today
	Client *fetch.Client // fetches what templates name by URL; nil: nothing is fetched

	Limits  saml.Limits  // of metadata
	Horizon saml.Horizon // days that keys and metadata must last after go-live

	// Open opens a metadata file that a template names. What it refuses is told at the cell.
	Open func(t *onboarding.Template, path string) (io.ReadCloser, error)
	// Raw gives the text of a cell as it stands in the file where reading has cleaned it; ok is false where it has not.
	Raw func(onboarding.Place) (text string, ok bool)
}

// Request is one provider to judge by itself, without a workbook. Only what is given is judged.
type Request struct {
	Template    *onboarding.Template // its fields are what the flags say; it has no source
	HasEntityID bool                 // an entity ID was given, be it empty
	Anchor      []byte               // certificate that the metadata must be signed with
	OIDC        oidc.Input           // everything but GoLive
	KeysFile    string               // where OIDC.Keys are from
}

// Finding is one finding and the template it belongs to.
type Finding struct {
	check.Finding
	Template *onboarding.Template
	Customer *onboarding.Customer // where the finding stands at a customer
	File     string               // the metadata, discovery document or key set that Line counts in; empty for none
}

// Report is what a judgement came to.
type Report struct {
	Findings  []Finding
	Providers []*onboarding.Provider
	Forms     []Form // what goes to TAC, in the order of the providers
	Extracted []byte // by Provider: the chosen entity as a document of its own; nil when none was chosen
}

// walk is one judgement.
type walk struct {
	Options
	ctx       context.Context
	templates []*onboarding.Template
	customers []*onboarding.Customer
	report    Report
	current   *entry
	cards     map[*onboarding.Template]*onboarding.Provider
	card      *onboarding.Provider // of the template that is looked at
	told      map[remark][]*onboarding.Provider
}

// remark is what is wrong with a document. It is told at the first template that names the document, and counts once on each
// card.
type remark struct {
	source, file, id, message string
	line                      int
}

// Checks lists the whole catalogue: templates, SAML, OpenID Connect.
func Checks() []check.Check {
	var out []check.Check
	for _, e := range entries() {
		out = append(out, e.Check)
	}
	return slices.Concat(out, saml.Checks(), oidc.Checks())
}

// Templates judges every template of a batch that was resolved.
func Templates(ctx context.Context, b *onboarding.Batch, o Options) *Report {
	w := newWalk(ctx, o)
	w.templates, w.customers = b.Templates, b.Customers
	for _, t := range b.Templates {
		w.begin(t, w.goLive(t))
	}
	list := entries()
	for i := range list {
		if list[i].batch != nil {
			w.current = &list[i]
			list[i].batch(w)
		}
	}
	for _, t := range b.Templates {
		w.card = w.cards[t]
		for i := range list {
			if list[i].template != nil {
				w.current = &list[i]
				list[i].template(w, t)
			}
		}
		w.provider(Request{Template: t, HasEntityID: t.IDPEntityID != "", OIDC: oidc.Input{ // TPL-002 tells what is empty
			Name: t.OIDCIDPEntityID, HasName: t.OIDCIDPEntityID != "", TACName: t.TACIDPName, HasTACName: t.TACIDPName != "", Issuer: t.OIDCIssuer,
		}})
	}
	return &w.report
}

func newWalk(ctx context.Context, o Options) *walk {
	return &walk{Options: o, ctx: ctx, cards: make(map[*onboarding.Template]*onboarding.Provider), told: make(map[remark][]*onboarding.Provider)}
}

// Provider judges one provider by itself.
func Provider(ctx context.Context, r Request, o Options) *Report {
	w := newWalk(ctx, o)
	goLive := o.GoLive
	if goLive.IsZero() {
		goLive = o.Today
	}
	w.begin(r.Template, goLive)
	w.checklist(r.Template)
	w.provider(r)
	return &w.report
}

// begin gives a template its card. Templates that name one provider for one day share it.
func (w *walk) begin(t *onboarding.Template, goLive time.Time) {
	method, name := methodAndName(t)
	name = address.Shown(name)
	i := slices.IndexFunc(w.report.Providers, func(p *onboarding.Provider) bool {
		return p.Method == method && p.Name == name && p.GoLive.Equal(goLive)
	})
	if i < 0 {
		i = len(w.report.Providers)
		w.report.Providers = append(w.report.Providers, &onboarding.Provider{Method: method, Name: name, GoLive: goLive})
	}
	w.card = w.report.Providers[i]
	w.cards[t] = w.card
	if t.Name != "" {
		w.card.Templates = append(w.card.Templates, t.Name)
	}
	for _, c := range w.customers {
		if c.Resolved.Template == t {
			w.card.Customers++
		}
	}
}

// methodAndName is what a card shows of a template's provider.
func methodAndName(t *onboarding.Template) (method, name string) {
	if !t.Readable("auth_mode") {
		return "unknown", ""
	}
	switch t.Resolved.AuthMode {
	case onboarding.AuthSAML:
		return "SAML 2.0", t.IDPEntityID
	case onboarding.AuthOIDC:
		return "OpenID Connect", t.OIDCIDPEntityID
	case onboarding.AuthUnknown:
		return "unknown", t.Authentication
	case onboarding.AuthWebex:
	}
	return "Webex", ""
}

// provider judges what the template's method asks for.
func (w *walk) provider(r Request) {
	switch r.Template.Resolved.AuthMode {
	case onboarding.AuthSAML:
		w.saml(r)
	case onboarding.AuthOIDC:
		w.oidc(r)
	case onboarding.AuthWebex, onboarding.AuthUnknown:
	}
}

// goLive is the day that rules about time look at: what was asked for, else the latest date of the template's customers.
func (w *walk) goLive(t *onboarding.Template) time.Time {
	if !w.GoLive.IsZero() {
		return w.GoLive
	}
	day := w.Today
	found := false
	for _, c := range w.customers {
		if c.Resolved.Template != t {
			continue
		}
		if d, ok := onboarding.Day(c.GoLive); ok && (!found || d.After(day)) {
			day, found = d, true
		}
	}
	return day
}

// add keeps a finding and counts it on the card of its template.
func (w *walk) add(f Finding) {
	w.report.Findings = append(w.report.Findings, f)
	card := w.cards[f.Template]
	count(card, f.Level)
	if f.Level == check.Checklist && !slices.ContainsFunc(card.Checklist, func(item onboarding.Text) bool { return item.String() == f.Message.String() }) {
		card.Checklist = append(card.Checklist, f.Message)
	}
}

func count(card *onboarding.Provider, level check.Level) {
	card.Summary.Count(onboarding.Finding{Severity: level.Severity()})
	if level == check.Blocker {
		card.Blockers++
	}
}

// take keeps findings about a document of a template.
func (w *walk) take(t *onboarding.Template, file string, found []check.Finding) {
	for _, f := range found {
		if f.Subject != check.Metadata {
			w.add(Finding{Finding: f, Template: t, File: file})
			continue
		}
		r := remark{file: file, id: f.ID, message: f.Message.String(), line: f.Line}
		if t.Source != nil {
			r.source = t.Source.File // beside which the document lies
		}
		told := w.told[r]
		if slices.Contains(told, w.card) {
			continue
		}
		w.told[r] = append(told, w.card)
		if len(told) > 0 {
			count(w.card, f.Level)
			continue
		}
		w.add(Finding{Finding: f, Template: t, File: file})
	}
}
