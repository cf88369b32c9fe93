package compare

import "muster/internal/wanted"

// Address gives the address that is to stand when a sheet asks for one and another is there. A part that the sheet leaves
// empty stays as it is, unless the sheet names another place: then the old floor, state or code would be wrong.
func Address(sheet, live wanted.Address) wanted.Address {
	if sheet.Line1 == "" {
		return live
	}
	if !sameWord(sheet.Line1, live.Line1) || !sameWord(sheet.City, live.City) || !sameWord(sheet.Country, live.Country) {
		return sheet
	}
	kept := func(asked, there string) string {
		if asked == "" || sameWord(asked, there) {
			return there
		}
		return asked
	}
	return wanted.Address{
		Line1: live.Line1, Line2: kept(sheet.Line2, live.Line2), City: live.City, State: kept(sheet.State, live.State),
		Zip: kept(sheet.Zip, live.Zip), Country: live.Country,
	}
}

// address notes the parts in which the address that is to stand is not the one that does.
func (d *differences) address(sheet, live wanted.Address) {
	if live == (wanted.Address{}) {
		d.unknown(fieldLine1, sheet.Line1)
		return
	}
	want := Address(sheet, live)
	d.part(fieldLine1, want.Line1, live.Line1)
	d.part(fieldLine2, want.Line2, live.Line2)
	d.part(fieldCity, want.City, live.City)
	d.part(fieldState, want.State, live.State)
	d.part(fieldZip, want.Zip, live.Zip)
	d.part(fieldCountry, want.Country, live.Country)
}
