package onboarding

import "fmt"

// Said is a text as a journal keeps it: a format with its values, a list of texts, or a value as it stands. The formats of kept
// texts write their values with %s.
type Said struct {
	Format  string `json:",omitempty"`
	Several bool   `json:",omitempty"` // a list
	Parts   []Said `json:",omitempty"`
	Value   string `json:",omitempty"`
}

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
		s := Said{Format: v.Format}
		for _, a := range v.Args {
			s.Parts = append(s.Parts, keep(a))
		}
		return s
	case List:
		s := Said{Several: true}
		for _, item := range v {
			s.Parts = append(s.Parts, keep(item))
		}
		return s
	}
	return Said{Value: fmt.Sprint(value)}
}

// recall is the opposite of keep.
func (s Said) recall() any {
	parts := make(List, len(s.Parts))
	for i, p := range s.Parts {
		parts[i] = p.recall()
	}
	switch {
	case s.Several:
		return parts
	case s.Format != "":
		return Text{Format: s.Format, Args: parts}
	}
	return s.Value
}
