package saml

import (
	"slices"
	"strings"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// mail is the attribute by which Partner SSO knows a user (ixe4v9, requirements for identity providers).
const mail = "mail"

// attributeChecks lists the checks of the advertised attributes.
func attributeChecks() []entry {
	return []entry{{check.Check{
		ID: "SAML-ATT-001", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Webex, check.Standard}, Source: "Single Sign-On Integration in Control Hub (ixe4v9); SAML2Meta 2.4.3",
		Title: "an attribute named mail is advertised, when attributes are",
		Why:   "Partner SSO reads the attribute mail; the names that some products send by default are others. The list is not per application, so only a sign-in proves it",
		Fix:   "add a claim rule that sends the e-mail address under the name mail",
	}, (*judge).attributeMail}}
}

func (j *judge) attributeMail() {
	var faults []fault
	for _, r := range j.entity.signOnRoles() {
		var names, near []string
		for _, a := range r.Attributes {
			names = append(names, a.Name)
			if nearMail(a) {
				near = append(near, a.Name)
			}
		}
		switch {
		case len(names) == 0 || slices.Contains(names, mail):
		case len(near) > 0:
			faults = append(faults, fault{r.Attributes[0].Line, near[0], onboarding.T("the identity provider advertises %s but not %q", quotedList(near), mail)})
		default:
			faults = append(faults, fault{r.Attributes[0].Line, "", onboarding.T("the identity provider advertises %d attributes and none is %q", len(names), mail)})
		}
	}
	j.sayEach(check.Info, faults)
}

// nearMail reports whether an attribute probably holds the e-mail address under another name: a word, a claim URI, or the
// object identifier of RFC 4524.
func nearMail(a Attribute) bool {
	last := strings.ToLower(a.Name[strings.LastIndexAny(a.Name, "/:")+1:])
	switch last {
	case "email", "e-mail", "emailaddress", "email_address", "mail", "0.9.2342.19200300.100.1.3":
		return true
	}
	return strings.EqualFold(a.FriendlyName, mail) || strings.EqualFold(a.FriendlyName, "email")
}
