package onboarding

import (
	"fmt"
	"strconv"
)

// Said is a text as a journal keeps it: a format with its values, a list of texts, or a value. A value of which a language
// need know nothing is kept as it stands, so its format writes it with %s or %q.
type Said struct {
	Format  string `json:",omitempty"`
	Several bool   `json:",omitempty"` // a list
	Parts   []Said `json:",omitempty"`
	Value   string `json:",omitempty"`
	Word    Word   `json:",omitempty"` // a value that is one
	Kind    string `json:",omitempty"` // of a value that a language writes in its own way, and of a list of clauses
}

// The kinds of values.
const (
	saidField   = "field"
	saidName    = "name" // of a field
	saidNumber  = "number"
	saidInt     = "int"
	saidClauses = "clauses"
)

// Explain makes what explains an outcome, so that it can be said in any language later.
func Explain(kind string, t Text) *Failure {
	said := keep(t)
	return &Failure{Kind: kind, Message: t.String(), Said: &said}
}

// Text gives the message as a text: one of ours in its parts, one of the service as it stands.
func (f *Failure) Text() Text {
	if f.Said == nil {
		return T("%s", f.Message)
	}
	return T("%s", f.Said.recall())
}

func keep(value any) Said {
	switch v := value.(type) {
	case Text:
		return Said{Format: v.Format, Parts: keepAll(v.Args)}
	case List:
		return Said{Several: true, Parts: keepAll(v)}
	case Clauses:
		return Said{Several: true, Kind: saidClauses, Parts: keepAll(v)}
	case Word:
		return Said{Word: v}
	case Field:
		return Said{Value: string(v), Kind: saidField}
	case FieldName:
		return Said{Value: string(v), Kind: saidName}
	case Number:
		return Said{Value: strconv.Itoa(int(v)), Kind: saidNumber}
	case int:
		return Said{Value: strconv.Itoa(v), Kind: saidInt}
	}
	return Said{Value: fmt.Sprint(value)}
}

func keepAll[T any](values []T) []Said {
	var out []Said
	for _, v := range values {
		out = append(out, keep(v))
	}
	return out
}

// recall is the opposite of keep.
func (s Said) recall() any {
	switch {
	case s.Kind == saidClauses:
		out := make(Clauses, len(s.Parts))
		for i, p := range s.Parts {
			out[i] = T("%s", p.recall())
		}
		return out
	case s.Several:
		return s.parts()
	case s.Word != "":
		return s.Word
	case s.Format != "":
		return Text{Format: s.Format, Args: s.parts()}
	}
	return s.value()
}

func (s Said) parts() List {
	out := make(List, len(s.Parts))
	for i, p := range s.Parts {
		out[i] = p.recall()
	}
	return out
}

func (s Said) value() any {
	switch s.Kind {
	case saidField:
		return Field(s.Value)
	case saidName:
		return FieldName(s.Value)
	case saidNumber, saidInt:
		n, err := strconv.Atoi(s.Value)
		switch {
		case err != nil: // a journal that somebody edited
			return s.Value
		case s.Kind == saidInt:
			return n
		}
		return Number(n)
	}
	return s.Value
}
