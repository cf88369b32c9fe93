package annotate

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"muster/internal/markup"
	"muster/report"
)

// mostStyles is how many formats of cells a workbook is given; a spreadsheet program takes 65,490.
const mostStyles = 64_000

// styles are the formats of a workbook, to which those of the copy are added.
type styles struct {
	text     []byte
	prefix   string
	sections [5]section
	marked   map[marking]int
	dark     map[string]int // fonts that can be read on a light ground, by the one they stand for
	fills    map[report.Tone]int
	own      map[look]int
}

// section is a list within the styles.
type section struct {
	name     string
	found    bool
	empty    bool // the element has one tag alone
	from, to int  // of the start tag
	end      int  // where the end tag begins
	items    [][]byte
	added    []string
}

// The sections that are added to.
const (
	fonts = iota
	fills
	borders
	cellStyles
	formats
)

// marking is a format of the workbook with a colour of ours.
type marking struct {
	base int
	tone report.Tone
}

// look is a format of the sheets that are added.
type look struct {
	font, tone int
	wrap, text bool
}

// The fonts of the sheets that are added.
const (
	plainFont = iota
	boldFont
	linkFont
	titleFont
)

func readStyles(b []byte) (*styles, error) {
	s := &styles{
		text: b, marked: make(map[marking]int), dark: make(map[string]int), fills: make(map[report.Tone]int), own: make(map[look]int),
		sections: [5]section{{name: "fonts"}, {name: "fills"}, {name: "borders"}, {name: "cellStyleXfs"}, {name: "cellXfs"}},
	}
	r := stylesReader{styles: s}
	if err := walk(b, r.step); err != nil {
		return nil, err
	}
	s.least()
	return s, nil
}

// stylesReader finds the sections of the styles and what they hold.
type stylesReader struct {
	*styles
	in   *section // at hand
	item int      // where the item at hand begins
}

func (r *stylesReader) step(n node) error {
	switch {
	case n.depth == 1 && !n.tag.Closing():
		r.prefix = prefixOf(n.tag)
	case n.depth == 2 && n.tag.Closing():
		if r.in != nil {
			r.in.end = n.from
		}
		r.in = nil
	case n.depth == 2:
		r.in = r.begin(n)
	case n.depth == 3 && r.in != nil:
		if !n.tag.Closing() {
			r.item = n.from
		}
		if n.tag.Closing() || n.tag.Empty() {
			r.in.items = append(r.in.items, r.text[r.item:n.to])
		}
	}
	return nil
}

// begin finds the section that starts with a tag.
func (s *styles) begin(n node) *section {
	for i := range s.sections {
		x := &s.sections[i]
		if n.tag.Is(x.name) && !x.found {
			x.found, x.empty, x.from, x.to = true, n.tag.Empty(), n.from, n.to
			if !x.empty {
				return x
			}
		}
	}
	return nil
}

// least adds what every workbook must have, so that what is added never becomes the format of other cells.
func (s *styles) least() {
	for _, least := range []struct {
		section, n int
		item       string
	}{
		{fonts, 1, `<%[1]sfont><%[1]ssz val="11"/><%[1]sname val="Calibri"/></%[1]sfont>`},
		{fills, 1, `<%[1]sfill><%[1]spatternFill patternType="none"/></%[1]sfill>`},
		{fills, 2, `<%[1]sfill><%[1]spatternFill patternType="gray125"/></%[1]sfill>`},
		{borders, 1, `<%[1]sborder/>`},
		{cellStyles, 1, `<%[1]sxf numFmtId="0" fontId="0" fillId="0" borderId="0"/>`},
		{formats, 1, `<%[1]sxf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`},
	} {
		if s.sections[least.section].count() < least.n {
			s.add(least.section, fmt.Sprintf(least.item, s.prefix))
		}
	}
}

func (x *section) count() int { return len(x.items) + len(x.added) }

func (x *section) item(i int) []byte {
	if i < len(x.items) {
		return x.items[i]
	}
	return []byte(x.added[i-len(x.items)])
}

// add puts an item at the end of a section and gives its index.
func (s *styles) add(section int, item string) int {
	x := &s.sections[section]
	x.added = append(x.added, item)
	return x.count() - 1
}

// colour gives the ground of a tone, as spreadsheet programs colour bad, neutral and good cells.
func colour(t report.Tone) string {
	return [...]string{"", "FFFFC7CE", "FFFFEB9C", "FFDDEBF7", "FFC6EFCE"}[t]
}

// fill gives the index of the fill of a tone.
func (s *styles) fill(t report.Tone) int {
	if t == report.Plain {
		return 0
	}
	at, ok := s.fills[t]
	if !ok {
		at = s.add(fills, fmt.Sprintf(`<%[1]sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="%[2]s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`, s.prefix, colour(t)))
		s.fills[t] = at
	}
	return at
}

// mark gives the index of a format of the workbook with the ground of a tone in place of its own.
func (s *styles) mark(base int, t report.Tone) int {
	x := &s.sections[formats]
	if base < 0 || base >= x.count() {
		base = 0
	}
	m := marking{base, t}
	if at, ok := s.marked[m]; ok {
		return at
	}
	if x.count() >= mostStyles {
		return base
	}
	item := x.item(base)
	end := bytes.IndexByte(item, '>') + 1
	start := markup.Tag(item[:end])
	if before := number(start, "fillId"); before != 0 {
		start = with(with(start, "fontId", strconv.Itoa(s.readable(text(start, "fontId")))), "applyFont", "1")
	}
	start = with(with(start, "fillId", strconv.Itoa(s.fill(t))), "applyFill", "1")
	at := s.add(formats, string(start)+string(item[end:]))
	s.marked[m] = at
	return at
}

// fontColour is the colour of a font.
var fontColour = regexp.MustCompile(`<(\w+:)?color\b[^>]*/>`)

// readable gives a font in black: white letters stand on dark grounds only.
func (s *styles) readable(font string) int {
	if at, ok := s.dark[font]; ok {
		return at
	}
	n, err := strconv.Atoi(font)
	if err != nil || n < 0 || n >= s.sections[fonts].count() {
		n = 0
	}
	at := n
	if item := s.sections[fonts].item(n); fontColour.Match(item) {
		at = s.add(fonts, string(fontColour.ReplaceAll(item, []byte(`<${1}color rgb="FF000000"/>`))))
	}
	s.dark[font] = at
	return at
}

// style gives the index of a format of the sheets that are added.
func (s *styles) style(l look) int {
	if at, ok := s.own[l]; ok {
		return at
	}
	font := fmt.Sprintf([...]string{
		`<%[1]sfont><%[1]ssz val="11"/><%[1]sname val="Calibri"/></%[1]sfont>`,
		`<%[1]sfont><%[1]sb/><%[1]ssz val="11"/><%[1]sname val="Calibri"/></%[1]sfont>`,
		`<%[1]sfont><%[1]su/><%[1]ssz val="11"/><%[1]scolor rgb="FF0563C1"/><%[1]sname val="Calibri"/></%[1]sfont>`,
		`<%[1]sfont><%[1]sb/><%[1]ssz val="14"/><%[1]sname val="Calibri"/></%[1]sfont>`,
	}[l.font], s.prefix)
	fontID := slices.Index(s.sections[fonts].added, font) + len(s.sections[fonts].items)
	if !slices.Contains(s.sections[fonts].added, font) {
		fontID = s.add(fonts, font)
	}
	format, wrap := 0, ""
	if l.text {
		format = 49 // text
	}
	if l.wrap {
		wrap = ` wrapText="1"`
	}
	at := s.add(formats, fmt.Sprintf(
		`<%[1]sxf numFmtId="%[2]d" fontId="%[3]d" fillId="%[4]d" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><%[1]salignment vertical="top"%[5]s/></%[1]sxf>`,
		s.prefix, format, fontID, s.fill(report.Tone(l.tone)), wrap,
	))
	s.own[l] = at
	return at
}

// bytes gives the part with all that was added.
func (s *styles) bytes() ([]byte, error) {
	var e edits
	missing := make(map[int]string)
	for i := range s.sections {
		x := &s.sections[i]
		if len(x.added) == 0 {
			continue
		}
		items, count := strings.Join(x.added, ""), strconv.Itoa(x.count())
		name := s.prefix + x.name
		switch {
		case !x.found:
			missing[i] = `<` + name + ` count="` + count + `">` + items + `</` + name + `>`
		case x.empty:
			e.replace(x.from, x.to, string(opened(with(s.text[x.from:x.to], "count", count)))+items+`</`+name+`>`)
		default:
			e.replace(x.from, x.to, string(with(s.text[x.from:x.to], "count", count)))
			e.put(x.end, items)
		}
	}
	if err := s.insert(&e, missing); err != nil {
		return nil, err
	}
	return e.apply(s.text), nil
}

// insert puts sections that were not there at their place in the order of the format.
func (s *styles) insert(e *edits, missing map[int]string) error {
	order := []string{"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst"}
	next := fonts
	put := func(at, before int) {
		for ; next < len(s.sections) && slices.Index(order, s.sections[next].name) < before; next++ {
			if text := missing[next]; text != "" {
				e.put(at, text)
			}
		}
	}
	return walk(s.text, func(n node) error {
		switch {
		case n.depth == 2 && !n.tag.Closing():
			_, local := n.tag.Name()
			put(n.from, slices.Index(order, string(local)))
		case n.depth == 1 && n.tag.Closing():
			put(n.from, len(order))
		}
		return nil
	})
}
