package report

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"

	eastasian "golang.org/x/text/width"
)

// width is the columns that a text takes on a terminal: two for wide letters of Chinese and Japanese, none for marks.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	if r < 0x1100 {
		return false
	}
	k := eastasian.LookupRune(r).Kind()
	return k == eastasian.EastAsianWide || k == eastasian.EastAsianFullwidth
}

// folded cuts a text into lines of at most so many columns, between words.
func folded(text string, columns int) []string {
	if width(text) <= columns {
		return []string{text}
	}
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && width(line)+1+width(word) > columns {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}

// wrap writes a text behind a lead in lines of at most paperWidth columns; the lines after the first are set in as far. A word
// that is longer than a line is not broken.
func wrap(b *bufio.Writer, lead, text string) {
	indent := strings.Repeat(" ", width(lead))
	line, used := lead, 0
	for _, word := range strings.Fields(text) {
		if used > 0 && width(line)+1+width(word) > paperWidth {
			fmt.Fprintln(b, line)
			line, used = indent, 0
		}
		if used > 0 {
			line += " "
		}
		line += word
		used++
	}
	if used > 0 {
		fmt.Fprintln(b, line)
	}
}
