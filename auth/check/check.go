// Package check holds the nouns of the sign-in room: a check with its weight and evidence, and what it found.
package check

import "muster/internal/onboarding"

// Level says how much a finding of a sign-in check weighs.
type Level uint8

// Levels, lightest first.
const (
	Checklist Level = iota + 1 // cannot be proven from files: the operator confirms it
	Info                       // the operator should know; nothing to do
	Warn                       // works today, breaks foreseeably, or is outside what Webex documents
	Error                      // sign-in very probably fails at go-live
	Blocker                    // nobody can sign in, or trust goes to the wrong party
)

var levels = [...]string{"", "checklist", "info", "warning", "error", "blocker"}

// String gives the word used in JSON documents and on the go-live card: "blocker", "error", "warning", "info", "checklist".
func (l Level) String() string { return levels[l] }

// Severity gives the weight in a report over a workbook: blockers and errors are errors, checklist items are notes.
func (l Level) Severity() onboarding.Severity {
	switch l {
	case Blocker, Error:
		return onboarding.Error
	case Warn:
		return onboarding.Warning
	case Info, Checklist:
		return onboarding.Note
	}
	return 0
}

// Evidence says on whose word a check rests. A check that rests on Profile, Measured or Judgement alone is never worded
// as something that Webex requires.
type Evidence string

// The grades of evidence; a check may rest on several.
const (
	Webex     Evidence = "W" // Webex or Cisco says so
	Standard  Evidence = "S" // a standard says so
	Profile   Evidence = "P" // a deployment profile or best current practice says so
	Measured  Evidence = "M" // we measured it
	Judgement Evidence = "E" // our own engineering judgement
)

// Check is one entry of the catalogue. Its texts are whole English sentences, lower-case where they continue a line.
type Check struct {
	ID       string     // "SAML-EID-001"; keeps its meaning once released
	Levels   []Level    // the levels at which it may find something, heaviest first
	Evidence []Evidence // what it rests on, strongest first
	Source   string     // where that can be read: "SAML2Meta 2.3.2", "help article WBX9000037189"
	Title    string     // what is looked at, in one line
	Why      string     // what breaks when it fails
	Fix      string     // what to do
}

// Finding is what a check found.
type Finding struct {
	ID      string
	Level   Level
	Message onboarding.Text // names the quoted value; lower-case, no full stop at the end
	Hint    onboarding.Text // what to do; empty when the message says it
	Line    int             // of the file that was looked at; 0 for the whole file
	Value   string          // what stands there
	Subject Subject         // which cell of a template the finding belongs to
}

// Subject says which of the inputs a finding is about, so that a workbook can show it at the right cell.
type Subject uint8

// The inputs of a sign-in check.
const (
	Metadata  Subject = iota // the SAML metadata
	EntityID                 // the template's IDP Entity ID
	Name                     // the template's OpenID Connect IdP name
	TACName                  // the name from the TAC case
	Issuer                   // the issuer, its discovery document or its keys
	Method                   // the template's authentication method
	TACForm                  // what is given to TAC for the set-up
	Unrelated                // the network, the clock of this computer, the rehearsal
)
