package onboarding

import (
	"encoding/json"
	"testing"
)

// What a journal keeps of a text is the same text again, with the texts and lists in it.
func TestExplain(t *testing.T) {
	text := T("removed: %s; %s: see there", Number(1200), List{T("%s is the main number", "+1"), "x"})
	raw, err := json.Marshal(Explain("note", text))
	if err != nil {
		t.Fatal(err)
	}
	var kept Failure
	if err := json.Unmarshal(raw, &kept); err != nil {
		t.Fatal(err)
	}
	inner, ok := kept.Text().Args[0].(Text)
	if !ok || inner.Format != text.Format || inner.Args[1].(List)[0].(Text).Format != "%s is the main number" {
		t.Errorf("kept as %s", raw)
	}
	if got := kept.Text().String(); got != text.String() || kept.Message != got {
		t.Errorf("%q and %q, want %q", got, kept.Message, text)
	}
	kinds := T("%s %d %s %s %s %s", Number(1200), 7, Word("chart"), Field("last_name"), FieldName("last_name"), Clauses{T("a"), T("b %s", Word("c"))})
	said := keep(kinds)
	again, ok := said.recall().(Text)
	if !ok || again.String() != kinds.String() || again.Args[0] != Number(1200) || again.Args[2] != Word("chart") || again.Args[3] != Field("last_name") || again.Args[4] != FieldName("last_name") {
		t.Errorf("%v is %v again", kinds, again)
	}
	if got := (&Failure{Message: "of the service: 100 %s"}).Text().String(); got != "of the service: 100 %s" {
		t.Errorf("a message of the service is said as %q", got)
	}
}
