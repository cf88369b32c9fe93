package locale

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"muster/internal/onboarding"
)

// joints writes the marks between the values of a format that has no words of its own, such as "%s: %s", as the language does.
// A format with words is for its translator.
func joints(lang, format string) string {
	if strings.ContainsFunc(verbless(format), isLetter) {
		return format
	}
	switch lang {
	case "zh-TW":
		return strings.NewReplacer("; ", "；", ": ", "：", ", ", "，", " (%s)", "（%s）").Replace(format)
	case "ja":
		return strings.NewReplacer("; ", "。", ": ", "：", ", ", "、", " (%s)", "（%s）").Replace(format)
	case "ar":
		return strings.NewReplacer("; ", "؛ ", ", ", "، ").Replace(format)
	}
	return format
}

func verbless(format string) string {
	return strings.NewReplacer("%s", "", "%q", "", "%d", "", "%v", "").Replace(format)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// thin is the narrow no-break space between the thousands of a number.
const thin = "\u202f"

// number writes a number as the language does: 12,345 in Chinese, Japanese and Arabic, with a narrow space in German and
// Spanish, where a comma begins the decimals and four digits stand together.
func number(lang string, n onboarding.Number) string {
	text := n.String()
	if lang != "de" && lang != "es" {
		return text
	}
	if n > -10000 && n < 10000 {
		return strings.ReplaceAll(text, ",", "")
	}
	return strings.ReplaceAll(text, ",", thin)
}

// countryName gives the name of a country by the tables of CLDR; the English one where they lack it.
func countryName(lang string, c onboarding.Country) string {
	region, err := language.ParseRegion(c.Code)
	if err != nil {
		return c.Name
	}
	if name := display.Regions(language.Make(lang)).Name(region); name != "" {
		return name
	}
	return c.Name
}
