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
}

// walk is one judgement.
type walk struct {
	Options
	ctx       context.Context
	templates []*onboarding.Template
	customers []*onboarding.Customer
	report    Report
	current   *entry
	card      *onboarding.Provider // of the template that is looked at
	seen      map[string]bool      // metadata that was reported for a template before
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
	w := &walk{Options: o, ctx: ctx, templates: b.Templates, customers: b.Customers, seen: make(map[string]bool)}
	list := entries()
	for i := range list {
		if list[i].batch != nil {
			w.current = &list[i]
			list[i].batch(w)
		}
	}
	for _, t := range b.Templates {
		w.begin(t, w.goLive(t))
		for i := range list {
			if list[i].template != nil {
				w.current = &list[i]
				list[i].template(w, t)
			}
		}
		w.provider(Request{Template: t, HasEntityID: true, OIDC: oidc.Input{
			Name: t.OIDCIDPEntityID, HasName: true, TACName: t.TACIDPName, HasTACName: t.TACIDPName != "", Issuer: t.OIDCIssuer,
		}})
	}
	w.merge()
	return &w.report
}

// Provider judges one provider by itself.
func Provider(ctx context.Context, r Request, o Options) *Report {
	w := &walk{Options: o, ctx: ctx, templates: []*onboarding.Template{r.Template}, seen: make(map[string]bool)}
	goLive := o.GoLive
	if goLive.IsZero() {
		goLive = o.Today
	}
	w.begin(r.Template, goLive)
	w.checklist(r.Template)
	w.provider(r)
	return &w.report
}

// begin makes the card of a template.
func (w *walk) begin(t *onboarding.Template, goLive time.Time) {
	w.card = &onboarding.Provider{GoLive: goLive}
	if t.Name != "" {
		w.card.Templates = []string{t.Name}
	}
	for _, c := range w.customers {
		if c.Resolved.Template == t {
			w.card.Customers++
		}
	}
	w.report.Providers = append(w.report.Providers, w.card)
}

// provider judges what the template's method asks for.
func (w *walk) provider(r Request) {
	switch r.Template.Resolved.AuthMode {
	case onboarding.AuthSAML:
		w.card.Method, w.card.Name = "SAML 2.0", r.Template.IDPEntityID
		w.saml(r)
	case onboarding.AuthOIDC:
		w.card.Method, w.card.Name = "OpenID Connect", r.Template.OIDCIDPEntityID
		w.oidc(r)
	case onboarding.AuthWebex:
		w.card.Method = "Webex"
	case onboarding.AuthUnknown:
		w.card.Method, w.card.Name = "unknown", r.Template.Authentication
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
		if d, ok := dayOf(c.GoLive); ok && (!found || d.After(day)) {
			day, found = d, true
		}
	}
	return day
}

// dayOf reads a date that has one meaning: year first, or with points as in Germany.
func dayOf(text string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006/01/02", "2006/1/2", "2.1.2006", "02.01.2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// add keeps a finding and counts it on the card.
func (w *walk) add(f Finding) {
	w.report.Findings = append(w.report.Findings, f)
	if w.card == nil {
		return
	}
	w.card.Summary.Count(onboarding.Finding{Severity: f.Level.Severity()})
	if f.Level == check.Blocker {
		w.card.Blockers++
	}
	if f.Level == check.Checklist {
		w.card.Checklist = append(w.card.Checklist, f.Message)
	}
}

// take keeps findings about a document of a template.
func (w *walk) take(t *onboarding.Template, file string, found []check.Finding) {
	for _, f := range found {
		w.add(Finding{Finding: f, Template: t, File: file})
	}
}

// merge joins the cards of one provider.
func (w *walk) merge() {
	var out []*onboarding.Provider
	for _, p := range w.report.Providers {
		i := slices.IndexFunc(out, func(o *onboarding.Provider) bool {
			return o.Method == p.Method && o.Name == p.Name && o.GoLive.Equal(p.GoLive)
		})
		if i < 0 {
			out = append(out, p)
			continue
		}
		join(out[i], p)
	}
	w.report.Providers = out
}

// join puts what is known of a provider by another template beside what is known already.
func join(to, p *onboarding.Provider) {
	to.Templates = append(to.Templates, p.Templates...)
	to.Customers += p.Customers
	to.Proven = to.Proven || p.Proven
	to.Summary.Errors += p.Summary.Errors
	to.Summary.Warnings += p.Summary.Warnings
	to.Summary.Notes += p.Summary.Notes
	to.Blockers += p.Blockers
	if len(to.Keys)+len(to.Endpoints) == 0 {
		to.Keys, to.Endpoints = p.Keys, p.Endpoints
	}
	if len(to.Checklist) == 0 {
		to.Checklist = p.Checklist
	}
}
