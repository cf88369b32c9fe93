package report

import (
	"html/template"
	"strconv"
	"strings"

	"muster/internal/onboarding"
)

// markup is what a page holds once for each customer: thousands of times. A template takes twenty times as long for it.
type markup struct {
	strings.Builder
	voice onboarding.Voice
}

// raw adds markup of ours.
func (m *markup) raw(parts ...string) {
	for _, p := range parts {
		m.WriteString(p)
	}
}

// text adds a value in the language of the page, escaped.
func (m *markup) text(value any) { m.WriteString(escaped(said(m.voice, value))) }

// escaped makes text of markup; a command of ours in it stands by itself, from left to right in every language.
func escaped(s string) string {
	s = template.HTMLEscapeString(s)
	for {
		before, rest, found := strings.Cut(s, "`muster ")
		command, after, closed := strings.Cut(rest, "`")
		if !found || !closed {
			return s
		}
		s = before + `<code dir="ltr">muster ` + command + "</code>" + after
	}
}

// cell adds a value of a table. Among words that are written from right to left a date would be turned around.
func (m *markup) cell(value any) {
	if !m.voice.RightToLeft() {
		m.text(value)
		return
	}
	m.raw("<bdi>")
	m.text(value)
	m.raw("</bdi>")
}

// paragraph adds a text if there is one.
func (m *markup) paragraph(open string, value any, end string) {
	if s := said(m.voice, value); s != "" {
		m.raw(open, escaped(s), end)
	}
}

// html gives what was added: all text in it was escaped.
func (m *markup) html() template.HTML { return template.HTML(m.String()) }

// markup draws the chart as a table; one over time is drawn by the template.
func (c *chart) markup(m *markup) {
	m.paragraph(`<h3 class="title">`, c.Title, "</h3>\n")
	m.paragraph(`<p class="small">`, c.Lead, "</p>\n")
	if len(c.Whole) > 0 {
		m.raw(`<svg class="b big" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="`)
		m.text(c.WholeName)
		m.raw(`">`)
		for _, p := range c.Whole {
			m.raw(`<rect class="f-`, p.Class, `" x="`, p.X, `" y="0" width="`, p.W, `" height="10"/>`)
		}
		m.raw("</svg>\n")
	}
	bars := c.Bars()
	m.raw(`<div class="scroll"><table class="chart n`, strconv.Itoa(c.Columns()))
	if bars {
		m.raw(" bars")
	}
	if c.Words {
		m.raw(" words")
	}
	if c.many() {
		m.raw(" many")
	}
	m.raw(`"><thead><tr>`)
	c.heads(m, bars)
	m.raw("</tr></thead><tbody>\n")
	for i := range c.Rows {
		c.row(m, &c.Rows[i], bars)
	}
	m.raw("</tbody>")
	c.foot(m, bars)
	m.raw("</table></div>\n")
}

// heads adds the headings; the column of the bars has none.
func (c *chart) heads(m *markup, bars bool) {
	for i, h := range c.Heads {
		m.raw("<th scope=\"col\"", classOf(c.Class(i)), ">")
		if h == "" {
			m.raw(`<span class="sr">`)
			m.text(onboarding.Word("What"))
			m.raw("</span>")
		}
		m.text(h)
		m.raw("</th>")
		if bars && i == 0 {
			m.raw("<td></td>")
		}
	}
}

// many reports whether a narrow window has no room for the numbers beside each other.
func (c *chart) many() bool { return c.Columns() > 5 }

func classOf(name string) string {
	if name == "" {
		return ""
	}
	return ` class="` + name + `"`
}

func (c *chart) row(m *markup, r *chartRow, bars bool) {
	m.raw(`<tr><th scope="row">`)
	if r.Class != "" {
		m.raw(`<span class="key f-`, r.Class, `"></span>`)
	}
	r.name(m)
	m.raw("</th>")
	if bars {
		m.raw(`<td class="bar">`)
		r.bar(m)
		m.raw("</td>")
	}
	for i, cell := range r.Cells {
		m.raw("<td", classOf(c.CellClass(i)))
		if c.Words || c.many() {
			m.raw(` data-l="`)
			m.text(c.CellHead(i))
			m.raw(`"`)
		}
		m.raw(">")
		m.cell(cell)
		m.raw("</td>")
	}
	m.raw("</tr>\n")
}

// name adds what the row is about, with the way to its rows in a list.
func (r *chartRow) name(m *markup) {
	open, end := "<bdi>", "</bdi>"
	if r.Code {
		open, end = "<code>", "</code>"
	}
	if r.Pick != "" {
		list, _, _ := strings.Cut(r.Pick, ":")
		open, end = `<a href="#`+list+`" data-pick="`+r.Pick+`">`+open, end+"</a>"
	}
	m.raw(open)
	m.text(r.Name)
	m.raw(end)
}

func (r *chartRow) bar(m *markup) {
	if len(r.Bar) == 0 {
		return
	}
	m.raw(`<svg class="b" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`)
	if r.Track != "" {
		m.raw(`<rect class="track" width="`, r.Track, `" height="10"/>`)
	}
	for _, p := range r.Bar {
		m.raw(`<rect class="f-`, p.Class, `" x="`, p.X, `" width="`, p.W, `" height="10"/>`)
	}
	if r.Mark != "" {
		m.raw(`<line class="mark-line" x1="`, r.Mark, `" x2="`, r.Mark, `" y1="0" y2="10"/>`)
	}
	m.raw("</svg>")
}

func (c *chart) foot(m *markup, bars bool) {
	if c.Foot == nil {
		return
	}
	m.raw(`<tfoot><tr><th scope="row">`)
	m.text(c.Foot.Name)
	m.raw("</th>")
	if bars {
		m.raw("<td></td>")
	}
	for _, cell := range c.Foot.Cells {
		m.raw(`<td class="num">`)
		m.text(cell)
		m.raw("</td>")
	}
	m.raw("</tr></tfoot>")
}

// markup adds the part of one customer.
func (c *customerItem) markup(m *markup) {
	m.raw(`<details class="customer" id="`, c.ID, `"><summary><span class="sum"><span class="name"><bdi>`)
	if c.Name != "" {
		m.text(c.Name)
		m.raw(`</bdi></span><span class="small"><bdi>`)
	}
	m.text(c.Key)
	m.raw(`</bdi></span><span class="end">`)
	for _, mark := range c.Marks {
		m.raw(`<span class="`, mark.Tone, `"><span class="i `, mark.Tone, `"></span> `)
		m.text(mark.Text)
		m.raw("</span>")
	}
	m.raw("</span></span></summary><div class=\"inner\">\n")
	if len(c.Line) > 0 {
		m.paragraph(`<p class="small">`, c.Line, "</p>\n")
	}
	if c.Pick != "" {
		list, _, _ := strings.Cut(c.Pick, ":")
		m.raw(`<p><a href="#`, list, `" data-pick="`, c.Pick, `">`)
		m.text(c.PickText)
		m.raw("</a></p>\n")
	}
	for _, drawn := range []*chart{c.Seats, c.Counts} {
		if drawn != nil {
			drawn.markup(m)
		}
	}
	c.list(m)
	m.paragraph(`<p class="small">`, c.Note, "</p>\n")
	m.raw("</div></details>\n")
}

// list adds the rows of the customer.
func (c *customerItem) list(m *markup) {
	if len(c.rows) == 0 {
		return
	}
	m.raw(`<table class="list"><thead><tr>`)
	for _, h := range c.Heads {
		m.raw(`<th scope="col" class="`, h.Class, `">`, template.HTMLEscapeString(h.Name), "</th>")
	}
	m.raw("</tr></thead><tbody>\n")
	for i := range c.rows {
		c.rows[i].write(&m.Builder, "")
	}
	m.raw("</tbody></table>\n")
}
