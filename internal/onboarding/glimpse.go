package onboarding

// KeyCell is one of the cells by which a person knows a row: its customer, a name, an address.
type KeyCell struct {
	Field Field
	Text  string
}

// Glimpse gives the cells by which a person knows the row in which a place is; none where nobody kept them. They are valid
// until it is called again.
type Glimpse func(Place) []KeyCell
