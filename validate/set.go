package validate

import (
	"hash/maphash"

	"muster/internal/onboarding"
)

// set remembers which texts have passed, and the row of each. A slot is 16 bytes whatever the length of the text: a seeded
// hash of 64 bits and 24 more from a second one, so that two different texts are taken for one with a chance of one in 2^88
// a pair. The seeds are made anew for each run, so no input can be built to collide.
type set struct {
	seed, second maphash.Seed
	slots        []slot
	used         int
	sources      []*onboarding.Source
}

type slot struct {
	hash  uint64
	row   uint32
	check uint32 // 24 bits of the second hash, then the number of the source; 0 is an empty slot
}

const firstSlots = 1 << 10

func newSet() set {
	return set{seed: maphash.MakeSeed(), second: maphash.MakeSeed(), slots: make([]slot, firstSlots)}
}

// add remembers a text. It gives the row that had it before, and whether there is one.
func (s *set) add(text []byte, row onboarding.Row) (onboarding.Row, bool) {
	if 4*s.used >= 3*len(s.slots) {
		s.grow()
	}
	h, check := maphash.Bytes(s.seed, text), uint32(maphash.Bytes(s.second, text))|1<<31
	check = check&^0xff | uint32(s.source(row.Source))
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		x := &s.slots[i]
		if x.check == 0 {
			*x = slot{h, uint32(row.Number), check}
			s.used++
			return onboarding.Row{}, false
		}
		if x.hash == h && x.check>>8 == check>>8 {
			return onboarding.Row{Source: s.sources[x.check&0xff], Number: int(x.row)}, true
		}
	}
}

// source numbers the sources; beyond 255 the last number stands for all.
func (s *set) source(src *onboarding.Source) int {
	n := len(s.sources)
	for i := n - 1; i >= 0; i-- {
		if s.sources[i] == src {
			return i
		}
	}
	if n == 256 {
		return 255
	}
	s.sources = append(s.sources, src)
	return n
}

func (s *set) grow() {
	old := s.slots
	s.slots = make([]slot, 2*len(old))
	mask := uint64(len(s.slots) - 1)
	for _, x := range old {
		if x.check == 0 {
			continue
		}
		i := x.hash & mask
		for s.slots[i].check != 0 {
			i = (i + 1) & mask
		}
		s.slots[i] = x
	}
}

// folded appends a text in lower case to a buffer. ASCII, which nearly every address is, costs no allocation.
func folded(buf []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}
