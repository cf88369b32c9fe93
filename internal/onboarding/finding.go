package onboarding

import (
	"cmp"
	"slices"
)

// Severity says how much a finding weighs.
type Severity uint8

// Severities, lightest first. Only an Error keeps a row from being provisioned.
const (
	Note Severity = iota + 1
	Warning
	Error
)

// String gives the word used in JSON: "note", "warning", "error".
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return ""
}

// Word gives the word for people.
func (s Severity) Word() Word { return Word(s.String()) }

// Finding is one remark about the user's data, at the cell to change.
type Finding struct {
	Rule     string
	Severity Severity
	Place    Place
	Customer string // external ID of the customer whose row it is, as written; empty when none is known
	Field    Field
	Value    string // what stands in the cell
	Message  Text
	Hint     Text
	Waived   bool // kept and shown, not counted

	Remembered bool // follows from what the journal knows, and holds while that is the customer that stands
}

// SortFindings puts findings in report order (file, sheet, row, column, rule) and drops doubles.
func SortFindings(fs []Finding) []Finding {
	slices.SortStableFunc(fs, compareFindings)
	return slices.CompactFunc(fs, func(a, b Finding) bool {
		return compareFindings(a, b) == 0 && a.Field == b.Field && a.Message.String() == b.Message.String()
	})
}

func compareFindings(a, b Finding) int {
	if c := compareSources(a.Place.Source, b.Place.Source); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Place.Row, b.Place.Row),
		cmp.Compare(a.Place.Column, b.Place.Column),
		cmp.Compare(a.Rule, b.Rule),
	)
}

func compareSources(a, b *Source) int {
	if a == b {
		return 0
	}
	if a == nil || b == nil {
		if a == nil {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Order, b.Order))
}

// Summary counts findings by severity; waived ones are not counted.
type Summary struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Notes    int `json:"notes"`
}

// Count adds one finding.
func (s *Summary) Count(f Finding) {
	if f.Waived {
		return
	}
	switch f.Severity {
	case Error:
		s.Errors++
	case Warning:
		s.Warnings++
	case Note:
		s.Notes++
	}
}
