package facts

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestCountry(t *testing.T) {
	f := Load()
	for word, want := range map[string]string{
		"US": "US", "us": "US", "USA": "US", "deu": "DE", "United States": "US", "the United States of America": "US", "Deutschland": "DE", "Alemania": "DE", "ألمانيا": "DE",
		"ドイツ": "DE", "德國": "DE", "España": "ES", "Spanien": "ES", "México": "MX", "Mexiko": "MX", "日本": "JP", "Japón": "JP", "台灣": "TW", "Taiwán": "TW", "台湾": "TW",
		"الإمارات العربية المتحدة": "AE", "アラブ首長国連邦": "AE", "UK": "GB", "Vereinigte Arabische Emirate": "AE", "Atlantis": "", "": "", "XX": "",
	} {
		if got, ok := f.Country(word); got != want || ok != (want != "") {
			t.Errorf("Country(%q) = %q %v, want %q", word, got, ok, want)
		}
	}
}

func TestAddressRule(t *testing.T) {
	f := Load()
	us := f.AddressRule("US")
	if !us.StateRequired || !us.ZipRequired || us.Confidence != Documented || !us.HasStates || us.CallingCode != "1" {
		t.Errorf("US: %+v", us)
	}
	if ca := f.AddressRule("CA"); ca.Confidence != Documented || !ca.StateRequired {
		t.Errorf("CA: %+v", ca)
	}
	if de := f.AddressRule("DE"); de.StateRequired || !de.ZipRequired || de.Confidence != Practice {
		t.Errorf("DE: %+v", de)
	}
	for _, c := range []struct {
		iso, zip     string
		match, known bool
	}{
		{"US", "78701", true, true},
		{"US", "78701-1234", true, true},
		{"US", "7870", false, true},
		{"CA", "h3z 2y7", true, true},
		{"DE", "10115", true, true},
		{"DE", "1011", false, true},
		{"AE", "00000", false, false},
		{"XX", "1", false, false},
	} {
		if match, known := f.MatchZip(c.iso, c.zip); match != c.match || known != c.known {
			t.Errorf("MatchZip(%s, %s) = %v %v", c.iso, c.zip, match, known)
		}
	}
}

func TestState(t *testing.T) {
	f := Load()
	for _, c := range []struct{ iso, word, want string }{
		{"US", "TX", "TX"},
		{"US", "tx", "TX"},
		{"US", "Texas", "TX"},
		{"US", "US-TX", "TX"},
		{"JP", "東京都", "13"},
		{"JP", "東京", "13"},
		{"JP", "Tokyo", "13"},
		{"AE", "Dubai", "DU"},
		{"MX", "Jalisco", "JAL"},
		{"US", "Texass", ""},
	} {
		if got, known := f.State(c.iso, c.word); got != c.want || known != (c.want != "") {
			t.Errorf("State(%s, %q) = %q %v, want %q", c.iso, c.word, got, known, c.want)
		}
	}
	if got, known := f.State("DE", "Bayern"); got != "Bayern" || known {
		t.Errorf("a state of a country without a list: %q %v", got, known)
	}
}

func TestZone(t *testing.T) {
	f := Load()
	for _, name := range f.zones.canonical {
		if _, err := time.LoadLocation(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if z, ok := f.Zone("america/new_york"); z != "America/New_York" || !ok {
		t.Errorf("case: %q %v", z, ok)
	}
	if _, ok := f.Zone("America/NY"); ok {
		t.Error("America/NY is no time zone")
	}
	if !f.ZoneIn("DE", "Europe/Berlin") || f.ZoneIn("DE", "Europe/Paris") || !f.ZoneSeen("America/Chicago") || f.ZoneSeen("Europe/Rome") {
		t.Error("zones of countries are mixed up")
	}
}

func TestLanguages(t *testing.T) {
	f := Load()
	for _, c := range []struct {
		word, iso, org string
		orgKnown       bool
		calling        string
		callKnown      bool
	}{
		{"en", "US", "en", true, "en_us", true},
		{"en-us", "US", "en_US", true, "en_us", true},
		{"de", "DE", "de", true, "de_de", true},
		{"German", "DE", "de", true, "de_de", true},
		{"Deutsch", "DE", "de", true, "de_de", true},
		{"es", "MX", "es", true, "es_mx", true},
		{"es", "AR", "es", true, "es_es", true},
		{"日本語", "JP", "ja", true, "ja_jp", true},
		{"繁體中文", "TW", "zh_TW", true, "zh_tw", true},
		{"العربية", "AE", "ar", true, "ar_sa", true},
		{"sw_KE", "KE", "sw_KE", false, "sw_ke", false},
		{"Klingon", "US", "", false, "", false},
		{"e", "US", "", false, "", false},
	} {
		if got, known := f.OrgLanguage(c.word); got != c.org || known != c.orgKnown {
			t.Errorf("OrgLanguage(%q) = %q %v, want %q", c.word, got, known, c.org)
		}
		if got, known := f.CallingLanguage(c.word, c.iso); got != c.calling || known != c.callKnown {
			t.Errorf("CallingLanguage(%q, %s) = %q %v, want %q", c.word, c.iso, got, known, c.calling)
		}
	}
}

func TestPackages(t *testing.T) {
	f := Load()
	for word, want := range map[string]string{
		"webex_calling": "webex_calling", "Webex Calling": "webex_calling", "webex-calling": "webex_calling", "Enhanced Calling": "webex_calling",
		"Customer Experience Essentials": "cx_essentials", "Customer Assist": "cx_essentials", "WEBEX SUITE": "webex_suite", "Webex Caling": "",
	} {
		p, ok := f.Package(word)
		if ok != (want != "") || ok && p.API != want {
			t.Errorf("Package(%q) = %v %v, want %q", word, p, ok, want)
		}
	}
	for _, p := range f.Packages() {
		if p.Quantity != (p.LimitKey != "") || p.UserAssignable && !p.CustomerAssignable {
			t.Errorf("%+v", p)
		}
	}
}

func TestWords(t *testing.T) {
	f := Load()
	for _, w := range []string{"yes", "Ja", "SÍ", "نعم", "はい", "是", "x", "1", "TRUE", "✓"} {
		if v, ok := f.YesNo(w); !v || !ok {
			t.Errorf("%q does not mean yes", w)
		}
	}
	for _, w := range []string{"no", "Nein", "لا", "いいえ", "否", "0", "false"} {
		if v, ok := f.YesNo(w); v || !ok {
			t.Errorf("%q does not mean no", w)
		}
	}
	if _, ok := f.YesNo("maybe"); ok {
		t.Error("maybe means something")
	}
	for _, w := range []string{"Full administrator", "完全管理員", "Volladministrator", "Administrador completo", "المسؤول الكامل", "フル管理者"} {
		if r, ok := f.Role(w); r != "Full Administrator" || !ok {
			t.Errorf("Role(%q) = %q %v", w, r, ok)
		}
	}
	if r, ok := f.Role("User"); r != "" || !ok {
		t.Errorf("an ordinary user: %q %v", r, ok)
	}
	for w, want := range map[string]int{"Webex": 0, "Partner SAML": 1, "Partner OpenID Connect": 2, "OpenID Connect を使用したパートナー認証": 2} {
		if m, ok := f.AuthMode(w); m != want || !ok {
			t.Errorf("AuthMode(%q) = %d %v", w, m, ok)
		}
	}
	if !f.Unlimited("Unbegrenzt") || f.Unlimited("12") {
		t.Error("unlimited")
	}
	if !f.EmergencyNumber("911", "") || !f.EmergencyNumber("110", "DE") || f.EmergencyNumber("110", "US") {
		t.Error("emergency numbers")
	}
	if !f.FreeMail("Gmail.com") || f.FreeMail("bakery.example") {
		t.Error("free mail")
	}
	if p, ok := f.Platform("BroadWorks"); p != "broadworks" || !ok {
		t.Error("platform")
	}
}

func TestPhone(t *testing.T) {
	f := Load()
	for _, c := range []struct {
		text, iso, want string
		valid, free     bool
	}{
		{"+15125550100", "US", "+15125550100", true, false},
		{"(512) 555-0100", "US", "+15125550100", true, false},
		{"1 512 555 0100", "US", "+15125550100", true, false},
		{"030 901820", "DE", "+4930901820", true, false},
		{"+49 30 901820", "US", "+4930901820", true, false},
		{"004930901820", "DE", "+4930901820", true, false},
		{"0016564124567", "HK", "+6564124567", true, false}, // 001 is dialled there
		{"004930901820", "", "+4930901820", true, false},
		{"03-3581-0101", "JP", "+81335810101", true, false},
		{"02 2720 8889", "TW", "+886227208889", true, false},
		{"04 295 0000", "AE", "+97142950000", true, false},
		{"800 555 0100", "US", "+18005550100", true, true},
		{"+1555", "US", "", false, false},
		{"5125550100 x12", "US", "", false, false},
		{"call me", "US", "", false, false},
		{"5125550100; 5125550101", "US", "", false, false},
		{"030 901820", "", "", false, false},
		{"+99912345678", "US", "", false, false},
	} {
		got, err := f.Phone(c.text, c.iso)
		if c.want == "" {
			if err == nil && got.Valid {
				t.Errorf("Phone(%q) = %+v, want an error", c.text, got)
			}
			continue
		}
		if err != nil || got.E164 != c.want || got.Valid != c.valid || got.TollFree != c.free {
			t.Errorf("Phone(%q, %s) = %+v, %v; want %s", c.text, c.iso, got, err, c.want)
		}
	}
}

func FuzzPhone(f *testing.F) {
	f.Add("+15125550100", "US")
	f.Add("030 901820", "DE")
	f.Add("00٣٣", "")
	tables := Load()
	f.Fuzz(func(t *testing.T, text, iso string) {
		p, err := tables.Phone(text, iso)
		if err == nil && !isE164(p.E164) {
			t.Errorf("Phone(%q, %q) = %+v", text, iso, p)
		}
		tables.Country(text)
		tables.State(iso, text)
		tables.CallingLanguage(text, iso)
	})
}
