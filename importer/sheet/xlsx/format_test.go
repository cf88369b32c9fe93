package xlsx

import "testing"

func TestFormatCodes(t *testing.T) {
	for _, c := range []struct {
		code string
		want formatKind
	}{
		{"General", general},
		{"GENERAL", general},
		{"Standard", general}, // has a d, which is not the day
		{"@", general},
		{"#,##0.00", general},
		{"0.00", general},
		{"0%", general},
		{"0.00E+00", general},
		{"# ?/?", general},
		{"_(0_)", general},
		{"*-0", general},
		{"0 \"items\"", general},
		{"\"+1\"000", general},
		{"[$€-407] 0", general},
		{"0\\ [$USD]", general},
		{"[<=9999999]000-0000;(000) 000-0000", general},
		{"[Red]#", general},
		{"\"unclosed", general},
		{"#\\", general},
		{"[", general},
		{"[]#", general},
		{";;;", general},
		{"0", padded},
		{"00000", padded},
		{"00000;-00000", padded},
		{"[Red]000", padded},
		{"[$-409]000", padded},
		{"[]000", padded},
		{"(000) 000-0000", padded},
		{"\\+0", padded},
		{"\"+\"0", padded},
		{"000\\-00\\-0000", padded},
		{"m/d/yy", date},
		{"yyyy\\-mm\\-dd", date},
		{"[$-409]d\\-mmm\\-yyyy;@", date},
		{"h:mm AM/PM", date},
		{"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", date},
		{"\"at\" hh:mm", date},
		{"D.M.YYYY", date},
		{"#\"d\"", general}, // the d is quoted
		{"[h]:mm:ss", elapsed},
		{"[hh]", elapsed},
		{"[MM]:ss", elapsed},
		{"[s]", elapsed},
		{"[hm]0", padded}, // neither hours nor minutes
	} {
		if got := parseFormat(c.code).kind; got != c.want {
			t.Errorf("%q is of kind %d, want %d", c.code, got, c.want)
		}
	}
}

func TestFormatsWithoutCode(t *testing.T) {
	for id, want := range map[int]formatKind{
		0: general, 1: general, 4: general, 13: general, 14: date, 22: date, 23: general, 26: general, 27: date, 36: date, 37: general,
		44: general, 45: date, 46: elapsed, 47: date, 48: general, 49: general, 50: date, 58: date, 59: general, 164: general,
	} {
		if got := newFormat(id, "").kind; got != want {
			t.Errorf("format %d is of kind %d, want %d", id, got, want)
		}
	}
	if got := newFormat(14, "0").kind; got != padded {
		t.Errorf("format 14 with a code of its own is of kind %d, want %d", got, padded)
	}
}

func TestPaddedNumbers(t *testing.T) {
	for _, c := range []struct{ code, digits, want string }{
		{"000", "7", "007"},
		{"000", "1234", "1234"},
		{"000", "-7", "-007"},
		{"(000) 000-0000", "4085551234", "(408) 555-1234"},
		{"(000) 000-0000", "14085551234", "(1408) 555-1234"},
		{"(000) 000-0000", "1234", "(000) 000-1234"},
		{"000\\-00\\-0000", "1020304", "001-02-0304"},
		{"\\+0", "14085551234", "+14085551234"},
		{"0-", "12", "12-"},
	} {
		f := parseFormat(c.code)
		if got := string(f.appendPadded([]byte("x"), []byte(c.digits))); got != "x"+c.want {
			t.Errorf("%s in %q is %q, want %q", c.digits, c.code, got, "x"+c.want)
		}
	}
}
