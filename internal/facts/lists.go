package facts

import (
	"maps"
	"slices"
	"strings"
)

// Countries lists every ISO 3166-1 alpha-2 code, sorted.
func (t *Tables) Countries() []string { return slices.Sorted(maps.Keys(t.countries)) }

// Zones lists the time zones that belong to a country, sorted.
func (t *Tables) Zones() []string {
	all := make(map[string]bool)
	for _, zones := range t.zones.byCountry {
		for _, z := range zones {
			all[z] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Locales lists the languages that the service is remembered to offer, as ll_CC, sorted.
func (t *Tables) Locales() []string {
	out := strings.Fields(locales)
	slices.Sort(out)
	return out
}
