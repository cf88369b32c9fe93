package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
	"muster/report"
)

// hostile is a value that a spreadsheet program, a browser or a terminal would act on.
const hostile = "=cmd|'/c calc'!A1 <script>alert(1)</script> \x1b[31m ]]> | ::error::"

// sampleCheck has a finding of every severity, in a workbook and in a text file, with foreign and hostile values.
func sampleCheck() *report.Check {
	users := &onboarding.Source{File: "book.xlsx", Sheet: "使用者", Kind: onboarding.Users, HeaderRow: 1, Language: "zh-TW", Rows: 3}
	sites := &onboarding.Source{File: "sites.csv", Kind: onboarding.Locations, Order: 1, HeaderRow: 1, Language: "en", Rows: 2}
	at := func(s *onboarding.Source, row, column int) onboarding.Place {
		return onboarding.Place{Source: s, Row: row, Column: column}
	}
	c := &report.Check{
		Inputs: []report.Input{
			{File: "book.xlsx", SHA256: strings.Repeat("ab", 32), Sheets: []*onboarding.Source{users}},
			{File: "sites.csv", SHA256: strings.Repeat("cd", 32), Sheets: []*onboarding.Source{sites}},
		},
		Counts: report.Counts{Locations: 2, Users: 3},
		Findings: []onboarding.Finding{
			{Rule: "header-unknown", Severity: onboarding.Note, Place: at(users, 1, 12), Value: "桌號", Message: onboarding.T("the column %q is not known; it is kept for the results", "桌號")},
			{Rule: "user-email", Severity: onboarding.Error, Place: at(users, 2, 4), Field: "email", Value: "ana@", Message: onboarding.T("%q has no domain after the @", "ana@"), Hint: onboarding.T("write it as name@domain")},
			{Rule: "user-role", Severity: onboarding.Error, Place: at(users, 3, 28), Field: "role", Value: hostile, Message: onboarding.T("there is no role %q", hostile), Hint: onboarding.T("write Full administrator, or leave the cell empty for an ordinary user")},
			{Rule: "no-data", Severity: onboarding.Warning, Place: at(sites, 0, 0), Message: onboarding.T("a remark about the file as a whole")},
			{Rule: "location-timezone", Severity: onboarding.Warning, Place: at(sites, 2, 8), Field: "timezone", Value: "أوروبا", Message: onboarding.T("%q is no time zone of %s", "أوروبا", "Germany"), Hint: onboarding.T("there it is %q, for example", "Europe/Berlin")},
			{Rule: "user-phone-country", Severity: onboarding.Warning, Place: at(users, 4, 7), Field: "phone_number", Value: "+34", Message: onboarding.T("the number is abroad"), Waived: true},
		},
	}
	for _, f := range c.Findings {
		c.Summary.Count(f)
	}
	c.Glimpse = func(p onboarding.Place) []onboarding.KeyCell {
		switch (onboarding.Place{Source: p.Source, Row: p.Row}) {
		case at(users, 2, 0):
			return []onboarding.KeyCell{{Field: "external_id", Text: "crm-1"}, {Field: "first_name", Text: "Ana"}, {Field: "last_name"}, {Field: "email", Text: "ana@"}}
		case at(users, 3, 0):
			return []onboarding.KeyCell{{Field: "external_id", Text: "crm-1"}, {Field: "first_name", Text: "美咲"}, {Field: "last_name", Text: "佐藤"}, {Field: "email", Text: hostile}}
		case at(sites, 2, 0):
			return []onboarding.KeyCell{{Field: "external_id", Text: "crm-1"}, {Field: "name", Text: "مكتب"}}
		}
		return nil
	}
	c.Mails = report.Mails{Welcome: 3, RedSky: 2}
	c.Today, c.Providers = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), sampleProviders()
	return c
}

// sampleProviders has one that is ready, one with keys in every state, and Webex.
func sampleProviders() []*onboarding.Provider {
	goLive := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
	key := func(y int, m time.Month, d int) onboarding.ProviderKey {
		return onboarding.ProviderKey{Use: "signing", Type: "RSA-2048", Fingerprint: "04:81:D6", Expiry: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
	}
	return []*onboarding.Provider{
		{Method: "Webex", Templates: []string{"Standard"}, GoLive: goLive},
		{
			Method: "SAML 2.0", Name: hostile, Templates: []string{"Europe", "歐洲"}, Customers: 12, GoLive: goLive, Proven: true,
			Summary: onboarding.Summary{Errors: 2, Warnings: 1}, Blockers: 1,
			Keys:      []onboarding.ProviderKey{key(2026, 11, 1), key(2026, 12, 1), key(2027, 12, 25)},
			Endpoints: []onboarding.ProviderEndpoint{{Name: "sign-on HTTP-POST", URL: "https://idp.partner.net/sso"}},
			Checklist: []onboarding.Text{onboarding.T("record who loaded the file")},
		},
		{Method: "OpenID Connect", Name: "partner-oidc", Templates: []string{"Asia"}, Customers: 1, GoLive: goLive, Keys: []onboarding.ProviderKey{{Use: "signing", Type: "EC P-256", Fingerprint: "ab12"}}},
	}
}

// sampleRun has an outcome of every status.
func sampleRun() *report.Run {
	begun := time.Date(2026, 11, 20, 10, 15, 0, 0, time.UTC)
	user := func(key string, st onboarding.Status, why onboarding.Reason) onboarding.Outcome {
		return onboarding.Outcome{Kind: onboarding.ObjectUser, Key: key, Customer: "crm-1", Status: st, Reason: why, ID: "Y2lz-" + key[:3], File: "book.xlsx", Sheet: "Users", Row: 2, At: begun}
	}
	waiting := user("ben@bakery.example", onboarding.Waiting, onboarding.ReasonConsent)
	waiting.Since = begun.Add(-48 * time.Hour)
	failed := user("eva@bakery.example", onboarding.Failed, onboarding.NoReason)
	failed.ID, failed.Error = "", &onboarding.Failure{Kind: "conflict", Code: "10022", Message: "the address is claimed " + hostile, TrackingID: "MUSTER_1", HTTPStatus: 409}
	same := user("hal@bakery.example", onboarding.Unchanged, onboarding.NoReason)
	same.Differs = []onboarding.Difference{
		{Field: "last_name", Sheet: "Hall", Live: hostile, Fixed: onboarding.T("change it in Control Hub > Management > Users > the user > Profile")},
		{Field: "phone_number", Sheet: "+15125550101", Fixed: onboarding.T("change it in Control Hub > Management > Users > the user > Calling > Numbers")},
	}
	held := user("fay@bakery.example", onboarding.Held, onboarding.ReasonFinding)
	held.ID = ""
	all := []onboarding.Outcome{
		{Kind: onboarding.ObjectCustomer, Key: "crm-1", Customer: "crm-1", Status: onboarding.Adopted, ID: "Y2lz-crm", File: "book.xlsx", Sheet: "Customers", Row: 2, At: begun},
		user("ana@bakery.example", onboarding.Created, onboarding.NoReason), user("gil@bakery.example", onboarding.Updated, onboarding.NoReason),
		same, waiting, failed, held, user("ian@bakery.example", onboarding.NotTried, onboarding.NoReason),
	}
	r := &report.Run{
		ID: "20261120T101500Z-7f3a", Target: "sandbox", Sandbox: true, State: "ended", Started: begun, Check: *sampleCheck(),
		Outcomes: func(yield func(onboarding.Outcome, error) bool) {
			for _, o := range all {
				if !yield(o, nil) {
					return
				}
			}
		},
	}
	r.Check.HandOff = sampleHandOff()
	r.Mails = report.Mails{Quiet: 1, Consent: 1}
	for _, o := range all {
		r.Summary.Count(o.Status)
		r.Summary.Rows++
	}
	r.Summary.Calls, r.Summary.Retries, r.Summary.Polls, r.Summary.Seconds = 131, 4, 2, 12.5
	return r
}

// sampleVerify has a row of every verdict.
func sampleVerify() *report.Verify {
	row := func(key string, a onboarding.Action, id string, changes ...onboarding.Difference) onboarding.Step {
		return onboarding.Step{Kind: onboarding.ObjectUser, Key: key, Customer: "crm-1", Action: a, ID: id, Changes: changes, File: "book.xlsx", Sheet: "Users", Row: 2}
	}
	customer := row("crm-1", onboarding.ActNothing, "Y2lz-crm", onboarding.Difference{Field: "admin_email", Unknown: true}, onboarding.Difference{Field: "package_quantity", Sheet: "webex_calling: 5", Unknown: true})
	customer.Kind, customer.Sheet = onboarding.ObjectCustomer, "Customers"
	consent := row("ben@bakery.example", onboarding.ActWait, "Y2lz-ben")
	consent.Reason = onboarding.ReasonConsent
	held := row("fay@bakery.example", onboarding.ActHold, "")
	held.Reason = onboarding.ReasonFinding
	taken := row("jan@bakery.example", onboarding.ActConflict, "")
	taken.Why = onboarding.T("the extension %s belongs to %q", "1001", hostile)
	gone := row("ian@bakery.example", onboarding.ActCreate, "")
	gone.Once = true
	all := []onboarding.Verified{
		onboarding.Verify(customer),
		onboarding.Verify(row("ana@bakery.example", onboarding.ActAdopt, "Y2lz-ana")),
		onboarding.Verify(consent),
		onboarding.Verify(row("eva@bakery.example", onboarding.ActUpdate, "Y2lz-eva", onboarding.Difference{Field: "package", Sheet: "webex_suite", Live: "webex_calling"})),
		onboarding.Verify(row("gil@bakery.example", onboarding.ActNothing, "Y2lz-gil", onboarding.Difference{Field: "last_name", Sheet: hostile, Fixed: onboarding.T("change it in Control Hub")})),
		onboarding.Verify(row("hal@bakery.example", onboarding.ActCreate, "")),
		onboarding.Verify(gone),
		onboarding.Verify(held),
		onboarding.Verify(taken),
	}
	v := &report.Verify{
		Target: "sandbox", Sandbox: true, Org: "Y2lz-org", Identity: "Pat Partner", AsOf: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Check: *sampleCheck(),
		Rows: func(yield func(onboarding.Verified, error) bool) {
			for _, r := range all {
				if !yield(r, nil) {
					return
				}
			}
		},
	}
	for _, r := range all {
		v.Summary.Count(r)
	}
	v.Summary.Extras, v.Summary.Calls, v.Summary.Seconds = 1, 7, 0.5
	return v
}

// TestGolden holds every format but the workbook to what was looked at once; UPDATE_GOLDEN=1 writes it anew.
func TestGolden(t *testing.T) {
	for _, f := range report.Formats() {
		if f.Ending == ".xlsx" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			golden(t, "check."+f.Name, func(w io.Writer) error { return f.Check(w, sampleCheck()) })
			golden(t, "run."+f.Name, func(w io.Writer) error { return f.Run(w, sampleRun()) })
			if f.Plan != nil {
				golden(t, "plan."+f.Name, func(w io.Writer) error { return f.Plan(w, samplePlan()) })
			}
			golden(t, "verify."+f.Name, func(w io.Writer) error { return f.Verify(w, sampleVerify()) })
		})
	}
}

func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".html") {
		b = *bytes.NewBuffer(withoutParts(b.Bytes()))
	}
	path := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-golden +now):\n%s", name, diff)
	}
}

// withoutParts takes the style, the script and their hashes out of a page: they are the same on every page, and are tested in
// a browser.
func withoutParts(text []byte) []byte {
	for _, p := range []string{`(?s)<style>.*?</style>`, `(?s)<script>.*?</script>`, `<meta http-equiv="Content-Security-Policy"[^>]*>`, `<span class="i [a-z]+"></span>`} {
		text = regexp.MustCompile(p).ReplaceAll(text, nil)
	}
	return text
}

// TestNothingHostileSurvives looks for values that a reader's program would act on.
func TestNothingHostileSurvives(t *testing.T) {
	for _, f := range report.Formats() {
		if f.Ending == ".xlsx" {
			continue // packed; TestTablesKeepFormulasFromRunning reads it back
		}
		var b bytes.Buffer
		if err := f.Check(&b, sampleCheck()); err != nil {
			t.Fatal(err)
		}
		if err := f.Run(&b, sampleRun()); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if strings.Contains(text, "\x1b") {
			t.Errorf("%s: an escape sequence survives", f.Name)
		}
		if f.Ending == ".html" && strings.Contains(text, "<script>alert") {
			t.Errorf("%s: a script survives", f.Name)
		}
		if f.Name == "github" && strings.Contains(strings.ReplaceAll(text, "\n::", "\n"), "\n::error::") {
			t.Errorf("%s: a command survives", f.Name)
		}
	}
}

// TestTablesKeepFormulasFromRunning reads the two forms for spreadsheet programs back.
func TestTablesKeepFormulasFromRunning(t *testing.T) {
	var text, book bytes.Buffer
	for w, f := range map[*bytes.Buffer]string{&text: "a.csv", &book: "a.xlsx"} {
		format, err := report.ForPath(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := format.Check(w, sampleCheck()); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, cell := range r {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("the cell %q is taken for a formula", cell)
			}
		}
	}
	f, err := excelize.OpenReader(&book)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			for j := range r {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, _ := f.GetCellFormula(name, cell); formula != "" {
					t.Errorf("%s!%s holds the formula %q", name, cell, formula)
				}
				if strings.Contains(r[j], "\x1b") {
					t.Errorf("%s!%s holds an escape sequence", name, cell)
				}
				found = found || r[j] == "ana@"
			}
		}
	}
	if !found {
		t.Error("the workbook does not show the value of a finding")
	}
}

// TestJUnitIsWellFormed parses what a build server would.
func TestJUnitIsWellFormed(t *testing.T) {
	format, err := report.ForPath("a.xml")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := format.Run(&b, sampleRun()); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Cases []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	cases, failures := 0, 0
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			cases++
			if c.Failure != nil {
				failures++
			}
		}
	}
	if cases == 0 || failures != doc.Failures || failures == 0 {
		t.Errorf("%d cases, %d failures, told are %d", cases, failures, doc.Failures)
	}
}

// TestJUnitHasTheShapeOfItsSchema holds the elements to the schema that build servers read by (junit-10.xsd of the xUnit plugin of
// Jenkins): which stand in which, and the attributes that each must and may have.
func TestJUnitHasTheShapeOfItsSchema(t *testing.T) {
	type shape struct {
		in        string
		must, may []string
	}
	schema := map[string]shape{
		"testsuites": {"", nil, []string{"name", "time", "tests", "failures", "disabled", "errors"}},
		"testsuite":  {"testsuites", []string{"name", "tests"}, []string{"failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"}},
		"testcase":   {"testsuite", []string{"name", "classname"}, []string{"assertions", "time", "status"}},
		"failure":    {"testcase", nil, []string{"type", "message"}},
		"skipped":    {"testcase", nil, []string{"type", "message"}},
		"system-out": {"testcase", nil, nil},
	}
	format, err := report.ForPath("a.xml")
	if err != nil {
		t.Fatal(err)
	}
	var docs [3]bytes.Buffer
	if err := errors.Join(format.Check(&docs[0], sampleCheck()), format.Run(&docs[1], sampleRun()), format.Verify(&docs[2], sampleVerify())); err != nil {
		t.Fatal(err)
	}
	for i := range docs {
		var within []string
		for d := xml.NewDecoder(&docs[i]); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				s, known := schema[e.Name.Local]
				if !known || s.in != strings.Join(within[max(0, len(within)-1):], "") {
					t.Errorf("document %d: <%s> stands in %q", i, e.Name.Local, within)
				}
				has := make(map[string]bool)
				for _, a := range e.Attr {
					if has[a.Name.Local] = true; !slices.Contains(slices.Concat(s.must, s.may), a.Name.Local) {
						t.Errorf("document %d: <%s> has the attribute %q", i, e.Name.Local, a.Name.Local)
					}
				}
				for _, name := range s.must {
					if !has[name] {
						t.Errorf("document %d: <%s> lacks the attribute %q", i, e.Name.Local, name)
					}
				}
				within = append(within, e.Name.Local)
			case xml.EndElement:
				within = within[:len(within)-1]
			}
		}
	}
}

// TestErrorsOfOutcomesComeThrough makes every format stop at a journal that cannot be read.
func TestErrorsOfOutcomesComeThrough(t *testing.T) {
	broken := func(yield func(onboarding.Outcome, error) bool) { yield(onboarding.Outcome{}, io.ErrUnexpectedEOF) }
	for _, f := range report.Formats() {
		r := sampleRun()
		r.Outcomes = iter.Seq2[onboarding.Outcome, error](broken)
		if err := f.Run(io.Discard, r); err == nil {
			t.Errorf("%s hides that the outcomes cannot be read", f.Name)
		}
	}
}

func TestNamesAndEndings(t *testing.T) {
	if _, err := report.ForPath("a.pdf"); err == nil || !strings.Contains(err.Error(), ".html") {
		t.Errorf("an unknown ending gives %v", err)
	}
	if _, ok := report.ByName("html"); ok {
		t.Error("html is offered for standard output")
	}
}
