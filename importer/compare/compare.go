// Package compare tells in which fields a planned object and the one that stands at the service do not agree. It asks nobody.
//
// An empty cell names nothing, so it differs from nothing. What the service does not return and nobody remembers is
// marked as not known: it is no difference.
package compare

import (
	"strings"

	"muster/internal/onboarding"
)

// The columns of the sheet whose values are compared; docs/columns.md lists all.
const (
	fieldName         onboarding.Field = "name"
	fieldAdmin        onboarding.Field = "admin_email"
	fieldTemplate     onboarding.Field = "template"
	fieldLine1        onboarding.Field = "line1"
	fieldLine2        onboarding.Field = "line2"
	fieldCity         onboarding.Field = "city"
	fieldState        onboarding.Field = "state"
	fieldZip          onboarding.Field = "zip"
	fieldCountry      onboarding.Field = "country"
	fieldMailLanguage onboarding.Field = "customer_language"
	fieldPackages     onboarding.Field = "packages"
	fieldQuantity     onboarding.Field = "package_quantity"
	fieldOrg          onboarding.Field = "organization_id"
	fieldTimeZone     onboarding.Field = "timezone"
	fieldLanguage     onboarding.Field = "language"
	fieldMain         onboarding.Field = "main_number"
	fieldFirst        onboarding.Field = "first_name"
	fieldLast         onboarding.Field = "last_name"
	fieldPackage      onboarding.Field = "package"
	fieldLocation     onboarding.Field = "location"
	fieldPhone        onboarding.Field = "phone_number"
	fieldExtension    onboarding.Field = "extension"
)

// differences gathers what does not agree.
type differences []onboarding.Difference

// plain notes a field of which both sides are known; same tells whether they agree. What the sheet leaves empty is no
// difference.
func (d *differences) plain(f onboarding.Field, sheet, live string, same func(a, b string) bool) {
	if sheet != "" && !same(sheet, live) {
		*d = append(*d, onboarding.Difference{Field: f, Sheet: sheet, Live: live})
	}
}

// part notes a part of an address; one that is to go differs as well.
func (d *differences) part(f onboarding.Field, sheet, live string) {
	if !sameWord(sheet, live) {
		*d = append(*d, onboarding.Difference{Field: f, Sheet: sheet, Live: live})
	}
}

// fixed notes a field that no call can change.
func (d *differences) fixed(f onboarding.Field, sheet, live string, where onboarding.Text) {
	if sheet != "" && !sameText(sheet, live) {
		*d = append(*d, onboarding.Difference{Field: f, Sheet: sheet, Live: live, Fixed: where})
	}
}

// unknown notes a field that the sheet names and nobody can tell.
func (d *differences) unknown(f onboarding.Field, sheet string) {
	if sheet != "" {
		*d = append(*d, onboarding.Difference{Field: f, Sheet: sheet, Unknown: true})
	}
}

// nobodyKnows notes a field of which the sheet itself says that nobody knows it.
func (d *differences) nobodyKnows(f onboarding.Field) {
	*d = append(*d, onboarding.Difference{Field: f, Unknown: true})
}

// sameText reports whether two texts differ in nothing but blanks.
func sameText(a, b string) bool { return blanks(a) == blanks(b) }

// sameWord reports whether two texts differ in nothing but case and blanks.
func sameWord(a, b string) bool { return strings.EqualFold(blanks(a), blanks(b)) }

// SameLanguage reports whether two codes name one language: en_US, en_us and en-US do.
func SameLanguage(a, b string) bool { return sameWord(foldLanguage(a), foldLanguage(b)) }

func foldLanguage(code string) string { return strings.ReplaceAll(code, "-", "_") }

func blanks(s string) string { return strings.Join(strings.Fields(s), " ") }
