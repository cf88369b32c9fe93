package onboarding

// Batch is everything of the inputs but the users, who are streamed.
type Batch struct {
	Sources   []*Source // in the order of the inputs, sheets in workbook order
	Templates []*Template
	Customers []*Customer
	Locations []*Location

	// Standing is what the inputs refer to and do not hold.
	Standing Standing

	// StraySeats are rows of the sheet Packages whose customer is not in the sheet Customers.
	StraySeats []StraySeat
}

// Standing is what stands already and is no row of the inputs: references are resolved to it, no rule judges it, and no
// outcome is made for it. Its records have no source.
type Standing struct {
	Templates []*Template
	Customers []*Customer
	Locations []*Location // those of the inputs' names come first
}

// StraySeat is a row of the sheet Packages and the external customer ID it names.
type StraySeat struct {
	Row
	Customer string
	Seat     Seat
}

// Has reports whether the inputs hold a sheet of this kind at all.
func (b *Batch) Has(k Kind) bool {
	for _, s := range b.Sources {
		if s.Kind == k {
			return true
		}
	}
	return false
}
