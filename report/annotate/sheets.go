package annotate

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"muster/internal/markup"
	"muster/internal/onboarding"
	"muster/report"
)

// Limits of a sheet.
const (
	mostRows  = 1_048_576
	mostLinks = 65_000 // a spreadsheet program takes 65,530
)

// pageWriter writes a page as the XML of a worksheet. Nothing of it is held but its links.
type pageWriter struct {
	out    io.Writer
	styles *styles
	target func(report.Spot) string
	buf    []byte
	row    int
	links  []link
	name   string // of the page
	below  bool   // the counts stand below the table
	voice  onboarding.Voice
}

// link leads from a cell of a page to a place in the workbook.
type link struct{ ref, location string }

// writePage gives the range of the table, for the filters.
func (p *pageWriter) writePage(pg report.Page, n spaces, selected bool) (table string, err error) {
	chosen := ""
	if selected {
		chosen = ` tabSelected="1"`
	}
	if pg.RightToLeft {
		chosen += ` rightToLeft="1"`
	}
	p.below = len(pg.Counts) > mostAbove && pg.Known > 0
	heading := 3 + len(pg.Facts) + p.above(pg)
	p.buf = fmt.Appendf(
		p.buf, `%s<worksheet xmlns=%q><sheetViews><sheetView%s showGridLines="0" workbookViewId="0"><pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`,
		xmlHead, n.main, chosen, heading, heading+1,
	)
	p.buf = append(p.buf, `<sheetFormatPr defaultRowHeight="15"/><cols>`...)
	for i, c := range pg.Columns {
		p.buf = fmt.Appendf(p.buf, `<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, c.Width)
	}
	p.buf = append(p.buf, "</cols><sheetData>"...)
	p.head(pg, heading)
	p.begin()
	for i, c := range pg.Columns {
		p.text(i, c.Heading, look{font: boldFont, tone: int(report.Aside)})
	}
	if err := p.end(); err != nil {
		return "", err
	}
	if err := p.rows(pg); err != nil {
		return "", err
	}
	last, end := onboarding.ColumnLetters(len(pg.Columns)), p.row
	if p.below {
		p.row++
		p.counts(pg)
	}
	p.buf = fmt.Appendf(p.buf, `</sheetData><autoFilter ref="A%d:%s%d"/>`, heading, last, end)
	p.writeLinks()
	p.buf = append(p.buf, `<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/><pageSetup orientation="landscape" fitToHeight="0"/></worksheet>`...)
	_, err = p.out.Write(p.buf)
	return fmt.Sprintf("$A$%d:$%s$%d", heading, last, end), err
}

// mostAbove is how many counts stand above the table; where there are more, they stand below it.
const mostAbove = 8

// above is how many rows the counts take above the table, or the one that leads to them.
func (p *pageWriter) above(pg report.Page) int {
	switch {
	case p.below:
		return 1
	case len(pg.Counts) > 0:
		return len(pg.Counts) + 1
	}
	return 0
}

// head writes the title, the facts and the counts, up to the headings of the table.
func (p *pageWriter) head(pg report.Page, heading int) {
	p.begin()
	p.text(0, pg.Title, look{font: titleFont, tone: int(pg.Tone)})
	p.shut()
	for _, f := range pg.Facts {
		p.begin()
		p.text(0, f[0], look{font: boldFont})
		p.text(1, f[1], look{})
		p.shut()
	}
	switch {
	case p.below:
		p.begin()
		p.text(0, p.voice.Say(onboarding.T("Counts by rule")), look{font: boldFont})
		to := heading + min(pg.Known, mostRows-heading-1) + 2
		p.links = append(p.links, link{p.ref(1), fmt.Sprintf("%s!A%d", quoted(p.name), to)})
		p.text(1, p.voice.Say(onboarding.T("row %d", to)), look{font: linkFont})
		p.shut()
	case len(pg.Counts) > 0:
		p.row++
		p.counts(pg)
	}
	p.row = heading - 1
}

// counts writes how often each rule or outcome occurs.
func (p *pageWriter) counts(pg report.Page) {
	for _, c := range pg.Counts {
		if p.row >= mostRows {
			return
		}
		p.begin()
		for i, cell := range c.Cells {
			switch {
			case i == 0:
				p.text(i, cell, look{tone: int(c.Tone)})
			case i == 1:
				p.number(i, cell)
			default:
				p.linked(i, cell, c.Spot, look{})
			}
		}
		p.shut()
	}
}

func (p *pageWriter) rows(pg report.Page) error {
	for r, err := range pg.Rows {
		if err != nil {
			return err
		}
		p.beginHigh(linesOf(r.Cells, pg.Columns))
		if p.row == mostRows {
			p.text(0, pg.More, look{font: boldFont})
			return p.end()
		}
		for i, c := range r.Cells {
			p.cell(i, c, pg.Columns[i], r)
		}
		if err := p.end(); err != nil {
			return err
		}
	}
	return nil
}

func (p *pageWriter) cell(i int, text string, c report.PageColumn, r report.PageRow) {
	l := look{wrap: c.Wide}
	if i == 0 {
		l.tone = int(r.Tone)
	}
	switch {
	case text == "":
	case c.Number:
		p.number(i, text)
	case c.Link:
		p.linked(i, text, r.Spot, l)
	default:
		p.text(i, text, l)
	}
}

func (p *pageWriter) begin() {
	p.row++
	p.buf = fmt.Appendf(p.buf, `<row r="%d">`, p.row)
}

// beginHigh begins a row that has room for some lines: not every program gives it by itself.
func (p *pageWriter) beginHigh(lines int) {
	if lines < 2 {
		p.begin()
		return
	}
	p.row++
	p.buf = fmt.Appendf(p.buf, `<row r="%d" ht="%d">`, p.row, min(15*lines, 400))
}

// linesOf is about how many lines the highest of the cells takes.
func linesOf(cells []string, columns []report.PageColumn) int {
	most := 1
	for i, c := range cells {
		if !columns[i].Wide {
			continue
		}
		wide := 0
		for _, r := range c {
			if wide++; r >= 0x1100 {
				wide++ // most letters of East Asia are twice as wide
			}
		}
		room := max(1, int(columns[i].Width)-3) // words leave some of a line empty
		most = max(most, (wide+room-1)/room)
	}
	return most
}

func (p *pageWriter) shut() { p.buf = append(p.buf, "</row>"...) }

// end ends a row and writes what has gathered.
func (p *pageWriter) end() error {
	p.shut()
	if len(p.buf) < 64<<10 {
		return nil
	}
	_, err := p.out.Write(p.buf)
	p.buf = p.buf[:0]
	return err
}

func (p *pageWriter) ref(i int) string { return onboarding.ColumnLetters(i+1) + strconv.Itoa(p.row) }

func (p *pageWriter) text(i int, s string, l look) {
	p.buf = p.styles.cell(p.buf, "", p.ref(i), s, l)
}

func (p *pageWriter) number(i int, digits string) {
	p.buf = fmt.Appendf(p.buf, `<c r="%s" s="%d"><v>%s</v></c>`, p.ref(i), p.styles.style(look{}), digits)
}

// linked writes a text that leads to a place in the workbook, as long as there is room for links.
func (p *pageWriter) linked(i int, s string, spot report.Spot, l look) {
	if to := p.target(spot); to != "" && s != "" && len(p.links) < mostLinks {
		p.links = append(p.links, link{p.ref(i), to})
		l.font = linkFont
	}
	p.text(i, s, l)
}

func (p *pageWriter) writeLinks() {
	if len(p.links) == 0 {
		return
	}
	p.buf = append(p.buf, "<hyperlinks>"...)
	for _, l := range p.links {
		p.buf = fmt.Appendf(p.buf, `<hyperlink ref="%s" location="%s"/>`, l.ref, escaped(l.location))
	}
	p.buf = append(p.buf, "</hyperlinks>"...)
}

// quoted gives the name of a sheet as references have it.
func quoted(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// textWidth is that of the columns of a text input, in characters.
const textWidth = 18

// TextRow is one record of a text input.
type TextRow struct {
	Number  int // of the line on which it begins
	Cells   []string
	Numbers []bool // cells that are numbers rather than texts; nil: none is
}

// textSheet gives the records of a text input as the XML of a worksheet: every value is a text, and a record stands in the row
// of its number, so that the addresses of the report are those of the sheet. Close it.
type textSheet struct {
	next   func() (TextRow, error, bool)
	stop   func()
	buf    []byte
	at     int
	style  int
	row    int
	ended  bool
	failed error
}

func newTextSheet(rows iter.Seq2[TextRow, error], headings int, s *styles, n spaces) *textSheet {
	t := &textSheet{style: s.style(look{text: true})}
	t.next, t.stop = iter.Pull2(rows)
	t.buf = fmt.Appendf(t.buf, `%s<worksheet xmlns=%q><sheetViews><sheetView workbookViewId="0">`, xmlHead, n.main)
	if headings > 0 {
		t.buf = fmt.Appendf(t.buf, `<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>`, headings, headings+1)
	}
	t.buf = append(t.buf, `</sheetView></sheetViews>`...)
	t.buf = fmt.Appendf(t.buf, `<sheetFormatPr defaultColWidth="%d" defaultRowHeight="15"/><sheetData>`, textWidth)
	return t
}

// Close lets go of the input.
func (t *textSheet) Close() error {
	t.stop()
	return nil
}

// Read gives the XML.
func (t *textSheet) Read(b []byte) (int, error) {
	for t.at == len(t.buf) {
		if t.failed != nil {
			return 0, t.failed
		}
		if t.ended {
			return 0, io.EOF
		}
		t.buf, t.at = t.buf[:0], 0
		t.more()
	}
	n := copy(b, t.buf[t.at:])
	t.at += n
	return n, nil
}

// more makes the XML of some rows.
func (t *textSheet) more() {
	for len(t.buf) < 32<<10 {
		r, err, ok := t.next()
		switch {
		case !ok:
			t.ended = true
			t.buf = append(t.buf, "</sheetData></worksheet>"...)
			return
		case err != nil:
			t.failed = err
			return
		case r.Number > mostRows || len(r.Cells) > lastColumn+1:
			t.failed = errTooLarge
			return
		case r.Number <= t.row:
			t.failed = fmt.Errorf("the record in line %d stands behind line %d", r.Number, t.row)
			return
		}
		t.row = r.Number
		t.buf = fmt.Appendf(t.buf, `<row r="%d">`, r.Number)
		for i, c := range r.Cells {
			if c == "" {
				continue
			}
			t.cell(i, c, i < len(r.Numbers) && r.Numbers[i])
		}
		t.buf = append(t.buf, "</row>"...)
	}
}

// cell adds a cell to the row at hand.
func (t *textSheet) cell(i int, value string, number bool) {
	t.buf = append(t.buf, `<c r="`...)
	t.buf = append(t.buf, onboarding.ColumnLetters(i+1)...)
	t.buf = strconv.AppendInt(t.buf, int64(t.row), 10)
	if number {
		t.buf = append(append(append(t.buf, `"><v>`...), value...), "</v></c>"...)
		return
	}
	t.buf = append(t.buf, `" s="`...)
	t.buf = strconv.AppendInt(t.buf, int64(t.style), 10)
	t.buf = append(t.buf, `" t="inlineStr"><is><t xml:space="preserve">`...)
	t.buf = markup.AppendText(t.buf, clipped(value, mostText, "…"))
	t.buf = append(t.buf, "</t></is></c>"...)
}
