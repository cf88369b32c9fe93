// Package saml says of an identity provider's SAML 2.0 metadata whether Webex sign-in will work with it on go-live day.
//
// It reads the document itself, strictly and within limits, chooses the entity that the onboarding template names, and
// runs the checks of the families DOC, SEL, EID, ROLE, SSO, SLO, NID, ATT, REQ, KEY, VAL and SIG over it. Nothing is fetched.
package saml

import (
	"io"
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// Result is what is known of a metadata file after the checks.
type Result struct {
	Document     *Document // nil when the file could not be read
	Entity       *Entity   // nil when none could be chosen
	Certificates []Certificate
	Findings     []check.Finding // in the order of the catalogue, then of the document
}

// entry is one check with what runs it. Its run looks at the judge and says what it finds.
type entry struct {
	check.Check
	run func(*judge)
}

// judge is one walk of the checks over one document.
type judge struct {
	Options
	doc     *Document
	item    *Item   // of the chosen entity
	entity  *Entity // nil until chosen
	certs   []Certificate
	current *entry
	found   []check.Finding
}

// Checks lists the catalogue of this package in its order.
func Checks() []check.Check {
	var out []check.Check
	for _, e := range entries() {
		out = append(out, e.Check)
	}
	return out
}

// entries lists every family in reading order. Adding a family is writing its file and a line here. The families of the
// document and of the choice run while reading: their entries hold no run. Nor does a check that needs the network.
func entries() []entry {
	return slices.Concat(documentChecks(), selectionChecks(), entityIDChecks(), roleChecks(), signOnChecks(), logoutChecks(), nameIDChecks(),
		attributeChecks(), requestChecks(), keyChecks(), validityChecks(), signatureChecks())
}

// Inspect reads a metadata file and runs every check over it. A file that cannot be read gives findings, not an error.
func Inspect(r io.Reader, o Options) *Result {
	o.Horizon = o.Horizon.withDefaults()
	j := &judge{Options: o}
	if j.read(r); j.doc == nil || j.blocked() {
		return j.result()
	}
	if j.choose(); j.entity == nil || j.blocked() {
		j.run(validityChecks()) // how long the whole file may be used is known without the choice
		return j.result()
	}
	j.certs = certificates(j.entity)
	j.run(entries())
	return j.result()
}

// run runs those of the checks that have not run before.
func (j *judge) run(list []entry) {
	for i := range list {
		if list[i].run != nil {
			j.current = &list[i]
			list[i].run(j)
		}
	}
}

func (j *judge) result() *Result {
	return &Result{Document: j.doc, Entity: j.entity, Certificates: j.certs, Findings: j.found}
}

// blocked reports whether a blocker was found: further findings would be noise after one of the document or the choice.
func (j *judge) blocked() bool {
	return slices.ContainsFunc(j.found, func(f check.Finding) bool { return f.Level == check.Blocker })
}

// say records a finding of the check that runs, about the metadata, at a line.
func (j *judge) say(level check.Level, line int, value string, message onboarding.Text) {
	j.found = append(j.found, check.Finding{
		ID: j.current.ID, Level: level, Message: message, Hint: onboarding.Text{Format: j.current.Fix}, Line: line, Value: value, Subject: check.Metadata,
	})
}
