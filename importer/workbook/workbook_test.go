package workbook_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
	"muster/importer/workbook"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

var day = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// filled sets every text of a record to one of its own.
func filled[R any](rec *R, texts func(*R) []string, set func(*R)) *R {
	set(rec)
	for i, text := range texts(rec) {
		if text == "" {
			panic(fmt.Sprintf("column %d of %T is empty", i, rec))
		}
	}
	return rec
}

func template() *onboarding.Template {
	return filled(new(onboarding.Template), sheet.TemplateTexts, func(t *onboarding.Template) {
		*t = onboarding.Template{
			Name: "=Standard", ProvisioningID: "0012", ServiceProviderAdmin: "a@p.example", Country: "US", DefaultEmailLanguage: "en_US", Subscription: "Sub-1",
			CCPProvider: "None", Authentication: "Webex", IDPEntityID: "https://idp.example", OIDCIDPEntityID: "oidc", TACIDPName: "tac", SAMLMetadata: "m.xml",
			OIDCIssuer: "https://op.example", BrandName: "@Brand", AllowAdminInvite: "yes", AllowWebexToWebex: "no", Platforms: "Wholesale, BroadWorks",
		}
	})
}

func customer() *onboarding.Customer {
	return filled(new(onboarding.Customer), sheet.CustomerTexts, func(c *onboarding.Customer) {
		*c = onboarding.Customer{
			ExternalID: "1234567890123456789", Name: "Bäckerei <& Söhne> パン屋", AdminEmail: "ana@bakery.example", Template: "=Standard",
			Address:  onboarding.Address{Line1: "-1 Main \"Street\"", Line2: "_x0041_", City: "Köln", State: "TX", Zip: "01067", Country: "US"},
			Language: "en_US", SupportedLocation: "yes", PackageList: "Webex Calling", ActivateQuantity: "yes", OrganizationID: "1E5", HQName: "Head Office",
			TimeZone: "America/Chicago", AnnounceLanguage: "en_us", EmergencyLocation: "x", Wave: "1-2", GoLive: "2027-01-16", SubPartner: "0", SetupAssist: "no",
		}
	})
}

func location() *onboarding.Location {
	return filled(new(onboarding.Location), sheet.LocationTexts, func(l *onboarding.Location) {
		*l = onboarding.Location{
			Customer: "1234567890123456789", Name: "+Annex", Address: onboarding.Address{Line1: "1 Side Street", Line2: "Floor 2", City: "Austin", State: "TX", Zip: "78701", Country: "US"},
			TimeZone: "America/Chicago", AnnounceLanguage: "en_us", MainNumber: "+15125550100", PSTN: "Carrier",
		}
	})
}

func user() *onboarding.User {
	return filled(new(onboarding.User), sheet.UserTexts, func(u *onboarding.User) {
		*u = onboarding.User{
			Customer: "1234567890123456789", FirstName: "=HYPERLINK(\"x\")", LastName: "محمد", Email: "ana@bakery.example", Package: "Webex Calling", Location: "+Annex",
			Phone: "+15125550101", Extension: "0042", Role: "Full Administrator", PortDate: "2027-01-17",
		}
	})
}

func write(t *testing.T, lang string, fill func(*workbook.Book) error) []byte {
	t.Helper()
	b, err := workbook.New(workbook.Options{Words: locale.Load(), Language: lang, Made: day})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := fill(b); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type oneLane struct{}

func (oneLane) Rows([]onboarding.User) {}

// read reads a workbook as a command would, and gives its records and findings.
func read(t *testing.T, file []byte) (*onboarding.Batch, []onboarding.User, []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open([]string{path}, sheet.Options{Facts: facts.Load(), Words: locale.Load()})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var said []string
	sink := func(f onboarding.Finding) { said = append(said, f.Rule+" "+f.Place.Cell()+" "+f.Message.String()) }
	batch, err := book.Batch(sink)
	if err != nil {
		t.Fatal(err)
	}
	var users []onboarding.User
	err = sheet.Users(book, sink, func() oneLane { return oneLane{} }, func(b *sheet.Block[oneLane]) error {
		users = append(users, b.Users...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return batch, users, said
}

func allWords(b *workbook.Book) error {
	for _, err := range []error{
		b.User(user()), b.Location(location()), b.Seat("1234567890123456789", "Webex Suite", "25", "package_quantity"), b.Customer(customer(), "name"), b.Template(template()),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// What is written is read as the same records without a finding, in every language.
func TestRoundTrip(t *testing.T) {
	for _, lang := range locale.Load().Languages() {
		t.Run(lang, func(t *testing.T) {
			batch, users, said := read(t, write(t, lang, allWords))
			if len(said) > 0 {
				t.Error(strings.Join(said, "\n"))
			}
			same := func(what string, got, want []string) {
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s (-written +read):\n%s", what, d)
				}
			}
			same("template", sheet.TemplateTexts(batch.Templates[0]), sheet.TemplateTexts(template()))
			same("customer", sheet.CustomerTexts(batch.Customers[0]), sheet.CustomerTexts(customer()))
			same("location", sheet.LocationTexts(batch.Locations[0]), sheet.LocationTexts(location()))
			same("user", sheet.UserTexts(&users[0]), sheet.UserTexts(user()))
			want := []onboarding.Seat{{Field: "packages", Label: "Webex Calling", FromList: true}, {Field: "package_quantity", Label: "Webex Suite", Quantity: "25"}}
			if d := cmp.Diff(want, batch.Customers[0].Seats, cmpopts.IgnoreFields(onboarding.Seat{}, "Place")); d != "" {
				t.Errorf("seats (-written +read):\n%s", d)
			}
			for _, s := range batch.Sources {
				if s.Language != lang {
					t.Errorf("the sheet %q is read as %s, written in %s", s.Sheet, s.Language, lang)
				}
			}
		})
	}
}

// Texts stay texts for spreadsheet programs: no formula, no number, the format of texts where digits must stay.
func TestTexts(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, "en", allWords)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, c := range []struct {
		sheet, cell, want string
		number, text      bool
	}{
		{"Users", "B2", "=HYPERLINK(\"x\")", false, false},
		{"Users", "H2", "0042", false, true},
		{"Users", "G2", "+15125550101", false, true},
		{"Customers", "A2", "1234567890123456789", false, true},
		{"Customers", "J2", "01067", false, true},
		{"Packages", "C2", "25", true, false},
	} {
		got, err := f.GetCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true})
		if err != nil || got != c.want {
			t.Errorf("%s!%s = %q %v, want %q", c.sheet, c.cell, got, err, c.want)
		}
		if formula, _ := f.GetCellFormula(c.sheet, c.cell); formula != "" {
			t.Errorf("%s!%s is the formula %q", c.sheet, c.cell, formula)
		}
		kind, _ := f.GetCellType(c.sheet, c.cell)
		if number := kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset; number != c.number {
			t.Errorf("%s!%s has the type %v", c.sheet, c.cell, kind)
		}
		id, _ := f.GetCellStyle(c.sheet, c.cell)
		style, err := f.GetStyle(id)
		if err != nil || (style.NumFmt == 49) != c.text {
			t.Errorf("%s!%s has the number format %d (%v)", c.sheet, c.cell, style.NumFmt, err)
		}
	}
	for _, marked := range []struct{ sheet, cell string }{{"Packages", "C2"}, {"Customers", "B2"}} {
		id, _ := f.GetCellStyle(marked.sheet, marked.cell)
		if style, err := f.GetStyle(id); err != nil || len(style.Fill.Color) == 0 {
			t.Errorf("%s!%s is not coloured", marked.sheet, marked.cell)
		}
	}
}

// Sheets without rows are left out, further tables are no input, and Arabic runs from right to left.
func TestSheets(t *testing.T) {
	file := write(t, "ar", func(b *workbook.Book) error {
		if err := b.Customer(customer()); err != nil {
			return err
		}
		about, err := b.Table("About", "What", "Value")
		if err != nil {
			return err
		}
		if err := about.Add("Service", "sandbox"); err != nil {
			return err
		}
		return about.Mark("Differences", "=2")
	})
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d := cmp.Diff([]string{"العملاء", "About"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	if v, err := f.GetSheetView("العملاء", 0); err != nil || v.RightToLeft == nil || !*v.RightToLeft {
		t.Errorf("view %+v %v", v, err)
	}
	_, _, said := read(t, file)
	if d := cmp.Diff([]string{`sheet-skipped  the sheet "About" has no heading that is known and was not read`}, said); d != "" {
		t.Error(d)
	}
}

// A workbook without any row can be opened.
func TestEmpty(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, "en", func(*workbook.Book) error { return nil })))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
