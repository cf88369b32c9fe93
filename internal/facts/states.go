package facts

import (
	"cmp"
	"strings"
)

func (t *Tables) loadStates() {
	t.states = make(map[string]map[string]string)
	for _, r := range rows("states.csv") {
		iso, code := r[0], cmp.Or(r[1], r[2], r[3]) // a few have no code of their own in the table
		list := t.states[iso]
		if list == nil {
			list = make(map[string]string)
			t.states[iso] = list
		}
		for _, word := range []string{code, iso + "-" + code, r[2], r[3], r[4]} {
			for _, key := range stateKeys(word) {
				if _, taken := list[key]; !taken {
					list[key] = code
				}
			}
		}
	}
}

// stateKeys gives a name with and without the word for its kind: 東京 and 東京都, Dubai and إمارة دبي.
func stateKeys(word string) []string {
	key := fold(word)
	if key == "" {
		return nil
	}
	keys := []string{key}
	for _, suffix := range []string{"都", "府", "県", "縣", "市", "省", " sheng", " shi", "-do", " do"} {
		if short, ok := strings.CutSuffix(key, suffix); ok && short != "" {
			keys = append(keys, short)
		}
	}
	if short, ok := strings.CutPrefix(key, fold("إمارة ")); ok {
		keys = append(keys, strings.TrimSpace(short))
	}
	return keys
}

// HasStateList reports whether the states of a country are known, so that an unknown one can be told.
func (t *Tables) HasStateList(iso string) bool { return len(t.states[iso]) > 0 }

// State gives the ISO 3166-2 code, without the country, of a state's code or name. known is false for a word that is not
// in the country's list; for a country without a list the word is returned as it stands.
func (t *Tables) State(iso, word string) (code string, known bool) {
	list := t.states[iso]
	if len(list) == 0 {
		return strings.TrimSpace(word), false
	}
	key := fold(word)
	if code, ok := list[key]; ok {
		return code, true
	}
	for _, k := range stateKeys(key) {
		if code, ok := list[k]; ok {
			return code, true
		}
	}
	return "", false
}
