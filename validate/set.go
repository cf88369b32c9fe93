package validate

import (
	"hash/maphash"
	"math/bits"

	"muster/internal/onboarding"
)

// set remembers which texts have passed, and the row of each: a seeded hash of 64 bits and the row, whatever the length of
// the text. Two different texts among a million are taken for one with a chance of one in 37 million; the seed is made
// anew for each run, so no input can be built to collide.
type set struct {
	seed    maphash.Seed
	tables  [tableCount]table // by the front of the hash; each grows for itself, so that growing never needs much room
	parts   []part
	touched uint64 // keeps the reads of prepare from being left out
}

const (
	tableBits  = 8
	tableCount = 1 << tableBits
)

// table holds the hashes of one front.
type table struct {
	buckets []bucket
	used    int
}

// bucket is what one line of the processor's cache holds: looking a text up costs one of them, seldom two.
type bucket struct {
	hashes [bucketSize]uint64
	rows   [bucketSize]uint32 // counted through all sources, from 1; 0 is an empty place, and so are those behind it
	_      uint32
}

const bucketSize = 5

// part is a source whose rows were counted: row 1 of it is the row before+1 of all.
type part struct {
	source *onboarding.Source
	before uint32
	last   uint32 // row of it seen so far
}

// none is the hash of no text at all.
const none = 0

func newSet() *set { return &set{seed: maphash.MakeSeed()} }

// hash gives the hash of a text.
func (s *set) hash(text []byte) uint64 {
	if len(text) == 0 {
		return none
	}
	return max(maphash.Bytes(s.seed, text), 1)
}

// expect makes room for so many texts more.
func (s *set) expect(n int) {
	for i := range s.tables {
		t := &s.tables[i]
		if need := bucketsFor(t.used + n/tableCount); need > len(t.buckets) {
			t.resize(need)
		}
	}
}

// bucketsFor gives how many buckets hold so many texts when they are seven eighths full, and some more for chance.
func bucketsFor(texts int) int { return (texts+texts/64+8)*8/(7*bucketSize) + 1 }

// prepare touches the buckets where the hashes will be looked up.
func (s *set) prepare(hashes []uint64) {
	for _, h := range hashes {
		if t := &s.tables[h>>(64-tableBits)]; len(t.buckets) > 0 {
			s.touched += t.buckets[t.home(h)].hashes[0]
		}
	}
}

// home is the bucket where a hash is looked for first.
func (t *table) home(h uint64) uint64 {
	i, _ := bits.Mul64(h<<tableBits, uint64(len(t.buckets)))
	return i
}

// add remembers a hash. It gives the row that had it before, and whether there is one.
func (s *set) add(h uint64, row onboarding.Row) (onboarding.Row, bool) {
	t := &s.tables[h>>(64-tableBits)]
	if 15*bucketSize*len(t.buckets) <= 16*t.used {
		t.resize(bucketsFor(t.used + t.used/2))
	}
	if at := t.put(h, s.count(row)); at != 0 {
		return s.row(at), true
	}
	return onboarding.Row{}, false
}

// put remembers a hash with its row unless it is there; then it gives the row that has it.
func (t *table) put(h uint64, row uint32) (before uint32) {
	for i := t.home(h); ; i++ {
		if i == uint64(len(t.buckets)) {
			i = 0
		}
		b := &t.buckets[i]
		for j := range b.hashes {
			if b.rows[j] == 0 {
				b.hashes[j], b.rows[j] = h, row
				t.used++
				return 0
			}
			if b.hashes[j] == h {
				return b.rows[j]
			}
		}
	}
}

// resize moves the texts into so many buckets.
func (t *table) resize(n int) {
	old := t.buckets
	t.buckets, t.used = make([]bucket, n), 0
	for i := range old {
		for j, row := range old[i].rows {
			if row != 0 {
				t.put(old[i].hashes[j], row)
			}
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
