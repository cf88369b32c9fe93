package auth

import (
	"strings"

	"muster/auth/check"
	"muster/auth/likeness"
	"muster/internal/onboarding"
)

// entry is one check of the templates. batch looks at all of them, template at each.
type entry struct {
	check.Check
	batch    func(*walk)
	template func(*walk, *onboarding.Template)
}

const (
	partnerSSO = "Partner SSO article d33her"
	oidcGuide  = "BroadWorks solution guide no4dlj3"
)

// entries lists the checks of the templates. Adding one is writing it here.
func entries() []entry {
	return []entry{
		{Check: check.Check{
			ID: "TPL-001", Levels: at(check.Error), Evidence: by(check.Webex), Source: partnerSSO,
			Title: "the authentication method is one of the three",
			Why:   "users land on the wrong sign-in page",
			Fix:   "write Webex authentication, Partner authentication, or Partner authentication with OpenID Connect",
		}, template: (*walk).method},
		{Check: check.Check{
			ID: "TPL-002", Levels: at(check.Error, check.Warn), Evidence: by(check.Webex), Source: partnerSSO,
			Title: "the method and the filled fields belong together",
			Why:   "the wrong field is ignored, and organizations are made with the default method",
			Fix:   "fill the field of the method and empty the other",
		}, template: (*walk).fields},
		{Check: check.Check{
			ID: "TPL-003", Levels: at(check.Warn), Evidence: by(check.Webex), Source: partnerSSO + "; " + oidcGuide,
			Title: "customers whose organization exists keep their sign-in",
			Why:   "partner sign-in reaches only organizations that are made after the template has it",
			Fix:   "tell the customer, or set up sign-in in the organization itself",
		}, batch: (*walk).existing},
		{Check: check.Check{
			ID: "TPL-004", Levels: at(check.Error), Evidence: by(check.Judgement, check.Webex), Source: "our own judgement; " + oidcGuide,
			Title: "one identity provider is spelled in one way",
			Why:   "one of the two spellings is a slip, and the customers of that template cannot sign in",
			Fix:   "use the spelling that the identity provider has",
		}, batch: (*walk).spellings},
		{Check: check.Check{
			ID: "TPL-005", Levels: at(check.Error), Evidence: by(check.Judgement), Source: "our own judgement",
			Title: "no character that a spreadsheet has added stands in the name",
			Why:   "names are compared byte for byte, and both look equal on the screen",
			Fix:   "type the value again, or paste it as plain text",
		}, template: (*walk).strange},
		{Check: check.Check{
			ID: "TPL-006", Levels: at(check.Warn), Evidence: by(check.Webex), Source: partnerSSO,
			Title: "the templates of a partner name one identity provider for each method",
			Why:   "Cisco describes a single predefined sign-on relationship for a partner",
			Fix:   "have TAC confirm that each identity provider has a trust of its own",
		}, batch: (*walk).several},
		checklistEntry("TPL-007", "the case says whether the e-mail address must be passed in the request", "the identity provider asks for the user name again, or does not find the user",
			"ask the owner of the identity provider whether the user's e-mail address must be passed in the request; if so, the TAC case must say passEmailInRequest", onboarding.AuthSAML),
		checklistEntry("TPL-008", "what TAC sent is loaded at the identity provider", "the identity provider refuses the request: unknown service provider, or redirect_uri mismatch",
			"record who loaded the metadata file or redirect URI of TAC into the identity provider, and when", onboarding.AuthSAML, onboarding.AuthOIDC),
		checklistEntry("TPL-009", "the identity provider answers at several ACS URLs", "one Webex entry works and another is refused as no ACS URL",
			"enable ACS URLs by index or requestable sign-on URLs for the Webex application; `muster auth rehearse saml` proves it", onboarding.AuthSAML),
		checklistEntry("TPL-010", "one test customer has signed in", "the first real customer is the test",
			"onboard a throw-away customer and sign in once with a new user before the wave", onboarding.AuthSAML, onboarding.AuthOIDC),
	}
}

func at(levels ...check.Level) []check.Level { return levels }

func by(evidence ...check.Evidence) []check.Evidence { return evidence }

// checklistEntry is a check that nobody can make from files: templates of these methods have it on their list.
func checklistEntry(id, title, why, fix string, modes ...onboarding.AuthMode) entry {
	return entry{Check: check.Check{
		ID: id, Levels: at(check.Checklist), Evidence: by(check.Webex), Source: partnerSSO + "; " + oidcGuide, Title: title, Why: why, Fix: fix,
	}, template: func(w *walk, t *onboarding.Template) {
		for _, m := range modes {
			if t.Resolved.AuthMode == m {
				w.say(t, check.Checklist, check.Method, "", onboarding.Text{Format: fix})
			}
		}
	}}
}

// checklist runs the checks that only the operator can tick.
func (w *walk) checklist(t *onboarding.Template) {
	list := entries()
	for i := range list {
		if list[i].Levels[0] == check.Checklist {
			w.current = &list[i]
			list[i].template(w, t)
		}
	}
}

// say records a finding of the check that runs.
func (w *walk) say(t *onboarding.Template, level check.Level, subject check.Subject, value string, message onboarding.Text) {
	f := Finding{Finding: check.Finding{ID: w.current.ID, Level: level, Message: message, Value: value, Subject: subject}, Template: t}
	if level != check.Checklist {
		f.Hint = onboarding.Text{Format: w.current.Fix}
	}
	w.add(f)
}

func (w *walk) method(t *onboarding.Template) {
	if t.Resolved.AuthMode == onboarding.AuthUnknown && t.Readable("auth_mode") {
		w.say(t, check.Error, check.Method, t.Authentication, onboarding.T("the authentication method %q is none of Webex authentication, Partner authentication, Partner authentication with OpenID Connect", t.Authentication))
	}
}

// ssoField is a field that belongs to a method.
type ssoField struct {
	mode    onboarding.AuthMode
	subject check.Subject
	field   onboarding.Field
	name    string
	value   string
}

func ssoFields(t *onboarding.Template) []ssoField {
	return []ssoField{
		{onboarding.AuthSAML, check.EntityID, "idp_entity_id", "IDP Entity ID", t.IDPEntityID},
		{onboarding.AuthOIDC, check.Name, "oidc_idp_entity_id", "OpenID Connect IDP Entity ID", t.OIDCIDPEntityID},
	}
}

func (w *walk) fields(t *onboarding.Template) {
	if t.Resolved.AuthMode == onboarding.AuthUnknown || !t.Readable("auth_mode") {
		return
	}
	for _, f := range ssoFields(t) {
		switch {
		case !t.Readable(f.field):
		case f.mode == t.Resolved.AuthMode && f.value == "":
			w.say(t, check.Error, f.subject, "", onboarding.T("the method is %s, and %q is empty", methodName(t.Resolved.AuthMode), f.name))
		case f.mode != t.Resolved.AuthMode && f.value != "":
			w.say(t, check.Warn, f.subject, f.value, onboarding.T("the method is %s, and %q is filled; it will be ignored", methodName(t.Resolved.AuthMode), f.name))
		}
	}
}

func methodName(m onboarding.AuthMode) onboarding.Word {
	switch m {
	case onboarding.AuthSAML:
		return "Partner authentication (SAML)"
	case onboarding.AuthOIDC:
		return "Partner authentication with OpenID Connect"
	case onboarding.AuthWebex, onboarding.AuthUnknown:
	}
	return "Webex authentication"
}

// existing looks for customers to whom the method of their template never comes.
func (w *walk) existing() {
	for _, c := range w.customers {
		t := c.Resolved.Template
		if c.OrganizationID == "" || t == nil || t.Resolved.AuthMode != onboarding.AuthSAML && t.Resolved.AuthMode != onboarding.AuthOIDC {
			continue
		}
		w.add(Finding{Template: t, Customer: c, Finding: check.Finding{
			ID: w.current.ID, Level: check.Warn, Value: c.OrganizationID, Subject: check.Method,
			Message: onboarding.T("partner sign-in reaches only organizations made after the template has it; %q exists and keeps its present sign-in", c.Name),
			Hint:    onboarding.Text{Format: w.current.Fix},
		}})
	}
}

// spellings compares the names of all templates of one method, each with those before it.
func (w *walk) spellings() {
	for _, mode := range []onboarding.AuthMode{onboarding.AuthSAML, onboarding.AuthOIDC} {
		first := make(map[string]*onboarding.Template) // by folded name
		for _, t := range w.templates {
			name, f := nameOf(t, mode)
			if name == "" {
				continue
			}
			other := first[foldName(name)]
			if other == nil {
				first[foldName(name)] = t
				continue
			}
			if before, _ := nameOf(other, mode); before != name {
				w.say(t, check.Error, f.subject, name, onboarding.T("templates %q and %q name what looks like one identity provider in two spellings, %q and %q", other.Name, t.Name, before, name))
			}
		}
	}
}

// nameOf gives the name of a template's identity provider, empty when its method is another.
func nameOf(t *onboarding.Template, mode onboarding.AuthMode) (string, ssoField) {
	for _, f := range ssoFields(t) {
		if f.mode == mode && t.Resolved.AuthMode == mode {
			return f.value, f
		}
	}
	return "", ssoField{}
}

// foldName leaves out of a name what two spellings of one identity provider differ in: case, scheme, white space and
// strange characters, a slash at the end.
func foldName(name string) string {
	name, _ = likeness.Clean(name)
	name = strings.ToLower(strings.Join(strings.Fields(name), ""))
	for _, scheme := range []string{"https://", "http://"} {
		name = strings.TrimPrefix(name, scheme)
	}
	return strings.TrimRight(name, "/")
}

// strange looks at the names as they stand in the file.
func (w *walk) strange(t *onboarding.Template) {
	fields := append(ssoFields(t), ssoField{onboarding.AuthOIDC, check.TACName, "tac_idp_name", "OpenID Connect IdP name from TAC", t.TACIDPName})
	for _, f := range fields {
		value := f.value
		if w.Raw != nil {
			if raw, ok := w.Raw(t.Cell(f.field)); ok {
				value = raw
			}
		}
		clean, strange := likeness.Clean(value)
		if len(strange) == 0 {
			continue
		}
		first := strange[0]
		message := onboarding.T("%q holds %s at position %d; write %q", value, first.Name, first.Position, clean)
		if more := len(strange) - 1; more > 0 {
			message = onboarding.T("%q holds %s at position %d, and %d more; write %q", value, first.Name, first.Position, more, clean)
		}
		w.say(t, check.Error, f.subject, value, message)
	}
}

// several counts the identity providers of each method. Two spellings of one count once.
func (w *walk) several() {
	for _, mode := range []onboarding.AuthMode{onboarding.AuthSAML, onboarding.AuthOIDC} {
		var last *onboarding.Template
		names := make(map[string]bool)
		var field ssoField
		for _, t := range w.templates {
			name, f := nameOf(t, mode)
			if name == "" || names[foldName(name)] {
				continue
			}
			names[foldName(name)] = true
			last, field = t, f
		}
		if len(names) > 1 {
			w.say(last, check.Warn, field.subject, field.value, onboarding.T("the templates name %d different identity providers for %s", len(names), methodName(mode)))
		}
	}
}
