package likeness

import (
	"cmp"
	"slices"
	"strings"
)

// farthest is the most edits that Closest tells apart.
const farthest = 32

// Distance counts the characters to insert, delete or replace to make one name the other (Levenshtein), up to a bound: a
// result above most means more than most. It takes no more than about 2·most steps for each character of the shorter name.
func Distance(a, b string, most int) int {
	from, to := []rune(a), []rune(b)
	if len(from) > len(to) {
		from, to = to, from
	}
	if len(to)-len(from) > most {
		return most + 1
	}
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = min(j, most+1)
	}
	for i, r := range from {
		if nextRow(row, r, to, i+1, most) > most {
			return most + 1
		}
	}
	return row[len(to)]
}

// nextRow turns row i-1 of the table of distances into row i, only around its diagonal, and gives its smallest value.
func nextRow(row []int, r rune, to []rune, i, most int) int {
	low, high := max(1, i-most), min(len(to), i+most)
	corner := row[low-1]
	row[low-1] = most + 1
	if low == 1 {
		row[0] = min(i, most+1)
	}
	smallest := row[low-1]
	for j := low; j <= high; j++ {
		above := row[j]
		if j == i+most {
			above = most + 1 // beyond the band of the row before
		}
		best := min(above, row[j-1]) + 1
		if to[j-1] == r {
			best = min(best, corner)
		} else {
			best = min(best, corner+1)
		}
		corner, row[j] = row[j], min(best, most+1)
		smallest = min(smallest, row[j])
	}
	return smallest
}

// Closest gives the n names that are most like the one wanted, best first, those of equal likeness in the order given. Case
// does not count. Names more than 32 edits away are all equally far.
func Closest(want string, among []string, n int) []string {
	type candidate struct {
		name     string
		distance int
	}
	if n < 1 {
		return nil
	}
	var best []candidate
	lower, bound := strings.ToLower(want), farthest
	for _, name := range among {
		d := Distance(lower, strings.ToLower(name), bound)
		if len(best) == n && d >= best[n-1].distance {
			continue
		}
		c := candidate{name, d}
		i, _ := slices.BinarySearchFunc(best, c, func(b, c candidate) int { return cmp.Or(cmp.Compare(b.distance, c.distance), -1) })
		if best = slices.Insert(best, i, c); len(best) > n {
			best = best[:n]
		}
		if len(best) == n {
			bound = min(bound, best[n-1].distance)
		}
	}
	var out []string
	for _, c := range best {
		out = append(out, c.name)
	}
	return out
}
