package oidc

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"muster/auth/check"
	"muster/auth/likeness"
	"muster/internal/onboarding"
)

// longestName is the most characters of an IdP name (BroadWorks solution guide, table of OIDC IdP attributes).
const longestName = 128

// nameChecks lists the checks of the template's IdP name.
func nameChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-NAME-001", Levels: at(check.Error, check.Info), Evidence: by(check.Webex), Source: "Partner SSO article d33her",
			Title: "the template has an IdP name, and the one from the TAC case is known",
			Why:   "without both there is nothing to compare",
			Fix:   "give the IdP name from the closed TAC case (--tac-idp-name)",
		}, (*judge).namePresent},
		{check.Check{
			ID: "OIDC-NAME-002", Levels: at(check.Error), Evidence: by(check.Webex), Source: guide,
			Title: "the IdP name has 1 to 128 letters, digits, hyphens, underscores, tildes and dots",
			Why:   "TAC cannot have set up an IdP with another name",
			Fix:   "use the name exactly as TAC confirmed it",
		}, (*judge).nameCharacters},
		{check.Check{
			ID: "OIDC-NAME-003", Levels: at(check.Error, check.Warn), Evidence: by(check.Webex), Source: guide,
			Title: "the IdP name is the one from the TAC case",
			Why:   "the template points to an IdP that does not exist",
			Fix:   "write the name into the template exactly as it stands in the TAC case",
		}, (*judge).nameEqual},
		{check.Check{
			ID: "OIDC-NAME-004", Levels: at(check.Error), Evidence: by(check.Webex), Source: "Partner SSO article d33her",
			Title: "the IdP name is a name, not an address or an identifier",
			Why:   "the field is labelled Entity ID, but Webex looks a name up in it",
			Fix:   "the field takes the IdP name agreed with TAC",
		}, (*judge).nameKind},
		{check.Check{
			ID: "OIDC-NAME-005", Levels: at(check.Warn), Evidence: by(check.Webex), Source: guide,
			Title: "a workbook spells one IdP name in one way",
			Why:   "IdP names are unique without regard to case, so two spellings are one IdP or a slip",
			Fix:   "use one spelling in all templates: the one of the TAC case",
		}, (*judge).nameSpellings},
	}
}

func (j *judge) namePresent() {
	if !j.HasName {
		return
	}
	if j.Name == "" {
		j.say(remark{
			level: check.Error, subject: check.Name, message: onboarding.T("the template has no IdP name"),
			hint: onboarding.T("fill in the IdP name from the closed TAC case"),
		})
	}
	switch {
	case j.HasTACName && j.TACName != "":
	case j.NeedTACName:
		j.say(remark{level: check.Error, subject: check.TACName, message: onboarding.T("the IdP name from the TAC case is not given")})
	default:
		j.say(remark{
			level: check.Info, subject: check.TACName, message: onboarding.T("not compared: the IdP name from the TAC case is not given"),
			hint: onboarding.T("give the IdP name from the closed TAC case"),
		})
	}
}

func (j *judge) nameCharacters() {
	if j.HasName && j.Name != "" {
		j.nameFault(check.Name, j.Name)
	}
	if j.HasTACName && j.TACName != "" && j.TACName != j.Name {
		j.nameFault(check.TACName, j.TACName)
	}
}

func (j *judge) nameFault(subject check.Subject, name string) {
	r := remark{level: check.Error, subject: subject, value: name}
	if n := utf8.RuneCountInString(name); n > longestName {
		r.message = onboarding.T("the IdP name has %d characters; %d are the most", n, longestName)
		j.say(r)
	}
	place := 0
	for _, c := range name {
		place++
		if nameCharacter(c) {
			continue
		}
		r.message = onboarding.T("character %d of %q is %q, which an IdP name does not have", place, short(name), string(c))
		if unicode.IsLetter(c) {
			r.message = onboarding.T("character %d of %q is the letter %q (%U), which is none of ASCII", place, short(name), string(c), c)
			r.hint = onboarding.T("Webex does not state whether letters outside ASCII are allowed; ask TAC for the exact name")
		}
		j.say(r)
		return
	}
}

func nameCharacter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._~-", c)
}

func (j *judge) nameEqual() {
	const slips = 2 // edits that are taken for a slip of typing
	if !j.HasName || !j.HasTACName || j.Name == "" || j.TACName == "" || j.Name == j.TACName {
		return
	}
	r := remark{
		level: check.Error, subject: check.Name, value: j.Name,
		message: onboarding.T("the template has %q, the TAC case %q", short(j.Name), short(j.TACName)),
		hint:    onboarding.T("put exactly %q into the template", short(j.TACName)),
	}
	clean, _ := likeness.Clean(j.Name)
	wanted, _ := likeness.Clean(j.TACName)
	switch {
	case asciiFold(j.Name) == asciiFold(j.TACName):
		r.level = check.Warn
		r.message = onboarding.T("the template has %q, the TAC case %q: they differ in upper and lower case", short(j.Name), short(j.TACName))
		r.hint = onboarding.T("IdP names are compared without regard to case; put exactly %q into the template all the same", short(j.TACName))
	case asciiFold(clean) == asciiFold(wanted):
		r.message = onboarding.T("the template has %q, the TAC case %q: they differ in characters that cannot be seen", short(j.Name), short(j.TACName))
	case likeness.Distance(j.Name, j.TACName, slips) <= slips:
		r.message = onboarding.T("the template has %q, the TAC case %q: this looks like a slip of typing", short(j.Name), short(j.TACName))
	}
	j.say(r)
}

// asciiFold lowers the letters of ASCII only: what other letters are equal is not documented.
func asciiFold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func (j *judge) nameKind() {
	if !j.HasName || j.HasTACName && asciiFold(j.Name) == asciiFold(j.TACName) {
		return // a name that TAC confirmed is one, whatever it looks like
	}
	kind := j.looksLike(strings.TrimSpace(j.Name))
	if kind.Empty() {
		return
	}
	r := remark{level: check.Error, subject: check.Name, value: j.Name, message: onboarding.T("%q is %s, not an IdP name", shown(j.Name), kind)}
	if j.HasTACName && j.TACName != "" {
		r.hint = onboarding.T("the field takes the IdP name agreed with TAC: %q", short(j.TACName))
	}
	j.say(r)
}

var guid = regexp.MustCompile(`(?i)^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$`)

// looksLike says what a value is in place of a name; empty when it may be a name.
func (j *judge) looksLike(name string) onboarding.Text {
	lower := strings.ToLower(name)
	switch {
	case name == "":
		return onboarding.Text{}
	case j.Form != nil && name == j.Form.ClientID:
		return onboarding.T("the client ID")
	case strings.Contains(lower, wellKnown):
		return onboarding.T("the discovery URL")
	case name == j.Issuer || j.doc != nil && name == j.doc.Issuer:
		return onboarding.T("the issuer")
	case strings.Contains(name, "://"):
		return onboarding.T("a URL")
	case strings.HasPrefix(lower, "urn:"):
		return onboarding.T("a SAML entity ID")
	case guid.MatchString(name):
		return onboarding.T("a GUID, such as a tenant or a client ID")
	case strings.Contains(name, "@"):
		return onboarding.T("a mail address or mail domain")
	case webHost(lower):
		return onboarding.T("a mail domain or host name")
	}
	return onboarding.Text{}
}

// webHost tells names below a public ending, such as contoso.com and login.contoso.co.uk/path.
func webHost(name string) bool {
	u, err := url.Parse("https://" + name)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return false
	}
	suffix, managed := publicsuffix.PublicSuffix(u.Hostname())
	return managed && suffix != u.Hostname()
}

func (j *judge) nameSpellings() {
	if !j.HasName {
		return
	}
	told := map[string]bool{j.Name: true}
	for _, other := range j.OtherNames {
		if told[other] || asciiFold(other) != asciiFold(j.Name) {
			continue
		}
		told[other] = true
		j.say(remark{
			level: check.Warn, subject: check.Name, value: j.Name,
			message: onboarding.T("the template has %q, another of this workbook %q: one IdP in two spellings", short(j.Name), short(other)),
		})
	}
}
