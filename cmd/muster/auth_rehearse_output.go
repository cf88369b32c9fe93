package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	authcheck "muster/auth/check"
	"muster/auth/rehearse"
)

func (r rehearsal) print(report *rehearse.Report) error {
	if r.c.String("format") == "json" {
		return rehearsalJSON(r.s.out, report)
	}
	return rehearsalText(r.s.out, report)
}

type rehearsalDoc struct {
	Schema   string             `json:"schema"`
	Summary  rehearsalSummary   `json:"summary"`
	Protocol string             `json:"protocol"`
	Requests []rehearse.Request `json:"requests"`
	Verdicts []rehearsalVerdict `json:"verdicts"`
	Findings []rehearsalFinding `json:"findings"`
	Received any                `json:"received"` // null when nothing came that could be read
	Limits   []string           `json:"limits"`
}

type rehearsalSummary struct {
	Blockers  int `json:"blockers"`
	Errors    int `json:"errors"`
	Warnings  int `json:"warnings"`
	Infos     int `json:"infos"`
	Checklist int `json:"checklist"`
}

type rehearsalVerdict struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Verdict string `json:"verdict"`
}

type rehearsalFinding struct {
	ID      string `json:"id"`
	Level   string `json:"level"`
	Value   string `json:"value"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

func rehearsalJSON(w io.Writer, report *rehearse.Report) error {
	doc := rehearsalDoc{
		Schema: "muster/rehearsal/1", Protocol: report.Protocol, Requests: report.Requests, Verdicts: []rehearsalVerdict{},
		Findings: []rehearsalFinding{}, Limits: rehearse.Limits(),
	}
	for _, v := range report.Verdicts() {
		doc.Verdicts = append(doc.Verdicts, rehearsalVerdict{v.ID, v.Title, v.Word})
	}
	for _, f := range report.Findings {
		doc.Summary.count(f.Level)
		doc.Findings = append(doc.Findings, rehearsalFinding{f.ID, f.Level.String(), f.Value, f.Message.String(), f.Hint.String()})
	}
	switch {
	case report.SAML != nil:
		doc.Received = report.SAML
	case report.OIDC != nil:
		doc.Received = report.OIDC
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

func (s *rehearsalSummary) count(l authcheck.Level) {
	switch l {
	case authcheck.Blocker:
		s.Blockers++
	case authcheck.Error:
		s.Errors++
	case authcheck.Warn:
		s.Warnings++
	case authcheck.Info:
		s.Infos++
	case authcheck.Checklist:
		s.Checklist++
	}
}

// rehearsalText writes for people. What the provider sent is kept from steering the terminal.
func rehearsalText(w io.Writer, report *rehearse.Report) error {
	var b strings.Builder
	for _, v := range report.Verdicts() {
		fmt.Fprintf(&b, "%-12s  %-9s  %s\n", v.ID, v.Word, v.Title)
		for _, f := range v.Findings {
			fmt.Fprintf(&b, "%25s%s: %s\n", "", f.Level, f.Message)
			if !f.Hint.Empty() {
				fmt.Fprintf(&b, "%25shint: %s\n", "", f.Hint)
			}
		}
	}
	for _, section := range report.Sections() {
		fmt.Fprintf(&b, "\n%s\n", section.Title)
		for _, row := range section.Rows {
			fmt.Fprintf(&b, "  %s: %s\n", oneLine(row.Name), oneLine(row.Value))
		}
	}
	b.WriteString("\nWhat this does not prove\n")
	for _, limit := range rehearse.Limits() {
		fmt.Fprintf(&b, "  - %s\n", limit)
	}
	_, err := io.WriteString(w, printable(b.String()))
	return err
}

// oneLine keeps a foreign value from looking like further lines of the report.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
