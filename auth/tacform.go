package auth

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"muster/auth/address"
	"muster/auth/oidc"
	"muster/auth/saml"
	"muster/internal/onboarding"
)

// Form is what Cisco TAC asks for to set up one identity provider: what is known, what is missing, and what TAC sends back.
// It holds no secret.
type Form struct {
	Title    string
	Provider *onboarding.Provider
	Items    []FormItem
	ToCome   []string
}

// FormItem is one value that TAC asks for.
type FormItem struct {
	Name     string
	Value    string // empty when it is missing
	Optional bool
	Note     string
}

// form keeps a form; what a form of the same provider lacks is filled in from it.
func (w *walk) form(f Form) {
	i := slices.IndexFunc(w.report.Forms, func(have Form) bool { return have.Provider == f.Provider })
	if i < 0 {
		w.report.Forms = append(w.report.Forms, f)
		return
	}
	items := w.report.Forms[i].Items
	for n := range items {
		if items[n].Value == "" {
			items[n] = f.Items[n]
		}
	}
}

// samlForm fills in the form of a SAML provider; e is nil when its metadata was not read.
func samlForm(t *onboarding.Template, card *onboarding.Provider, e *saml.Entity) Form {
	f := Form{Title: "Partner sign-in by SAML", Provider: card, ToCome: []string{
		"the metadata file of Webex for the identity provider: load it there and record who did so and when",
	}}
	f.Items = []FormItem{
		{Name: "Partner organization ID", Note: "from Partner Hub, Account"},
		{Name: "Entity ID of the identity provider", Value: card.Name, Note: "the same, byte for byte, as in the template's field IDP Entity ID"},
		{Name: "Metadata of the identity provider", Value: t.SAMLMetadata, Note: "attach the original file, unedited"},
		{Name: "NameID format", Value: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
		{Name: "Attribute with the e-mail address", Value: "mail", Note: "it must equal the address that is provisioned in Webex"},
		{Name: "passEmailInRequest", Note: "yes if the identity provider needs the user's e-mail address in the request, else no"},
		{Name: "Several ACS URLs", Note: "confirm that the identity provider takes them by index or by request"},
	}
	if e != nil && len(e.IDPs) > 0 && len(e.IDPs[0].NameIDFormats) > 0 {
		f.Items[3].Note = "first in the metadata is " + e.IDPs[0].NameIDFormats[0].URI
	}
	return f
}

// oidcForm fills in the form of an OpenID provider; d is nil when its discovery document was not read.
func oidcForm(t *onboarding.Template, card *onboarding.Provider, in oidc.Input, d *oidc.Document) Form {
	f := Form{Title: "Partner sign-in by OpenID Connect", Provider: card}
	var form oidc.TACForm
	if in.Form != nil {
		form = *in.Form
	}
	if d != nil {
		fillIn(&form.AuthorizationEndpoint, d.AuthorizationEndpoint)
		fillIn(&form.TokenEndpoint, d.TokenEndpoint)
		fillIn(&form.KeySetURL, d.KeySetURL)
		fillIn(&form.UserInfoEndpoint, d.UserInfoEndpoint)
	}
	fillIn(&form.DiscoveryURL, in.DiscoveryURL)
	if in.Issuer != "" {
		fillIn(&form.DiscoveryURL, oidc.DiscoveryURL(in.Issuer))
	}
	if form.RedirectURI == "" {
		f.ToCome = append(f.ToCome, "the redirect URI: register it at the identity provider byte for byte and record who did so and when")
	}
	if in.TACName == "" {
		f.ToCome = append(f.ToCome, "the confirmed name of the identity provider: write it into the column OpenID Connect IdP name from TAC")
	}
	scopes := FormItem{Name: "Scopes", Value: form.Scopes, Note: "must contain openid and email"}
	if fillIn(&scopes.Value, "openid email profile"); form.Scopes == "" {
		scopes.Note = "proposed, nothing was given; must contain openid and email"
	}
	secret := FormItem{Name: "Client secret", Note: "hand it over in the case itself, never by file or mail"}
	if form.SecretDelivered {
		secret.Value = "delivered"
	}
	f.Items = []FormItem{
		{Name: "Partner organization ID", Value: form.OrganizationID, Note: "from Partner Hub, Account"},
		{Name: "Name of the identity provider", Value: t.OIDCIDPEntityID, Note: "1 to 128 letters, digits, hyphens, underscores, tildes and dots; unique whatever the case"},
		{Name: "Client ID", Value: form.ClientID},
		secret,
		scopes,
		{Name: "Discovery endpoint", Value: form.DiscoveryURL, Optional: form.AuthorizationEndpoint != "" && form.TokenEndpoint != ""},
		{Name: "Authorization endpoint", Value: form.AuthorizationEndpoint, Optional: form.DiscoveryURL != ""},
		{Name: "Token endpoint", Value: form.TokenEndpoint, Optional: form.DiscoveryURL != ""},
		{Name: "Key set endpoint", Value: form.KeySetURL, Optional: true},
		{Name: "Redirect URI of Webex", Value: form.RedirectURI, Optional: true, Note: "comes from TAC"},
		{Name: "UserInfo endpoint", Value: form.UserInfoEndpoint, Optional: true, Note: "needed where the e-mail address is not in the ID token"},
	}
	return f
}

func fillIn(to *string, value string) {
	if *to == "" {
		*to = value
	}
}

// WriteForms writes what TAC asks for as Markdown.
func WriteForms(w io.Writer, forms []Form) error {
	var b strings.Builder
	b.WriteString("# For Cisco TAC: partner sign-in\n\n")
	if len(forms) == 0 {
		b.WriteString("No template names an identity provider of the partner: there is nothing to ask TAC for.\n")
	}
	for _, f := range forms {
		name := inline(f.Provider.Name)
		if name == "" {
			name = "not named yet"
		}
		fmt.Fprintf(&b, "## %s: %s\n\n", f.Title, name)
		if len(f.Provider.Templates) > 0 {
			fmt.Fprintf(&b, "Templates: %s. Go-live: %s.\n\n", inline(strings.Join(f.Provider.Templates, ", ")), f.Provider.GoLive.Format("2006-01-02"))
		}
		f.writeItems(&b)
		if len(f.ToCome) > 0 {
			b.WriteString("\nStill to come from TAC:\n\n")
		}
		for _, s := range f.ToCome {
			fmt.Fprintf(&b, "- [ ] %s\n", s)
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeItems writes the table of what TAC asks for.
func (f Form) writeItems(b *strings.Builder) {
	b.WriteString("| Asked for | Value | |\n| --- | --- | --- |\n")
	for _, it := range f.Items {
		value := inline(address.Shown(it.Value))
		switch {
		case it.Value == "" && it.Optional:
			value = "not given (optional)"
		case it.Value == "":
			value = "**missing**"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", it.Name, value, inline(it.Note))
	}
}

// inline keeps a text within its cell of a table.
func inline(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' && r != '\r' {
			return unicode.ReplacementChar // a mark that nobody sees must not pass for nothing
		}
		return r
	}, s)
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", "`", "\\`").Replace(s)
}
