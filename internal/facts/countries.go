package facts

import (
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// AddressRule says what an address in a country needs. The service's own rule is documented for the United States and
// held to be the same for Canada; the rest is postal convention.
type AddressRule struct {
	StateRequired, ZipRequired bool
	Confidence                 Confidence
	ZipExample                 string
	HasStates                  bool   // the table of states holds the country's
	CallingCode                string // without +
}

func (t *Tables) loadCountries() {
	t.countries = make(map[string]country)
	for _, r := range rows("countries.csv") {
		rule := AddressRule{StateRequired: r[2] != "", ZipRequired: r[3] != "", ZipExample: r[6], CallingCode: r[7]}
		switch r[4] {
		case "documented":
			rule.Confidence = Documented
		case "practice":
			rule.Confidence = Practice
		}
		c := country{name: r[1], rule: rule}
		if pattern := r[5]; pattern != "" {
			c.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("(?i)" + pattern) })
		}
		t.countries[r[0]] = c
	}
}

// Country gives the ISO 3166-1 alpha-2 code of a code or a country name in any of the six languages.
func (t *Tables) Country(word string) (iso string, ok bool) {
	word = strings.TrimSpace(word)
	if len(word) == 2 {
		upper := strings.ToUpper(word)
		if upper == "UK" {
			return "GB", true
		}
		_, ok := t.countries[upper]
		if ok {
			return upper, true
		}
	}
	t.namesOnce.Do(t.loadCountryNames)
	iso, ok = t.names[nameKey(word)]
	return iso, ok
}

// nameKey folds a country's name and drops dots, commas and a leading "the".
func nameKey(word string) string {
	s := strings.NewReplacer(".", "", ",", "", "&", "and", "(", "", ")", "").Replace(fold(word))
	return strings.TrimPrefix(strings.Join(strings.Fields(s), " "), "the ")
}

// otherNames are common names that the language tables do not hold.
func otherNames() map[string]string {
	return map[string]string{
		"USA": "US", "U.S.A.": "US", "United States of America": "US", "America": "US", "Estados Unidos de América": "US", "EE. UU.": "US", "EEUU": "US",
		"Vereinigte Staaten von Amerika": "US", "米国": "US", "アメリカ": "US", "美國": "US", "美国": "US", "الولايات المتحدة الأمريكية": "US",
		"Great Britain": "GB", "Britain": "GB", "England": "GB", "Großbritannien": "GB", "Gran Bretaña": "GB", "英國": "GB", "イギリス": "GB", "英国": "GB",
		"Taiwan, R.O.C.": "TW", "中華民國": "TW", "台灣": "TW", "臺灣": "TW", "台湾": "TW", "Republic of China": "TW",
		"UAE": "AE", "Emirates": "AE", "VAE": "AE", "EAU": "AE", "الإمارات": "AE", "阿聯酋": "AE",
		"日本国": "JP", "Nippon": "JP", "Federal Republic of Germany": "DE", "BRD": "DE", "Bundesrepublik Deutschland": "DE",
		"Méjico": "MX", "Holland": "NL", "South Korea": "KR", "Republic of Korea": "KR", "Korea": "KR", "Russia": "RU", "Czech Republic": "CZ", "Czechia": "CZ",
		"Ivory Coast": "CI", "Turkey": "TR", "Türkei": "TR", "Macedonia": "MK", "Swaziland": "SZ", "Burma": "MM", "Cape Verde": "CV", "Vatican": "VA",
		"Hong Kong": "HK", "香港": "HK", "Macau": "MO", "澳門": "MO", "KSA": "SA",
	}
}

func (t *Tables) loadCountryNames() {
	t.names = make(map[string]string, 10*len(t.countries))
	namers := make([]display.Namer, 0, 7)
	for _, tag := range []language.Tag{language.English, language.TraditionalChinese, language.SimplifiedChinese, language.German, language.Spanish, language.Arabic, language.Japanese} {
		namers = append(namers, display.Regions(tag))
	}
	for iso, c := range t.countries {
		t.names[nameKey(c.name)] = iso
		region, err := language.ParseRegion(iso)
		if err != nil {
			continue
		}
		t.names[strings.ToLower(region.ISO3())] = iso
		for _, n := range namers {
			if name := n.Name(region); name != "" {
				t.names[nameKey(name)] = iso
			}
		}
	}
	for name, iso := range otherNames() {
		t.names[nameKey(name)] = iso
	}
}

// CountryName gives the English name of an ISO code, the code itself when it is unknown.
func (t *Tables) CountryName(iso string) string {
	if c, ok := t.countries[iso]; ok {
		return c.name
	}
	return iso
}

// AddressRule gives what an address in the country needs; the zero value for an unknown country.
func (t *Tables) AddressRule(iso string) AddressRule {
	r := t.countries[iso].rule
	r.HasStates = t.HasStateList(iso)
	return r
}

// MatchZip tells whether a postal code has the form that the country's post uses; known is false where no form is known.
func (t *Tables) MatchZip(iso, zip string) (match, known bool) {
	c := t.countries[iso]
	if c.pattern == nil {
		return false, false
	}
	return c.pattern().MatchString(strings.TrimSpace(zip)), true
}
