package redact

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// permuted replaces the digits and capitals of a value: a small letter for a digit, a capital for a capital. All else stays.
// Two values of one shape never have the same result. A value has at most 20 digits and capitals; of longer ones the
// beginning is replaced by itself.
func (r *Redactor) permuted(class, s string) string {
	if len(s) > 10 {
		return r.permuted(class+s[10:], s[:10]) + r.permuted(class+"…"+s[:10], s[10:])
	}
	shape := make([]byte, len(s))
	var size, number uint64 = 1, 0
	for i := range len(s) {
		radix, digit := weigh(s[i])
		if shape[i] = s[i]; radix > 1 {
			shape[i] = byte(radix)
		}
		size, number = size*radix, number*radix+digit
	}
	number = r.shuffle(class+string(shape), number, size)
	out := []byte(s)
	for i := len(s) - 1; i >= 0; i-- {
		radix, _ := weigh(s[i])
		switch digit := number % radix; radix {
		case 10:
			out[i] = "bcdfghjkmn"[digit]
		case 26:
			out[i] = byte('A' + digit)
		}
		number /= radix
	}
	return string(out)
}

// weigh gives how many letters may stand at the place of this one, and the number of this one among them.
func weigh(c byte) (radix, digit uint64) {
	switch {
	case c >= '0' && c <= '9':
		return 10, uint64(c - '0')
	case c >= 'A' && c <= 'Z':
		return 26, uint64(c - 'A')
	}
	return 1, 0
}

// shuffle maps a number below size to another one, each to its own: a Feistel network over the bits of the size, walked until
// the result is below it.
func (r *Redactor) shuffle(class string, number, size uint64) uint64 {
	if size <= 1 {
		return number
	}
	half := max(1, (bits.Len64(size-1)+1)/2)
	mask := uint64(1)<<half - 1
	for {
		left, right := number>>half, number&mask
		for round := range 6 {
			left, right = right, left^r.round(class, round, right)&mask
		}
		if number = left<<half | right; number < size {
			return number
		}
	}
}

func (r *Redactor) round(class string, round int, half uint64) uint64 {
	var b strings.Builder
	b.WriteString(class)
	b.WriteByte(byte(round))
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], half)
	b.Write(n[:])
	return binary.BigEndian.Uint64(r.sum("permute", b.String()))
}
