package saml

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseDateTime(t *testing.T) {
	const noZone, wrong = "no zone", "wrong"
	for _, c := range []struct{ text, want string }{
		{"2027-03-01T00:00:00Z", "2027-03-01T00:00:00Z"},
		{" \n2027-03-01T00:00:00Z\t", "2027-03-01T00:00:00Z"},
		{"2027-03-01T01:30:00+01:30", "2027-03-01T00:00:00Z"},
		{"2027-02-28T20:00:00-04:00", "2027-03-01T00:00:00Z"},
		{"2027-03-01T14:00:00+14:00", "2027-03-01T00:00:00Z"},
		{"2027-03-01T14:01:00+14:01", wrong},
		{"2027-03-01T00:00:00+00:60", wrong},
		{"2027-02-28T24:00:00Z", "2027-03-01T00:00:00Z"},
		{"2027-02-28T24:00:01Z", wrong},
		{"2027-02-28T24:00:00.1Z", wrong},
		{"2028-02-29T00:00:00.5Z", "2028-02-29T00:00:00.5Z"},
		{"2028-02-29T00:00:00.1234567891Z", "2028-02-29T00:00:00.123456789Z"},
		{"2027-03-01T00:00:00.Z", wrong},
		{"2027-02-29T00:00:00Z", wrong},
		{"2027-00-01T00:00:00Z", wrong},
		{"2027-13-01T00:00:00Z", wrong},
		{"2027-03-00T00:00:00Z", wrong},
		{"2027-04-31T00:00:00Z", wrong},
		{"2027-03-01T23:60:00Z", wrong},
		{"2027-03-01T23:59:60Z", wrong},
		{"2027-03-01T00:00:00", noZone + " 2027-03-01T00:00:00Z"},
		{"12027-03-01T00:00:00Z", "12027-03-01T00:00:00Z"},
		{"02027-03-01T00:00:00Z", wrong},
		{"0000-03-01T00:00:00Z", wrong},
		{"-0001-03-01T00:00:00Z", "0000-03-01T00:00:00Z"},
		{"2027-03-01", wrong},
		{"2027-03-01 00:00:00Z", wrong},
		{"2027-3-1T00:00:00Z", wrong},
		{"27-03-01T00:00:00Z", wrong},
		{"2027-03-01T00:00Z", wrong},
		{"2027-03-01T00:00:00z", wrong},
		{"2027-03-01t00:00:00Z", wrong},
		{"2027-03-01T00:00:00+0100", wrong},
		{"2027-03-01T00:00:00UTC", wrong},
		{"٢٠٢٧-03-01T00:00:00Z", wrong},
		{"", wrong},
	} {
		got, err := parseDateTime(c.text)
		said := got.Format(time.RFC3339Nano)
		switch {
		case errors.Is(err, errNoZone):
			said = noZone + " " + said
		case err != nil:
			said = wrong
		}
		if said != c.want {
			t.Errorf("parseDateTime(%q) = %s, want %s", c.text, said, c.want)
		}
	}
}

func TestCheckDuration(t *testing.T) {
	for _, text := range []string{"P1Y", "P7D", "PT6H", "P1Y2M3DT4H5M6S", "PT0.5S", "-P1D", " P1D\n", "P0D", "PT604800S", "P1DT12H", "P1M", "PT1M"} {
		if err := checkDuration(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"": "begin with P", "P": "nothing follows P", "-P": "nothing follows P", "PT": "nothing follows T", "P1DT": "nothing follows T", "P1W": "weeks", "P1H": "in this order",
		"PT1D": "in this order", "P1M1Y": "in this order", "P1.5D": "in this order", "PT.5S": "in this order", "PT1.S": "in this order", "P-1D": "in this order", "P1D1D": "in this order",
		"86400": "begin with P", "+P1D": "begin with P", "p1d": "begin with P", "P 1D": "in this order",
	} {
		if err := checkDuration(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("checkDuration(%q) says %v, want something about %q", text, err, want)
		}
	}
}

// Every time of RFC 3339 is a dateTime of XML Schema with the same meaning, but for seconds of 60 and zones beyond 14 hours.
func FuzzDateTime(f *testing.F) {
	for _, s := range []string{"2027-03-01T00:00:00Z", "2027-03-01T00:00:00", "-0044-03-15T12:00:00+14:00", "2027-02-28T24:00:00.000Z", "999999999-12-31T23:59:59.999999999-14:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseDateTime(text)
		var want time.Time
		wrong := want.UnmarshalText([]byte(text)) // which is stricter than time.Parse, but for hours of one digit
		_, offset := want.Zone()
		if wrong != nil || text[13] != ':' || strings.HasPrefix(text, "0000") || max(offset, -offset) > 14*60*60 {
			return
		}
		if err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	})
}

// What is a duration stays one with a day more, or without its sign.
func FuzzDuration(f *testing.F) {
	for _, s := range []string{"P1Y2M3DT4H5M6.7S", "-P1D", "PT", "P1W", "P1DT", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain := strings.TrimPrefix(strings.Trim(text, " \t\r\n"), "-")
		if strings.HasPrefix(plain, "-") {
			return
		}
		if a, b := checkDuration(text), checkDuration(plain); (a == nil) != (b == nil) {
			t.Errorf("%q: %v; %q: %v", text, a, plain, b)
		}
		if checkDuration(text) == nil && strings.Trim(plain, "PYMDTHS.0123456789") != "" {
			t.Errorf("%q passes for a duration", text)
		}
	})
}
