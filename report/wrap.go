package report

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/rivo/uniseg"
)

// width is the columns that a text takes on a terminal: two for wide letters of Chinese and Japanese, none for marks.
func width(s string) int {
	const marks, softHyphen = 0x300, 0xad // all printable letters before the first mark are narrow
	if plain(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		if r >= marks || r == softHyphen || r < ' ' || r >= 0x7f && r < 0xa0 {
			return uniseg.StringWidth(s)
		}
		n++
	}
	return n
}

// cut ends a text with an ellipsis where it is longer than so many columns. No letter loses its marks.
func cut(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	rest, state, used, end := s, -1, 0, 0
	for rest != "" {
		var (
			letter string
			takes  int
		)
		letter, rest, takes, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+takes > columns-1 {
			break
		}
		used, end = used+takes, end+len(letter)
	}
	return s[:end] + "…"
}

// pieces cuts a text where a line may end: before blanks, and between wide letters, as Chinese and Japanese have no blanks.
// Words, ids, paths and flags stay whole, and so does a quoted blank.
func pieces(text string) []string {
	var out []string
	for text != "" {
		blanks := len(text) - len(strings.TrimLeft(text, " "))
		end := strings.IndexByte(text[blanks:], ' ')
		if end < 0 {
			end = len(text) - blanks
		}
		word := text[:blanks+end]
		text = text[len(word):]
		if n := len(out); n > 0 && strings.TrimLeft(out[n-1], " ") == `"` {
			out[n-1] += word
			continue
		}
		out = append(out, parts(word)...)
	}
	return out
}

// parts cuts a word between its wide letters.
func parts(word string) []string {
	var out []string
	for rest, state := word, -1; rest != ""; {
		var part string
		part, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		if n := len(out); n > 0 && !endsWide(out[n-1]) && !startsWide(part) {
			out[n-1] += part
			continue
		}
		out = append(out, part)
	}
	return out
}

func endsWide(s string) bool {
	n := 0
	for rest, state := s, -1; rest != ""; {
		_, rest, n, state = uniseg.FirstGraphemeClusterInString(rest, state)
	}
	return n > 1
}

func startsWide(s string) bool {
	_, _, n, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return n > 1
}

// folded cuts a text into lines of at most so many columns, the first of which has less room. A word that is longer than a
// line is not broken.
func folded(text string, columns, taken int) []string {
	if taken+width(text) <= columns {
		return []string{text}
	}
	var out []string
	line, room := "", columns-taken
	for _, piece := range pieces(text) {
		if line != "" && width(line)+width(piece) > room {
			out = append(out, line)
			line, room = "", columns
		}
		if line == "" {
			piece = strings.TrimLeft(piece, " ")
		}
		line += piece
	}
	return append(out, line)
}

// wrap writes a text behind a lead in lines of at most paperWidth columns; the lines after the first are set in as far.
func wrap(b *bufio.Writer, lead, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	indent := strings.Repeat(" ", width(lead))
	for _, line := range folded(strings.Join(strings.Fields(text), " "), paperWidth-len(indent), 0) {
		fmt.Fprintln(b, lead+line)
		lead = indent
	}
}
