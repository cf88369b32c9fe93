package xlsx

import (
	"bytes"
	"math"
	"strconv"
)

const (
	// shownDigits is the precision of a spreadsheet program.
	shownDigits = 15
	// smallestPlain is the exponent of the smallest number that is written without one.
	smallestPlain = -9
)

// isPlainInteger tells a number whose stored form is already the one to show.
func isPlainInteger(raw []byte) bool {
	if len(raw) == 0 || len(raw) > shownDigits || raw[0] == '0' && len(raw) > 1 {
		return false
	}
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// parseNumber reads a stored number. It is stricter than strconv, which knows hexadecimal numbers and infinity.
func parseNumber(raw []byte) (float64, bool) {
	if len(raw) == 0 || len(bytes.Trim(raw, "0123456789+-.eE")) > 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	return f, err == nil
}

// appendNumber appends a number as a spreadsheet program shows it in a cell that is wide enough: at most 15 digits, an
// exponent only for 1E+15 and more and for very small ones. lossy tells that an exponent is shown or that the number
// has more digits than are shown.
func appendNumber(dst []byte, f float64) (out []byte, lossy bool) {
	if f == 0 {
		return append(dst, '0'), false
	}
	var room, exact [32]byte
	digits, exponent := decimal(strconv.AppendFloat(room[:0], math.Abs(f), 'e', shownDigits-1, 64))
	stored, _ := decimal(strconv.AppendFloat(exact[:0], math.Abs(f), 'e', -1, 64))
	lossy = len(stored) > shownDigits
	if f < 0 {
		dst = append(dst, '-')
	}
	if exponent >= shownDigits || exponent < smallestPlain {
		return appendScientific(dst, digits, exponent), true
	}
	return appendPlain(dst, digits, exponent), lossy
}

// decimal takes d.ddde±dd apart into its digits, without zeros at the end, and its exponent.
func decimal(s []byte) (digits []byte, exponent int) {
	e := bytes.IndexByte(s, 'e')
	exponent, _ = strconv.Atoi(string(s[e+1:])) // as strconv wrote it
	digits = append(s[:1], s[min(2, e):e]...)
	return bytes.TrimRight(digits, "0"), exponent
}

func appendPlain(dst, digits []byte, exponent int) []byte {
	if exponent < 0 {
		dst = append(dst, "0."...)
		dst = append(dst, bytes.Repeat([]byte{'0'}, -exponent-1)...)
		return append(dst, digits...)
	}
	if whole := exponent + 1; len(digits) > whole {
		dst = append(dst, digits[:whole]...)
		dst = append(dst, '.')
		return append(dst, digits[whole:]...)
	}
	dst = append(dst, digits...)
	return append(dst, bytes.Repeat([]byte{'0'}, exponent+1-len(digits))...)
}

func appendScientific(dst, digits []byte, exponent int) []byte {
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	sign := byte('+')
	if exponent < 0 {
		sign, exponent = '-', -exponent
	}
	dst = append(dst, 'E', sign) // the exponent has two digits, with fewer the number is plain
	return strconv.AppendInt(dst, int64(exponent), 10)
}

// appendPadded puts the digits of a whole number into a pattern of zeros, from the right; further digits stand before
// the leftmost zero.
func (f format) appendPadded(dst, digits []byte) []byte {
	if len(digits) > 0 && digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	missing := f.zeros - len(digits) // zeros to write; negative: digits beyond the pattern
	first := true
	for i := range len(f.pattern) {
		if f.pattern[i] != '0' {
			dst = append(dst, f.pattern[i])
			continue
		}
		n := 1
		if first {
			n = max(1, 1-missing)
			first = false
		}
		if missing > 0 {
			missing--
			dst = append(dst, '0')
			continue
		}
		dst = append(dst, digits[:n]...)
		digits = digits[n:]
	}
	return dst
}
