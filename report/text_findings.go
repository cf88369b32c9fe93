package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

const (
	findingIndent = 10 // columns before the lines below a finding
	mostTallied   = 12 // rules of which it is told how many findings are not listed
)

// findings lists findings by sheet, each with its row and its hint below. Where there are too many the lightest are left
// out, and counted by rule.
func (p pen) findings(c *Check, fs []onboarding.Finding) {
	listed, rest := heaviest(fs, p.screen.Most)
	var (
		last *onboarding.Source
		room []rowCell
	)
	for i, f := range listed {
		if i == 0 || f.Place.Source != last {
			last = f.Place.Source
			fmt.Fprintln(p, p.paint(bold, p.said(sourceTitle(last))))
		}
		p.finding(f)
		if c.Glimpse != nil {
			room = p.row(f, c.Glimpse(f.Place), room)
		}
		if !f.Hint.Empty() {
			p.hang(strings.Repeat(" ", findingIndent), p.say("hint: %s", f.Hint))
		}
	}
	if len(rest) > 0 {
		p.unlisted(rest)
	}
	if len(listed) > 0 {
		fmt.Fprintln(p)
	}
}

// finding writes how heavy it is, where it stands, what is wrong, and by which rule.
func (p pen) finding(f onboarding.Finding) {
	word, at, rule := p.pad(weight(f), 7), p.pad(address(f), 7), "["+f.Rule+"]"
	text := p.said(f.Message) + " " + rule
	lines := []string{text}
	if p.screen.Columns > 0 {
		taken := 2 + width(word) + 1 + width(at) + 2
		lines = folded(text, p.screen.Columns-findingIndent, taken-findingIndent)
	}
	p.text("  ")
	p.painted(severityColour(f.Severity), word)
	p.text(" ")
	p.text(at)
	p.text("  ")
	for i, line := range lines {
		if i > 0 {
			p.indent(findingIndent)
		}
		if p.screen.Colour && i == len(lines)-1 {
			line = strings.TrimSuffix(line, rule) + p.paint(dim, rule)
		}
		p.text(line)
		p.text("\n")
	}
}

// heaviest chooses so many findings, the heaviest and then the first, in their order; 0 is all. rest counts the others by rule.
func heaviest(fs []onboarding.Finding, most int) (listed []onboarding.Finding, rest map[string]int) {
	if most == 0 || len(fs) <= most {
		return fs, nil
	}
	heft := func(f onboarding.Finding) onboarding.Severity {
		if f.Waived {
			return 0
		}
		return f.Severity
	}
	var room [onboarding.Error + 1]int
	for _, f := range fs {
		room[heft(f)]++
	}
	for s, left := len(room)-1, most; s >= 0; s-- {
		room[s] = min(room[s], left)
		left -= room[s]
	}
	rest = make(map[string]int)
	for _, f := range fs {
		if s := heft(f); room[s] > 0 {
			room[s]--
			listed = append(listed, f)
			continue
		}
		rest[f.Rule]++
	}
	return listed, rest
}

// unlisted counts by rule what is not listed, and says where it is.
func (p pen) unlisted(rest map[string]int) {
	rules := slices.SortedFunc(maps.Keys(rest), func(a, b string) int { return cmp.Or(cmp.Compare(rest[b], rest[a]), cmp.Compare(a, b)) })
	all := 0
	var tally onboarding.List
	for i, rule := range rules {
		all += rest[rule]
		if i < mostTallied {
			tally = append(tally, onboarding.T("%s %s", onboarding.Number(rest[rule]), rule))
		}
	}
	if len(rules) > mostTallied {
		tally = append(tally, "…")
	}
	p.hang("  ", p.say("%s: %s", andMore(all), tally))
	if len(p.screen.Reports) > 0 {
		p.hang("  ", p.say("all of them: %s", strings.Join(p.screen.Reports, ", ")))
		return
	}
	p.hang("  ", p.say("all of them: %s", "--max-findings 0, --report findings.html, --report findings.xlsx"))
}
