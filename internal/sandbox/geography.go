package sandbox

import (
	"embed"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

//go:embed tables/*.csv
var tableFiles embed.FS

// geography is what the service knows of countries.
type geography struct {
	countries map[string]countryRules
	zones     map[string]bool
}

// countryRules is the answer of the country look-up.
type countryRules struct {
	StateRequired bool         `json:"stateRequired"`
	ZipRequired   bool         `json:"zipCodeRequired"`
	States        []stateEntry `json:"states"`
	TimeZones     []string     `json:"timeZones"`
}

type stateEntry struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// newGeography reads the embedded tables.
func newGeography() (*geography, error) {
	g := &geography{countries: map[string]countryRules{}, zones: map[string]bool{"Etc/UTC": true}}
	steps := []struct {
		file string
		row  func(cells []string)
	}{
		{"tables/countries.csv", func(c []string) {
			g.countries[c[0]] = countryRules{StateRequired: c[1] == "true", ZipRequired: c[2] == "true", States: []stateEntry{}, TimeZones: []string{}}
		}},
		{"tables/states.csv", func(c []string) {
			rules := g.countries[c[0]]
			rules.States = append(rules.States, stateEntry{c[1], c[2]})
			g.countries[c[0]] = rules
		}},
		{"tables/zones.csv", func(c []string) {
			rules := g.countries[c[0]]
			rules.TimeZones = append(rules.TimeZones, c[1])
			g.countries[c[0]], g.zones[c[1]] = rules, true
		}},
	}
	for _, step := range steps {
		if err := eachRow(step.file, step.row); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func eachRow(name string, row func([]string)) error {
	f, err := tableFiles.Open(name)
	if err != nil {
		return fmt.Errorf("read embedded table: %w", err)
	}
	defer func() { _ = f.Close() }() // embedded: nothing to lose
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("read embedded table %s: %w", name, err)
	}
	for _, cells := range all[1:] {
		row(cells)
	}
	return nil
}

// judge gives the findings about country, state and postal code. State and postal code are insisted on in the United
// States and Canada only, where the rule is documented or needed for emergency calls.
func (g *geography) judge(field string, a address) []flaw {
	if a.Country == "" {
		return nil
	}
	rules, known := g.countries[a.Country]
	if !known {
		return []flaw{{text: fmt.Sprintf("%s.country %q is not an ISO 3166-1 alpha-2 code", field, a.Country), field: field + ".country"}}
	}
	if a.Country != "US" && a.Country != "CA" {
		return nil
	}
	var flaws []flaw
	isState := func(e stateEntry) bool { return e.Code == a.State }
	switch {
	case a.State == "":
		flaws = append(flaws, missing(field+".stateOrProvince"))
	case !slices.ContainsFunc(rules.States, isState):
		flaws = append(flaws, flaw{text: fmt.Sprintf("%s.stateOrProvince %q is not a subdivision of %s", field, a.State, a.Country), field: field + ".stateOrProvince"})
	}
	if a.Zip == "" {
		flaws = append(flaws, missing(field+".zipOrPostalCode"))
	}
	return flaws
}

func (s *Server) getCountry(q *request) answer {
	rules, known := s.geography.countries[strings.ToUpper(q.PathValue("country"))]
	if !known {
		return notFound("the country")
	}
	return ok(rules)
}

// listLanguages gives the languages of announcements.
func (s *Server) listLanguages(*request) answer {
	type language struct {
		Name string `json:"name"`
		Code string `json:"code"`
	}
	return answer{status: http.StatusOK, body: map[string][]language{"languages": {
		{"English", "en_us"},
		{"British English", "en_gb"},
		{"Australian English", "en_au"},
		{"German", "de_de"},
		{"Spanish", "es_es"},
		{"Spanish (Colombia)", "es_co"},
		{"French", "fr_fr"},
		{"French (Canada)", "fr_ca"},
		{"Italian", "it_it"},
		{"Japanese", "ja_jp"},
		{"Korean", "ko_kr"},
		{"Dutch", "nl_nl"},
		{"Polish", "pl_pl"},
		{"Portuguese (Brazil)", "pt_br"},
		{"Swedish", "sv_se"},
		{"Turkish", "tr_tr"},
		{"Chinese (Simplified)", "zh_cn"},
		{"Chinese (Traditional)", "zh_tw"},
		{"Arabic", "ar_ae"},
	}}}
}
