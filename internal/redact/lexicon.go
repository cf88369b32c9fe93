package redact

import (
	"hash/maphash"
	"strings"
	"sync"
	"unicode"
)

// mostWords is how many words of a learned value are looked for as one; longer values are parts of so many.
const mostWords = 12

// lexicon remembers values by their words, as 64 bits each: a million names fit in memory. What is between words does not
// matter; a single word is known as it is written, several in any letters.
type lexicon struct {
	mu     sync.RWMutex
	seed   maphash.Seed
	values map[uint64]struct{}
	most   int // words of the longest one
}

func newLexicon() *lexicon {
	return &lexicon{seed: maphash.MakeSeed(), values: make(map[uint64]struct{})}
}

// word is a run of letters and digits in a text.
type word struct{ from, to int }

func wordsOf(s string) []word {
	var out []word
	from := -1
	for i, c := range s {
		in := unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c)
		switch {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			out = append(out, word{from, i})
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, word{from, len(s)})
	}
	return out
}

func (l *lexicon) hash(s string, words []word) uint64 {
	if len(words) == 1 {
		return maphash.String(l.seed, s[words[0].from:words[0].to])
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(strings.ToLower(s[w.from:w.to]))
		b.WriteByte(' ')
	}
	return maphash.String(l.seed, b.String())
}

func (l *lexicon) add(s string) {
	words := wordsOf(s)
	if len(words) == 0 || len(words) == 1 && words[0].to-words[0].from < 2 {
		return
	}
	for len(words) > 0 {
		n := min(len(words), mostWords)
		l.insert(l.hash(s, words[:n]), n)
		words = words[n:]
	}
}

func (l *lexicon) insert(hash uint64, words int) {
	l.mu.RLock()
	_, there := l.values[hash]
	l.mu.RUnlock()
	if there {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.values[hash] = struct{}{}
	l.most = max(l.most, words)
}

// has reports whether the whole text was learned.
func (l *lexicon) has(s string) bool {
	words := wordsOf(s)
	if len(words) == 0 {
		return false
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	for len(words) > 0 {
		n := min(len(words), mostWords)
		if _, ok := l.values[l.hash(s, words[:n])]; !ok {
			return false
		}
		words = words[n:]
	}
	return true
}

// replace puts something in place of every learned value in a text, the longest first.
func (l *lexicon) replace(s string, with func(string) string) string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.most == 0 {
		return s
	}
	words := wordsOf(s)
	var b strings.Builder
	done := 0
	for i := 0; i < len(words); {
		n := l.longest(s, words[i:])
		if n == 0 {
			i++
			continue
		}
		b.WriteString(s[done:words[i].from])
		done = words[i+n-1].to
		b.WriteString(with(s[words[i].from:done]))
		i += n
	}
	b.WriteString(s[done:])
	return b.String()
}

// longest gives how many of the first words are a learned value, 0 for none.
func (l *lexicon) longest(s string, words []word) int {
	for n := min(l.most, len(words)); n > 0; n-- {
		if _, ok := l.values[l.hash(s, words[:n])]; ok {
			return n
		}
	}
	return 0
}
