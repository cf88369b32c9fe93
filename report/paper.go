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
)

// Paper is a document to work along: things to do with boxes to tick, and tables. Texts from outside are shown by Visible
// when it is written, but in JSON.
type Paper struct {
	title    string
	verdict  string
	tone     string // good, look, bad
	lines    []string
	sections []section
	document any // as JSON; it has members
}

// section is a part of a paper. Its level is 2 or 3.
type section struct {
	level int
	title string
	lines []string
	todo  []todo
	table *grid
}

// todo is one thing to do.
type todo struct {
	do     string
	value  string // to be entered
	notes  []string
	alerts []string // what stands in the way
}

// grid is a table; the first column names the row.
type grid struct {
	heads []string
	rows  [][]string
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
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(p.document)
}

// paperWidth is the columns of a page of text.
const paperWidth = 80

func textPaper(w io.Writer, p *Paper) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", Visible(p.title))
	fmt.Fprintf(b, "%s\n", strings.Repeat("=", min(paperWidth, width(p.title))))
	wrap(b, "", Visible(p.verdict))
	for _, l := range p.lines {
		wrap(b, "", Visible(l))
	}
	for _, s := range p.sections {
		textSection(b, s)
	}
	return b.Flush()
}

func textSection(b *bufio.Writer, s section) {
	fmt.Fprintf(b, "\n%s\n", Visible(s.title))
	if s.level == 2 {
		fmt.Fprintf(b, "%s\n", strings.Repeat("-", min(paperWidth, width(s.title))))
	}
	for _, l := range s.lines {
		wrap(b, "  ", Visible(l))
	}
	for _, t := range s.todo {
		wrap(b, "  [ ] ", Visible(t.do))
		if t.value != "" {
			fmt.Fprintf(b, "      > %s\n", Visible(t.value)) // never broken: it is copied
		}
		for _, a := range t.alerts {
			wrap(b, "      ! ", Visible(a))
		}
		for _, n := range t.notes {
			wrap(b, "      ", Visible(n))
		}
	}
	if s.table != nil {
		textGrid(b, s.table)
	}
}

// textGrid writes a table beside each other where it fits the page, else the cells of each row below each other.
func textGrid(b *bufio.Writer, g *grid) {
	widths := make([]int, len(g.heads))
	for _, r := range append([][]string{g.heads}, g.rows...) {
		for i, cell := range r {
			widths[i] = max(widths[i], width(Visible(cell)))
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
		columns[i] = folded(Visible(cell), widths[i])
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

func textBlocks(b *bufio.Writer, g *grid) {
	const most = 30
	room := 0
	for _, h := range g.heads[1:] {
		room = max(room, width(Visible(h)))
	}
	room = min(room, most)
	for _, r := range g.rows {
		wrap(b, "  ", Visible(r[0]))
		for i, cell := range r[1:] {
			if cell == "" {
				continue
			}
			head := Visible(g.heads[i+1])
			if width(head) > room {
				wrap(b, "    ", head)
				wrap(b, strings.Repeat(" ", room+6), Visible(cell))
				continue
			}
			wrap(b, "    "+head+strings.Repeat(" ", max(0, room-width(head)))+"  ", Visible(cell))
		}
	}
}

func markdownPaper(w io.Writer, p *Paper) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n**%s**\n", inTable(p.title), inTable(p.verdict))
	for _, l := range p.lines {
		fmt.Fprintf(b, "\n%s\n", inTable(l))
	}
	for _, s := range p.sections {
		markdownSection(b, s)
	}
	return b.Flush()
}

func markdownSection(b *bufio.Writer, s section) {
	fmt.Fprintf(b, "\n%s %s\n", strings.Repeat("#", s.level), inTable(s.title))
	for _, l := range s.lines {
		fmt.Fprintf(b, "\n%s\n", inTable(l))
	}
	if len(s.todo) > 0 {
		fmt.Fprintln(b)
	}
	for _, t := range s.todo {
		markdownTodo(b, t)
	}
	if s.table != nil {
		markdownGrid(b, s.table)
	}
}

func markdownTodo(b *bufio.Writer, t todo) {
	fmt.Fprintf(b, "- [ ] %s", inTable(t.do))
	if t.value != "" {
		fmt.Fprintf(b, ": `%s`", strings.ReplaceAll(Visible(t.value), "`", "'"))
	}
	fmt.Fprintln(b)
	for _, a := range t.alerts {
		fmt.Fprintf(b, "  - **%s**\n", inTable(a))
	}
	for _, n := range t.notes {
		fmt.Fprintf(b, "  - %s\n", inTable(n))
	}
}

func markdownGrid(b *bufio.Writer, g *grid) {
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
	page := shownPaper{Title: Visible(p.title), Verdict: Visible(p.verdict), Tone: p.tone, Lines: allVisible(p.lines)}
	for _, s := range p.sections {
		out := shownSection{Level: s.level, Title: Visible(s.title), Lines: allVisible(s.lines)}
		for _, t := range s.todo {
			out.Todo = append(out.Todo, shownTodo{Visible(t.do), Visible(t.value), allVisible(t.notes), allVisible(t.alerts)})
		}
		if s.table != nil {
			out.Heads = allVisible(s.table.heads)
			for _, r := range s.table.rows {
				out.Rows = append(out.Rows, allVisible(r))
			}
		}
		page.Sections = append(page.Sections, out)
	}
	return t.Execute(w, page)
}

func allVisible(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Visible(s)
	}
	return out
}
