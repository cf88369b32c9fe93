package locale

import (
	"cmp"
	"strings"
)

// Preferred gives the language that an environment asks for: by LC_ALL, else LC_MESSAGES, else LANG, as POSIX says it. It is
// English where they name none that is spoken here. Chinese of Taiwan, Hong Kong and Macao is written in traditional letters;
// other Chinese is not, and is answered in English.
func (w *Words) Preferred(getenv func(string) string) string {
	want := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if i := strings.IndexAny(want, ".@"); i >= 0 {
		want = want[:i] // the encoding, and a variant such as euro
	}
	if lang, ok := w.Language(want); ok {
		return lang
	}
	return w.languages[0]
}

// Language gives the language that a tag names, be it written as de, de-AT or zh_TW; ok is false where it is not spoken here.
func (w *Words) Language(tag string) (language string, ok bool) {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if parts[0] == "zh" {
		for _, p := range parts[1:] {
			switch p {
			case "tw", "hk", "mo", "hant":
				return "zh-TW", true
			case "cn", "sg", "hans":
				return "", false
			}
		}
		return "", false
	}
	for _, l := range w.languages {
		if l == parts[0] {
			return l, true
		}
	}
	return "", false
}
