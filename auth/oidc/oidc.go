// Package oidc says of an OpenID provider whether Webex sign-in will work with it on go-live day.
//
// It compares the template's IdP name with the one of the TAC case, and judges what goes to TAC, the discovery document, its
// key set and, when asked to, the network in front of them: the families NAME, TAC, DISC, CAP, JWKS and NET. Inspect works on
// what it is given and fetches nothing; Fetch and Network are the parts that do.
package oidc

import (
	"net/http"
	"slices"
	"time"

	"muster/auth/check"
	"muster/auth/fetch"
	"muster/internal/onboarding"
)

// Input is what is known of a provider. What is not given is not judged.
type Input struct {
	Name        string // the template's OpenID Connect IDP Entity ID, which is a name
	HasName     bool   // there is a template to judge
	TACName     string // the IdP name from the TAC case
	HasTACName  bool
	NeedTACName bool     // without a name from TAC the comparison is an error, not a note
	OtherNames  []string // the IdP names of the other templates of the workbook

	DiscoveryURL string // where the discovery document is, or was saved from
	Issuer       string // as the operator knows it
	Discovery    []byte // the document, when it comes from a file
	Keys         []byte // the key set, when it comes from a file
	Form         *TACForm

	FetchedDiscovery *Fetched // when it comes from the network
	FetchedKeys      *Fetched

	GoLive time.Time // the day that rules about time look at; zero: they find nothing
	Limits Limits
}

// Limits bound what is read of one document. Zero stands for the default.
type Limits struct {
	Bytes  int // 1 MiB
	Depth  int // of lists and objects inside each other; 32
	Values int // texts, numbers, lists and so on; 20,000
}

func (l Limits) filled() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 1 << 20
	}
	if l.Depth <= 0 {
		l.Depth = 32
	}
	if l.Values <= 0 {
		l.Values = 20_000
	}
	return l
}

// Fetched is one document that was asked for over the network.
type Fetched struct {
	Answer  *fetch.Answer // nil when Err is set
	Err     error
	Instead string // an address of RFC 8414 that answered when the one of OpenID Connect did not
}

// body gives what can be read of an answer: nothing of one with another status than 200.
func (f *Fetched) body() ([]byte, bool) {
	if f == nil || f.Answer == nil || f.Answer.Status != http.StatusOK {
		return nil, false
	}
	return f.Answer.Body, true
}

// Result is what is known of a provider after the checks.
type Result struct {
	Document *Document // nil when there was none, or it could not be read
	Keys     []KeyInfo // of the key set, in its order
	Findings []check.Finding
}

// entry is one check with what runs it. Its run looks at the judge and says what it finds.
type entry struct {
	check.Check
	run func(*judge)
}

// Sources that several checks rest on.
const (
	guide     = "BroadWorks solution guide no4dlj3"
	discovery = "OpenID Connect Discovery 1.0 section "
)

// at and by list the levels of a check and the evidence it rests on.
func at(levels ...check.Level) []check.Level { return levels }

func by(evidence ...check.Evidence) []check.Evidence { return evidence }

// judge is one walk of the checks over one provider.
type judge struct {
	Input
	discovery *source // nil when there is no discovery document
	doc       *Document
	set       *source // nil when there is no key set
	hasKeys   bool    // the key set has a list of keys
	keys      []KeyInfo
	network   observation
	current   *entry
	told      int // findings of the current check
	found     []check.Finding
}

// Checks lists the catalogue of this package in its order.
func Checks() []check.Check {
	var out []check.Check
	for _, e := range entries() {
		out = append(out, e.Check)
	}
	return out
}

// entries lists every family in reading order. Adding a family is writing its file and a line here.
func entries() []entry {
	return slices.Concat(nameChecks(), formChecks(), discoveryChecks(), capabilityChecks(), keySetChecks(), networkChecks())
}

// Inspect runs every check that needs no network. What cannot be read gives findings, not an error.
func Inspect(in Input) *Result {
	j := &judge{Input: in}
	j.read()
	j.run(entries())
	return &Result{Document: j.doc, Keys: j.keys, Findings: j.found}
}

// read takes in the discovery document and the key set.
func (j *judge) read() {
	limits := j.Limits.filled()
	text, given := j.Discovery, j.Discovery != nil
	if !given {
		text, given = j.FetchedDiscovery.body()
	}
	if given {
		j.discovery = readJSON(onboarding.T("the discovery document"), text, limits)
		j.doc = newDocument(j.discovery.root)
	}
	text, given = j.Keys, j.Keys != nil
	if !given {
		text, given = j.FetchedKeys.body()
	}
	if given {
		j.set = readJSON(onboarding.T("the key set"), text, limits)
		j.keys, j.hasKeys = readKeys(j.set.root)
	}
}

func (j *judge) run(list []entry) {
	for i := range list {
		j.current, j.told = &list[i], 0
		list[i].run(j)
	}
}

// remark is what a check says: where, about what, and how much it weighs.
type remark struct {
	level   check.Level
	subject check.Subject
	line    int
	value   string
	message onboarding.Text
	hint    onboarding.Text // empty: the check's own fix
}

// mostRemarks are told by one check; a document with more faults of one kind is not read to its end by anybody.
const mostRemarks = 20

// say records a finding of the check that runs.
func (j *judge) say(r remark) {
	j.told++
	if j.told > mostRemarks+1 {
		return
	}
	if j.told == mostRemarks+1 {
		r.message, r.value = onboarding.T("further findings of this kind are not shown"), ""
	}
	if r.hint.Empty() {
		r.hint = onboarding.Text{Format: j.current.Fix}
	}
	j.found = append(j.found, check.Finding{
		ID: j.current.ID, Level: r.level, Message: r.message, Hint: r.hint, Line: r.line, Value: r.value, Subject: r.subject,
	})
}
