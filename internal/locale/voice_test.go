package locale

import (
	"testing"

	"muster/internal/onboarding"
)

func TestPreferred(t *testing.T) {
	w := Load()
	for _, c := range []struct{ all, messages, lang, want string }{
		{"", "", "", "en"},
		{"", "", "de_DE.UTF-8", "de"},
		{"", "es_MX", "de_DE.UTF-8", "es"},
		{"C", "es_MX", "de_DE.UTF-8", "en"},
		{"POSIX", "", "ja_JP", "en"},
		{"C.UTF-8", "", "ja_JP", "en"},
		{"", "", "ja_JP.eucJP", "ja"},
		{"", "", "de_AT@euro", "de"},
		{"", "", "zh_TW.Big5", "zh-TW"},
		{"", "", "zh_HK", "zh-TW"},
		{"", "", "zh_MO.UTF-8", "zh-TW"},
		{"", "", "zh_Hant_SG", "zh-TW"},
		{"", "", "zh_CN.UTF-8", "en"},
		{"", "", "zh", "en"},
		{"", "", "ar_EG.UTF-8", "ar"},
		{"", "", "fr_FR.UTF-8", "en"},
		{"", "", "dense", "en"},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_MESSAGES": c.messages, "LANG": c.lang}
		if got := w.Preferred(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("LC_ALL=%q LC_MESSAGES=%q LANG=%q is answered in %s, want %s", c.all, c.messages, c.lang, got, c.want)
		}
	}
}

// Values stand in the order of the language; texts, words and numbers among them are said, values of the user never.
func TestSay(t *testing.T) {
	v := Voice{language: "ar", entries: map[string]entry{
		"the email %q stands in %s already": {text: "%[2]s: %[1]q"},
		"chart":                             {text: "Diagramm"},
		"a %s sheet: %s":                    {text: "Blatt (%s): %s"},
		"%s errors":                         {text: "%s O", forms: map[string]string{"two": "zwei", "few": "%s F", "many": "%s M", "other": "%s O"}},
		"%s error":                          {text: "einer"},
		"not ready: %s to mend":             {text: "zu tun: %s"},
	}}
	for want, text := range map[string]onboarding.Text{
		`Users!D4: "chart"`:             onboarding.T("the email %q stands in %s already", "chart", "Users!D4"),
		"Blatt (Diagramm، x): chart":    onboarding.T("a %s sheet: %s", onboarding.List{onboarding.Word("chart"), "x"}, "chart"),
		"Blatt (Diagramm): chart":       onboarding.T("a %s sheet: %s", onboarding.Word("chart"), "chart"),
		"zu tun: einer":                 onboarding.T("not ready: %s to mend", onboarding.Count(1, "%s error", "%s errors")),
		"zu tun: zwei":                  onboarding.T("not ready: %s to mend", onboarding.Count(2, "%s error", "%s errors")),
		"zu tun: 3 F":                   onboarding.T("not ready: %s to mend", onboarding.Count(3, "%s error", "%s errors")),
		"zu tun: 111 M":                 onboarding.T("not ready: %s to mend", onboarding.Count(111, "%s error", "%s errors")),
		"zu tun: 12,302 O":              onboarding.T("not ready: %s to mend", onboarding.Count(12302, "%s error", "%s errors")),
		"nobody has translated this: 5": onboarding.T("nobody has translated this: %d", 5),
	} {
		if got := v.Say(text); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

func TestSpeak(t *testing.T) {
	for _, lang := range Load().Languages() {
		if v := Speak(lang); v.Language() != lang || v.RightToLeft() != (lang == "ar") {
			t.Errorf("the voice of %s is %s, right to left %v", lang, v.Language(), v.RightToLeft())
		}
	}
}
