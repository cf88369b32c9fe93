package workbook

import (
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// grid is one sheet that is being written; its stream begins with the first row.
type grid struct {
	book  *Book
	name  string
	first string // name of the first sheet, where one does not hold all rows
	part  int
	heads []head
	out   *excelize.StreamWriter
	row   int // written last
	cells []any
}

// head is a column.
type head struct {
	text  string
	field onboarding.Field
	sort  sheet.Sort
	width float64 // characters
}

const tableWidth = 28 // characters of a column of a sheet that is no input

// width is how many characters of a column are seen.
func width(s sheet.Sort) float64 {
	switch s {
	case sheet.Mail:
		return 30
	case sheet.FreeText, sheet.ID, sheet.List:
		return 24
	}
	return 16
}

// styles are the looks of cells. Texts that a spreadsheet program would take for numbers have the format of texts, so that
// they stay texts when somebody edits them.
type styles struct{ head, text, marked, markedText int }

// newStyles makes them.
func newStyles(f *excelize.File) (s styles, err error) {
	const asText = 49 // the built-in format @
	yellow := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFE699"}}
	for _, n := range []struct {
		style *int
		look  excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}}},
		{&s.text, excelize.Style{NumFmt: asText}},
		{&s.marked, excelize.Style{Fill: yellow}},
		{&s.markedText, excelize.Style{Fill: yellow, NumFmt: asText}},
	} {
		if *n.style, err = f.NewStyle(&n.look); err != nil {
			return s, err
		}
	}
	return s, nil
}

// literal reports whether a column holds what a spreadsheet program must not turn into a number or a date.
func literal(s sheet.Sort) bool {
	switch s {
	case sheet.ID, sheet.Phone, sheet.Digits, sheet.Postal, sheet.Date:
		return true
	}
	return false
}

func (s styles) of(sort sheet.Sort, marked bool) int {
	switch {
	case marked && literal(sort):
		return s.markedText
	case marked:
		return s.marked
	case literal(sort):
		return s.text
	}
	return 0
}

// begin writes the headings, which stay in sight.
func (g *grid) begin() (err error) {
	if g.book.opt.Language == "ar" {
		yes := true
		if err := g.book.file.SetSheetView(g.name, 0, &excelize.ViewOptions{RightToLeft: &yes}); err != nil {
			return err
		}
	}
	if g.out, err = g.book.file.NewStreamWriter(g.name); err != nil {
		return err
	}
	heads := make([]any, len(g.heads))
	for i, h := range g.heads {
		if err := g.out.SetColWidth(i+1, i+1, h.width); err != nil {
			return err
		}
		if style := g.book.styles.of(h.sort, false); style != 0 {
			if err := g.out.SetColStyle(i+1, i+1, style); err != nil {
				return err
			}
		}
		heads[i] = excelize.Cell{StyleID: g.book.styles.head, Value: h.text}
	}
	if err := g.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	g.cells, g.row = make([]any, len(heads)), 1
	return g.out.SetRow("A1", heads)
}

// add writes a row. The cells of marked fields are coloured.
func (g *grid) add(texts []string, marked []onboarding.Field) error {
	return g.write(texts, func(f onboarding.Field) bool { return slices.Contains(marked, f) })
}

// addAll writes a row that is coloured, or not.
func (g *grid) addAll(texts []string, marked bool) error {
	return g.write(texts, func(onboarding.Field) bool { return marked })
}

func (g *grid) write(texts []string, marked func(onboarding.Field) bool) error {
	if err := g.room(); err != nil {
		return err
	}
	g.row++
	for i, text := range texts {
		g.cells[i] = g.cell(g.heads[i], text, marked(g.heads[i].field))
	}
	return g.out.SetRow("A"+strconv.Itoa(g.row), g.cells)
}

// room begins the sheet, or another one where it is full.
func (g *grid) room() error {
	switch {
	case g.out == nil:
		return g.begin()
	case g.row < excelize.TotalRows:
		return nil
	}
	if err := g.out.Flush(); err != nil {
		return err
	}
	g.part++
	g.name = g.first + " " + strconv.Itoa(g.part)
	if _, err := g.book.file.NewSheet(g.name); err != nil {
		return err
	}
	return g.begin()
}

// cell gives a value its look. A whole number of seats is a number, everything else a text.
func (g *grid) cell(h head, text string, marked bool) any {
	style := g.book.styles.of(h.sort, marked)
	if h.sort == sheet.Count {
		if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text {
			return excelize.Cell{StyleID: style, Value: n}
		}
	}
	if text == "" {
		if style == 0 {
			return nil
		}
		return excelize.Cell{StyleID: style}
	}
	return excelize.Cell{StyleID: style, Value: text}
}
