package likeness_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/auth/likeness"
)

const want = "https://idp.partner.net/saml"

func TestCompare(t *testing.T) {
	tests := []struct {
		name        string
		given, want string
		known       likeness.Known
		causes      map[likeness.Class]string
	}{
		{"equal", want, want, likeness.Known{SourceURL: want}, nil},
		{"another name", "urn:other", want, likeness.Known{}, nil},
		{"empty", "", want, likeness.Known{}, nil},
		{"space behind", want + " ", want, likeness.Known{}, map[likeness.Class]string{likeness.Invisible: "the given value holds U+0020 SPACE at position 29"}},
		{"no-break space inside", "My\u00a0IdP", "My IdP", likeness.Known{}, map[likeness.Class]string{likeness.Invisible: "the given value holds U+00A0 NO-BREAK SPACE at position 3"}},
		{"space in the expected value", want, want + " ", likeness.Known{}, map[likeness.Class]string{likeness.Invisible: "the expected value itself holds U+0020 SPACE at position 29"}},
		{"formula", `=HYPERLINK("` + want + `","IdP")`, want, likeness.Known{}, map[likeness.Class]string{likeness.Invisible: "the given value holds the formula =HYPERLINK( at position 1"}},
		{"slash", want + "/", want, likeness.Known{}, map[likeness.Class]string{likeness.Slash: `the given value ends with "/", the expected value does not`}},
		{"no slash", "https://idp.partner.net", "https://idp.partner.net/", likeness.Known{}, map[likeness.Class]string{likeness.Slash: `the expected value ends with "/", the given value does not`}},
		{"case of the host", "https://IDP.partner.net/saml", want, likeness.Known{}, map[likeness.Class]string{likeness.Case: "upper and lower case differ, in scheme or host only"}},
		{"case of the path", "https://idp.partner.net/SAML", want, likeness.Known{}, map[likeness.Class]string{likeness.Case: "upper and lower case differ, in the path as well"}},
		{"case of a urn", "URN:idp", "urn:idp", likeness.Known{}, map[likeness.Class]string{likeness.Case: "upper and lower case differ"}},
		{"scheme", want, "http://idp.partner.net/saml", likeness.Known{}, map[likeness.Class]string{likeness.Scheme: `the given value begins with "https://", the expected value with "http://"`}},
		{"no scheme", "idp.partner.net/saml", want, likeness.Known{}, map[likeness.Class]string{likeness.Scheme: `the given value lacks "https://"`}},
		{"scheme before a bare name", want, "idp.partner.net/saml", likeness.Known{}, map[likeness.Class]string{likeness.Scheme: `the given value has "https://" before it, the expected value has not`}},
		{"port", "https://idp.partner.net:443/saml", want, likeness.Known{}, map[likeness.Class]string{likeness.Port: `the given value names the default port ":443", the expected value names none`}},
		{"no port", "http://idp.partner.net/saml", "http://idp.partner.net:80/saml", likeness.Known{}, map[likeness.Class]string{likeness.Port: `the expected value names the default port ":80", the given value names none`}},
		{"port and scheme", "http://idp.partner.net:80/saml", "https://idp.partner.net:443/saml", likeness.Known{}, map[likeness.Class]string{
			likeness.Scheme: `the given value begins with "http://", the expected value with "https://"`, likeness.Port: `the given value names the port ":80", the expected value ":443"`,
		}},
		{"www", "https://www.partner.net/saml", "https://partner.net/saml", likeness.Known{}, map[likeness.Class]string{likeness.WWW: `the given value has "www." before the host, the expected value has not`}},
		{"no www", "https://partner.net/saml", "https://www.partner.net/saml", likeness.Known{}, map[likeness.Class]string{likeness.WWW: `the expected value has "www." before the host, the given value has not`}},
		{"percent-encoding", "https://idp.partner.net/saml%3Ametadata", "https://idp.partner.net/saml:metadata", likeness.Known{}, map[likeness.Class]string{likeness.Escape: "the given value is written with percent-encoding or character references, the expected value is not"}},
		{"reference", "urn:a&b", "urn:a&amp;b", likeness.Known{}, map[likeness.Class]string{likeness.Escape: "the expected value is written with percent-encoding or character references, the given value is not"}},
		{"percent sign", "urn:100%&amp;a", "urn:100%&a", likeness.Known{}, map[likeness.Class]string{likeness.Escape: "the given value is written with percent-encoding or character references, the expected value is not"}},
		{"query", want + "?entity=1", want, likeness.Known{}, map[likeness.Class]string{likeness.Query: `the given value has "?entity=1" at its end, the expected value has not`}},
		{"no fragment", want, want + "#idp", likeness.Known{}, map[likeness.Class]string{likeness.Query: `the expected value has "#idp" at its end, the given value has not`}},
		{"other query", want + "?b=long", want + "?entity=1", likeness.Known{}, map[likeness.Class]string{likeness.Query: `the given value ends with "?b=long", the expected value with "?entity=1"`}},
		{"path", "https://idp.partner.net/metadata", want, likeness.Known{}, map[likeness.Class]string{likeness.Path: "the two values have the same host and different paths"}},
		{"path and typing", "https://idp.partner.net/sam", want, likeness.Known{}, map[likeness.Class]string{likeness.Path: "the two values have the same host and different paths", likeness.Typing: "the two values differ in one character"}},
		{"sign-on address", "https://login.partner.net/sso/", want, likeness.Known{SignOn: []string{"https://login.partner.net/sso"}}, map[likeness.Class]string{likeness.Endpoint: "the given value is the sign-on URL of the identity provider, not its name"}},
		{"logout address", "https://login.partner.net/slo", want, likeness.Known{Logout: []string{"https://login.partner.net/slo"}}, map[likeness.Class]string{likeness.Endpoint: "the given value is the logout URL of the identity provider, not its name"}},
		{"source", "https://login.partner.net/metadata.xml", want, likeness.Known{SourceURL: "https://login.partner.net/metadata.xml"}, map[likeness.Class]string{likeness.Source: "the given value is the address that the document was fetched from, not the name in it"}},
		{"service provider", "https://idbroker.webex.com/1", want, likeness.Known{ServiceProvider: "https://idbroker.webex.com/1"}, map[likeness.Class]string{likeness.ServiceProvider: "the given value is the name of the service provider, not of the identity provider"}},
		{"typing", "https://idp.partmer.ent/saml", want, likeness.Known{}, map[likeness.Class]string{likeness.Typing: "the two values differ in 3 characters"}},
		{"other entity", "https://SP.partner.com/", want, likeness.Known{Others: []string{"urn:x", "https://sp.partner.com/"}}, map[likeness.Class]string{likeness.Other: `the given value names another entity of this file: "https://sp.partner.com/"`}},
		{"Cyrillic", "https://idp.pаrtner.net/saml", want, likeness.Known{}, map[likeness.Class]string{likeness.Lookalike: `the letter "а" at position 14 of "https://idp.pаrtner.net/saml" looks like "a" and is another (U+0430)`}},
		{"full width", "https://idp.partner.net／saml", want, likeness.Known{}, map[likeness.Class]string{likeness.Lookalike: `the letter "／" at position 24 of "https://idp.partner.net／saml" looks like "/" and is another (U+FF0F)`}},
		{"several at once", " HTTP://www.idp.partner.net:80/saml/", want, likeness.Known{}, map[likeness.Class]string{
			likeness.Invisible: "the given value holds U+0020 SPACE at position 1", likeness.Slash: `the given value ends with "/", the expected value does not`,
			likeness.Scheme: `the given value begins with "HTTP://", the expected value with "https://"`,
			likeness.Port:   `the given value names the default port ":80", the expected value names none`, likeness.WWW: `the given value has "www." before the host, the expected value has not`,
		}},
		{"query behind a slash", want + "/?x=1", want, likeness.Known{}, map[likeness.Class]string{
			likeness.Slash: `the given value ends with "/", the expected value does not`, likeness.Query: `the given value has "?x=1" at its end, the expected value has not`,
		}},
		{"short name", "ab", "cd", likeness.Known{}, nil},
	}
	told := map[likeness.Class]bool{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			causes := likeness.Compare(tt.given, tt.want, tt.known)
			got := map[likeness.Class]string{}
			for _, c := range causes {
				got[c.Class], told[c.Class] = c.Text.String(), true
			}
			if diff := cmp.Diff(tt.causes, got); diff != "" && len(tt.causes)+len(got) > 0 {
				t.Errorf("Compare(%q, %q): wanted (-), got (+):\n%s", tt.given, tt.want, diff)
			}
			if !slices.IsSortedFunc(causes, func(a, b likeness.Cause) int { return int(a.Class) - int(b.Class) }) {
				t.Errorf("not in order: %v", causes)
			}
		})
	}
	for c := likeness.Invisible; c <= likeness.Lookalike; c++ {
		if !told[c] {
			t.Errorf("no example of class %d", c)
		}
	}
}

func TestClean(t *testing.T) {
	tests := []struct {
		in, clean string
		names     []string
	}{
		{"urn:a b", "urn:a b", nil},
		{"it's", "it's", nil},
		{"\u200burn:a", "urn:a", []string{"1 U+200B ZERO WIDTH SPACE"}},
		{"urn:a\r\n", "urn:a", []string{"6 U+000D CARRIAGE RETURN", "7 U+000A LINE FEED"}},
		{"\u201curn:a\u2013b\u201d", `"urn:a-b"`, []string{"1 U+201C LEFT DOUBLE QUOTATION MARK", "7 U+2013 EN DASH", "9 U+201D RIGHT DOUBLE QUOTATION MARK"}},
		{"'urn:a", "urn:a", []string{"1 U+0027 APOSTROPHE"}},
		{"ä\u2003b", "ä b", []string{"2 U+2003"}},
		{"  ", "", []string{"1 U+0020 SPACE", "2 U+0020 SPACE"}},
		{`=Hyperlink("urn:a")`, "urn:a", []string{"1 the formula =HYPERLINK("}},
		{`=HYPERLINK(`, "", []string{"1 the formula =HYPERLINK("}},
	}
	for _, tt := range tests {
		clean, strange := likeness.Clean(tt.in)
		var names []string
		for _, s := range strange {
			names = append(names, string(rune('0'+s.Position))+" "+s.Name)
		}
		if clean != tt.clean || !slices.Equal(names, tt.names) {
			t.Errorf("Clean(%q) = %q, %q; want %q, %q", tt.in, clean, names, tt.clean, tt.names)
		}
	}
}

func TestCleanKnowsTheCharactersOfTPL005(t *testing.T) {
	for _, span := range [][2]rune{{0xA0, 0xA0}, {0x200B, 0x200D}, {0x2060, 0x2060}, {0xFEFF, 0xFEFF}, {0xAD, 0xAD}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}, {0x2018, 0x2019}, {0x201C, 0x201D}, {0x2013, 0x2014}, {'\t', '\n'}, {'\r', '\r'}} {
		for r := span[0]; r <= span[1]; r++ {
			clean, strange := likeness.Clean("urn:" + string(r) + "x")
			if len(strange) != 1 || strange[0].Position != 5 || strange[0].Rune != r || !strings.Contains(strange[0].Name, " ") || strings.ContainsRune(clean, r) {
				t.Errorf("U+%04X: Clean gives %q, %v", r, clean, strange)
			}
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b       string
		most, want int
	}{
		{"", "", 3, 0},
		{"", "abc", 3, 3},
		{"abc", "", 2, 3},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 3},
		{"kitten", "sitting", 9, 3},
		{"abc", "abc", 0, 0},
		{"abc", "abd", 0, 1},
		{"über", "uber", 3, 1},
		{"abcdef", "fedcba", 9, 6},
		{"xabcdefgh", "abcdefghx", 2, 2},
		{"xyabcdefgh", "abcdefgh", 2, 2},
	} {
		if got := likeness.Distance(tt.a, tt.b, tt.most); got != tt.want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", tt.a, tt.b, tt.most, got, tt.want)
		}
	}
}

func TestClosest(t *testing.T) {
	among := []string{"https://far.example/very/long/name/that/is/nothing/like/it", "https://idp.partner.net/x", "https://idp.partner.net/saml2", "HTTPS://IDP.PARTNER.NET/SAML", "https://idp.partner.net/saml1"}
	got := likeness.Closest(want, among, 3)
	if diff := cmp.Diff([]string{among[3], among[2], among[4]}, got); diff != "" {
		t.Error(diff)
	}
	if got := likeness.Closest(want, among, 9); len(got) != len(among) {
		t.Errorf("9 of 5 names are all 5, not %q", got)
	}
	if got := likeness.Closest(want, among, 0); got != nil {
		t.Errorf("no names asked for, got %q", got)
	}
}

// FuzzCompare demands that equal names have no cause, that every cause has a text, that order does not change which
// spelling classes are told, and that the bounded distance agrees with the textbook's.
func FuzzCompare(f *testing.F) {
	f.Add(want, want+"/")
	f.Add("http://www.a:80/?x", "HTTPS://a%2F")
	f.Add("=HYPERLINK(\"", "\u200b'")
	f.Add("\xff", "\ufffd")
	f.Fuzz(func(t *testing.T, given, wanted string) {
		for _, c := range likeness.Compare(given, wanted, likeness.Known{SignOn: []string{wanted}, Others: []string{given}}) {
			if given == wanted || c.Text.String() == "" {
				t.Errorf("Compare(%q, %q) tells %d: %q", given, wanted, c.Class, c.Text)
			}
		}
		there, back := spelling(given, wanted), spelling(wanted, given)
		if !slices.Equal(there, back) {
			t.Errorf("%q and %q: %v in one direction, %v in the other", given, wanted, there, back)
		}
		if clean, strange := likeness.Clean(given); len(strange) == 0 && clean != given {
			t.Errorf("Clean(%q) = %q without a reason", given, clean)
		}
		agree(t, given, wanted)
	})
}

// agree compares the bounded distance with the one in full.
func agree(t *testing.T, a, b string) {
	t.Helper()
	if len(a) > 200 || len(b) > 200 {
		return
	}
	full := textbook([]rune(a), []rune(b))
	for _, most := range []int{0, 1, 3, 10} {
		if got := likeness.Distance(a, b, most); got != min(full, most+1) {
			t.Errorf("Distance(%q, %q, %d) = %d, in full it is %d", a, b, most, got, full)
		}
	}
}

func spelling(a, b string) []likeness.Class {
	var out []likeness.Class
	for _, c := range likeness.Compare(a, b, likeness.Known{}) {
		if c.Class != likeness.Typing {
			out = append(out, c.Class)
		}
	}
	return out
}

// textbook is the distance of Levenshtein by its recurrence, in full.
func textbook(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range b {
			next[j+1] = min(row[j+1], next[j]) + 1
			if a[i] == b[j] {
				next[j+1] = min(next[j+1], row[j])
			} else {
				next[j+1] = min(next[j+1], row[j]+1)
			}
		}
		row = next
	}
	return row[len(b)]
}
