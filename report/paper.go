package report

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"strings"

	"muster/internal/onboarding"
)

// Paper is a document to work along: things to do with boxes to tick, and tables. Texts from outside are shown by Visible
// when it is written, but in JSON.
type Paper struct {
	voice    onboarding.Voice
	title    onboarding.Text
	verdict  onboarding.Text
	tone     string // good, look, bad
	lines    []onboarding.Text
	sections []section
	document any // as JSON; it has members
}

// section is a part of a paper. Its level is 2 or 3.
type section struct {
	level int
	title onboarding.Text
	lines []onboarding.Text
	todo  []todo
	table *grid
}

// todo is one thing to do.
type todo struct {
	do     onboarding.Text
	value  string          // to be entered
	shown  onboarding.Text // the value in words of ours; empty where it has none
	notes  []onboarding.Text
	alerts []onboarding.Text // what stands in the way
}

// entered gives the value for a person.
func (t todo) entered() any {
	if !t.shown.Empty() {
		return t.shown
	}
	return t.value
}

// grid is a table; the first column names the row.
type grid struct {
	heads []any
	rows  [][]any
}

// paperForm is one way to write a paper.
type paperForm struct {
	name   string
	ending string
	write  func(io.Writer, *Paper) error
}

func paperForms() []paperForm {
	return []paperForm{{"text", ".txt", textPaper}, {"json", ".json", jsonPaper}, {"md", ".md", markdownPaper}, {"html", ".html", htmlPaper}}
}

// PaperForm gives the name of a form for standard output (text, json, md), as it stands; the error lists those there are.
func PaperForm(name string) (string, error) {
	switch name {
	case "text", "json", "md":
		return name, nil
	}
	return "", fmt.Errorf("the form %q is not known; take text, json or md", name)
}

// PaperFormOf gives the form of a file by its ending: .txt, .json, .md or .html.
func PaperFormOf(path string) (string, error) {
	ending := strings.ToLower(filepath.Ext(path))
	for _, f := range paperForms() {
		if f.ending == ending {
			return f.name, nil
		}
	}
	return "", fmt.Errorf("report file %q has an ending that names no form; take one of .html .md .json .txt", path)
}

// Write writes the paper in one of the forms.
func (p *Paper) Write(w io.Writer, form string) error {
	for _, f := range paperForms() {
		if f.name == form {
			return f.write(w, p)
		}
	}
	return fmt.Errorf("the form %q is not known", form)
}

func jsonPaper(w io.Writer, p *Paper) error {
	var b lineBuffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(p.document); err != nil {
		return err
	}
	_, err := w.Write(withoutControls(b))
	return err
}

// paperWidth is the columns of a page of text.
const paperWidth = 80

func textPaper(w io.Writer, d *Paper) error {
	p := newPen(w, d.voice)
	p.underlined(d.title, "=")
	wrap(p.Writer, "", p.said(d.verdict))
	for _, l := range d.lines {
		wrap(p.Writer, "", p.said(l))
	}
	for _, s := range d.sections {
		p.section(s)
	}
	return p.Flush()
}

// underlined writes a title.
func (p pen) underlined(title onboarding.Text, with string) {
	text := p.said(title)
	fmt.Fprintf(p, "%s\n%s\n", text, strings.Repeat(with, min(paperWidth, width(text))))
}

func (p pen) section(s section) {
	fmt.Fprintln(p)
	if s.level == 2 {
		p.underlined(s.title, "-")
	} else {
		fmt.Fprintln(p, p.said(s.title))
	}
	for _, l := range s.lines {
		wrap(p.Writer, "  ", p.said(l))
	}
	for _, t := range s.todo {
		wrap(p.Writer, "  [ ] ", p.said(t.do))
		if t.value != "" {
			fmt.Fprintf(p, "      > %s\n", p.said(t.entered())) // never broken: it is copied
		}
		for _, a := range t.alerts {
			wrap(p.Writer, "      ! ", p.said(a))
		}
		for _, n := range t.notes {
			wrap(p.Writer, "      ", p.said(n))
		}
	}
	if s.table != nil {
		textGrid(p.Writer, s.table.said(p.voice))
	}
}

// shownGrid is a table as a person reads it.
type shownGrid struct {
	heads []string
	rows  [][]string
}

func (g *grid) said(v onboarding.Voice) *shownGrid {
	out := &shownGrid{heads: saidAll(v, g.heads)}
	for _, r := range g.rows {
		out.rows = append(out.rows, saidAll(v, r))
	}
	return out
}

// textGrid writes a table beside each other where it fits the page, else the cells of each row below each other.
func textGrid(b *bufio.Writer, g *shownGrid) {
	widths := make([]int, len(g.heads))
	for _, r := range append([][]string{g.heads}, g.rows...) {
		for i, cell := range r {
			widths[i] = max(widths[i], width(cell))
		}
	}
	sum, widest := 0, 0
	for i, n := range widths {
		sum += n + 2
		if n > widths[widest] {
			widest = i
		}
	}
	const least = 24 // of a column whose cells go over several lines
	if sum > paperWidth {
		if widths[widest] -= sum - paperWidth; widths[widest] < least {
			textBlocks(b, g)
			return
		}
	}
	for _, r := range append([][]string{g.heads}, g.rows...) {
		textRow(b, r, widths)
	}
}

// textRow writes the cells of a row beside each other, those that are too long over several lines.
func textRow(b *bufio.Writer, cells []string, widths []int) {
	columns, lines := make([][]string, len(cells)), 1
	for i, cell := range cells {
		columns[i] = folded(cell, widths[i], 0)
		lines = max(lines, len(columns[i]))
	}
	for n := range lines {
		line := ""
		for i, c := range columns {
			part := ""
			if n < len(c) {
				part = c[n]
			}
			line += "  " + part + strings.Repeat(" ", max(0, widths[i]-width(part)))
		}
		fmt.Fprintln(b, strings.TrimRight(line, " "))
	}
}

func textBlocks(b *bufio.Writer, g *shownGrid) {
	const most = 30
	room := 0
	for _, h := range g.heads[1:] {
		room = max(room, width(h))
	}
	room = min(room, most)
	for _, r := range g.rows {
		wrap(b, "  ", r[0])
		for i, cell := range r[1:] {
			if cell == "" {
				continue
			}
			head := g.heads[i+1]
			if width(head) > room {
				wrap(b, "    ", head)
				wrap(b, strings.Repeat(" ", room+6), cell)
				continue
			}
			wrap(b, "    "+head+strings.Repeat(" ", max(0, room-width(head)))+"  ", cell)
		}
	}
}

func markdownPaper(w io.Writer, d *Paper) error {
	p := newPen(w, d.voice)
	fmt.Fprintf(p, "# %s\n\n**%s**\n", inTable(p.said(d.title)), inTable(p.said(d.verdict)))
	for _, l := range d.lines {
		fmt.Fprintf(p, "\n%s\n", inTable(p.said(l)))
	}
	for _, s := range d.sections {
		p.mdSection(s)
	}
	return p.Flush()
}

func (p pen) mdSection(s section) {
	fmt.Fprintf(p, "\n%s %s\n", strings.Repeat("#", s.level), inTable(p.said(s.title)))
	for _, l := range s.lines {
		fmt.Fprintf(p, "\n%s\n", inTable(p.said(l)))
	}
	if len(s.todo) > 0 {
		fmt.Fprintln(p)
	}
	for _, t := range s.todo {
		p.mdTodo(t)
	}
	if s.table != nil {
		markdownGrid(p.Writer, s.table.said(p.voice))
	}
}

func (p pen) mdTodo(t todo) {
	fmt.Fprintf(p, "- [ ] %s", inTable(p.said(t.do)))
	if t.value != "" {
		fmt.Fprintf(p, ": `%s`", strings.ReplaceAll(p.said(t.entered()), "`", "'"))
	}
	fmt.Fprintln(p)
	for _, a := range t.alerts {
		fmt.Fprintf(p, "  - **%s**\n", inTable(p.said(a)))
	}
	for _, n := range t.notes {
		fmt.Fprintf(p, "  - %s\n", inTable(p.said(n)))
	}
}

func markdownGrid(b *bufio.Writer, g *shownGrid) {
	fmt.Fprint(b, "\n|")
	for _, h := range g.heads {
		fmt.Fprintf(b, " %s |", inTable(h))
	}
	fmt.Fprintf(b, "\n|%s\n", strings.Repeat(" --- |", len(g.heads)))
	for _, r := range g.rows {
		fmt.Fprint(b, "|")
		for _, cell := range r {
			fmt.Fprintf(b, " %s |", inTable(cell))
		}
		fmt.Fprintln(b)
	}
}

//go:embed paper.html
var paperSource string

// shownPaper is what the page's template shows.
type shownPaper struct {
	Title, Verdict, Tone string
	Language, Direction  string
	Lines                []string
	Sections             []shownSection
}

type shownSection struct {
	Level int
	Title string
	Lines []string
	Todo  []shownTodo
	Heads []string
	Rows  [][]string
}

type shownTodo struct {
	Do, Value     string
	Notes, Alerts []string
}

// htmlPaper writes one page that needs no network and no script, and prints well. Its boxes can be ticked.
func htmlPaper(w io.Writer, p *Paper) error {
	t, err := template.New("paper").Parse(paperSource)
	if err != nil {
		return err
	}
	v := spoken(p.voice)
	page := shownPaper{Title: said(v, p.title), Verdict: said(v, p.verdict), Tone: p.tone, Lines: saidAll(v, p.lines), Language: v.Language(), Direction: direction(v)}
	for _, s := range p.sections {
		out := shownSection{Level: s.level, Title: said(v, s.title), Lines: saidAll(v, s.lines)}
		for _, t := range s.todo {
			out.Todo = append(out.Todo, shownTodo{said(v, t.do), said(v, t.entered()), saidAll(v, t.notes), saidAll(v, t.alerts)})
		}
		if s.table != nil {
			g := s.table.said(v)
			out.Heads, out.Rows = g.heads, g.rows
		}
		page.Sections = append(page.Sections, out)
	}
	return t.Execute(w, page)
}

// direction is that in which a page is written, as HTML says it.
func direction(v onboarding.Voice) string {
	if v.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

func allVisible(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Visible(s)
	}
	return out
}
