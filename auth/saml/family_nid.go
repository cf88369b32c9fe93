package saml

import (
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// The NameID formats that Webex lists. The last two work, but are not documented further (ixe4v9).
const (
	formatTransient   = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
	formatUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	formatEmail       = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
)

// nameIDChecks lists the checks of the NameID formats.
func nameIDChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-NID-001", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Webex}, Source: "Single Sign-On Integration in Control Hub (ixe4v9); guides crd76f, mfu88u, brd76f, mjazkg, kjazkg",
			Title: "the first NameIDFormat is one that Webex lists",
			Why:   "Webex configures the first entry; persistent, nameIdentifier, X509SubjectName and kerberos are not on its list",
			Fix:   "move transient to first place: the order in the XML counts",
		}, (*judge).nameIDFirst},
		{check.Check{
			ID: "SAML-NID-002", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Webex}, Source: "Single Sign-On Integration in Control Hub (ixe4v9)",
			Title: "the first NameIDFormat is transient",
			Why:   "SAML 1.1 unspecified and emailAddress work, but Webex documents transient only",
			Fix:   "put transient first when the identity provider allows it",
		}, (*judge).nameIDTransient},
		{check.Check{
			ID: "SAML-NID-003", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Webex}, Source: "guides crd76f, mfu88u, brd76f, mjazkg, kjazkg: the first entry is configured",
			Title: "a NameIDFormat is declared",
			Why:   "what Webex configures when there is none is not documented",
			Fix:   "tell TAC to use transient",
		}, (*judge).nameIDMissing},
		{check.Check{
			ID: "SAML-NID-004", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Standard}, Source: "SAML2Core 8.3",
			Title: "emailAddress and unspecified are named under SAML 1.1",
			Why:   "there are no formats of these names under SAML 2.0: what reads them does not know them",
			Fix:   "emailAddress and unspecified belong to SAML:1.1; correct the URN",
		}, (*judge).nameIDVersion},
	}
}

// formats gives the formats of the role that counts: an importer that reads the first role takes its first format.
func (j *judge) formats() []Format {
	if roles := j.entity.signOnRoles(); len(roles) > 0 {
		return roles[0].NameIDFormats
	}
	return nil
}

func listedFormat(uri string) bool {
	return uri == formatTransient || uri == formatUnspecified || uri == formatEmail
}

func (j *judge) nameIDFirst() {
	if list := j.formats(); len(list) > 0 && !listedFormat(list[0].URI) {
		j.say(check.Error, list[0].Line, list[0].URI, onboarding.T("the first NameIDFormat is %q, which Webex does not list", clip(list[0].URI)))
	}
}

// nameIDTransient says of every first format but transient where transient stands: after a format that Webex does not list
// that decides how much work the correction is.
func (j *judge) nameIDTransient() {
	list := j.formats()
	if len(list) == 0 || list[0].URI == formatTransient {
		return
	}
	place := slices.IndexFunc(list, func(f Format) bool { return f.URI == formatTransient })
	first := list[0]
	switch {
	case listedFormat(first.URI):
		j.say(check.Info, first.Line, first.URI, onboarding.T("the first NameIDFormat is %q; Webex documents transient", first.URI))
	case place < 0:
		j.say(check.Info, first.Line, first.URI, onboarding.T("no NameIDFormat is transient, which Webex documents"))
	default:
		j.say(check.Info, list[place].Line, list[place].URI, onboarding.T("transient, which Webex documents, stands in place %d of %d NameIDFormat entries", place+1, len(list)))
	}
}

func (j *judge) nameIDMissing() {
	if roles := j.entity.signOnRoles(); len(roles) > 0 && len(roles[0].NameIDFormats) == 0 {
		j.say(check.Warn, roles[0].Line, "", onboarding.T("no NameIDFormat is declared"))
	}
}

func (j *judge) nameIDVersion() {
	right := map[string]string{
		"urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress": formatEmail,
		"urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified":  formatUnspecified,
	}
	var faults []fault
	for _, f := range j.formats() {
		if r, near := right[f.URI]; near {
			faults = append(faults, fault{f.Line, f.URI, onboarding.T("there is no NameIDFormat %q; %q would be right", f.URI, r)})
		}
	}
	j.sayEach(check.Warn, faults)
}
