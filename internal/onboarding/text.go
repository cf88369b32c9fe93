package onboarding

import (
	"fmt"
	"strconv"
	"strings"
)

// Text is a sentence whose wording can be looked up in another language: the English format is its key.
type Text struct {
	Format string
	Args   []any // Texts, Words and Lists among them are said in the other language, too
}

// T makes a Text. The format follows package fmt; quote every value from outside with %q.
func T(format string, args ...any) Text {
	if false {
		_ = fmt.Sprintf(format, args...) // lets go vet check the format of every caller
	}
	return Text{format, args}
}

// String gives the English sentence.
func (t Text) String() string {
	if len(t.Args) == 0 {
		return t.Format
	}
	return fmt.Sprintf(t.Format, t.Args...)
}

// Empty reports whether there is nothing to say.
func (t Text) Empty() bool { return t.Format == "" }

// Word is an English word or name of ours that stands in a text as a value: "chart", "headquarters".
type Word string

// FieldName is a field as a text names it: in English its id with blanks, else the heading of its column.
type FieldName Field

// String gives the name: "last name".
func (f FieldName) String() string { return strings.ReplaceAll(string(f), "_", " ") }

// Country is a country as a text names it.
type Country struct {
	Code string // ISO 3166-1 alpha-2
	Name string // in English
}

// String gives the English name.
func (c Country) String() string { return c.Name }

// List is several values in a text, one after the other. Texts and Words among them are said in the other language.
type List []any

// String gives the values with commas between them.
func (l List) String() string {
	parts := make([]string, len(l))
	for i, v := range l {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, ", ")
}

// Clauses are several texts in a text, one after the other, each a sentence or a part of one.
type Clauses []Text

// String gives the texts with semicolons between them.
func (c Clauses) String() string {
	parts := make([]string, len(c))
	for i, t := range c {
		parts[i] = t.String()
	}
	return strings.Join(parts, "; ")
}

// Joined makes one text of several: empty of none.
func Joined(texts []Text) Text {
	switch len(texts) {
	case 0:
		return Text{}
	case 1:
		return texts[0]
	}
	return T("%s", Clauses(texts))
}

// Some names the first few of many values, and counts the others.
func Some(values []string, most int) Text {
	return SomeOf(values[:min(len(values), most)], len(values))
}

// SomeOf names values that are some of so many, and counts the others.
func SomeOf(named []string, all int) Text {
	list := make(List, len(named))
	for i, v := range named {
		list[i] = v
	}
	if more := all - len(named); more > 0 {
		return T("%s and %s more", list, Number(more))
	}
	return T("%s", list)
}

// Number is a number of things in a text. It is written with commas: 12,345. A language may choose the form of the words
// around it by it.
type Number int

// String groups digits for the eye.
func (n Number) String() string {
	s := strconv.Itoa(int(n))
	least := 0
	if n < 0 {
		least = 1
	}
	for i := len(s) - 3; i > least; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count says how many there are: one is the wording for 1, many that for every other number. Both write the number with %s.
func Count(n int, one, many string) Text {
	if n == 1 {
		return Text{one, []any{Number(n)}}
	}
	return Text{many, []any{Number(n)}}
}

// Voice says texts to a reader.
type Voice interface {
	Say(Text) string
	Language() string  // as in "de" and "zh-TW"
	RightToLeft() bool // the language is written from right to left
}

// English is the voice of documents for which no other was chosen.
type English struct{}

// Say gives the text as it stands in the program.
func (English) Say(t Text) string { return t.String() }

// Language is "en".
func (English) Language() string { return "en" }

// RightToLeft is false.
func (English) RightToLeft() bool { return false }
