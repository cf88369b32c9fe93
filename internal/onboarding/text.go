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
func (f FieldName) String() string { return spaced(string(f)) }

// worded makes a word of an id.
func worded(id string) Word { return Word(spaced(id)) }

func spaced(id string) string { return strings.ReplaceAll(id, "_", " ") }

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
