package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nyaruka/phonenumbers"

	"muster/internal/facts"
)

// benchPhones lets the library and muster judge the same numbers, and counts how often they agree.
func benchPhones(rounds int) {
	const count = 100_000
	numbers := phones(count)
	tables := facts.Load()
	var library, own []time.Duration
	agreed := 0
	for range rounds {
		began := time.Now()
		verdicts := make([]bool, count/10) // a tenth is enough for the slow one
		for i := range verdicts {
			n, err := phonenumbers.Parse(numbers[i], "DE")
			verdicts[i] = err == nil && phonenumbers.IsValidNumber(n)
		}
		library = append(library, time.Since(began)*10)
		began = time.Now()
		agreed = 0
		for i, text := range numbers {
			p, err := tables.Phone(text, "DE")
			if i < len(verdicts) && (err == nil && p.Valid) == verdicts[i] {
				agreed++
			}
		}
		own = append(own, time.Since(began))
	}
	fmt.Printf("phone numbers, E.164 and numbering plan, %d generated, 1 %% of them bad\n", count)
	perNumber := func(ds []time.Duration) float64 { return middle(ds).Seconds() * 1e6 / count }
	fmt.Printf("  %-38s %9.3f us a number\n", "phonenumbers, Parse and IsValidNumber", perNumber(library))
	fmt.Printf("  %-38s %9.3f us a number; the same verdict on %.2f %%\n\n", "muster", perNumber(own), 100*float64(agreed)/(count/10))
}

// phones gives numbers of several countries with random digits behind prefixes that are in use.
func phones(count int) []string {
	r := rand.New(rand.NewPCG(1, 1))
	prefixes := []struct {
		text   string
		digits int
	}{
		{"+1 512 ", 7}, {"+1212", 7}, {"+4930", 8}, {"030 ", 8}, {"0171 ", 7}, {"+34 91 ", 7}, {"+52 55 ", 8}, {"+81 3 ", 8}, {"+886 2 ", 8}, {"+971 4 ", 7}, {"+44 20 7", 7}, {"+33 1 ", 8},
	}
	out := make([]string, count)
	for i := range out {
		p := prefixes[i%len(prefixes)]
		digits := p.digits
		if i%100 == 99 {
			digits -= 3
		}
		b := []byte(p.text)
		for n := range digits {
			first := 0
			if n == 0 {
				first = 2
			}
			b = append(b, byte('0'+first+r.IntN(10-first)))
		}
		out[i] = string(b)
	}
	return out
}
