package onboarding

import "time"

// AssistRequest is what is known for the request form of Wholesale Setup Assist, Cisco's onboarding service, for one customer.
// The form's own fields are not public. The vendor's page njff38ab says that the service is ordered for customer locations and
// that the number of users of a location decides its price; every other field is our judgement.
type AssistRequest struct {
	Customer  *Customer
	Fields    []AssistField
	Locations []AssistLocation
}

// AssistField is one value of a request.
type AssistField struct {
	Name      Text
	Value     string
	Place     Place  // the cell that says it; without a column where the sheet has none
	Column    string // heading of that cell's column
	Fill      Text   // where the value can be written, when no cell of the request's rows is the place
	Need      bool   // the request is not complete without it
	Published bool   // the vendor's page speaks of it
}

// Missing reports whether the request lacks the field.
func (f AssistField) Missing() bool { return f.Need && f.Value == "" }

// AssistLocation is one location of a request.
type AssistLocation struct {
	Name    string
	Fields  []AssistField
	Numbers []AssistNumber // in the order of the rows
}

// AssistNumber is a number of a location, and when it is ported.
type AssistNumber struct {
	E164 string
	Day  time.Time // zero when no day is given
	Cell Place
}

// Missing gives every field that the request lacks.
func (r *AssistRequest) Missing() []AssistField {
	var out []AssistField
	add := func(fields []AssistField) {
		for _, f := range fields {
			if f.Missing() {
				out = append(out, f)
			}
		}
	}
	add(r.Fields)
	for _, l := range r.Locations {
		add(l.Fields)
	}
	return out
}
