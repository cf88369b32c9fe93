package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"muster/internal/onboarding"
)

// list is a long table. Without script it is read as it stands; with it, it is searched, narrowed and sorted, and only what
// is near the window is drawn.
type list struct {
	ID      string
	Columns []listColumn
	Filters []*listFilter
	More    onboarding.Text // what is not listed, and where it is
	rows    []listRow
	ids     map[string]int
	voice   onboarding.Voice
}

// listColumn is a heading. Sort says what its button sorts by: "o" the order of the list, "fN" the options of filter N, "tN"
// the text of cell N; empty for no button.
type listColumn struct{ Name, Class, Sort string }

// listFilter narrows a list to one of its options.
type listFilter struct {
	Name    string
	Options []*listOption
	known   map[string]int
}

type listOption struct {
	Name string
	N    int
}

// listRow is one row: At holds for each filter the number of its option.
type listRow struct {
	ID    string
	At    []int
	Cells []listCell
}

// listCell is text with a sign before it, and lines below it.
type listCell struct {
	Class, Sign, Text string
	Lines             []listLine
}

// listLine is a line below the text of a cell.
type listLine struct {
	Class, Text string
	Language    onboarding.Voice // of the line; nil: that of the page
}

func newList(id string, v onboarding.Voice) *list {
	return &list{ID: id, ids: make(map[string]int), voice: v}
}

// newColumn is a heading to be said.
type newColumn struct {
	name        onboarding.Word
	class, sort string
}

func (l *list) columns(all ...newColumn) {
	for _, c := range all {
		l.Columns = append(l.Columns, listColumn{said(l.voice, c.name), c.class, c.sort})
	}
}

// filter adds a filter without options.
func (l *list) filter(name onboarding.Word) *listFilter {
	f := &listFilter{Name: said(l.voice, name), known: make(map[string]int)}
	l.Filters = append(l.Filters, f)
	return f
}

// at gives the number of an option, which is counted.
func (f *listFilter) at(name string) int {
	i, ok := f.known[name]
	if !ok {
		i = len(f.Options)
		f.known[name] = i
		f.Options = append(f.Options, &listOption{Name: name})
	}
	f.Options[i].N++
	return i
}

// offer names options before any row has them, so that they stand in this order.
func (f *listFilter) offer(names ...string) {
	for _, n := range names {
		f.at(n)
		f.Options[f.known[n]].N--
	}
}

// number gives the number of an option; ok is false for one that no row has.
func (f *listFilter) number(name string) (n int, ok bool) {
	n, ok = f.known[name]
	return n, ok && f.Options[n].N > 0
}

// add adds a row. Two rows never share an id.
func (l *list) add(r listRow) {
	l.ids[r.ID]++
	if n := l.ids[r.ID]; n > 1 {
		r.ID += "-" + strconv.Itoa(n)
	}
	l.rows = append(l.rows, r)
}

// N is the number of rows.
func (l *list) N() int { return len(l.rows) }

// Choices gives the filters that have something to choose from, by their numbers.
func (l *list) Choices() []listChoice {
	out := make([]listChoice, 0, len(l.Filters))
	for i, f := range l.Filters {
		out = append(out, listChoice{Filter: f, ID: fmt.Sprintf("%s-%d", l.ID, i), Idle: len(f.Options) < 2})
	}
	return out
}

// Markup gives the options that rows have: of a large migration there are thousands.
func (f *listFilter) Markup() template.HTML {
	var b strings.Builder
	for i, o := range f.Options {
		if o.N > 0 {
			b.WriteString(`<option value="` + strconv.Itoa(i) + `">` + template.HTMLEscapeString(cmp.Or(o.Name, "–")) + " (" + thousands(o.N) + ")</option>")
		}
	}
	return template.HTML(b.String()) // every name was escaped
}

// listChoice is a filter with the id of its control. An idle one has nothing to choose from.
type listChoice struct {
	Filter *listFilter
	ID     string
	Idle   bool
}

// usualRow is about how many bytes the markup of a row takes.
const usualRow = 600

// Markup gives the rows, each on a line: the script takes them line by line.
func (l *list) Markup() template.HTML {
	var b strings.Builder
	b.Grow(len(l.rows) * usualRow)
	link := template.HTMLEscapeString(said(l.voice, onboarding.Word("Copy a link to this row")))
	for i := range l.rows {
		l.rows[i].write(&b, link)
	}
	return template.HTML(b.String()) // every text was escaped by write
}

// write writes the row with every text escaped. link is the label of its link, escaped. Texts hold no line breaks: Visible shows them.
func (r *listRow) write(b *strings.Builder, link string) {
	b.WriteString("<tr")
	if r.ID != "" {
		b.WriteString(` id="` + r.ID + `" data-f="`)
		for i, n := range r.At {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte('"')
	}
	b.WriteByte('>')
	for i := range r.Cells {
		r.Cells[i].write(b)
	}
	if r.ID != "" {
		fmt.Fprintf(b, `<td class="w-link"><a href="#%s" aria-label="%s">#</a></td>`, r.ID, link)
	}
	b.WriteString("</tr>\n")
}

func (c *listCell) write(b *strings.Builder) {
	b.WriteString(`<td class="` + c.Class)
	if c.Sign != "" {
		b.WriteString(" " + c.Sign)
	}
	b.WriteString(`">`)
	if c.Sign != "" {
		b.WriteString(`<span class="i ` + c.Sign + `"></span>`)
	}
	if c.Text != "" {
		b.WriteString("<bdi>" + c.escaped() + "</bdi>")
	}
	for _, line := range c.Lines {
		b.WriteString(`<div class="` + line.Class + `"` + line.attributes() + `><bdi>` + escaped(line.Text) + "</bdi></div>")
	}
	b.WriteString("</td>")
}

// escaped gives the text as markup; in a sentence of ours commands are set apart.
func (c *listCell) escaped() string {
	switch c.Class {
	case "w-text":
		return escaped(c.Text)
	case "w-key":
		return strings.ReplaceAll(template.HTMLEscapeString(c.Text), "@", "<wbr>@") // where a long address is broken best
	}
	return template.HTMLEscapeString(c.Text)
}

// attributes say in which language the line is where it is another than that of the page.
func (l listLine) attributes() string {
	if l.Language == nil {
		return ""
	}
	return ` lang="` + l.Language.Language() + `" dir="` + direction(l.Language) + `"`
}

// tag is the first cell of a row: a word with the sign of its tone. The name decides the tone, the word is shown.
func tag(name, word string) listCell { return listCell{Class: "w-tag", Sign: toneOf(name), Text: word} }

// toneOf gives the tone of a severity, status, verdict or action.
func toneOf(name string) string {
	switch strings.ReplaceAll(name, " ", "_") {
	case "error", "failed", "different", "missing", "gone", "not_checked", "conflict", "refused":
		return "bad"
	case "warning", "waiting", "held", "not_tried", "update", "hold", "wait", "differs":
		return "look"
	case "created", "updated", "adopted", "unchanged", "equal", "create", "adopt", "nothing", "removed", "switched_on", "reminded", "ready":
		return "good"
	}
	return "calm"
}

// anchor makes an id that stays the same for the same thing, whatever else is on the page.
func anchor(kind string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return kind + "-" + hex.EncodeToString(sum[:5])
}
