package validate

import (
	"hash/maphash"
	"math/bits"

	"muster/internal/onboarding"
)

// set remembers which texts have passed, and the row of each. A text takes 12 bytes whatever its length: a seeded hash of
// 64 bits and the row. Two different texts among a million are taken for one with a chance of one in 37 million; the seed
// is made anew for each run, so no input can be built to collide.
type set struct {
	seed    maphash.Seed
	tables  [tableCount]table // by the front of the hash; each grows for itself, so that growing never needs much room
	parts   []part
	touched uint32 // keeps the reads of prepare from being left out
}

const (
	tableBits  = 8
	tableCount = 1 << tableBits
)

// table holds the hashes of one front.
type table struct {
	slots []slot
	used  int
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

// none is the hash of no text at all.
const none = 0

func newSet() set { return set{seed: maphash.MakeSeed()} }

// hash gives the hash of a text.
func (s *set) hash(text []byte) uint64 {
	if len(text) == 0 {
		return none
	}
	return max(maphash.Bytes(s.seed, text), 1)
}

// prepare touches the slots where the hashes will be looked up.
func (s *set) prepare(hashes []uint64) {
	for _, h := range hashes {
		if t := &s.tables[h>>(64-tableBits)]; len(t.slots) > 0 {
			s.touched += t.slots[t.home(h)].row
		}
	}
}

// home is the slot where a hash is looked for first.
func (t *table) home(h uint64) uint64 {
	i, _ := bits.Mul64(h<<tableBits, uint64(len(t.slots)))
	return i
}

// add remembers a hash. It gives the row that had it before, and whether there is one.
func (s *set) add(h uint64, row onboarding.Row) (onboarding.Row, bool) {
	t := &s.tables[h>>(64-tableBits)]
	if 8*(t.used+1) > 7*len(t.slots) {
		t.grow()
	}
	x := t.find(h)
	if x.row != 0 {
		return s.row(x.row), true
	}
	*x = slot{uint32(h), uint32(h >> 32), s.count(row)}
	t.used++
	return onboarding.Row{}, false
}

// find gives the slot that holds a hash, or the empty one where it belongs.
func (t *table) find(h uint64) *slot {
	for i := t.home(h); ; i++ {
		if i == uint64(len(t.slots)) {
			i = 0
		}
		if x := &t.slots[i]; x.row == 0 || x.low == uint32(h) && x.high == uint32(h>>32) {
			return x
		}
	}
}

// grow makes half as many slots more.
func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(16, len(old)+len(old)/2))
	for _, x := range old {
		if x.row != 0 {
			*t.find(uint64(x.high)<<32 | uint64(x.low)) = x
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

// folded appends a text to a buffer with its ASCII letters in lower case: no address with others is a good one.
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
