package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/auth/fetch"
	"muster/auth/oidc"
	"muster/internal/onboarding"
)

// golden compares a text with a file below testdata; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-) is not what came (+); UPDATE_GOLDEN=1 writes it:\n%s", file, diff)
	}
}

func written(t *testing.T, forms []Form) string {
	t.Helper()
	var b strings.Builder
	if err := WriteForms(&b, forms); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormsOfAWorkbook(t *testing.T) {
	hard := oidcTemplate("Florists <b> `x`\n| Sons", "")
	hard.OIDCIDPEntityID = "partner|oidc\nlogin"
	r := judge(batch(samlTemplate("Bakeries", "idp.xml"), samlTemplate("Grocers", "idp.xml"), hard), Options{
		Open: files(map[string]string{"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", far)}),
	})
	got := written(t, r.Forms)
	golden(t, "tac-form-workbook.md", got)
	for line := range strings.Lines(got) {
		if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); strings.HasPrefix(line, "|") && cells != 4 {
			t.Errorf("a value breaks the table: %q", line)
		}
		if strings.Contains(line, "<b>") {
			t.Errorf("a value is taken for HTML: %q", line)
		}
	}
}

func TestFormOfFlags(t *testing.T) {
	tpl := &onboarding.Template{OIDCIDPEntityID: "partner-oidc", OIDCIssuer: "https://idp.partner.net"}
	tpl.Resolved.AuthMode = onboarding.AuthOIDC
	in := oidc.Input{
		Name: "partner-oidc", HasName: true, Issuer: "https://idp.partner.net",
		Form: &oidc.TACForm{ClientID: "webex-client", SecretDelivered: true, Scopes: "openid email", OrganizationID: "2f1e0d9c-0000-4000-8000-1a2b3c4d5e6f"},
		Discovery: []byte(`{"issuer": "https://idp.partner.net", "authorization_endpoint": "https://idp.partner.net/authorize",
			"token_endpoint": "https://idp.partner.net/token", "jwks_uri": "https://idp.partner.net/keys", "userinfo_endpoint": "https://idp.partner.net/userinfo"}`),
	}
	r := Provider(context.Background(), Request{Template: tpl, OIDC: in}, Options{Today: today})
	golden(t, "tac-form-flags.md", written(t, r.Forms))
}

// A password that somebody wrote into an address goes into no form, no card and no finding.
func TestNoPasswords(t *testing.T) {
	const address = "https://admin:hunter2@idp.partner.net/sso?mail=a@b"
	written := func(r *Report) string {
		out := written(t, r.Forms)
		for _, p := range r.Providers {
			out += fmt.Sprintf("%+v", *p)
		}
		for _, f := range r.Findings {
			out += fmt.Sprintln(f.Message, f.Hint, f.Value)
		}
		return out
	}
	tests := map[string]*Report{
		"address of metadata":           judge(batch(samlTemplate("t", address)), Options{}),
		"address that is not asked":     judge(batch(samlTemplate("t", address)), Options{Client: fetch.New(fetch.Options{})}),
		"sign-on address":               judge(batch(samlTemplate("t", "idp.xml")), Options{Open: files(map[string]string{"idp.xml": metadata(t, entityID, address, far)})}),
		"issuer":                        judge(batch(oidcTemplate("t", address)), Options{}),
		"issuer that is not asked":      judge(batch(oidcTemplate("t", address)), Options{Client: fetch.New(fetch.Options{})}),
		"address of a form without one": judge(batch(oidcTemplate("", "")), Options{}),
	}
	for name, r := range tests {
		if got := written(r); strings.Contains(got, "hunter2") {
			t.Errorf("%s: told in %s", name, got)
		}
	}
}

// What one template of a provider lacks is taken from another; what is there stays.
func TestFormsOfOneProvider(t *testing.T) {
	open := files(map[string]string{"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", far)})
	r := judge(batch(samlTemplate("a", ""), samlTemplate("b", "idp.xml"), samlTemplate("c", "absent.xml")), Options{Open: open})
	if len(r.Forms) != 1 {
		t.Fatalf("%d forms for one provider", len(r.Forms))
	}
	for _, it := range r.Forms[0].Items {
		if it.Name == "Metadata of the identity provider" && it.Value != "idp.xml" {
			t.Errorf("the form names %q", it.Value)
		}
	}
	if got := r.Forms[0].Provider; got != r.Providers[0] || len(got.Templates) != 3 {
		t.Errorf("the form is for templates %q", got.Templates)
	}
}

func TestNoForms(t *testing.T) {
	want := "# For Cisco TAC: partner sign-in\n\nNo template names an identity provider of the partner: there is nothing to ask TAC for.\n"
	if diff := cmp.Diff(want, written(t, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestFormsThatCannotBeWritten(t *testing.T) {
	if err := WriteForms(brokenWriter{}, nil); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

var errFull = errors.New("the disk is full")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errFull }
