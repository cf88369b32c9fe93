package sandbox

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

const fieldLimits = "provisioningParameters.packages.limits"

// limits checks the quantities against the packages and, for a PUT, against what was there.
func (c *customerCheck) limits(names []string, old *customer) {
	limits := c.body.quantities()
	if limits == nil {
		if old != nil && old.Limits != nil {
			c.newSeatsLimited(names, old)
		}
		return
	}
	if old != nil && old.Limits == nil {
		c.add(flaw{text: "quantities cannot be activated later: the customer was created unlimited", field: fieldLimits})
		return
	}
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		c.limit(name, limits[name], names)
	}
	for _, name := range names {
		_, given := limits[name]
		if c.s.packs[name].limited && !given && (old == nil || old.Limits[name] == 0) {
			c.add(flaw{text: fmt.Sprintf("package %q has no quantity while others have", name), field: fieldLimits})
		}
	}
	if old != nil {
		c.raised(limits, old)
	}
}

// limit checks one quantity.
func (c *customerCheck) limit(name string, quantity float64, names []string) {
	most := c.s.set.MaxQuantity
	p, known := c.s.packs[name]
	var text string
	switch {
	case !known || !p.limited:
		text = fmt.Sprintf("package %q takes no quantity", name)
	case !slices.Contains(names, name):
		text = fmt.Sprintf("quantity for package %q, which is not in packages", name)
	case quantity < 1 || quantity != math.Trunc(quantity) || quantity > math.MaxInt32:
		text = fmt.Sprintf("quantity of package %q must be a whole number of at least 1", name)
	case most > 0 && quantity > float64(most):
		text = fmt.Sprintf("quantity of package %q is above %d", name, most)
	default:
		return
	}
	c.add(flaw{text: text, field: fieldLimits})
}

// raised refuses lower quantities than before.
func (c *customerCheck) raised(limits map[string]float64, old *customer) {
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		if limits[name] < float64(old.Limits[name]) {
			c.add(flaw{text: fmt.Sprintf("quantity of package %q cannot fall below %d", name, old.Limits[name]), field: fieldLimits})
		}
	}
}

// newSeatsLimited asks for quantities of packages that a limited customer did not have.
func (c *customerCheck) newSeatsLimited(names []string, old *customer) {
	for _, name := range names {
		if c.s.packs[name].limited && old.Limits[name] == 0 {
			c.add(flaw{text: fmt.Sprintf("package %q has no quantity while others have", name), field: fieldLimits})
		}
	}
}

// quantities gives the limits as sent; nil when they are not activated.
func (b *customerBody) quantities() map[string]float64 {
	if b.Parameters.Packages == nil {
		return nil
	}
	return b.Parameters.Packages.Limits
}
