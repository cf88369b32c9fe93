package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strings"

	"muster/internal/onboarding"
)

//go:embed page/page.html page/page.css page/page.js
var pageParts embed.FS

// htmlFormat writes one page that needs no network and no other file, and that is readable without its script.
func htmlFormat() Format {
	return Format{Name: "html", Ending: ".html", Check: htmlCheck, Run: htmlRun, Plan: htmlPlan, Verify: htmlVerify, Listing: htmlListing}
}

// page is what the template shows: the verdict, then sections in their order.
type page struct {
	Product  any    // the command
	Subject  string // what it is about
	Verdict  onboarding.Text
	Tone     string // good, look, bad, calm: the colour and the sign, beside the words
	Line     onboarding.Text
	Sandbox  onboarding.Text // what was not done; empty for the real thing
	Tiles    []tile
	Sections []pageSection
	Inputs   []Input
	Version  string
	Voice    onboarding.Voice // says the texts and words
}

func newPage(v onboarding.Voice, product any, ins []Input) *page {
	return &page{Voice: spoken(v), Product: product, Subject: subject(ins)}
}

// Direction is that in which the page is written.
func (p *page) Direction() string { return direction(p.Voice) }

// tile is one number on top.
type tile struct {
	Name onboarding.Word
	Tone string
	N    int
}

// pageSection is one part of a page; one of its members is set.
type pageSection struct {
	ID          string
	Title, Lead onboarding.Text
	N           int // that the title counts; 0 says none
	Charts      []*chart
	Table       *chart
	List        *list
	Customers   *customerList
	Cards       []providerCard
	HandOff     []handCard
	Facts       []fact
}

// add puts a section on the page.
func (p *page) add(s pageSection) { p.Sections = append(p.Sections, s) }

// Nav gives the sections that the reader can jump to: with fewer there is no need.
func (p *page) Nav() []pageSection {
	if len(p.Sections) < 3 {
		return nil
	}
	return p.Sections
}

// subject names the inputs.
func subject(ins []Input) string {
	var names []string
	for i, in := range ins {
		if i == 3 {
			names = append(names, fmt.Sprintf("… +%d", len(ins)-3))
			break
		}
		names = append(names, Visible(filepath.Base(in.File)))
	}
	return strings.Join(names, ", ")
}

// checked puts on the page what every report tells of its inputs.
func (p *page) checked(c *Check) {
	p.Inputs, p.Version = c.Inputs, c.Version
	if p.Subject == "" {
		p.Subject = subject(c.Inputs)
	}
	if cards := c.shownCards(); len(cards) > 0 {
		p.add(pageSection{ID: "providers", Title: onboarding.T("Identity providers"), Cards: cards})
	}
	if groups := shownHandOff(p.Voice, c.HandOff); len(groups) > 0 {
		p.add(pageSection{ID: "handoff", Title: onboarding.T("Left to people"), Lead: onboarding.T("No call of the service does these: who does them, and where."), HandOff: groups})
	}
}

// writePage fills the template. The content security policy names the one style and the one script by their hashes, so that
// no other ever runs, whatever a cell holds.
func writePage(w io.Writer, p *page) error {
	var texts [3]string
	for i, name := range []string{"page.html", "page.css", "page.js"} {
		b, err := pageParts.ReadFile("page/" + name)
		if err != nil {
			return err
		}
		texts[i] = string(b)
	}
	style, script := texts[1], texts[2]
	t, err := template.New("page").Funcs(template.FuncMap{
		"thousands": thousands,
		"t":         func(english string) string { return said(p.Voice, onboarding.Word(english)) },
		"say":       func(value any) string { return said(p.Voice, value) },
		"said":      func(value any) template.HTML { return template.HTML(escaped(said(p.Voice, value))) }, // escaped, with commands set apart
		"drawn":     p.drawn,
		"items":     p.items,
		"wide":      func(text string) bool { return len(text) > 120 }, // too long for a column
		"style":     func() template.CSS { return template.CSS(style) },
		"script":    func() template.JS { return template.JS(script) },
		"policy": func() string {
			return "default-src 'none'; style-src " + sourceHash(style) + "; script-src " + sourceHash(script) + "; img-src data:; base-uri 'none'; form-action 'none'"
		},
	}).Parse(texts[0])
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// drawn gives a chart as markup.
func (p *page) drawn(c *chart) template.HTML {
	m := markup{voice: p.Voice}
	c.markup(&m)
	return m.html()
}

// items gives the customers as markup.
func (p *page) items(l *customerList) template.HTML {
	m := markup{voice: p.Voice}
	for _, c := range l.Items {
		c.markup(&m)
	}
	return m.html()
}

func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// htmlListing writes the page of a command that lists what it did.
func htmlListing(w io.Writer, l *Listing) error {
	v := spoken(l.Voice)
	p := newPage(v, l.Title, nil)
	p.Verdict, p.Tone, p.Line, p.Sandbox = l.Verdict, l.Tone, l.Counts, sandboxWords(l.Sandbox)
	out, err := listingRows(l, v)
	if err != nil {
		return err
	}
	if out.N() > 0 {
		p.add(pageSection{ID: out.ID, Title: onboarding.T("Rows"), N: out.N(), List: out})
	}
	facts := make([]fact, 0, len(l.Facts)+len(l.Remarks))
	for _, f := range l.Facts {
		facts = append(facts, fact{onboarding.T("%s", f.Name), f.Value})
	}
	for _, r := range l.Remarks {
		facts = append(facts, fact{onboarding.T("Remark"), r})
	}
	p.add(pageSection{ID: "facts", Title: onboarding.T("Facts"), Facts: facts})
	return writePage(w, p)
}

// listingRows lists the lines: all while they are few, else those that a person must see, as far as there is room.
func listingRows(l *Listing, v onboarding.Voice) (*list, error) {
	all := 0
	for _, err := range l.Rows() {
		if err != nil {
			return nil, err
		}
		all++
	}
	out := newList("rows", v)
	out.Columns = listingColumns(l, v)
	status := out.filter("Status")
	more := 0
	for line, err := range l.Rows() {
		if err != nil {
			return nil, err
		}
		if all > pageRows && (!line.Listed || out.N() >= pageNeeds) {
			more++
			continue
		}
		cells := line.said(v)
		r := listRow{ID: anchor("r", line.said(onboarding.English{})...), At: []int{status.at(cells[0])}, Cells: []listCell{tag(said(onboarding.English{}, line.Cells[0]), cells[0])}}
		for i, c := range cells[1:] {
			r.Cells = append(r.Cells, listCell{Class: out.Columns[i+1].Class, Text: c})
		}
		out.add(r)
	}
	if more > 0 {
		out.More = onboarding.T("%s more rows are only counted here: the CSV or JSON report lists them", thousands(more))
	}
	return out, nil
}

// listingColumns gives the headings: the status first, words of any length last.
func listingColumns(l *Listing, v onboarding.Voice) []listColumn {
	out := make([]listColumn, len(l.Columns))
	for i, c := range l.Columns {
		out[i] = listColumn{Name: said(v, c), Class: "w-cell", Sort: fmt.Sprintf("t%d", i)}
		switch i {
		case 0:
			out[i].Class, out[i].Sort = "w-tag", "f0"
		case len(l.Columns) - 1:
			out[i].Class = "w-text"
		}
	}
	return out
}

func sandboxWords(sandbox bool) onboarding.Text {
	if sandbox {
		return sandboxText()
	}
	return onboarding.Text{}
}
