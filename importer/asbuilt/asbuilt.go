// Package asbuilt writes what stands at the service as rows of a workbook in muster's own form.
//
// What the service does not return comes from the journal where it made the customer; of others a word says that nobody
// knows it.
package asbuilt

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"muster/importer/live"
	"muster/importer/workbook"
	"muster/internal/facts"
	"muster/internal/onboarding"
	"muster/internal/wanted"
)

// Memory is what the journal knows of a customer.
type Memory struct {
	Sent       *wanted.Customer // what this journal sent; nil when it did not make the customer that stands, or does not know it any more
	Seen       *wanted.Customer // what the sheet said last, whoever made the customer
	SubPartner string           // whose customer it is; empty: as the sheet said last

	Users map[string]wanted.User // by folded email, those of whom it knows what the service does not tell
	Roles map[string]bool        // folded keys of the roles that a sheet asked for
}

// Marks gives the fields of a row that are to be coloured. The row of a package has the kind of its customer, and the
// customer's key with the package behind it.
type Marks func(kind onboarding.ObjectKind, key string) []onboarding.Field

// Writer writes customers into a workbook, one after the other.
type Writer struct {
	Book  *workbook.Book
	Facts *facts.Tables
	Found func(metadata string) bool // the metadata that a template names can be found from where the workbook will stand

	templates map[string]*onboarding.Template // written, by folded name
	left      Left
	counts    Counts
}

// Left counts what has no place in a workbook.
type Left struct {
	Roles int // further roles of a user, roles without a place in a sheet, and of administrators below their customer's level
	Sites int // locations that make no calls

	Metadata int // files that cannot be found from where the workbook stands
}

// Counts is what was written.
type Counts struct{ Templates, Customers, Locations, Users int }

// Left tells what was left out.
func (w *Writer) Left() Left { return w.left }

// Counts tells what was written.
func (w *Writer) Counts() Counts { return w.counts }

// Customer writes a customer with its template, packages, locations and users. The errors are those of the workbook.
func (w *Writer) Customer(s *live.State, m Memory, marks Marks) error {
	if marks == nil {
		marks = func(onboarding.ObjectKind, string) []onboarding.Field { return nil }
	}
	c := &customer{Writer: w, at: s, Memory: m, marks: marks, word: w.Book.Unknown()}
	if c.Memory.Sent != nil && len(c.Memory.Sent.Packages) == 0 {
		c.Memory.Sent = nil // purged
	}
	for _, step := range []func() error{c.template, c.record, c.seats, c.sites, c.users} {
		if err := step(); err != nil {
			return fmt.Errorf("write customer %q: %w", s.Customer.ExternalID, err)
		}
	}
	w.counts.Customers++
	return nil
}

// customer is one customer that is being written.
type customer struct {
	*Writer
	Memory
	at    *live.State
	marks Marks
	word  string // for what nobody knows

	templateName string
	hq           *live.Site // nil: the customer has no location that makes calls
}

func (c *customer) id() string { return c.at.Customer.ExternalID }

// sent gives a field of what this journal sent, and the word where it does not know.
func (c *customer) sent(f onboarding.Field, of func(*wanted.Customer) string) string {
	if c.Sent == nil {
		return c.word
	}
	for _, u := range c.Sent.Unknown {
		if u == string(f) {
			return c.word
		}
	}
	return of(c.Sent)
}

// seen gives a field that is of no concern to the service.
func (c *customer) seen(of func(*wanted.Customer) string) string {
	if m := cmp.Or(c.Sent, c.Seen); m != nil {
		return of(m)
	}
	return ""
}

// template writes the template of the customer once, and finds the name to refer to it.
func (c *customer) template() error {
	c.templateName = c.word
	if c.Sent == nil || c.Sent.Template == nil {
		return nil
	}
	t := templateOf(c.Sent, c.word)
	if t.SAMLMetadata != "" && !c.Found(t.SAMLMetadata) {
		t.SAMLMetadata = c.word
		c.left.Metadata++
	}
	if c.templates == nil {
		c.templates = make(map[string]*onboarding.Template)
	}
	base := t.Name
	for n := 2; ; n++ {
		have, taken := c.templates[fold(t.Name)]
		if !taken {
			break
		}
		if have.ProvisioningID == t.ProvisioningID {
			c.templateName = have.Name
			return nil
		}
		t.Name = fmt.Sprintf("%s (%d)", base, n) // two of one name were used in different runs
	}
	c.templates[fold(t.Name)], c.templateName = t, t.Name
	c.counts.Templates++
	return c.Book.Template(t)
}

func templateOf(sent *wanted.Customer, word string) *onboarding.Template {
	t := sent.Template
	return &onboarding.Template{
		Name: t.Name, ProvisioningID: cmp.Or(sent.ProvisioningID, word), ServiceProviderAdmin: t.Admin, Country: t.Country, DefaultEmailLanguage: t.Language,
		Subscription: t.Subscription, CCPProvider: t.CCPProvider, Authentication: t.Authentication, IDPEntityID: t.IDPEntityID,
		OIDCIDPEntityID: t.OIDCIDPEntityID, TACIDPName: t.TACIDPName, SAMLMetadata: t.SAMLMetadata, OIDCIssuer: t.OIDCIssuer, BrandName: t.BrandName,
		AllowAdminInvite: t.AllowAdminInvite, AllowWebexToWebex: t.AllowWebexToWebex, Platforms: t.Platforms,
	}
}

// record writes the customer's own row.
func (c *customer) record() error {
	a := c.at.Customer.Address
	rec := &onboarding.Customer{
		ExternalID: c.id(), Name: c.name(), Template: c.templateName,
		AdminEmail: c.sent("admin_email", func(s *wanted.Customer) string { return s.AdminEmail }),
		Address:    onboarding.Address{Line1: a.AddressLine1, Line2: a.AddressLine2, City: a.City, State: a.StateOrProvince, Zip: a.ZipOrPostalCode, Country: a.Country},
		Language:   c.sent("customer_language", func(s *wanted.Customer) string { return s.Language }),
		Wave:       c.seen(func(s *wanted.Customer) string { return s.Wave }), GoLive: c.seen(func(s *wanted.Customer) string { return s.GoLive }),
		SubPartner: cmp.Or(c.Memory.SubPartner, c.seen(func(s *wanted.Customer) string { return s.SubPartner })), SetupAssist: c.seen(func(s *wanted.Customer) string { return s.SetupAssist }),
	}
	if c.Sent != nil {
		rec.OrganizationID = c.Sent.OrgID
	}
	rec.SupportedLocation = c.word
	if m := cmp.Or(c.Sent, c.Seen); m != nil {
		rec.SupportedLocation = m.Supported
		for _, u := range m.Unknown {
			if u == "supported_location_confirmed" {
				rec.SupportedLocation = c.word
			}
		}
	}
	c.headquarters(rec)
	marked := c.marks(onboarding.ObjectCustomer, c.id())
	if c.hq != nil && !c.ownRow(c.hq) {
		marked = slices.Concat(marked, c.marks(onboarding.ObjectLocation, c.hq.Name))
	}
	return c.Book.Customer(rec, marked...)
}

// name is the company's name: as this journal sent it, else that of the organization.
func (c *customer) name() string {
	if c.Sent != nil && c.Sent.Name != "" {
		return c.Sent.Name
	}
	return cmp.Or(c.at.OrgName, c.word)
}

// seats writes the packages with their quantities.
func (c *customer) seats() error {
	for _, api := range c.at.Customer.Packages {
		marked := c.marks(onboarding.ObjectCustomer, c.id()+" "+api)
		name, quantity := api, ""
		if p, ok := c.Facts.Package(api); ok {
			name = p.Display
			if p.Quantity {
				quantity = c.sent("package_quantity", func(s *wanted.Customer) string {
					if n, ok := s.Limits[p.LimitKey]; ok {
						return fmt.Sprint(n)
					}
					return ""
				})
			}
		}
		if err := c.Book.Seat(c.id(), name, quantity, marked...); err != nil {
			return err
		}
	}
	return nil
}

// calling reports whether one of the customer's packages makes calls.
func (c *customer) calling() bool {
	for _, api := range c.at.Customer.Packages {
		if p, ok := c.Facts.Package(api); ok && p.Calling {
			return true
		}
	}
	return false
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
