package xlsx

import "strings"

// formatKind is what a number format makes of a number, as far as it changes what a person reads off.
type formatKind uint8

const (
	general formatKind = iota // and every format that only rounds, groups or colours
	padded                    // zeros before the number, perhaps with marks between them
	date                      // a day, a time of day, or both
	elapsed                   // hours, minutes and seconds that do not wrap at a day
)

// format is a number format.
type format struct {
	kind    formatKind
	pattern string // padded: '0' for each digit, other bytes as they are shown
	zeros   int    // padded: how many '0' the pattern has
}

// newFormat classifies a format by the code the workbook gives for its id, else by what the id means everywhere.
// The ids 27 to 36 and 50 to 58 are dates in the Chinese, Japanese and Korean programs.
func newFormat(id int, code string) format {
	switch {
	case code != "":
		return parseFormat(code)
	case id == 46:
		return format{kind: elapsed}
	case id >= 14 && id <= 22, id == 45, id == 47, id >= 27 && id <= 36, id >= 50 && id <= 58:
		return format{kind: date}
	}
	return format{}
}

// parseFormat classifies a format code by its first section, the one for positive numbers.
func parseFormat(code string) format {
	if strings.EqualFold(code, "general") || strings.EqualFold(code, "standard") {
		return format{}
	}
	s := scanFormat(code)
	switch {
	case s.elapsed:
		return format{kind: elapsed}
	case s.date:
		return format{kind: date}
	case s.zeros > 0 && !s.other && !s.condition:
		return format{kind: padded, pattern: s.pattern.String(), zeros: s.zeros}
	}
	return format{}
}

// formatScan is what was seen in a format code.
type formatScan struct {
	date, elapsed bool
	other         bool // something a zero pattern does not have
	condition     bool // the section is for some numbers only
	zeros         int
	pattern       strings.Builder
}

func scanFormat(code string) *formatScan {
	s := new(formatScan)
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i]; c {
		case '"':
			text, _, _ := strings.Cut(code[i+1:], `"`)
			s.literal(text)
			i += len(text) + 1
		case '[':
			text, _, _ := strings.Cut(code[i+1:], "]")
			s.bracket(text)
			i += len(text) + 1
		case '\\':
			if i++; i < len(code) {
				s.literal(code[i : i+1])
			}
		case '_', '*': // a gap as wide as the next character, or filled with it
			i++
			s.other = true
		case '0':
			s.zeros++
			s.pattern.WriteByte('0')
		default:
			s.plain(c)
		}
	}
	return s
}

// plain takes a byte outside quotes and brackets.
func (s *formatScan) plain(c byte) {
	switch c {
	case 'd', 'D', 'm', 'M', 'y', 'Y', 'h', 'H', 's', 'S':
		s.date = true
	case '-', '+', ' ', '(', ')':
		s.pattern.WriteByte(c)
	default:
		s.other = true
	}
}

// literal takes quoted text. Only marks that occur in numbers, codes and phone numbers make a zero pattern: with a
// word or a currency beside it, the number alone is the value.
func (s *formatScan) literal(text string) {
	if strings.Trim(text, "-+ ()/.") != "" {
		s.other = true
	}
	s.pattern.WriteString(text)
}

// bracket takes [h], [mm] and the like for elapsed time, [<=999] for a condition, [$€-407] for a currency; colours and
// languages alone change nothing.
func (s *formatScan) bracket(text string) {
	lower := strings.ToLower(text)
	switch {
	case lower == "":
	case strings.Trim(lower, lower[:1]) == "" && strings.Contains("hms", lower[:1]):
		s.elapsed = true
	case strings.Contains("<>=", lower[:1]):
		s.condition = true
	case lower[0] == '$' && !strings.HasPrefix(lower, "$-"):
		s.other = true
	}
}
