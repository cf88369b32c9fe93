package auth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"muster/auth/address"
	"muster/auth/check"
	"muster/auth/fetch"
	"muster/auth/oidc"
	"muster/auth/saml"
	"muster/internal/onboarding"
)

// saml judges the metadata of a template.
func (w *walk) saml(r Request) {
	t := r.Template
	if t.SAMLMetadata == "" {
		if t.IDPEntityID != "" && t.Readable("saml_metadata") && t.Knows("saml_metadata") {
			w.unseen(t, check.Finding{
				ID: notCompared, Level: check.Warn, Subject: check.EntityID, Value: t.IDPEntityID,
				Message: onboarding.T("not proven: no SAML metadata was given to compare %q with", t.IDPEntityID),
				Hint:    onboarding.T("name the metadata file of the identity provider in the column SAML metadata"),
			})
		}
		w.form(samlForm(t, w.card, nil))
		return
	}
	in, source, ok := w.metadata(t)
	if !ok {
		w.form(samlForm(t, w.card, nil))
		return
	}
	defer in.Close()
	result := saml.Inspect(in, saml.Options{
		EntityID: t.IDPEntityID, HasEntityID: r.HasEntityID, GoLive: w.card.GoLive, SourceURL: source, Anchor: r.Anchor, Limits: w.Limits, Horizon: w.Horizon,
	})
	w.extract(t, result)
	if !r.HasEntityID && result.Entity != nil && t.Source == nil {
		w.unseen(t, check.Finding{
			ID: notCompared, Level: check.Warn, Subject: check.EntityID,
			Message: onboarding.T("not compared: no entity ID was given to compare %q with", result.Entity.ID), Hint: onboarding.T("give the template's value with --entity-id"),
		})
	}
	w.card.Proven = w.card.Proven || result.Entity != nil
	if t.IDPEntityID == "" && result.Entity != nil && t.Source == nil {
		w.card.Name = result.Entity.ID
	}
	w.samlCard(result)
	w.take(t, t.SAMLMetadata, result.Findings)
	w.signOnHosts(t, result.Entity)
	w.form(samlForm(t, w.card, result.Entity))
}

// extract keeps the chosen entity of a provider that is judged by itself: TAC should get that one alone.
func (w *walk) extract(t *onboarding.Template, r *saml.Result) {
	if t.Source != nil || r.Entity == nil {
		return
	}
	i := slices.IndexFunc(r.Document.Entities, func(it saml.Item) bool { return it.ID == r.Entity.ID && it.Line == r.Entity.Line })
	if i >= 0 {
		w.report.Extracted = saml.Extract(r.Document, &r.Document.Entities[i])
	}
}

// metadata opens what a template names: a file, or an address when a client is there.
func (w *walk) metadata(t *onboarding.Template) (in io.ReadCloser, source string, ok bool) {
	if !isURL(t.SAMLMetadata) {
		f, err := w.Open(t, t.SAMLMetadata)
		if err != nil {
			w.unseen(t, check.Finding{
				ID: notRead, Level: check.Error, Subject: check.Metadata, Value: t.SAMLMetadata,
				Message: onboarding.T("the metadata %q cannot be read: %s", t.SAMLMetadata, reason(err)),
				Hint:    onboarding.T("give a path within the folder of the workbook, or an https address"),
			})
			return nil, "", false
		}
		return f, "", true
	}
	if w.Client == nil {
		w.unseen(t, check.Finding{
			ID: notCompared, Level: check.Warn, Subject: check.Metadata, Value: address.Shown(t.SAMLMetadata),
			Message: onboarding.T("not proven: %q was not fetched", address.Shown(t.SAMLMetadata)),
			Hint:    onboarding.T("say --online to fetch it, or save it to a file"),
		})
		return nil, "", false
	}
	a, err := w.Client.Get(w.ctx, t.SAMLMetadata)
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("it answered %d %s", a.Status, http.StatusText(a.Status))
	}
	if err != nil {
		w.unseen(t, check.Finding{
			ID: notRead, Level: check.Error, Subject: check.Metadata, Value: address.Shown(t.SAMLMetadata),
			Message: onboarding.T("the metadata cannot be fetched: %s", reason(err)),
			Hint:    onboarding.T("check the address, or save the metadata to a file"),
		})
		return nil, "", false
	}
	return io.NopCloser(bytes.NewReader(a.Body)), t.SAMLMetadata, true
}

// A document that was not looked at is told with the ID of the check that needs it most.
const (
	notRead     = "SAML-DOC-001" // it was to be read, and could not be
	notCompared = "SAML-EID-001" // nobody asked for it to be read
)

func (w *walk) unseen(t *onboarding.Template, f check.Finding) {
	w.add(Finding{Finding: f, Template: t})
}

func reason(err error) string {
	var e *fetch.Error
	if errors.As(err, &e) {
		return e.Err.Error()
	}
	return err.Error()
}

// isURL tells an address from a path.
func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http"))
}

// samlCard shows what is known of the provider, unless another template of it has shown it.
func (w *walk) samlCard(result *saml.Result) {
	if len(w.card.Keys)+len(w.card.Endpoints) > 0 {
		return
	}
	for _, c := range result.Certificates {
		if c.Err != nil {
			continue
		}
		use := c.Use
		if use == "" {
			use = "signing and encryption"
		}
		w.card.Keys = append(w.card.Keys, onboarding.ProviderKey{Use: use, Type: c.Key, Fingerprint: c.SHA256, Expiry: c.NotAfter})
	}
	if result.Entity == nil {
		return
	}
	for _, role := range result.Entity.IDPs {
		for _, e := range role.SignOn {
			w.card.Endpoints = append(w.card.Endpoints, onboarding.ProviderEndpoint{Name: "sign-on " + binding(e.Binding), URL: address.Shown(e.Location)})
		}
		for _, e := range role.Logout {
			w.card.Endpoints = append(w.card.Endpoints, onboarding.ProviderEndpoint{Name: "logout " + binding(e.Binding), URL: address.Shown(e.Location)})
		}
	}
}

// binding gives the last part of a binding's name: HTTP-POST.
func binding(urn string) string { return urn[strings.LastIndexByte(urn, ':')+1:] }

// signOnHosts knocks at the hosts where users sign in (SAML-SSO-006).
func (w *walk) signOnHosts(t *onboarding.Template, e *saml.Entity) {
	if w.Client == nil || e == nil {
		return
	}
	asked := make(map[string]bool)
	for _, role := range e.IDPs {
		for _, p := range role.SignOn {
			u, err := url.Parse(p.Location)
			if err != nil || u.Scheme != "https" || asked[u.Host] {
				continue
			}
			asked[u.Host] = true
			found := oidc.TLS(w.ctx, w.Client, p.Location, w.card.GoLive)
			for i := range found {
				found[i].ID, found[i].Subject, found[i].Line = "SAML-SSO-006", check.Metadata, p.Line
			}
			w.take(t, t.SAMLMetadata, found)
		}
	}
}

// oidc judges the name, and what is known of the provider behind it.
func (w *walk) oidc(r Request) {
	in := r.OIDC
	in.GoLive = w.card.GoLive
	if w.Client != nil && (in.Issuer != "" || in.DiscoveryURL != "") {
		in = oidc.Fetch(w.ctx, w.Client, in)
	}
	result := oidc.Inspect(in)
	w.card.Proven = w.card.Proven || result.Document != nil && len(result.Keys) > 0
	w.oidcCard(result)
	for _, f := range result.Findings {
		file := documentName(in)
		if strings.HasPrefix(f.ID, "OIDC-JWKS-") {
			file = r.keysName(result)
		}
		w.take(r.Template, file, []check.Finding{f})
	}
	if result.Document != nil && in.Keys == nil && in.FetchedKeys == nil {
		w.unseen(r.Template, check.Finding{
			ID: "OIDC-JWKS-001", Level: check.Warn, Subject: check.Issuer, Message: onboarding.T("not proven: no key set was looked at"),
			Hint: onboarding.T("give the file with --jwks, or let it be fetched"),
		})
	}
	if w.Client != nil && result.Document != nil {
		w.take(r.Template, "", oidc.Network(w.ctx, w.Client, in, result))
	}
	w.form(oidcForm(r.Template, w.card, in, result.Document))
}

// keysName is what the lines of findings about keys count in.
func (r Request) keysName(result *oidc.Result) string {
	if r.KeysFile == "" && result.Document != nil {
		return address.Shown(result.Document.KeySetURL)
	}
	return r.KeysFile
}

// documentName is what the lines of findings count in.
func documentName(in oidc.Input) string {
	if in.FetchedDiscovery != nil && in.FetchedDiscovery.Answer != nil {
		return in.FetchedDiscovery.Answer.FinalURL
	}
	return address.Shown(in.DiscoveryURL)
}

// oidcCard shows what is known of the provider, unless another template of it has shown it.
func (w *walk) oidcCard(result *oidc.Result) {
	if len(w.card.Keys)+len(w.card.Endpoints) > 0 {
		return
	}
	for _, k := range result.Keys {
		kind := k.Type
		if k.Curve != "" {
			kind += " " + k.Curve
		}
		if k.Bits > 0 {
			kind += "-" + strconv.Itoa(k.Bits)
		}
		use := map[string]string{"sig": "signing", "enc": "encryption", "": "signing and encryption"}[k.Use]
		w.card.Keys = append(w.card.Keys, onboarding.ProviderKey{Use: use, Type: kind, Fingerprint: k.SPKI, Expiry: k.CertificateExpiry})
	}
	if d := result.Document; d != nil {
		for _, e := range []onboarding.ProviderEndpoint{
			{Name: "issuer", URL: d.Issuer},
			{Name: "authorization", URL: d.AuthorizationEndpoint},
			{Name: "token", URL: d.TokenEndpoint},
			{Name: "key set", URL: d.KeySetURL},
			{Name: "UserInfo", URL: d.UserInfoEndpoint},
			{Name: "logout", URL: d.EndSessionEndpoint},
		} {
			if e.URL = address.Shown(e.URL); e.URL != "" {
				w.card.Endpoints = append(w.card.Endpoints, e)
			}
		}
	}
}
