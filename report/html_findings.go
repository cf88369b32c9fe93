package report

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"

	"muster/internal/onboarding"
)

// Numbers of the filters of findings.
const (
	bySeverity = iota
	byRule
	bySheet
	byCustomer
)

// findingList lists findings with what a reader narrows them by.
func findingList(c *Check) *list {
	v, fs := spoken(c.Voice), c.Findings
	l := newList("findings", v)
	l.columns(
		newColumn{"Severity", "w-tag", "f0"}, newColumn{"Cell", "w-place", "o"}, newColumn{"What is wrong, and what to do", "w-text", "t2"},
		newColumn{"Value", "w-value", "t3"}, newColumn{"Rule", "w-rule", "f1"}, newColumn{"Customer", "w-who", "f3"},
	)
	severity, rule, sheet, customer := l.filter("Severity"), l.filter("Rule"), l.filter("Sheet"), l.filter("Customer")
	severity.offer(saidAll(v, []onboarding.Word{"error", "warning", "note", "waived"})...)
	rule.offer(sortedNames(fs, func(f onboarding.Finding) string { return f.Rule })...)
	customer.offer(sortedNames(fs, func(f onboarding.Finding) string { return Visible(f.Customer) })...)
	for _, f := range fs {
		d := findingOf(f).visible()
		word := f.Severity.Word()
		if d.Waived {
			word = "waived"
		}
		at := cmp.Or(d.Sheet, d.File)
		first := tag(d.Severity, said(v, weight(f)))
		if d.Waived {
			first.Sign = "calm"
		}
		l.add(listRow{
			ID: findingAnchor(f), At: []int{severity.at(said(v, word)), rule.at(d.Rule), sheet.at(at), customer.at(Visible(f.Customer))},
			Cells: []listCell{first, {Class: "w-place", Text: Visible(place(f))}, c.findingCell(f), {Class: "w-value", Text: d.Value}, {Class: "w-rule", Text: d.Rule}, {Class: "w-who", Text: Visible(f.Customer)}},
		})
	}
	return l
}

// findingCell says what is wrong and what to do, in the language of the customer as well where there is one.
func (c *Check) findingCell(f onboarding.Finding) listCell {
	v := spoken(c.Voice)
	what := listCell{Class: "w-text", Text: said(v, f.Message)}
	if !f.Hint.Empty() {
		what.Lines = append(what.Lines, listLine{Class: "hint", Text: said(v, f.Hint)})
	}
	if c.Second == nil {
		return what
	}
	what.Lines = append(what.Lines, listLine{Class: "second", Text: said(c.Second, f.Message), Language: c.Second})
	if !f.Hint.Empty() {
		what.Lines = append(what.Lines, listLine{Class: "second hint", Text: said(c.Second, f.Hint), Language: c.Second})
	}
	return what
}

// findingAnchor stays the same for a rule at a cell, in whatever folder and language.
func findingAnchor(f onboarding.Finding) string {
	file, sheet := "", ""
	if s := f.Place.Source; s != nil {
		file, sheet = filepath.Base(s.File), s.Sheet
	}
	return anchor("f", file, sheet, strconv.Itoa(f.Place.Row), strconv.Itoa(f.Place.Column), f.Rule, string(f.Field))
}

func sortedNames(fs []onboarding.Finding, name func(onboarding.Finding) string) []string {
	seen := make(map[string]bool)
	var out []string
	for _, f := range fs {
		if n := name(f); !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// addFindings puts the findings on a page.
func (p *page) addFindings(l *list) {
	if l.N() > 0 {
		p.add(pageSection{ID: "findings", Title: onboarding.T("Findings"), N: l.N(), List: l})
	}
}

// mostRules is how many rules a chart shows; the rest is summed up.
const mostRules = 12

// ruleTally is how often a rule speaks, by severity: errors, warnings, notes.
type ruleTally struct {
	rule string
	n    [3]int
}

// tallyRules counts the findings of each rule, the most frequent errors first. Waived ones are not counted.
func tallyRules(fs []onboarding.Finding) []*ruleTally {
	at := make(map[string]*ruleTally)
	var all []*ruleTally
	for _, f := range fs {
		if f.Waived {
			continue
		}
		t := at[f.Rule]
		if t == nil {
			t = &ruleTally{rule: f.Rule}
			at[f.Rule] = t
			all = append(all, t)
		}
		t.n[onboarding.Error-f.Severity]++
	}
	slices.SortStableFunc(all, func(a, b *ruleTally) int {
		return cmp.Or(cmp.Compare(b.n[0], a.n[0]), cmp.Compare(b.n[1], a.n[1]), cmp.Compare(b.n[2], a.n[2]), cmp.Compare(a.rule, b.rule))
	})
	return all
}

// ruleChart draws the findings by rule and severity; a click narrows the list to the rule.
func ruleChart(fs []onboarding.Finding, l *list) *chart {
	all := tallyRules(fs)
	c := &chart{Title: onboarding.T("Findings by rule"), Heads: []onboarding.Word{"Rule", "Errors", "Warnings", "Notes"}}
	shown := all[:min(len(all), mostRules)]
	most := 0
	for _, t := range shown {
		most = max(most, t.n[0]+t.n[1]+t.n[2])
	}
	for _, t := range shown {
		r := chartRow{Name: t.rule, Code: true, Cells: t.cells(), Bar: stack(most, []string{"error", "warning", "note"}, t.n[:])}
		if n, ok := l.Filters[byRule].number(t.rule); ok {
			r.Pick = pick(l.ID, byRule, n)
		}
		c.Rows = append(c.Rows, r)
	}
	rest := &ruleTally{}
	for _, t := range all[len(shown):] {
		for i, n := range t.n {
			rest.n[i] += n
		}
	}
	if n := len(all) - len(shown); n > 0 {
		c.Rows = append(c.Rows, chartRow{Name: onboarding.T("%d more rules", n), Cells: rest.cells()})
	}
	return c
}

func (t *ruleTally) cells() []any { return []any{dash(t.n[0]), dash(t.n[1]), dash(t.n[2])} }
