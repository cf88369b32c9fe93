// Package redact puts stable pseudonyms in place of what tells who somebody is, so that a report can be sent to a vendor.
//
// What is not known to be harmless is replaced: a value stays only when it is a word of our own tables. The same value has
// the same pseudonym wherever it stands, in all reports and runs of one key; without the key nobody can find out a value by
// trying. docs/redact.md says what a pseudonym keeps of its value.
package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"strings"

	"muster/internal/onboarding"
)

// Redactor replaces values. It may be used by many goroutines. A nil one leaves everything as it is.
type Redactor struct {
	key      []byte
	harmless func(string) bool
	known    *lexicon
	how      map[string]treatment
	talk     *regexp.Regexp // what free text may hold beside the words that were learned
	posted   *regexp.Regexp // shape of postal codes and short codes
	host     *regexp.Regexp
	cell     *regexp.Regexp
	plain    *regexp.Regexp
	member   *regexp.Regexp // names of members of documents: provisioningId, tracking_id
	path     *regexp.Regexp // places in a document: provisioningParameters.calling.location
	label    *regexp.Regexp // names of members on the wire
	made     *regexp.Regexp // pseudonyms of ours
}

// New makes a redactor of a secret key. harmless tells the words that may stay: names of packages, countries, sheets.
func New(key []byte, harmless func(string) bool) *Redactor {
	return &Redactor{
		key: key, harmless: harmless, known: newLexicon(), how: treatments(),
		talk:   regexp.MustCompile(freePattern),
		posted: regexp.MustCompile(`^[A-Z0-9]+(?:[ -][A-Z0-9]+){0,2}$`),
		host:   regexp.MustCompile(`^` + hostPattern + `$`),
		cell:   regexp.MustCompile(`^(?:(.+)!([A-Z]{0,3}[0-9]+)|([^:]+\.[a-z]{3,4}):([0-9]+(?::[0-9]+)?))$`),
		plain:  regexp.MustCompile(plainPattern),
		member: regexp.MustCompile(`^[a-z]+(?:[A-Z][a-z]+|_[a-z]+)+$`),
		path:   regexp.MustCompile(`^[a-z]+[A-Z][A-Za-z]*(?:[.][A-Za-z]+|\[[0-9]+\])+$`),
		label:  regexp.MustCompile(`^[A-Za-z][A-Za-z_-]*[0-9]?$`),
		made:   regexp.MustCompile(`^` + madePattern + `$`),
	}
}

const (
	hostPattern = `[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?)*\.(?:xn--[a-z0-9]+|\p{L}{2,})`
	tagPattern  = `[a-z2-7]{8}`
	madePattern = `(?:[a-z]+://)?(?:anon|sheet|file|folder|user|domain|path)-` + tagPattern + `[\w@.:/-]*`

	// Numbers, days, moments, versions, column letters: they tell of nobody.
	plainPattern = `^(?:[\pP\pS\pZ]*|-?[0-9]{1,6}(?:[.,][0-9]+)?%?|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?|[A-Z]{1,2}|v?[0-9]+\.[0-9]+(?:\.[0-9]+)?|[0-9hms.µn]+s|urn:oasis:.*|https?://www\.w3\.org/.*)$`
)

// Learn remembers that a value tells who somebody is, so that it is found inside other texts, too.
func (r *Redactor) Learn(values ...string) {
	if r == nil {
		return
	}
	for _, v := range values {
		r.known.add(v)
	}
}

// Value replaces a value of which nobody knows what it is, unless it is harmless.
func (r *Redactor) Value(s string) string {
	if r == nil || s == "" || r.made.MatchString(s) {
		return s
	}
	if r.known.has(s) {
		return r.pseudonym(s)
	}
	if r.harmless(s) || r.plain.MatchString(s) || isID(s) {
		return s
	}
	if m := r.cell.FindStringSubmatch(s); m != nil {
		if m[1] != "" {
			return r.Sheet(m[1]) + "!" + m[2]
		}
		return r.File(m[3]) + ":" + m[4]
	}
	return r.pseudonym(s)
}

// Of replaces the value of a field, unless the field is one that tells of nobody and the value looks like it.
func (r *Redactor) Of(field onboarding.Field, s string) string {
	if r == nil || s == "" || r.made.MatchString(s) {
		return s
	}
	if openField(field) && !r.known.has(s) && !r.speaks(s) {
		return s
	}
	return r.pseudonym(s)
}

// speaks reports whether a value holds an address, a number, a host or something that was learned.
func (r *Redactor) speaks(s string) bool { return r.Free(s) != s }

// Sheet replaces the name of a sheet unless it is one of ours.
func (r *Redactor) Sheet(s string) string {
	if r == nil || s == "" || r.harmless(s) || r.made.MatchString(s) {
		return s
	}
	return "sheet-" + r.tag("sheet", s)
}

// File replaces the name of a file, and that of the folders above it, which become one. The ending stays.
func (r *Redactor) File(path string) string {
	if r == nil || path == "" || path == "-" {
		return path
	}
	cut := strings.LastIndexAny(path, `/\`)
	folder, name := path[:max(cut, 0)], path[cut+1:]
	if name != "" && !r.made.MatchString(name) && !r.harmless(strings.TrimSuffix(name, ending(name))) {
		name = "file-" + r.tag("file", name) + ending(name)
	}
	if strings.Trim(folder, `./\`) == "" || r.made.MatchString(folder) {
		return path[:cut+1] + name
	}
	return "folder-" + r.tag("folder", folder) + "/" + name
}

// ending gives the ending of a file's name, when it is one that files of this trade have.
func ending(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		switch e := strings.ToLower(name[i:]); e {
		case ".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt", ".xml", ".json", ".html", ".md", ".zip", ".yaml", ".plan", ".db", ".log":
			return e
		}
	}
	return ""
}

// tag is eight letters and digits that stand for a value: 40 bits of an HMAC.
func (r *Redactor) tag(class, value string) string {
	sum := r.sum(class, value)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

func (r *Redactor) sum(class, value string) []byte {
	h := hmac.New(sha256.New, r.key)
	h.Write([]byte(class))
	h.Write([]byte{0})
	h.Write([]byte(value))
	return h.Sum(nil)
}
