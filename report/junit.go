package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"muster/internal/onboarding"
)

// junitFormat writes test results for build servers: a sheet is a suite, a finding or an outcome a case.
func junitFormat() Format {
	return Format{Name: "junit", Ending: ".xml", Check: junitCheck, Run: junitRun, Verify: junitVerify}
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"` // of the tests themselves: always 0
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Skipped *junitMessage `xml:"skipped,omitempty"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Kind string `xml:"type,attr"`
	junitMessage
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func junitCheck(w io.Writer, c *Check) error {
	doc := junitSuites{Name: "muster check"}
	bySource := make(map[*onboarding.Source]int)
	for _, in := range c.Inputs {
		for _, s := range in.Sheets {
			bySource[s] = len(doc.Suites)
			doc.Suites = append(doc.Suites, junitSuite{Name: Visible(sourceTitle(s).String())})
		}
	}
	for _, f := range c.Findings {
		i, ok := bySource[f.Place.Source]
		if !ok {
			i = len(doc.Suites)
			bySource[f.Place.Source] = i
			doc.Suites = append(doc.Suites, junitSuite{Name: Visible(sourceTitle(f.Place.Source).String())})
		}
		doc.Suites[i].Cases = append(doc.Suites[i].Cases, junitFinding(f))
	}
	for i := range doc.Suites {
		if len(doc.Suites[i].Cases) == 0 {
			doc.Suites[i].Cases = []junitCase{{Name: "no finding", Class: doc.Suites[i].Name}}
		}
	}
	return writeJUnit(w, doc)
}

func junitFinding(f onboarding.Finding) junitCase {
	c := junitCase{Name: strings.TrimSpace(place(f) + " " + f.Rule), Class: f.Rule}
	text := f.Message.String()
	if f.Severity == onboarding.Error && !f.Waived {
		c.Failure = &junitFailure{f.Rule, junitMessage{text, f.Hint.String()}}
		return c
	}
	c.Out = weight(f).String() + ": " + text
	return c
}

func junitRun(w io.Writer, r *Run) error {
	doc := junitSuites{Name: "muster run " + r.ID}
	suites := make(map[string]int)
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		i, ok := suites[o.Customer]
		if !ok {
			i = len(doc.Suites)
			suites[o.Customer] = i
			doc.Suites = append(doc.Suites, junitSuite{Name: o.Customer})
		}
		doc.Suites[i].Cases = append(doc.Suites[i].Cases, junitOutcome(o))
	}
	return writeJUnit(w, doc)
}

func junitOutcome(o onboarding.Outcome) junitCase {
	c := junitCase{Name: fmt.Sprintf("%s %s", o.Kind, o.Key), Class: where(o).String()}
	why := Visible(because(o).String())
	switch o.Status {
	case onboarding.Failed:
		c.Failure = &junitFailure{"failed", junitMessage{Message: why}}
	case onboarding.Held, onboarding.Waiting, onboarding.NotTried:
		c.Skipped = &junitMessage{Message: strings.TrimSuffix(string(o.Status)+": "+why, ": ")}
	default:
		c.Out = string(o.Status)
	}
	return c
}

func writeJUnit(w io.Writer, doc junitSuites) error {
	for i := range doc.Suites {
		s := &doc.Suites[i]
		s.Tests = len(s.Cases)
		for _, c := range s.Cases {
			if c.Failure != nil {
				s.Failures++
			}
			if c.Skipped != nil {
				s.Skipped++
			}
		}
		doc.Tests += s.Tests
		doc.Failures += s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
