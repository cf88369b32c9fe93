package worksheet

import (
	"muster/internal/onboarding"
)

// hub is where partners work.
const hub = "https://admin.webex.com"

func (m *maker) screens() []onboarding.Screen {
	out := []onboarding.Screen{
		{Title: onboarding.Label{English: "Begin", Ours: onboarding.T("Begin")}, Clicks: m.begin()},
		{Title: m.label("primary_settings"), Clicks: m.primary()},
		{Title: onboarding.Label{English: "Wholesale calling", Ours: onboarding.T("Wholesale calling")}, Clicks: m.calling()},
		{Title: m.label("auth_mode"), Clicks: m.signIn()},
		{Title: m.label("email_settings"), Clicks: m.mail()},
	}
	if m.t.Resolved.BroadWork {
		out = append(out, onboarding.Screen{Title: m.label("call_settings"), Clicks: m.calls()})
	}
	return append(out,
		onboarding.Screen{Title: onboarding.Label{English: "Review", Ours: onboarding.T("Review")}, Clicks: review()},
		onboarding.Screen{Title: m.label("provisioning_id"), Clicks: m.end()},
	)
}

func (m *maker) begin() []onboarding.Click {
	choose := plain("choose Webex for Wholesale, then click Next")
	if m.t.Resolved.BroadWork {
		choose = plain("choose Webex for Wholesale and Webex for BroadWorks, then click Next")
	}
	return []onboarding.Click{
		plain("sign in to Partner Hub (%s) with the roles Full administrator and Webex for Wholesale administrator", hub),
		plain("click Customers"),
		plain("click Onboarding templates (older pages call it Templates); if the list has %q already, compare its settings instead", m.t.Name),
		plain("click Create template"),
		choose,
	}
}

func (m *maker) primary() []onboarding.Click {
	t := m.t
	country := m.must("country", t.Country, onboarding.T("select"))
	country.Advice = onboarding.T("also the default of language and meeting sites; a customer's own country stands in its row")
	if iso := t.Resolved.Country; iso != "" && iso != t.Country {
		country.Do = onboarding.T("select (code %s)", iso)
	}
	return []onboarding.Click{
		m.must("name", t.Name, onboarding.T("enter")),
		m.must("service_provider_admin", t.ServiceProviderAdmin, onboarding.T("select")),
		country,
		m.must("default_email_language", t.DefaultEmailLanguage, onboarding.T("select")),
		m.must("subscription", t.Subscription, onboarding.T("select")),
		plain("click Next"),
	}
}

func (m *maker) calling() []onboarding.Click {
	c := m.set("ccp_provider", m.t.CCPProvider, onboarding.T("leave it unselected"))
	c.Advice = onboarding.T("the vendor advises against one here: it binds every customer of the template; choose the PSTN connection per location")
	if m.t.CCPProvider != "" {
		c.Do = onboarding.T("select, if it is really meant")
	}
	return []onboarding.Click{c, plain("click Next")}
}

func (m *maker) signIn() []onboarding.Click {
	t := m.t
	mode := m.set("auth_mode", m.label("auth.webex").English, onboarding.T("choose"))
	var more []onboarding.Click
	switch t.Resolved.AuthMode {
	case onboarding.AuthWebex:
		mode.Advice = onboarding.T("the default: Webex signs users in, nothing is to be proven")
	case onboarding.AuthSAML:
		mode.Value = m.label("auth.saml").English
		id := m.must("idp_entity_id", t.IDPEntityID, onboarding.T("enter, letter for letter"))
		id.Advice = onboarding.T("the EntityID of the provider's SAML metadata; `muster auth check` must say ready before")
		more = append(more, id)
	case onboarding.AuthOIDC:
		mode.Value = m.label("auth.oidc").English
		id := m.must("oidc_idp_entity_id", t.OIDCIDPEntityID, onboarding.T("enter, letter for letter"))
		id.Advice = onboarding.T("the name agreed with Cisco TAC, whose case must be closed; `muster auth check` must say ready before")
		more = append(more, id)
		if t.TACIDPName != "" {
			more = append(more, m.set("tac_idp_name", t.TACIDPName, onboarding.T("compare: the name of the closed TAC case must be the same")))
		}
	case onboarding.AuthUnknown:
		mode.Value, mode.Missing = t.Authentication, true
		mode.Do = onboarding.T("nobody knows this word; it must be one of Webex, Partner SAML, Partner OpenID Connect")
	}
	if other := m.modeWord(); other != "" {
		mode.Do = onboarding.T("choose (%s)", other)
	}
	out := append([]onboarding.Click{mode}, more...)
	return append(out, plain("click Next"))
}

// modeWord is the authentication method in the other language.
func (m *maker) modeWord() string {
	word := map[onboarding.AuthMode]string{onboarding.AuthWebex: "auth.webex", onboarding.AuthSAML: "auth.saml", onboarding.AuthOIDC: "auth.oidc"}[m.t.Resolved.AuthMode]
	if word == "" {
		return ""
	}
	return m.label(word).Other
}

func (m *maker) mail() []onboarding.Click {
	brand := m.set("brand_name", m.t.BrandName, onboarding.T("enter"))
	if m.t.BrandName == "" {
		brand.Do = onboarding.T("leave it empty: mails then do not name the provider")
	}
	invite := m.toggle("allow_admin_invite_emails", m.t.AllowAdminInvite)
	invite.Advice = onboarding.T("off by default; needed where customers attach to an organization that exists. It is the one setting that can be changed by API later")
	out := []onboarding.Click{brand, invite}
	if !m.t.Resolved.BroadWork {
		out = append(out, plain("click Next"))
	}
	return out
}

func (m *maker) calls() []onboarding.Click {
	c := m.toggle("allow_webex_to_webex_calling", m.t.AllowWebexToWebex)
	c.Advice = onboarding.T("shown only when both platforms were chosen; off by default")
	return []onboarding.Click{c, plain("click Next")}
}

// toggle is a switch: on where the cell says yes, off where it says no or nothing.
func (m *maker) toggle(field onboarding.Field, word string) onboarding.Click {
	on, known := m.Facts.YesNo(word)
	c := m.set(field, "off", onboarding.T("switch off"))
	c.Shown = onboarding.T("off")
	switch {
	case on:
		c.Value, c.Do, c.Shown = "on", onboarding.T("switch on"), onboarding.T("on")
	case word != "" && !known:
		c.Value, c.Do, c.Missing, c.Shown = word, onboarding.T("the cell says neither yes nor no"), true, onboarding.Text{}
	}
	return c
}

func review() []onboarding.Click {
	return []onboarding.Click{
		plain("compare the summary with this sheet, line by line; Edit changes a setting"),
		plain("click Submit; the template appears in the list"),
	}
}

func (m *maker) end() []onboarding.Click {
	copyID := m.set("provisioning_id", m.t.ProvisioningID, onboarding.T("open the template, copy its Provisioning ID, and paste it as text into the cell"))
	if m.t.ProvisioningID != "" {
		copyID.Do = onboarding.T("the sheet has one already: open the template and compare")
	}
	return []onboarding.Click{
		copyID,
		plain("save the workbook, and run `muster check` on it"),
		plain("onboard a throw-away customer with the template and sign in once, before the first wave"),
	}
}
