// Package facts knows the countries, states, postal codes, time zones, languages, packages, roles and phone numbers of
// the service, and how sure each fact is.
//
// The tables under data are embedded; data/README.md says where each comes from. A Tables value is read-only and may be
// used by many goroutines.
package facts

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"regexp"
	"sync"

	"muster/internal/locale"
)

//go:embed data
var data embed.FS

// Confidence says how sure a fact is. Only documented facts may refuse a row; inferred ones warn.
type Confidence uint8

// The grades of confidence.
const (
	Inferred   Confidence = iota // postal convention or our judgement, not the service's word
	Practice                     // seen to work against the service
	Documented                   // the vendor says so
)

// Tables holds every table. Make one with Load.
type Tables struct {
	countries map[string]country // by ISO code
	states    map[string]map[string]string
	zones     zones
	packages  map[string]*Package
	packs     []*Package
	words     words
	locales   map[string]bool   // ll_CC
	defaults  map[string]string // ll → ll_CC

	namesOnce sync.Once
	names     map[string]string // folded country name in any of the languages → ISO code

	languagesOnce sync.Once
	languages     map[string]string // folded language name → ll

	numbers numberPlans
}

// country is one row of the table of countries.
type country struct {
	name    string
	rule    AddressRule
	pattern func() *regexp.Regexp // compiled when first asked for
}

// Load reads the embedded tables, in about a millisecond. They are part of the program, so a broken one is a bug and panics.
func Load() *Tables {
	t := &Tables{words: newWords()}
	t.loadCountries()
	t.loadStates()
	t.zones = loadZones()
	t.loadPackages()
	t.loadLocales()
	return t
}

// rows reads one embedded table without its headings.
func rows(name string) [][]string {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("embedded table %s: %v", name, err))
	}
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("embedded table %s: %v", name, err))
	}
	return all[1:]
}

func fold(s string) string { return locale.Fold(s) }
