package facts

import (
	"slices"
	"strings"
)

// zones is what is known of the time zones of the tz database.
type zones struct {
	canonical map[string]string   // lower case → as it is spelt
	byCountry map[string][]string // ISO code → zones
	seen      map[string]bool     // named in the vendor's own sources
}

func loadZones() zones {
	z := zones{canonical: make(map[string]string), byCountry: make(map[string][]string), seen: make(map[string]bool)}
	b, err := data.ReadFile("data/zonenames.txt")
	if err != nil {
		panic(err)
	}
	for name := range strings.Lines(string(b)) {
		name = strings.TrimSpace(name)
		z.canonical[strings.ToLower(name)] = name
	}
	for _, r := range rows("zones.csv") {
		z.byCountry[r[0]] = append(z.byCountry[r[0]], r[1])
		if r[2] != "" {
			z.seen[r[1]] = true
		}
	}
	return z
}

// Zone gives the spelling of a time zone name of the tz database, whatever its case; ok is false for any other word.
func (t *Tables) Zone(name string) (canonical string, ok bool) {
	canonical, ok = t.zones.canonical[strings.ToLower(strings.TrimSpace(name))]
	return canonical, ok
}

// ZonesOf lists the zones of a country; nil for an unknown one.
func (t *Tables) ZonesOf(iso string) []string { return t.zones.byCountry[iso] }

// ZoneIn reports whether a zone is one of the country's.
func (t *Tables) ZoneIn(iso, name string) bool { return slices.Contains(t.zones.byCountry[iso], name) }

// ZoneSeen reports whether the vendor's own sources name the zone. The service accepts a part of the tz database only,
// and its list could not be had.
func (t *Tables) ZoneSeen(name string) bool { return t.zones.seen[name] }
