package validate

import (
	"hash/maphash"

	"muster/internal/onboarding"
)

// set remembers which texts have passed, and the row of each. A text takes 12 bytes whatever its length: a seeded hash of
// 64 bits and the row. Two different texts among a million are taken for one with a chance of one in 37 million; the seed
// is made anew for each run, so no input can be built to collide.
type set struct {
	seed    maphash.Seed
	slots   []slot
	used    int
	shift   uint // of a hash, for the number of its slot
	parts   []part
	touched uint32 // keeps the reads of prepare from being left out
}

// part is a source whose rows were counted: row 1 of it is the row before+1 of all.
type part struct {
	source *onboarding.Source
	before uint32
	last   uint32 // row of it seen so far
}

// slot is one text.
type slot struct {
	low, high uint32 // the hash
	row       uint32 // counted through all sources, from 1; 0 is an empty slot
}

const (
	firstBits = 10

	// none is the hash of no text at all.
	none = 0
)

func newSet() set {
	return set{seed: maphash.MakeSeed(), slots: make([]slot, 1<<firstBits), shift: 64 - firstBits}
}

// hash gives the hash of a text.
func (s *set) hash(text []byte) uint64 {
	if len(text) == 0 {
		return none
	}
	return max(maphash.Bytes(s.seed, text), 1)
}

// prepare makes room for the hashes and touches the slots where they will be looked up.
func (s *set) prepare(hashes []uint64) {
	for 8*(s.used+len(hashes)) >= 7*len(s.slots) {
		s.grow()
	}
	for _, h := range hashes {
		s.touched += s.slots[h>>s.shift].row
	}
}

// add remembers a hash that prepare has seen. It gives the row that had it before, and whether there is one.
func (s *set) add(h uint64, row onboarding.Row) (onboarding.Row, bool) {
	at := s.count(row)
	mask := uint64(len(s.slots) - 1)
	for i := h >> s.shift; ; i = (i + 1) & mask {
		x := &s.slots[i]
		if x.row == 0 {
			*x = slot{uint32(h), uint32(h >> 32), at}
			s.used++
			return onboarding.Row{}, false
		}
		if x.low == uint32(h) && x.high == uint32(h>>32) {
			return s.row(x.row), true
		}
	}
}

// count numbers a row through all sources. The rows of a source come together, in their order.
func (s *set) count(row onboarding.Row) uint32 {
	n := len(s.parts)
	if n == 0 || s.parts[n-1].source != row.Source {
		p := part{source: row.Source}
		if n > 0 {
			p.before = s.parts[n-1].before + s.parts[n-1].last
		}
		s.parts = append(s.parts, p)
		n++
	}
	p := &s.parts[n-1]
	p.last = max(p.last, uint32(row.Number))
	return p.before + uint32(row.Number)
}

// row finds a row by its number through all sources.
func (s *set) row(at uint32) onboarding.Row {
	i := len(s.parts) - 1
	for s.parts[i].before >= at {
		i--
	}
	return onboarding.Row{Source: s.parts[i].source, Number: int(at - s.parts[i].before)}
}

// grow doubles the slots. The number of a slot is the front of its hash, so that the old slots come in the order of the
// new ones, and neither is walked at random.
func (s *set) grow() {
	old := s.slots
	s.slots = make([]slot, 2*len(old))
	s.shift--
	mask := uint64(len(s.slots) - 1)
	for _, x := range old {
		if x.row == 0 {
			continue
		}
		i := (uint64(x.high)<<32 | uint64(x.low)) >> s.shift
		for s.slots[i].row != 0 {
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
