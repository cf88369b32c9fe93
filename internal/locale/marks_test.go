package locale

import (
	"testing"

	"muster/internal/onboarding"
)

// What stands between values, thousands and names of countries are written as the language does, also where no words of ours
// stand beside them.
func TestMarks(t *testing.T) {
	reasons := []onboarding.Text{onboarding.T("%q", "a"), onboarding.T("%q", "b")}
	for _, c := range []struct {
		lang, want string
		text       onboarding.Text
	}{
		{"ja", `x：y`, onboarding.T("%s: %s", "x", "y")},
		{"ja", `x（y）`, onboarding.T("%s (%s)", "x", "y")},
		{"zh-TW", `x（y）`, onboarding.T("%s (%s)", "x", "y")},
		{"zh-TW", `"a"；"b"`, onboarding.Joined(reasons)},
		{"ar", `"a"؛ "b"`, onboarding.Joined(reasons)},
		{"ar", `x، y`, onboarding.T("%s, %s", "x", "y")},
		{"de", `"a"; "b"`, onboarding.Joined(reasons)},
		{"de", `x: y`, onboarding.T("%s: %s", "x", "y")},
		{"ja", `book.csv:3`, onboarding.T("%s:%d", "book.csv", 3)},
		{"de", "9999", onboarding.T("%s", onboarding.Number(9999))},
		{"de", "12\u202f345", onboarding.T("%s", onboarding.Number(12345))},
		{"es", "-1\u202f234\u202f567", onboarding.T("%s", onboarding.Number(-1234567))},
		{"es", "-9999", onboarding.T("%s", onboarding.Number(-9999))},
		{"ja", "12,345", onboarding.T("%s", onboarding.Number(12345))},
		{"en", "12,345", onboarding.T("%s", onboarding.Number(12345))},
		{"de", "Spanien", onboarding.T("%s", onboarding.Country{Code: "ES", Name: "Spain"})},
		{"zh-TW", `"台灣"`, onboarding.T("%q", onboarding.Country{Code: "TW", Name: "Taiwan"})},
		{"de", "Nowhere", onboarding.T("%s", onboarding.Country{Code: "no code", Name: "Nowhere"})},
		{"en", "Spain", onboarding.T("%s", onboarding.Country{Code: "ES", Name: "Spain"})},
	} {
		if got := Speak(c.lang).Say(c.text); got != c.want {
			t.Errorf("%s: said %q, want %q", c.lang, got, c.want)
		}
	}
}
