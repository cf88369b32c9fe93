package onboarding

// Change is one cell of a copy that says something else than the input, or one that would if it did not hold a formula.
type Change struct {
	Place  Place // in the input
	Field  Field
	Old    string // as the input says it
	New    string // what is right
	Reason Text
	Left   bool // nothing was changed: the cell holds a formula
}
