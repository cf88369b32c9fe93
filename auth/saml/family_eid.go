package saml

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/auth/check"
	"muster/auth/likeness"
	"muster/internal/onboarding"
)

// Lengths of an entity ID in characters: what the schema of metadata allows, and what the deployment profile does.
const (
	mostOfSchema  = 1024
	mostOfProfile = 256
)

// entityIDChecks lists the checks of the entity ID.
func entityIDChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-EID-001", Levels: []check.Level{check.Blocker, check.Warn}, Evidence: []check.Evidence{check.Webex, check.Standard}, Source: "onboarding-template help page; Partner SSO article d33her; SAML2Core 8.3.6; SAML2Meta 2.3.2",
			Title: "the template's IDP Entity ID is the entityID of the metadata, byte for byte",
			Why:   "every assertion names its issuer by this string: one that differs comes from an unknown identity provider",
			Fix:   "put exactly the entityID of the metadata in the template",
		}, (*judge).entityIDEqual},
		{check.Check{
			ID: "SAML-EID-002", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement; Sustainsys/Saml2 issue 1315, flipbox saml-sp issue 160, matomo issue 17075, zitadel issue 8791",
			Title: "how the template's value differs from the entityID",
			Why:   "a near miss has a cause that can be corrected",
			Fix:   "copy the entityID from the metadata as it stands there",
		}, (*judge).entityIDNear},
		{check.Check{
			ID: "SAML-EID-003", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard}, Source: "SAML2Meta 2.3.2",
			Title: "the entity has an entityID",
			Why:   "without it there is nothing to know the identity provider by",
			Fix:   "export the metadata again: EntityDescriptor must carry an entityID",
		}, (*judge).entityIDMissing},
		{check.Check{
			ID: "SAML-EID-004", Levels: []check.Level{check.Error, check.Warn}, Evidence: []check.Evidence{check.Standard, check.Profile}, Source: "SAML2Meta 2.2.1; SAML2Int SDP-G04",
			Title: "the entityID is at most 1024 characters, better 256",
			Why:   "importers refuse or cut a longer one",
			Fix:   "give the identity provider a shorter entity ID",
		}, (*judge).entityIDLength},
		{check.Check{
			ID: "SAML-EID-005", Levels: []check.Level{check.Error, check.Warn}, Evidence: []check.Evidence{check.Standard, check.Profile}, Source: "SAML2Meta 2.2.1; SAML2Int SDP-G04; rules of the UK federation (check_misc)",
			Title: "the entityID is an absolute URI without white space",
			Why:   "many importers refuse another name, and white space gets lost when people copy it",
			Fix:   "give the identity provider an entity ID that is a URL or a urn",
		}, (*judge).entityIDForm},
		{check.Check{
			ID: "SAML-EID-006", Levels: []check.Level{check.Blocker, check.Error}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement; RFC 2606, RFC 6761",
			Title: "the entityID is not a placeholder",
			Why:   "this is the metadata of a template, a test or all tenants, not of the identity provider that signs users in",
			Fix:   "export the metadata from the identity provider of the customers, after its address is set up",
		}, (*judge).entityIDPlaceholder},
		{check.Check{
			ID: "SAML-EID-007", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Webex}, Source: "BroadWorks solution guide no4dlj3; help article WBX9000037225; Okta guide crd76f",
			Title: "the metadata is not Webex's own",
			Why:   "the file that TAC sends is for the identity provider; it names nobody who signs users in",
			Fix:   "give the metadata of the identity provider here, and load the file of Webex into the identity provider",
		}, (*judge).entityIDWebex},
		{check.Check{
			ID: "SAML-EID-008", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement; forms of Entra, Google and Okta",
			Title: "the entityID and the sign-on URL belong to one tenant",
			Why:   "the files of two tenants or applications were mixed by hand",
			Fix:   "export the metadata of the application for Webex again, from one tenant",
		}, (*judge).entityIDTenant},
	}
}

// sayTemplate is say for what has to be changed in the template.
func (j *judge) sayTemplate(message, hint onboarding.Text) {
	j.say(check.Blocker, j.entity.Line, j.EntityID, message)
	last := &j.found[len(j.found)-1]
	last.Subject = check.EntityID
	if !hint.Empty() {
		last.Hint = hint
	}
}

// differs reports whether there is a template's value to compare, and a name to compare it with, and both differ.
func (j *judge) differs() bool {
	return j.HasEntityID && j.entity.ID != "" && j.EntityID != j.entity.ID
}

func (j *judge) entityIDEqual() {
	if !j.differs() {
		return
	}
	hint := onboarding.T("put exactly %q in the template", j.entity.ID)
	if j.EntityID == "" {
		j.sayTemplate(onboarding.T("the template's entity ID is empty, the metadata has %q", j.entity.ID), hint)
		return
	}
	j.sayTemplate(onboarding.T("the template has %q, the metadata has %q", j.EntityID, j.entity.ID), hint)
}

func (j *judge) entityIDNear() {
	if !j.differs() {
		return
	}
	for _, c := range likeness.Compare(j.EntityID, j.entity.ID, j.known()) {
		var hint onboarding.Text
		if c.Class == likeness.Scheme && strings.HasPrefix(j.entity.ID, "http://") {
			hint = onboarding.T("do not correct it: AD FS and Okta really use http:// in the entity ID although their addresses are https")
		}
		j.sayTemplate(c.Text, hint)
	}
}

// known gathers the names that people take for the entity ID.
func (j *judge) known() likeness.Known {
	k := likeness.Known{SourceURL: j.SourceURL}
	for _, r := range j.entity.IDPs {
		for _, e := range r.SignOn {
			k.SignOn = append(k.SignOn, e.Location)
		}
		for _, e := range r.Logout {
			k.Logout = append(k.Logout, e.Location)
		}
	}
	if webexHost(hostOf(j.EntityID)) {
		k.ServiceProvider = j.EntityID
	}
	for i := range j.doc.Entities {
		if it := &j.doc.Entities[i]; it != j.item && it.ID != j.entity.ID {
			k.Others = append(k.Others, it.ID)
		}
	}
	return k
}

func (j *judge) entityIDMissing() {
	switch {
	case !j.item.HasID:
		j.say(check.Blocker, j.entity.Line, "", onboarding.T("EntityDescriptor has no entityID"))
	case j.entity.ID == "":
		j.say(check.Blocker, j.entity.Line, "", onboarding.T("the entityID of EntityDescriptor is empty"))
	}
}

func (j *judge) entityIDLength() {
	switch n := utf8.RuneCountInString(j.entity.ID); {
	case n > mostOfSchema:
		j.say(check.Error, j.entity.Line, clip(j.entity.ID), onboarding.T("the entityID is %d characters long; the schema allows %d", n, mostOfSchema))
	case n > mostOfProfile:
		j.say(check.Warn, j.entity.Line, clip(j.entity.ID), onboarding.T("the entityID is %d characters long; deployment profiles allow %d", n, mostOfProfile))
	}
}

func (j *judge) entityIDForm() {
	id := j.entity.ID
	if id == "" {
		return
	}
	position := 0
	for _, r := range id {
		position++
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			j.say(check.Error, j.entity.Line, id, onboarding.T("the entityID %q holds white space or a character that cannot be seen: U+%04X at position %d", clip(id), r, position))
			return
		}
	}
	if !absoluteURI(id) {
		j.say(check.Warn, j.entity.Line, id, onboarding.T("the entityID %q is not an absolute URI", clip(id)))
	}
}

// absoluteURI reports whether a name has a scheme (RFC 3986, 3.1) and something behind it.
func absoluteURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || rest == "" {
		return false
	}
	for i, r := range scheme {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return true
}

func (j *judge) entityIDWebex() {
	if host := hostOf(j.entity.ID); webexHost(host) {
		j.say(check.Blocker, j.entity.Line, j.entity.ID, onboarding.T("the entityID %q is Webex's own: this is the service provider's metadata", clip(j.entity.ID)))
	}
}

// webexHost reports whether a host is one of the brokers by which Webex signs users in: idbroker.webex.com and its like for
// regions (solution guide no4dlj3, help article WBX9000037225).
func webexHost(host string) bool {
	return strings.HasPrefix(host, "idbroker") && strings.HasSuffix(host, ".webex.com") && strings.Count(host, ".") == 2
}
