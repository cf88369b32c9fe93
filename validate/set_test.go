package validate

import (
	"fmt"
	"testing"

	"muster/internal/onboarding"
)

func text(i int) []byte { return fmt.Appendf(nil, "user%d@example.com", i) }

// TestSetRemembersRowsAcrossGrowth adds many texts of several sources, and then all of them again.
func TestSetRemembersRowsAcrossGrowth(t *testing.T) {
	const each, sources = 40_000, 5
	var rows []onboarding.Row
	for range sources {
		src := &onboarding.Source{}
		for n := range each {
			rows = append(rows, onboarding.Row{Source: src, Number: n + 2})
		}
	}
	s := newSet()
	for i, row := range rows {
		if first, twice := s.add(s.hash(text(i)), row); twice {
			t.Fatalf("text %d is new and was found in row %d", i, first.Number)
		}
	}
	other := onboarding.Row{Source: &onboarding.Source{}, Number: 1}
	for i, row := range rows {
		first, twice := s.add(s.hash(text(i)), other)
		if !twice || first.Number != row.Number || first.Source != row.Source {
			t.Fatalf("text %d: found %v in row %d", i, twice, first.Number)
		}
	}
	used := 0
	for i := range s.tables {
		used += s.tables[i].used
	}
	if used != len(rows) {
		t.Errorf("%d texts are held, wanted %d", used, len(rows))
	}
}

// TestSetKeepsTheFirstRow says a text three times; the rows between hold others or nothing new.
func TestSetKeepsTheFirstRow(t *testing.T) {
	s := newSet()
	src := &onboarding.Source{}
	for n := 2; n < 20; n += 3 {
		first, twice := s.add(s.hash([]byte("a")), onboarding.Row{Source: src, Number: n})
		if twice != (n > 2) || twice && (first.Number != 2 || first.Source != src) {
			t.Errorf("row %d: found %v, row %d", n, twice, first.Number)
		}
	}
}

// TestSetTellsEqualTextsOfManySources has more sources than a byte counts, each with a text of its own and one of all.
func TestSetTellsEqualTextsOfManySources(t *testing.T) {
	const many = 700
	s := newSet()
	sources := make([]*onboarding.Source, many)
	for i := range sources {
		sources[i] = &onboarding.Source{File: fmt.Sprintf("%d.csv", i)}
		s.add(s.hash(text(i)), onboarding.Row{Source: sources[i], Number: i + 1})
		if first, twice := s.add(s.hash([]byte("all")), onboarding.Row{Source: sources[i], Number: i + 2}); twice != (i > 0) || twice && first.Source != sources[0] {
			t.Fatalf("source %d: found %v", i, twice)
		}
	}
	for i, src := range sources {
		first, twice := s.add(s.hash(text(i)), onboarding.Row{Source: sources[0], Number: 1})
		if !twice || first.Number != i+1 || first.Source != src {
			t.Fatalf("text %d: found %v in row %d of %s", i, twice, first.Number, first.Source.File)
		}
	}
}

func TestNoTextHasNoHash(t *testing.T) {
	s := newSet()
	if s.hash(nil) != none || s.hash([]byte("a")) == none || s.hash([]byte("a")) == s.hash([]byte("b")) {
		t.Error("hashes do not tell texts from none")
	}
}

func TestFolded(t *testing.T) {
	for in, want := range map[string]string{"": "", "Ana.Diaz@Bakery.EXAMPLE": "ana.diaz@bakery.example", "ÄB": "Äb", "ß": "ß", "[@`{": "[@`{"} {
		if got := string(folded(nil, in)); got != want {
			t.Errorf("folded(%q) = %q, wanted %q", in, got, want)
		}
	}
}
