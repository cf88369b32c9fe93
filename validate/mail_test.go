package validate

import (
	"strings"
	"testing"
)

func TestMailFault(t *testing.T) {
	long := strings.Repeat("a", longestUser)
	for _, c := range []struct{ mail, fault string }{
		{"ana@bakery.example", ""},
		{"ANA.DIAZ@Bakery.Example", ""},
		{"a@b.co", ""},
		{"!#$%&*+-/=_{}'?;@bakery.example", ""},
		{"o'neill+webex@mail.bakery.example", ""},
		{"1@2.example", ""},
		{"ana@xn--bcker-gra.example", ""},
		{long + "@bakery.example", ""},
		{"ana@" + strings.Repeat("b", longestLabel) + ".example", ""},
		{"ana", "has no @"},
		{"ana@b@c.example", "more than one @"},
		{"@bakery.example", "nothing before the @"},
		{"ana@", "no domain after the @"},
		{"ana@localhost", `"localhost" after the @`},
		{"ana@.example", `".example" after the @`},
		{"ana@bakery.", `"bakery." after the @`},
		{"ana@bakery..example", "is no domain"},
		{"ana@-bakery.example", "is no domain"},
		{"ana@bakery-.example", "is no domain"},
		{"ana@bakery.example-", "is no domain"},
		{"ana@bakery.e", "is no domain"},
		{"ana@ba_kery.example", "is no domain"},
		{"ana@bakery.example ", "is no domain"},
		{"ana@bäckerei.example", "is no domain"},
		{"ana@" + strings.Repeat("b", longestLabel+1) + ".example", "is no domain"},
		{".ana@bakery.example", "a dot at an end"},
		{"ana.@bakery.example", "a dot at an end"},
		{"a..na@bakery.example", "two dots in a row"},
		{"ana diaz@bakery.example", `holds " "`},
		{"aña@bakery.example", `holds "ñ"`},
		{"<ana@bakery.example", `holds "<"`},
		{"ana\x00@bakery.example", `holds "\x00"`},
		{"ana\xff@bakery.example", `holds "\xff"`},
		{long + "a@bakery.example", "more than 64 characters before"},
		{"ana@" + strings.Repeat("bakery.", 30) + "example", "more than 161 characters"},
	} {
		got := mailFault(c.mail).String()
		if c.fault == "" && got != "" || !strings.Contains(got, c.fault) {
			t.Errorf("%q: %q, wanted %q", c.mail, got, c.fault)
		}
	}
}

// FuzzMail holds accepted addresses to what every mail server asks for, and refusals to naming the address.
func FuzzMail(f *testing.F) {
	for _, s := range []string{"ana@bakery.example", "", "@", "a@b", "a@b.co", "ä@b.co", "a@b.c-d", "a..b@c.de", "\xff@c.de", strings.Repeat("a", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fault := mailFault(s)
		if !fault.Empty() {
			_ = fault.String()
			return
		}
		user, domain, _ := strings.Cut(s, "@")
		if strings.Count(s, "@") != 1 || user == "" || !strings.Contains(strings.Trim(domain, "."), ".") || strings.Contains(domain, "..") {
			t.Errorf("%q is taken for an address", s)
		}
		if strings.ContainsAny(s, " \t\r\n<>,\"") || len(s) > longestEmail {
			t.Errorf("%q is taken for an address", s)
		}
	})
}
