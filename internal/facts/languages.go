package facts

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// locales are the languages that the service is remembered to offer, from its solution guides; only en_US, fr_FR and
// de_DE were seen in sources that could be read again.
const locales = "en_US en_AU en_GB en_CA fr_FR fr_CA cs_CZ da_DK de_DE hu_HU id_ID it_IT ja_JP ko_KR es_ES es_CO es_MX nl_NL nb_NO pl_PL pt_PT pt_BR ru_RU ro_RO zh_CN zh_TW sv_SE ar_SA tr_TR"

func (t *Tables) loadLocales() {
	t.locales, t.defaults = make(map[string]bool), make(map[string]string)
	for _, l := range strings.Fields(locales) {
		t.locales[l] = true
		if _, ok := t.defaults[l[:2]]; !ok {
			t.defaults[l[:2]] = l
		}
	}
	t.defaults["pt"] = "pt_PT"
}

// language splits a language code, or the name of a language in any of the six, into ll and CC. cc is empty for ll alone.
func (t *Tables) language(word string) (ll, cc string, ok bool) {
	code := strings.ReplaceAll(strings.TrimSpace(word), "-", "_")
	l, c, _ := strings.Cut(code, "_")
	if len(l) == 2 && isLetters(l) && (c == "" && !strings.Contains(code, "_") || len(c) == 2 && isLetters(c)) {
		return strings.ToLower(l), strings.ToUpper(c), true
	}
	if script, ok := map[string]string{"zh_hant": "TW", "zh_hans": "CN", "zh_hant_tw": "TW", "zh_hans_cn": "CN"}[strings.ToLower(code)]; ok {
		return "zh", script, true
	}
	t.languagesOnce.Do(t.loadLanguageNames)
	if name, ok := t.languages[fold(word)]; ok {
		l, c, _ := strings.Cut(name, "_")
		return l, c, true
	}
	return "", "", false
}

func isLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func (t *Tables) loadLanguageNames() {
	t.languages = map[string]string{
		fold("繁體中文"): "zh_TW", fold("简体中文"): "zh_CN", fold("簡體中文"): "zh_CN", fold("中文"): "zh_TW", fold("Traditional Chinese"): "zh_TW",
		fold("Simplified Chinese"): "zh_CN", fold("Norwegian"): "nb", fold("日文"): "ja", fold("德文"): "de", fold("英文"): "en", fold("西班牙文"): "es",
		fold("阿拉伯文"): "ar", fold("法文"): "fr", fold("中国語"): "zh", fold("Castellano"): "es_ES", fold("العربية"): "ar", fold("عربي"): "ar",
	}
	tags := []language.Tag{language.English, language.TraditionalChinese, language.German, language.Spanish, language.Arabic, language.Japanese}
	for _, locale := range strings.Fields(locales) {
		tag := language.Make(strings.ReplaceAll(locale, "_", "-"))
		base, _ := tag.Base()
		t.addLanguageName(display.Self.Name(language.Make(base.String())), base.String())
		for _, in := range tags {
			t.addLanguageName(display.Languages(in).Name(base), base.String())
		}
		t.addLanguageName(display.Self.Name(tag), locale)
		for _, in := range tags {
			t.addLanguageName(display.Tags(in).Name(tag), locale)
		}
	}
}

func (t *Tables) addLanguageName(name, code string) {
	key := fold(name)
	if _, taken := t.languages[key]; key != "" && !taken {
		t.languages[key] = code
	}
}

// OrgLanguage gives the code of an organization's language, ll or ll_CC. It is empty for a word that is neither a code nor
// a language's name; known is false for a code that the service is not remembered to offer.
func (t *Tables) OrgLanguage(word string) (code string, known bool) {
	ll, cc, ok := t.language(word)
	switch {
	case !ok:
		return "", false
	case cc == "":
		_, known := t.defaults[ll]
		return ll, known
	}
	code = ll + "_" + cc
	return code, t.locales[code]
}

// CallingLanguage gives the code of a location's language, ll_cc in lower case. A bare language is joined with the country
// where that makes a known code, and stands for its main country otherwise. Empty and known as in OrgLanguage.
func (t *Tables) CallingLanguage(word, iso string) (code string, known bool) {
	ll, cc, ok := t.language(word)
	if !ok {
		return "", false
	}
	if cc == "" {
		code = ll + "_" + iso
		if !t.locales[code] {
			code = t.defaults[ll]
		}
		if code == "" {
			return strings.ToLower(ll + "_" + iso), false
		}
		return strings.ToLower(code), true
	}
	code = ll + "_" + cc
	return strings.ToLower(code), t.locales[code]
}
