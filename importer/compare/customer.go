package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Customer compares a planned customer with the one that stands. memory is what was last sent for it, nil when nobody
// knows: the service returns neither name, administrator, template, language nor quantities. A package that the sheet does
// not name is a difference only with remove, and never where the inputs hold nothing of the customer but packages. Quantities can only be raised, and not be switched on later.
//
// Each package that is to come or to go is a difference of its own, and so is each quantity, written "package: seats".
func Customer(spec wanted.Customer, live webex.Customer, memory *wanted.Customer, remove bool) []onboarding.Difference {
	if memory != nil && len(memory.Packages) == 0 {
		memory = nil // purged: no customer is without packages
	}
	var d differences
	for _, f := range spec.Unknown {
		if column(onboarding.Field(f)) >= 0 {
			d.nobodyKnows(onboarding.Field(f))
		}
	}
	d.remembered(spec, memory)
	d.address(spec.Address, Billing(live.Address))
	d.packages(spec.Packages, live.Packages, remove && !spec.PackagesOnly)
	d.quantities(spec.Limits, memory)
	if live.OrgID != "" && spec.OrgID != live.OrgID {
		d.fixed(fieldOrg, spec.OrgID, live.OrgID, onboarding.T("a customer stays in the organization it was set up in"))
	}
	slices.SortStableFunc(d, func(a, b onboarding.Difference) int { return column(a.Field) - column(b.Field) })
	return d
}

// column is the place of a field among the columns of the sheet of customers.
func column(f onboarding.Field) int {
	order := [...]onboarding.Field{
		fieldName, fieldAdmin, fieldTemplate, fieldLine1, fieldLine2, fieldCity, fieldState, fieldZip, fieldCountry, fieldMailLanguage,
		fieldPackages, fieldQuantity, fieldOrg,
	}
	return slices.Index(order[:], f)
}

// remembered compares what the service never returns. None of it can be changed by the calls for customers.
func (d *differences) remembered(spec wanted.Customer, memory *wanted.Customer) {
	if memory == nil {
		memory = &wanted.Customer{}
	}
	d.fromMemory(fieldName, spec.Name, memory.Name, onboarding.T("change it in Control Hub > Management > Organization settings"))
	d.fromMemory(fieldAdmin, spec.AdminEmail, memory.AdminEmail, onboarding.T("give another user the role in Control Hub > Management > Users > the user > Administrator roles"))
	d.fromMemory(fieldTemplate, spec.ProvisioningID, memory.ProvisioningID, onboarding.T("a customer keeps the onboarding template it was made with"))
	if !SameLanguage(spec.Language, memory.Language) {
		d.fromMemory(fieldMailLanguage, spec.Language, memory.Language, onboarding.T("change it in Control Hub > Management > Organization settings"))
	}
}

// fromMemory compares a field with what was sent; what is empty there was purged or never known.
func (d *differences) fromMemory(f onboarding.Field, sheet, memory string, where onboarding.Text) {
	switch {
	case memory == "":
		d.unknown(f, sheet)
	case f == fieldAdmin && strings.EqualFold(sheet, memory):
	default:
		d.fixed(f, sheet, memory, where)
	}
}

func (d *differences) packages(sheet, live []string, remove bool) {
	for _, p := range sheet {
		if !slices.Contains(live, p) {
			*d = append(*d, onboarding.Difference{Field: fieldPackages, Sheet: p})
		}
	}
	if !remove {
		return
	}
	for _, p := range live {
		if !slices.Contains(sheet, p) {
			*d = append(*d, onboarding.Difference{Field: fieldPackages, Live: p, Removal: true})
		}
	}
}

// quantities compares what the sheet asks for with what was last sent.
func (d *differences) quantities(sheet map[string]int, memory *wanted.Customer) {
	for _, p := range slices.Sorted(maps.Keys(sheet)) {
		asked := seats(p, sheet[p])
		switch {
		case memory == nil:
			d.unknown(fieldQuantity, asked)
		case memory.Limits == nil:
			*d = append(*d, onboarding.Difference{
				Field: fieldQuantity, Sheet: asked, Live: p + ": unlimited",
				Fixed: onboarding.T("quantities cannot be switched on for a customer that was made without them"),
			})
		case memory.Limits[p] > sheet[p]:
			*d = append(*d, onboarding.Difference{
				Field: fieldQuantity, Sheet: asked, Live: seats(p, memory.Limits[p]), Fixed: onboarding.T("a quantity can only be raised"),
			})
		case memory.Limits[p] < sheet[p]:
			live := ""
			if n, ok := memory.Limits[p]; ok {
				live = seats(p, n)
			}
			*d = append(*d, onboarding.Difference{Field: fieldQuantity, Sheet: asked, Live: live})
		}
	}
}

func seats(pack string, n int) string { return fmt.Sprintf("%s: %d", pack, n) }

// Billing says an address of the wholesale calls in the words of a plan.
func Billing(a webex.WholesaleAddress) wanted.Address {
	return wanted.Address{
		Line1: a.AddressLine1, Line2: a.AddressLine2, City: a.City, State: a.StateOrProvince, Zip: a.ZipOrPostalCode, Country: a.Country,
	}
}
