package provision

// Bound is how many there may be. The zero value is no bound.
type Bound struct {
	most int
	set  bool
}

// AtMost bounds to n; 0 allows none.
func AtMost(n int) Bound { return Bound{n, true} }

// below reports whether n is more than the bound allows.
func (b Bound) below(n int) bool { return b.set && n > b.most }
