package worksheet_test

import (
	"testing"

	"muster/importer/worksheet"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
	"muster/internal/resolve"
)

// titles gives the English titles of a worksheet's screens.
func titles(w *onboarding.Worksheet) []string {
	var out []string
	for _, s := range w.Screens {
		out = append(out, s.Title.English)
	}
	return out
}

func batch(templates ...*onboarding.Template) *onboarding.Batch {
	src := &onboarding.Source{File: "book.xlsx", Sheet: "Templates", Kind: onboarding.Templates, HeaderRow: 1, Language: "de"}
	for i, f := range []onboarding.Field{"name", "provisioning_id", "country"} {
		src.SetColumn(f, i+1)
	}
	for i, t := range templates {
		t.Row = onboarding.Row{Source: src, Number: i + 2}
	}
	return &onboarding.Batch{Sources: []*onboarding.Source{src}, Templates: templates}
}

func made(t *testing.T, b *onboarding.Batch, lang string, chosen func(*onboarding.Customer) bool) []*onboarding.Worksheet {
	t.Helper()
	o := worksheet.Options{Facts: facts.Load(), Words: locale.Load(), Lang: lang, Chosen: chosen}
	resolve.New(o.Facts, b)
	return worksheet.Make(b, o)
}

func everyone(*onboarding.Customer) bool { return true }

// The screen of call settings is there only for both platforms, and each method asks for its own name.
func TestScreens(t *testing.T) {
	b := batch(
		&onboarding.Template{Name: "plain"},
		&onboarding.Template{Name: "both", Platforms: "Wholesale, BroadWorks", Authentication: "Partner SAML"},
		&onboarding.Template{Name: "odd", Authentication: "telepathy", AllowAdminInvite: "maybe"},
	)
	sheets := made(t, b, "ja", everyone)
	if len(sheets) != 3 {
		t.Fatalf("%d worksheets", len(sheets))
	}
	if n, m := len(titles(sheets[0])), len(titles(sheets[1])); m != n+1 {
		t.Errorf("screens are %v and %v", titles(sheets[0]), titles(sheets[1]))
	}
	missing := func(i int) map[onboarding.Field]bool {
		out := make(map[onboarding.Field]bool)
		for _, c := range sheets[i].Missing() {
			out[c.Field] = true
		}
		return out
	}
	if m := missing(0); !m["country"] || !m["subscription"] || m["name"] || m["idp_entity_id"] || m["auth_mode"] {
		t.Errorf("plain lacks %v", m)
	}
	if m := missing(1); !m["idp_entity_id"] || m["oidc_idp_entity_id"] {
		t.Errorf("both lacks %v", m)
	}
	if m := missing(2); !m["auth_mode"] || !m["allow_admin_invite_emails"] {
		t.Errorf("odd lacks %v", m)
	}
	if l := sheets[0].Screens[1].Title; l.English != "Primary settings" || l.Other != "基本設定" {
		t.Errorf("the title is %+v", l)
	}
	if got := sheets[0].Goes.Cell() + " " + sheets[0].Column; got != "Templates!B2 Bereitstellungs-ID" {
		t.Errorf("the Provisioning ID goes into %s", got)
	}
	if a, b := sheets[0].Settings(), sheets[1].Settings(); b != a+2 { // the entity ID, and the switch of calls
		t.Errorf("%d and %d settings", a, b)
	}
}

// A selection leaves out templates that nobody in it uses.
func TestSelection(t *testing.T) {
	b := batch(&onboarding.Template{Name: "one"}, &onboarding.Template{Name: "two"})
	b.Customers = []*onboarding.Customer{{ExternalID: "a", Template: "one"}, {ExternalID: "b", Template: "two"}, {ExternalID: "c", Template: "TWO"}}
	sheets := made(t, b, "", func(c *onboarding.Customer) bool { return c.ExternalID != "a" })
	if len(sheets) != 1 || sheets[0].Template.Name != "two" || len(sheets[0].Customers) != 2 {
		t.Errorf("%d worksheets", len(sheets))
	}
	if l := sheets[0].Screens[1].Title; l.Other != "" {
		t.Errorf("without a language the title is %+v", l)
	}
}
