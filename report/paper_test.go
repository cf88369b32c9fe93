package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
	"muster/report"
)

// sampleHandOff has work with and without a day, a cell and a customer.
func sampleHandOff() []onboarding.HandOff {
	users := &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users, Order: 3, HeaderRow: 1}
	devices := &onboarding.Source{File: "book.xlsx", Sheet: "Geräte", Order: 4, HeaderRow: 2}
	who, where := onboarding.T("administrator"), onboarding.T("Control Hub > Devices")
	return []onboarding.HandOff{
		{Kind: onboarding.HandConsent, Count: 1234, Unit: "users", Do: onboarding.T("tell them"), Who: who, Where: where},
		{
			Kind: onboarding.HandPort, Customer: "crm-1", Count: 1, Unit: "numbers", Do: onboarding.T("switch on"), Who: who, Where: where, Wave: "1",
			Date: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Place: onboarding.Place{Source: users, Row: 2, Column: 10},
		},
		{Kind: onboarding.HandDevice, Customer: hostile, Count: 3, Unit: "devices", Do: onboarding.T("add %q", hostile), Who: who, Where: where, Place: onboarding.Place{Source: devices, Row: 2}},
		{Kind: onboarding.HandDevice, Customer: "crm-2", Count: 1, Unit: "devices", Do: onboarding.T("add"), Who: who, Where: where, Place: onboarding.Place{Source: devices, Row: 2}},
	}
}

// sampleWorksheets has a template with everything wrong that can be, and one that stands in a sheet without the column.
func sampleWorksheets() []*onboarding.Worksheet {
	src := &onboarding.Source{File: "book.xlsx", Sheet: "Templates", Kind: onboarding.Templates, HeaderRow: 1}
	for i, f := range []onboarding.Field{"name", "provisioning_id", "country"} {
		src.SetColumn(f, i+1)
	}
	text := &onboarding.Source{File: "templates.csv", Kind: onboarding.Templates, HeaderRow: 1}
	make := func(s *onboarding.Source, name, country, id string) *onboarding.Worksheet {
		t := &onboarding.Template{Row: onboarding.Row{Source: s, Number: 2}, Name: name, Country: country, ProvisioningID: id}
		wrong := onboarding.Finding{Rule: "template-country", Severity: onboarding.Error, Place: t.Cell("country"), Value: country, Message: onboarding.T("%q is no country", country)}
		clicks := []onboarding.Click{
			{Do: onboarding.T("click %q", hostile)},
			{Do: onboarding.T("enter"), Setting: onboarding.Label{English: "Template name", Other: "範本名稱"}, Value: name, Field: "name", Place: t.Cell("name")},
			{Do: onboarding.T("select"), Setting: onboarding.Label{English: "Country or region"}, Value: country, Field: "country", Place: t.Cell("country"), Missing: country == "", Advice: onboarding.T("a default")},
		}
		if country != "" {
			clicks[2].Findings = []onboarding.Finding{wrong}
		}
		return &onboarding.Worksheet{Template: t, Goes: t.Cell("provisioning_id"), Column: "Provisioning ID", Screens: []onboarding.Screen{{Title: onboarding.Label{English: "Primary settings", Other: "主要設定"}, Clicks: clicks}}}
	}
	first := make(src, hostile, "Atlantis | or | so", "")
	for range 14 {
		first.Customers = append(first.Customers, &onboarding.Customer{ExternalID: "crm-1", Name: "株式会社さくら製作所"})
	}
	first.Provider = &onboarding.Provider{Method: "SAML 2.0", Name: "idp"}
	first.Others = []onboarding.Finding{{Rule: "template-pstn", Severity: onboarding.Warning, Message: onboarding.T("a vendor is set")}}
	return []*onboarding.Worksheet{first, make(text, "Second", "", "ZjVi")}
}

// TestPapers holds the documents to work along to what was looked at once.
func TestPapers(t *testing.T) {
	for name, p := range map[string]*report.Paper{
		"templates": report.Worksheets(sampleWorksheets(), nil),
		"handoff":   report.HandOffs(sampleCheck(), sampleHandOff()),
	} {
		for _, form := range []string{"text", "json", "md", "html"} {
			t.Run(name+" "+form, func(t *testing.T) {
				golden(t, name+"."+form, func(w io.Writer) error { return p.Write(w, form) })
			})
		}
	}
}

// TestPapersAreHarmless looks for what a terminal, a browser or a reader would act on, and for lines beyond the page.
func TestPapersAreHarmless(t *testing.T) {
	for name, p := range map[string]*report.Paper{"templates": report.Worksheets(sampleWorksheets(), nil), "handoff": report.HandOffs(sampleCheck(), sampleHandOff())} {
		for _, form := range []string{"text", "md", "html"} {
			var b bytes.Buffer
			if err := p.Write(&b, form); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "\x1b") || form == "html" && strings.Contains(b.String(), "<script") {
				t.Errorf("%s as %s: something hostile survives", name, form)
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if form == "text" && len([]rune(line)) > 80 && strings.Count(strings.TrimSpace(line), " ") > 3 && !strings.HasPrefix(strings.TrimSpace(line), ">") {
					t.Errorf("%s: the line is too long: %q", name, line)
				}
			}
		}
	}
}

func TestPaperForms(t *testing.T) {
	if _, err := report.PaperFormOf("a.pdf"); err == nil || !strings.Contains(err.Error(), ".html") {
		t.Errorf("an unknown ending gives %v", err)
	}
	if form, err := report.PaperFormOf("A.HTML"); err != nil || form != "html" {
		t.Errorf("%q %v", form, err)
	}
	if _, err := report.PaperForm("html"); err == nil {
		t.Error("html is offered for standard output")
	}
	if err := report.Worksheets(nil, nil).Write(io.Discard, "pdf"); err == nil {
		t.Error("an unknown form is written")
	}
	var b bytes.Buffer
	var doc map[string]any
	if err := report.HandOffs(&report.Check{}, nil).Write(&b, "json"); err != nil || json.Unmarshal(b.Bytes(), &doc) != nil || doc["handoff"] == nil {
		t.Errorf("nothing to do gives %s %v", b.String(), err)
	}
}

// TestAssistWorkbook reads the workbook of requests back: texts are texts, and what is missing is said.
func TestAssistWorkbook(t *testing.T) {
	src := &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users}
	requests := []*onboarding.AssistRequest{{
		Customer: &onboarding.Customer{ExternalID: "=1+1", Name: hostile},
		Fields:   []onboarding.AssistField{{Name: onboarding.T("company name"), Value: hostile, Published: true}, {Name: onboarding.T("go-live date"), Need: true}},
		Locations: []onboarding.AssistLocation{{
			Name: "Plant", Fields: []onboarding.AssistField{{Name: onboarding.T("name"), Value: "Plant"}},
			Numbers: []onboarding.AssistNumber{{E164: "+15125550100", Day: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Cell: onboarding.Place{Source: src, Row: 2, Column: 7}}},
		}},
	}}
	var b bytes.Buffer
	if err := report.AssistWorkbook(&b, requests, nil); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sheet, want := range map[string][]string{
		"Summary":   {"=1+1", "find out: go-live date"},
		"Requests":  {"=1+1", "go-live date *", "MISSING"},
		"Locations": {"=1+1", "Plant", "name *", "Plant"},
		"Numbers":   {"=1+1", "Plant", "+15125550100", "2026-12-01", "Users!G2"},
	} {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if got := rows[len(rows)-1]; strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s ends with %q, want %q", sheet, got, want)
		}
		if formula, _ := f.GetCellFormula(sheet, "A2"); formula != "" {
			t.Errorf("%s holds the formula %q", sheet, formula)
		}
	}
}
