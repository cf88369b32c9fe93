package saml

import (
	"bytes"
	"html"
	"strings"

	"muster/internal/onboarding"
)

// headBytes is how much of a file is looked at to tell its format, titleBytes how much to find a web page's title.
const (
	headBytes  = 1 << 10
	titleBytes = 64 << 10
)

// otherFormat recognises files that are no XML at all. A nil result means that it may be XML.
func otherFormat(text []byte) *refusal {
	head := bytes.TrimLeft(text[:min(len(text), headBytes)], " \t\r\n")
	if hasPrefixFold(head, "<!doctype html") || hasPrefixFold(head, "<html") {
		return webPage(text, 1)
	}
	kinds := []struct {
		prefix string
		kind   onboarding.Word
	}{
		{"{", "JSON, such as OpenID Connect uses"},
		{"[", "JSON, such as OpenID Connect uses"},
		{"-----BEGIN", "a certificate or key in PEM form"},
		{"PK\x03\x04", "a ZIP archive"},
		{"\x1f\x8b", "a gzip archive"},
		{"%PDF-", "a PDF document"},
	}
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.prefix)) {
			return refuse("SAML-DOC-008", 1, "", onboarding.T("the file is %s, not SAML metadata", k.kind))
		}
	}
	if len(head) > 0 && head[0] != '<' {
		return refuse("SAML-DOC-008", 1, "", onboarding.T("the file begins with %q, not with %q: it is not XML", firstWord(head), "<"))
	}
	return nil
}

// webPage refuses a page that was saved instead of metadata.
func webPage(text []byte, line int) *refusal {
	title := pageTitle(text[:min(len(text), titleBytes)])
	r := refuse("SAML-DOC-003", line, title, onboarding.T("this is a web page titled %q, not metadata", title))
	if title == "" {
		r.message = onboarding.T("this is a web page, not metadata")
	}
	return r
}

// pageTitle gives the text of the title element, on one line and not too long.
func pageTitle(text []byte) string {
	lower := bytes.ToLower(text)
	begin := bytes.Index(lower, []byte("<title"))
	if begin < 0 || len(lower) != len(text) {
		return ""
	}
	open := bytes.IndexByte(text[begin:], '>')
	if open < 0 {
		return ""
	}
	rest := text[begin+open+1:]
	end := bytes.IndexByte(rest, '<')
	if end < 0 {
		return ""
	}
	return clip(strings.Join(strings.Fields(html.UnescapeString(strings.ToValidUTF8(string(rest[:end]), "\ufffd"))), " "))
}

func firstWord(head []byte) string {
	word := head[:min(len(head), 80)]
	if end := bytes.IndexAny(word, " \t\r\n<"); end > 0 {
		word = word[:end]
	}
	return clip(strings.ToValidUTF8(string(word[:min(len(word), 20)]), "\ufffd"))
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}
