package redact

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"muster/internal/onboarding"
)

func fixed(seed string) *Redactor {
	words := map[string]bool{"Webex Calling": true, "webex_calling": true, "Germany": true, "Users": true, "users": true}
	return New([]byte(strings.Repeat(seed, 32)), func(s string) bool { return words[s] })
}

// TestShape holds what a pseudonym keeps of its value.
func TestShape(t *testing.T) {
	r := fixed("k")
	for value, shape := range map[string]string{
		"ana.silva@bakery.example":           `^user-[a-z2-7]{8}@domain-[a-z2-7]{8}\.example$`,
		"+4930123456":                        `^\+49[bcdfghjkmn]{8}$`,
		"+1 (512) 555-0100":                  `^\+1[bcdfghjkmn]{10}$`,
		"+35312345678":                       `^\+353[bcdfghjkmn]{8}$`,
		"030 123 45 67":                      `^[bcdfghjkmn]{10}$`,
		"SW1A 1AA":                           `^[A-Z]{2}[bcdfghjkmn][A-Z] [bcdfghjkmn][A-Z]{2}$`,
		"https://idp.bakery.example/saml/me": `^https://domain-[a-z2-7]{8}\.example/path-[a-z2-7]{8}$`,
		"https://idp.bakery.example:8443":    `^https://domain-[a-z2-7]{8}\.example:8443$`,
		"https://u:p@idp.bakery.example/?t":  `^https://domain-[a-z2-7]{8}\.example/path-[a-z2-7]{8}$`,
		"idp.bakery.example":                 `^domain-[a-z2-7]{8}\.example$`,
		"Bäckerei Müller GmbH":               `^anon-[a-z2-7]{8}$`,
		"Bäckerei.xlsx":                      `^file-[a-z2-7]{8}\.xlsx$`,
		"crm-004711":                         `^anon-[a-z2-7]{8}$`,
		"CRM-0047":                           `^[A-Z]{3}-[bcdfghjkmn]{4}$`,
		"٠٣٠١٢٣٤٥٦":                          `^anon-[a-z2-7]{8}$`,
	} {
		got := r.Value(value)
		if !regexp.MustCompile(shape).MatchString(got) {
			t.Errorf("%q became %q, want %s", value, got, shape)
		}
		if again := r.Value(got); strings.Contains(got, "-") && strings.Contains(shape, "a-z2-7") && again != got {
			t.Errorf("%q became %q when it was replaced once more", got, again)
		}
		if got != fixed("k").Value(value) || got == fixed("l").Value(value) {
			t.Errorf("%q: %q is not that of its key", value, got)
		}
	}
	for _, harmless := range []string{"Webex Calling", "Germany", "12", "2026-11-28", "Users!D17", "https://admin.webex.com/a/b", "", "-"} {
		if got := r.Value(harmless); got != harmless {
			t.Errorf("%q became %q", harmless, got)
		}
	}
	if a, b := r.Value("Ana@Bakery.example"), r.Value("ana@bakery.EXAMPLE"); a != b {
		t.Errorf("one address has the pseudonyms %q and %q", a, b)
	}
}

// TestOneForEach: values of one shape never share a pseudonym, and none is its own.
func TestOneForEach(t *testing.T) {
	r := fixed("k")
	for _, form := range []string{"%d", "%03d", "%04d", "B%d", "12345%04d", "+49%05d", "123456789%04d"} {
		seen := make(map[string]string)
		for i := range 10_000 {
			value := fmt.Sprintf(form, i)
			got := r.pseudonym(value)
			if other, ok := seen[got]; ok && other != value {
				t.Fatalf("%q and %q both became %q", other, value, got)
			}
			if got == value {
				t.Fatalf("%q stayed", value)
			}
			seen[got] = value
		}
	}
}

// TestFree replaces values within sentences and leaves the sentences.
func TestFree(t *testing.T) {
	r := fixed("k")
	r.Learn("Bäckerei Müller GmbH", "Müller", "crm-004711", "1001", "Am Hof 3", "Will")
	a := func(s string) string { return r.pseudonym(s) }
	for text, want := range map[string]string{
		`the company Bäckerei  Müller GmbH is there already`:              `the company ` + a("Bäckerei  Müller GmbH") + ` is there already`,
		`BÄCKEREI MÜLLER GMBH`:                                            a("BÄCKEREI MÜLLER GMBH"),
		`user will be moved`:                                              `user will be moved`,
		`extension 1001 is taken, 10010 is not`:                           `extension ` + a("1001") + ` is taken, 10010 is not`,
		`DN is in use : +15125550100`:                                     `DN is in use : ` + a("+15125550100"),
		`customer crm-004711: answered 409, code "10022"`:                 `customer ` + a("crm-004711") + `: answered 409, code "10022"`,
		`--format "xml" is not known`:                                     `--format "` + a("xml") + `" is not known`,
		`tracking id "MUSTER_0b0e7f1c-52a5-4b3a-9c7e-0123456789ab"`:       `tracking id "MUSTER_0b0e7f1c-52a5-4b3a-9c7e-0123456789ab"`,
		`customerInfo.address.zip is missing at mail.bakery.example`:      `customerInfo.address.zip is missing at ` + a("mail.bakery.example"),
		`run 20261120T101500Z-7f3a on 2026-11-20, 1.2.3, 67108864ms`:      `run 20261120T101500Z-7f3a on 2026-11-20, 1.2.3, ` + a("67108864") + `ms`,
		`Get https://idp.bakery.example/a?b=c: no answer (ana@b.example)`: `Get ` + a("https://idp.bakery.example/a?b=c") + `: no answer (` + a("ana@b.example") + `)`,
	} {
		if got := r.Free(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestJSON replaces the values of a body, and shows none that was cut.
func TestJSON(t *testing.T) {
	r := fixed("k")
	r.Learn("Bäckerei Müller GmbH")
	got := r.JSON(`{"externalId":"crm-1","packages":["webex_calling"],"address":{"zip":"10115","country":"DE"},"extension":"1001","n":3,
		"errors":[{"errorCode":10022,"description":"Bäckerei Müller GmbH has ana@b.example"}],"trackingId":"ROUTERGW_5b1f6e0a-0000-4c1e-9a6e-0123456789ab"}`)
	for _, stays := range []string{`"webex_calling"`, `"DE"`, `10022`, `"ROUTERGW_5b1f6e0a-0000-4c1e-9a6e-0123456789ab"`, `"n":3`, " has user-"} {
		if !strings.Contains(got, stays) {
			t.Errorf("%s is not in %s", stays, got)
		}
	}
	for _, gone := range []string{"crm-1", "10115", "1001", "Müller", "ana@"} {
		if strings.Contains(got, `"`+gone+`"`) || strings.Contains(got, gone+" ") {
			t.Errorf("%s is in %s", gone, got)
		}
	}
	if got := r.JSON(`{"firstName":"An`); strings.Contains(got, "An") {
		t.Errorf("a cut body became %s", got)
	}
}

// cell is one of those by which a row is known.
type cell struct {
	Field onboarding.Field
	Text  string
}

// lazy is a document that gives its rows while it is written.
type lazy struct {
	Name   string
	ID     string
	Why    string
	Status onboarding.Status
	Any    any
	Rows   iter.Seq2[onboarding.Finding, error]
	Again  func() iter.Seq2[onboarding.Outcome, error]
	By     map[string]int
	Cells  func(onboarding.Place) []cell
	own    []onboarding.Text
	loop   *lazy
}

// TestDocument walks everything that a document may hold.
func TestDocument(t *testing.T) {
	r := fixed("k")
	source := &onboarding.Source{File: "Anna.xlsx", Sheet: "Anna", Kind: onboarding.Users}
	source.SetColumn("email", 4)
	finding := onboarding.Finding{
		Rule: "user-package", Field: "package", Value: "Webex Callng", Place: onboarding.Place{Source: source, Row: 7, Column: 4}, Customer: "Anna",
		Message: onboarding.T("%q of %q is no package: %s", "Webex Callng", "Anna", onboarding.List{"Anna", onboarding.Word("chart"), onboarding.Number(12)}),
		Hint:    onboarding.T("say %v", fmt.Errorf("no %q", "Anna")),
	}
	doc := &lazy{
		Name: "Anna", ID: "Y2lz", Why: `the user "Anna"`, Status: onboarding.Created, Any: []any{"Anna", onboarding.T("%q", "Anna"), 3},
		Rows: func(yield func(onboarding.Finding, error) bool) {
			for range 2 {
				if !yield(finding, nil) {
					return
				}
			}
		},
		Again: func() iter.Seq2[onboarding.Outcome, error] {
			return func(yield func(onboarding.Outcome, error) bool) {
				yield(onboarding.Outcome{Key: "Anna", Error: &onboarding.Failure{Message: `"Anna" is taken`, TrackingID: "T"}}, nil)
			}
		},
		Cells: func(p onboarding.Place) []cell {
			if p.Source != source {
				t.Error("the document is asked about a source that it does not know")
			}
			return []cell{{"first_name", "Germany"}, {"package", "Webex Callng"}, {"extension", "1001"}}
		},
		By: map[string]int{"Anna": 1}, own: []onboarding.Text{onboarding.T("%q", "Anna")},
	}
	doc.loop = doc
	got := Document(r, doc)
	var all strings.Builder
	fmt.Fprint(&all, got.Name, got.Why, got.Any, got.By, got.own, got.loop.Name)
	var places []onboarding.Place
	for f, err := range got.Rows {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, f.Place)
		fmt.Fprint(&all, f.Message, f.Hint, f.Customer, f.Place.Cell(), f.Place.Source.File)
		if f.Value != "Webex Callng" || !strings.HasPrefix(f.Message.String(), `"Webex Callng" of "anon-`) || !strings.HasSuffix(f.Message.String(), ", chart, 12") {
			t.Errorf("the finding became %q, %s", f.Value, f.Message)
		}
	}
	if cells := got.Cells(places[0]); cells[0].Text == "Germany" || cells[1].Text != "Webex Callng" || cells[2].Text == "1001" {
		t.Errorf("the cells of a row are %+v", cells)
	}
	for o := range got.Again() {
		fmt.Fprint(&all, o.Key, o.Error.Message)
		if o.Error.TrackingID != "T" {
			t.Errorf("the tracking id became %q", o.Error.TrackingID)
		}
	}
	if strings.Contains(all.String(), "Anna") {
		t.Errorf("a name stayed: %s", all.String())
	}
	if got.ID != "Y2lz" || got.Status != onboarding.Created {
		t.Errorf("an id or a status was replaced: %+v", got)
	}
	if len(places) != 2 || places[0] != places[1] || places[0].Source.Column("email") != 4 {
		t.Errorf("places %+v", places)
	}
	if doc.Name != "Anna" || source.File != "Anna.xlsx" || finding.Message.Args[1] != "Anna" {
		t.Error("the document itself was changed")
	}
}

// TestKey makes the key once, whoever comes first, and refuses one that others may read.
func TestKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	keys := make([]string, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() {
			k, err := Key(dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(k)
		})
	}
	all.Wait()
	for _, k := range keys {
		if k != keys[0] || len(k) != keySize {
			t.Fatal("keys differ")
		}
	}
	path := filepath.Join(dir, keyName)
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Key(dir); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("a key that others may read: %v", err)
	}
	if err := os.WriteFile(path, []byte("00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Key(dir); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged key: %v", err)
	}
}
