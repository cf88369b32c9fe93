package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"muster/internal/onboarding"
)

//go:embed catalog/zh-TW.json catalog/de.json catalog/es.json catalog/ar.json catalog/ja.json
var catalogs embed.FS

// Voice says texts in one language, by its catalogue: English formats and what they are in it. What the catalogue lacks is
// said in English. It is read-only and may be used by many goroutines. Make one with Speak.
type Voice struct {
	language string
	entries  map[string]entry
	words    *Words // for the names of fields
}

// Speak gives the voice of a language of Words.Languages. The catalogues are part of the program, so a broken one is a bug
// and panics.
func Speak(language string) onboarding.Voice {
	if language == "en" {
		return onboarding.English{}
	}
	raw, err := catalogs.ReadFile("catalog/" + language + ".json")
	v := Voice{language: language, words: Load()}
	if err == nil {
		err = json.Unmarshal(raw, &v.entries)
	}
	if err != nil {
		panic(fmt.Sprintf("embedded catalogue of %q: %v", language, err))
	}
	return v
}

// Language gives the tag of the language.
func (v Voice) Language() string { return v.language }

// RightToLeft reports whether the language is written from right to left.
func (v Voice) RightToLeft() bool { return v.language == "ar" }

// Say gives the text in the language. Texts, words and lists among its values are said, too; all other values stand as
// they are.
func (v Voice) Say(t onboarding.Text) string {
	format := t.Format
	if e, ok := v.entries[t.Format]; ok {
		format = e.form(v.language, t.Args)
	} else {
		format = joints(v.language, format)
	}
	if len(t.Args) == 0 {
		return format
	}
	if !strings.Contains(format, "%") {
		return format // this form of the words says the number
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = v.value(a)
	}
	return fmt.Sprintf(format, args...)
}

func (v Voice) value(a any) any {
	switch a := a.(type) {
	case onboarding.Text:
		return v.Say(a)
	case onboarding.Word:
		return v.Say(onboarding.Text{Format: string(a)})
	case onboarding.Field:
		return v.field(string(a))
	case onboarding.FieldName:
		return v.field(string(a))
	case onboarding.Country:
		return countryName(v.language, a)
	case onboarding.Number:
		return number(v.language, a)
	case onboarding.Clauses:
		parts := make([]string, len(a))
		for i, t := range a {
			parts[i] = v.Say(t)
		}
		return strings.Join(parts, joints(v.language, "; "))
	case onboarding.List:
		parts := make([]string, len(a))
		for i, item := range a {
			parts[i] = fmt.Sprint(v.value(item))
		}
		return strings.Join(parts, v.comma())
	}
	return a
}

// field names a field as the heading of its column does, be it of whatever sheet.
func (v Voice) field(id string) string {
	for _, section := range []string{"users", "customers", "locations", "packages", "templates"} {
		if label := v.words.Label(section, id, v.language); label != id {
			return label
		}
	}
	return id
}

// comma stands between the values of a list.
func (v Voice) comma() string {
	switch v.language {
	case "zh-TW", "ja":
		return "、"
	case "ar":
		return "، "
	}
	return ", "
}

// entry is what one English format is in a language.
type entry struct {
	text  string
	forms map[string]string // by the number that stands in the text; nil where all numbers have the same words
}

// UnmarshalJSON takes a text, or an object of forms: zero, one, two, few, many, other. The last is needed.
func (e *entry) UnmarshalJSON(raw []byte) error {
	if raw[0] == '"' {
		return json.Unmarshal(raw, &e.text)
	}
	if err := json.Unmarshal(raw, &e.forms); err != nil {
		return err
	}
	e.text = e.forms[other]
	return nil
}

// form chooses the words by the first number among the values.
func (e entry) form(language string, args []any) string {
	if e.forms == nil {
		return e.text
	}
	for _, a := range args {
		if n, ok := a.(onboarding.Number); ok {
			if words, ok := e.forms[plural(language, int(n))]; ok {
				return words
			}
			break
		}
	}
	return e.text
}

const other = "other" // the form for numbers that have none of their own

// plural gives the form that a language uses beside a number, as CLDR names it. English counts of 1 have a format of their
// own, so only languages with more forms than these two matter.
func plural(language string, n int) string {
	if language != "ar" {
		return other
	}
	switch n % 100 {
	case 3, 4, 5, 6, 7, 8, 9, 10:
		return "few"
	}
	switch {
	case n == 0:
		return "zero"
	case n == 1:
		return "one"
	case n == 2:
		return "two"
	case n%100 >= 11:
		return "many"
	}
	return other
}
