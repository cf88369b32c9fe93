package facts

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// examples gives numbers of every country in the forms that people write, good ones and such that are almost good.
func examples(each int) [][2]string {
	var out [][2]string
	r := rand.New(rand.NewPCG(1, 2))
	for iso := range phonenumbers.GetSupportedRegions() {
		code := phonenumbers.GetCountryCodeForRegion(iso)
		trunk := phonenumbers.GetNddPrefixForRegion(iso, true)
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.VOIP} {
			n := phonenumbers.GetExampleNumberForType(iso, kind)
			if n == nil {
				continue
			}
			good := phonenumbers.GetNationalSignificantNumber(n)
			for i := range each {
				s := vary(r, good, i)
				out = append(out, [2]string{fmt.Sprintf("+%d%s", code, s), iso}, [2]string{trunk + s, iso}, [2]string{s, iso}, [2]string{fmt.Sprintf("%d%s", code, s), iso},
					[2]string{fmt.Sprintf("+%d (%s) %s-%s", code, s[:2], s[2:4], s[4:]), "US"}, [2]string{"00" + s, iso}, [2]string{trunk + " " + s, iso})
			}
		}
	}
	return out
}

// vary changes some of the digits, the last ones most often, and at times the length.
func vary(r *rand.Rand, s string, i int) string {
	b := []byte(s)
	for n := range len(b) {
		if i > 0 && r.IntN(len(b)) <= n {
			b[n] = byte('0' + r.IntN(10))
		}
	}
	switch {
	case i%11 == 7:
		b = append(b, '5')
	case i%11 == 8 && len(b) > 5:
		b = b[:len(b)-1]
	}
	return string(b)
}

// TestQuickPhonesAreTheLibrarys holds the quick way to the library's verdict on numbers of all countries.
func TestQuickPhonesAreTheLibrarys(t *testing.T) {
	f := Load()
	quick, all := 0, 0
	for _, e := range examples(12) {
		if len(strings.Trim(e[0], "+0123456789 ()-")) > 0 {
			t.Fatalf("bad example %q", e[0])
		}
		all++
		have, ok := f.quickPhone(e[0], e[1])
		if !ok {
			continue
		}
		quick++
		if want, err := f.phone(e[0], e[1]); err != nil || have != want {
			t.Errorf("%q in %s: quick %+v, library %+v, %v", e[0], e[1], have, want, err)
		}
	}
	if quick*3 < all {
		t.Errorf("only %d of %d numbers took the quick way", quick, all)
	}
	t.Logf("%d of %d numbers took the quick way", quick, all)
}

// TestGoodPhonesAreQuick asks that the forms of the seven countries of the samples need no library.
func TestGoodPhonesAreQuick(t *testing.T) {
	f := Load()
	for _, e := range [][2]string{
		{"+15125550100", ""},
		{"+1 512 555 0100", "DE"},
		{"(512) 555-0100", "US"},
		{"1-512-555-0100", "US"},
		{"+4930231251", "DE"},
		{"030 23125 100", "DE"},
		{"+34910555100", "ES"},
		{"910 555 100", "ES"},
		{"+525550801100", "MX"},
		{"03-5555-1100", "JP"},
		{"+81355551100", "JP"},
		{"02-2555-1100", "TW"},
		{"+886225551100", "TW"},
		{"+97145551100", "AE"},
		{"04 555 1100", "AE"},
		{"+442079460000", "GB"},
		{"+18005550100", "US"},
	} {
		if p, ok := f.quickPhone(e[0], e[1]); !ok || !p.Valid {
			t.Errorf("%q in %s is left to the library", e[0], e[1])
		}
	}
}

func FuzzQuickPhone(f *testing.F) {
	for i, e := range examples(1) {
		if i%25 == 0 {
			f.Add(e[0], e[1])
		}
	}
	tables := Load()
	f.Fuzz(func(t *testing.T, text, iso string) {
		have, ok := tables.quickPhone(text, iso)
		if !ok {
			return
		}
		if want, err := tables.phone(text, iso); err != nil || have != want {
			t.Errorf("%q in %q: quick %+v, library %+v, %v", text, iso, have, want, err)
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	f := Load()
	numbers := make([]string, 10_000)
	for i := range numbers {
		numbers[i] = fmt.Sprintf("+1%03d%03d%04d", []int{212, 305, 312, 404, 512}[i%5], 220+i%700, i)
	}
	for name, read := range map[string]func(string, string) (Phone, error){"own": f.Phone, "library": f.phone} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if p, err := read(numbers[i%len(numbers)], "US"); err != nil || !p.Valid {
					b.Fatal(numbers[i%len(numbers)], err)
				}
			}
		})
	}
}
