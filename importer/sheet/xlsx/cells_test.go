package xlsx

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sheetCase is a worksheet and what a person sees in it.
type sheetCase struct {
	name string
	rows string // of sheetData, unless it begins with <
	want string // as show writes it
}

// show writes rows as R3 A="text"t B="1.5"n; a row that is hidden has an h, a lossy number an exclamation mark.
func show(rows []Row) string {
	var b strings.Builder
	for i, r := range rows {
		if i > 0 {
			b.WriteString(" | ")
		}
		fmt.Fprintf(&b, "R%d", r.Number)
		if r.Hidden {
			b.WriteByte('h')
		}
		for j, c := range r.Cells {
			if c.Kind == Empty && c.Text == "" && !c.LossyNumber {
				fmt.Fprintf(&b, " %s-", strings.TrimRight(reference(j+1, 0), "0"))
				continue
			}
			fmt.Fprintf(&b, " %s=%q%c", strings.TrimRight(reference(j+1, 0), "0"), c.Text, "-tnbed"[c.Kind])
			if c.LossyNumber {
				b.WriteByte('!')
			}
		}
	}
	return b.String()
}

// one puts the attributes and the content of a single cell into a row.
func one(attributes, content string) string {
	return `<row r="1"><c r="A1"` + attributes + `>` + content + `</c></row>`
}

func styled(style, value string) string { return one(` s="`+style+`"`, `<v>`+value+`</v>`) }

func inline(text string) string { return one(` t="inlineStr"`, `<is><t>`+text+`</t></is>`) }

// typeCases have every type of cell.
func typeCases() []sheetCase {
	return []sheetCase{
		{"number without type", one("", `<v>42</v>`), `R1 A="42"n`},
		{"number with type", one(` t="n"`, `<v>1.50</v>`), `R1 A="1.5"n`},
		{"number with blanks around", one("", "<v> 7\n</v>"), `R1 A="7"n`},
		{"number with exponent", one("", `<v>1.25e3</v>`), `R1 A="1250"n`},
		{"small number", one("", `<v>1E-3</v>`), `R1 A="0.001"n`},
		{"negative number", one("", `<v>-12.5</v>`), `R1 A="-12.5"n`},
		{"negative zero", one("", `<v>-0</v>`), `R1 A="0"n`},
		{"zeros before a number", one("", `<v>007</v>`), `R1 A="7"n`},
		{"computed rest", one("", `<v>0.10000000000000001</v>`), `R1 A="0.1"n`},
		{"shared string", one(` t="s"`, `<v>1</v>`), `R1 A="one"t`},
		{"shared string with blanks around", one(` t="s"`, ` <v> 0 </v> `), `R1 A="zero"t`},
		{"formula text", one(` t="str"`, `<f>A2&amp;"x"</f><v>ax</v>`), `R1 A="ax"t`},
		{"formula text keeps blanks", one(` t="str"`, `<v> a </v>`), `R1 A=" a "t`},
		{"formula text that is empty", one(` t="str"`, `<f>""</f><v></v>`), `R1 A-`},
		{"formula number", one("", `<f>1+1</f><v>2</v>`), `R1 A="2"n`},
		{"shared formula", one("", `<f t="shared" ref="A1:A3" si="0">1+1</f><v>2</v>`), `R1 A="2"n`},
		{"shared formula without text", one("", `<f t="shared" si="0"/><v>2</v>`), `R1 A="2"n`},
		{"formula without value", one("", `<f>1+1</f>`), `R1 A-`},
		{"inline text", inline(`hello`), `R1 A="hello"t`},
		{"inline text with blanks", one(` t="inlineStr"`, `<is><t xml:space="preserve"> a b </t></is>`), `R1 A=" a b "t`},
		{"inline text that is empty", one(` t="inlineStr"`, `<is><t/></is>`), `R1 A-`},
		{"inline text without text", one(` t="inlineStr"`, `<is></is>`), `R1 A-`},
		{"inline type with a value", one(` t="inlineStr"`, `<v>direct</v>`), `R1 A="direct"t`},
		{
			"inline runs", one(` t="inlineStr"`, `<is><r><rPr><b/></rPr><t>bo</t></r><r><t xml:space="preserve">ld </t></r></is>`),
			`R1 A="bold "t`,
		},
		{
			"reading aids", one(` t="inlineStr"`, `<is><t>課長</t><rPh sb="0" eb="2"><t>カチョウ</t></rPh><phoneticPr fontId="1"/></is>`),
			`R1 A="課長"t`,
		},
		{"true", one(` t="b"`, `<v>1</v>`), `R1 A="TRUE"b`},
		{"false", one(` t="b"`, `<v>0</v>`), `R1 A="FALSE"b`},
		{"true as a word", one(` t="b"`, `<v>true</v>`), `R1 A="TRUE"b`},
		{"error", one(` t="e"`, `<f>1/0</f><v>#DIV/0!</v>`), `R1 A="#DIV/0!"e`},
		{"date as text", one(` t="d"`, `<v>2026-01-31</v>`), `R1 A="2026-01-31"d`},
		{"moment as text", one(` t="d"`, `<v>2026-01-31T10:20:30Z</v>`), `R1 A="2026-01-31T10:20:30"d`},
		{"time as text", one(` t="d"`, `<v>10:20:30</v>`), `R1 A="10:20:30"d`},
		{"value that is empty", one("", `<v></v>`), `R1 A-`},
		{"cell extension", one("", `<v>1</v><extLst><ext uri="x"><c/></ext></extLst>`), `R1 A="1"n`},
	}
}

// styleCases have numbers that their style shows in another way.
func styleCases() []sheetCase {
	return []sheetCase{
		{"zip code", styled(styleZip, "501"), `R1 A="00501"n`},
		{"zip code that is full", styled(styleZip, "94105"), `R1 A="94105"n`},
		{"zip code that is too long", styled(styleZip, "941051"), `R1 A="941051"n`},
		{"zip code that is negative", styled(styleZip, "-12"), `R1 A="-00012"n`},
		{"zip code with a fraction", styled(styleZip, "1.5"), `R1 A="1.5"n`},
		{"phone number", styled(stylePhone, "5551234"), `R1 A="555-1234"n`},
		{"phone number with zeros", styled(stylePhone, "1234"), `R1 A="000-1234"n`},
		{"phone number with more digits", styled(stylePhone, "4085551234"), `R1 A="408555-1234"n`},
		{"zeros with a language", styled(styleLanguage, "42"), `R1 A="0042"n`},
		{"currency in brackets", styled(styleMoney, "5"), `R1 A="5"n`},
		{"text style on a number", styled(styleText, "5"), `R1 A="5"n`},
		{"date", styled(styleDate, "45000"), `R1 A="2023-03-15"d`},
		{"date with a time", styled(styleDate, "45000.5"), `R1 A="2023-03-15T12:00:00"d`},
		{"moment", styled(styleMoment, "45000.25"), `R1 A="2023-03-15T06:00:00"d`},
		{"day 1", styled(styleDate, "1"), `R1 A="1900-01-01"d`},
		{"day 59", styled(styleDate, "59"), `R1 A="1900-02-28"d`},
		{"day 60, which never was", styled(styleDate, "60"), `R1 A="1900-02-29"d`},
		{"day 61", styled(styleDate, "61"), `R1 A="1900-03-01"d`},
		{"last day", styled(styleDate, "2958465"), `R1 A="9999-12-31"d`},
		{"behind the last day", styled(styleDate, "2958466"), `R1 A="2958466"n`},
		{"last second rounded up", styled(styleDate, "2958465.999999"), `R1 A="2958465.999999"n`},
		{"before the first day", styled(styleDate, "-1"), `R1 A="-1"n`},
		{"time", styled(styleTime, "0.75"), `R1 A="18:00:00"d`},
		{"midnight", styled(styleTime, "0"), `R1 A="00:00:00"d`},
		{"time rounded to a second", styled(styleTime, "0.3333333"), `R1 A="08:00:00"d`},
		{"elapsed time", styled(styleElapsed, "1.5"), `R1 A="36:00:00"d`},
		{"elapsed time, long", styled(styleElapsed, "100"), `R1 A="2400:00:00"d`},
		{"elapsed time below zero", styled(styleElapsed, "-1"), `R1 A="-1"n`},
	}
}

// numberCases say which numbers cannot be what was typed.
func numberCases() []sheetCase {
	return []sheetCase{
		{"15 digits", one("", `<v>123456789012345</v>`), `R1 A="123456789012345"n`},
		{"16 digits", one("", `<v>1234567890123456</v>`), `R1 A="1.23456789012346E+15"n!`},
		{"exponent 15", one("", `<v>1E+15</v>`), `R1 A="1E+15"n!`},
		{"below exponent 15", one("", `<v>1E+14</v>`), `R1 A="100000000000000"n`},
		{"rounded up to exponent 15", one("", `<v>999999999999999.9</v>`), `R1 A="1E+15"n!`},
		{"very small", one("", `<v>1.5E-10</v>`), `R1 A="1.5E-10"n!`},
		{"smallest without exponent", one("", `<v>1E-9</v>`), `R1 A="0.000000001"n`},
		{"very large", one("", `<v>1E+300</v>`), `R1 A="1E+300"n!`},
		{"17 digits", one("", `<v>0.30000000000000004</v>`), `R1 A="0.3"n!`},
		{"16 digits around a point", one("", `<v>123456789012.3456</v>`), `R1 A="123456789012.346"n!`},
		{"zip code with 16 digits", styled(styleZip, "1234567890123456"), `R1 A="1.23456789012346E+15"n!`},
	}
}

// textCases have text that has to be decoded.
func textCases() []sheetCase {
	return []sheetCase{
		{"entities", inline(`&lt;a&gt; &amp;&quot;&apos;`), `R1 A="<a> &\"'"t`},
		{"numbered entities", inline(`&#65;&#x42;&#x1F600;`), `R1 A="AB😀"t`},
		{"escape", inline(`a_x000D_b`), `R1 A="a\rb"t`},
		{"escape of a pair", inline(`_xD83D__xDE00_`), `R1 A="😀"t`},
		{"escape of half a pair stays", inline(`_xD83D_a`), `R1 A="_xD83D_a"t`},
		{"escaped escape", inline(`_x005F_x0041_`), `R1 A="_x0041_"t`},
		{"no escape", inline(`a_xZZZZ_ _x41_`), `R1 A="a_xZZZZ_ _x41_"t`},
		{"escape made by an entity", inline(`&#95;x0041_`), `R1 A="A"t`},
		{"escape over two runs", one(` t="inlineStr"`, `<is><r><t>_x00</t></r><r><t>41_</t></r></is>`), `R1 A="_x0041_"t`},
		{"unicode", inline(`Müller 山田 🙂`), `R1 A="Müller 山田 🙂"t`},
		{"line end", inline("a\nb\tc"), `R1 A="a\nb\tc"t`},
		{"carriage return of the file", inline("a\r\nb\rc"), `R1 A="a\nb\nc"t`},
		{"carriage return as entity", inline("a&#13;b"), `R1 A="a\rb"t`},
		{"cdata", inline(`<![CDATA[<a & b>]]>`), `R1 A="<a & b>"t`},
		{"comment in a text", inline(`a<!-- </row> -->b`), `R1 A="ab"t`},
		{"greater than", inline(`a > b ]] c`), `R1 A="a > b ]] c"t`},
		{"short text", inline(`a`), `R1 A="a"t`},
		{"text of eight bytes", inline(`12345678`), `R1 A="12345678"t`},
		{"number of quotes", inline(`"a" 'b'`), `R1 A="\"a\" 'b'"t`},
		{"escape in formula text", one(` t="str"`, `<v>_x0041_</v>`), `R1 A="A"t`},
	}
}

// placeCases have rows and cells in all the places they may stand.
func placeCases() []sheetCase {
	return []sheetCase{
		{"no rows", ``, ``},
		{"cells without reference", `<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>`, `R1 A="1"n B="2"n | R2 A="3"n`},
		{"cell without reference behind one with", `<row r="4"><c r="B4"><v>1</v></c><c><v>2</v></c></row>`, `R4 A- B="1"n C="2"n`},
		{"gaps", `<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row>`, `R2 A- B="1"n C- D="2"n`},
		{"many columns", `<row r="1"><c r="AB1"><v>1</v></c></row>`, `R1 ` + emptyUpTo(27) + ` AB="1"n`},
		{"gaps between rows", `<row r="2"><c r="A2"><v>1</v></c></row><row r="1000000"><c r="A1000000"><v>2</v></c></row>`, `R2 A="1"n | R1000000 A="2"n`},
		{"rows without cells", `<row r="1"/><row r="2"></row><row r="3" ht="5"> </row><row r="4"><c r="A4"><v>1</v></c></row>`, `R4 A="1"n`},
		{"empty cells", `<row r="1"><c r="A1" s="1"/><c r="B1"></c><c r="C1" /></row>`, `R1 A- B- C-`},
		{"hidden row", `<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="0"><c r="A2"><v>2</v></c></row>`, `R1h A="1"n | R2 A="2"n`},
		{"hidden row as a word", `<row r="1" hidden="true"><c r="A1"><v>1</v></c></row>`, `R1h A="1"n`},
		{"attributes of a row", `<row r="1" spans="1:2" s="3" customFormat="1" ht="15.5" customHeight="1" x14ac:dyDescent="0.2"><c r="A1"><v>1</v></c></row>`, `R1 A="1"n`},
		{"other attributes of a row", `<row r="1" outlineLevel="1" collapsed="1" thickBot="1"><c r="A1"><v>1</v></c></row>`, `R1 A="1"n`},
		{"other attributes of a cell", `<row r="1"><c r="A1" cm="1" vm="1" ph="1"><v>1</v></c></row>`, `R1 A="1"n`},
		{"attributes in single quotes", `<row r='1'><c r='A1' t='n'><v>1</v></c></row>`, `R1 A="1"n`},
		{"blanks in tags", `<row  r = "1" ><c	r="A1"` + "\n" + `s="0" ><v >1</v ></c ></row >`, `R1 A="1"n`},
		{"pretty-printed", "\n  <row r=\"1\">\n    <c r=\"A1\">\n      <v>1</v>\n    </c>\n  </row>\n", `R1 A="1"n`},
		{"pretty-printed with quick cells", "\n  <row r=\"1\">\r\n\t<c r=\"A1\"><v>1</v></c>\r\n\t<c r=\"B1\"/>\r\n  </row>\r\n", `R1 A="1"n B-`},
		{"comments", `<!-- a --><row r="1"><!-- b --><c r="A1"><!-- c --><v>1<!-- d -->2</v></c></row><!-- </row> -->`, `R1 A="12"n`},
		{"row extension", `<row r="1"><c r="A1"><v>1</v></c><extLst><ext/></extLst></row>`, `R1 A="1"n`},
		{"entity in an attribute", `<row r="&#49;"><c r="&#65;1" t="&#115;"><v>&#49;</v></c></row>`, `R1 A="one"t`},
	}
}

// rootCases are whole worksheets.
func rootCases() []sheetCase {
	row := `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>`
	prefixed := strings.NewReplacer("</", "</x:", "<", "<x:").Replace(row)
	return []sheetCase{
		{"prefixed", `<x:worksheet xmlns:x="` + transitional + `"><x:sheetData>` + prefixed + `</x:sheetData></x:worksheet>`, `R1 A="a"t`},
		{"prefixed beside the same without", `<worksheet ` + mainNS + ` xmlns:x="` + transitional + `"><x:sheetData>` + prefixed + `<row r="2"><c><v>1</v></c></row></x:sheetData></worksheet>`, `R1 A="a"t | R2 A="1"n`},
		{"strict", `<worksheet xmlns="` + strict + `"><sheetData>` + row + `</sheetData></worksheet>`, `R1 A="a"t`},
		{"around the rows", `<worksheet ` + mainNS + `><sheetPr/><dimension ref="A1:H1048576"/><sheetData>` + row + `</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>` + "\n<!-- end -->\n", `R1 A="a"t`},
		{"no rows, closed at once", `<worksheet ` + mainNS + `><sheetData/></worksheet>`, ``},
		{"rows outside of their place", `<worksheet ` + mainNS + `><sheetData/>` + row + `</worksheet>`, ``},
		{"declaration with encoding in lower case", `<?xml version="1.0" encoding="utf-8"?><worksheet ` + mainNS + `><sheetData>` + row + `</sheetData></worksheet>`, `R1 A="a"t`},
		{"byte order mark", "\xEF\xBB\xBF" + `<?xml version="1.0"?><worksheet ` + mainNS + `><sheetData>` + row + `</sheetData></worksheet>`, `R1 A="a"t`},
	}
}

func emptyUpTo(column int) string {
	var all []string
	for i := range column {
		all = append(all, strings.TrimRight(reference(i+1, 0), "0")+"-")
	}
	return strings.Join(all, " ")
}

func allCases() []sheetCase {
	return slices.Concat(typeCases(), styleCases(), numberCases(), textCases(), placeCases())
}

func TestBothPathsReadEveryShape(t *testing.T) {
	for _, c := range allCases() {
		t.Run(c.name, func(t *testing.T) {
			w := mustOpen(t, build(t, parts{sheetPart: sheetXML(c.rows)}))
			if got := show(bothPaths(t, w)); got != c.want {
				t.Errorf("%s\ngives %s\nwant  %s", c.rows, got, c.want)
			}
		})
	}
	for _, c := range rootCases() {
		t.Run(c.name, func(t *testing.T) {
			w := mustOpen(t, build(t, parts{sheetPart: c.rows}))
			if got := show(bothPaths(t, w)); got != c.want {
				t.Errorf("%s\ngives %s\nwant  %s", c.rows, got, c.want)
			}
		})
	}
}

func TestDatesOf1904(t *testing.T) {
	book := bookXML(`<workbookPr date1904="1"/>`, `<sheet name="Users" sheetId="1" r:id="rId1"/>`)
	for serial, want := range map[string]string{
		"0":       `R1 A="1904-01-01"d`,
		"60":      `R1 A="1904-03-01"d`,
		"43538":   `R1 A="2023-03-15"d`,
		"0.5":     `R1 A="12:00:00"d`,
		"2957003": `R1 A="9999-12-31"d`,
		"2957004": `R1 A="2957004"n`,
	} {
		w := mustOpen(t, build(t, parts{bookPart: book, sheetPart: sheetXML(styled(styleDate, serial))}))
		if got := show(bothPaths(t, w)); got != want {
			t.Errorf("day %s gives %s, want %s", serial, got, want)
		}
	}
}

func TestHiddenColumns(t *testing.T) {
	sheet := `<worksheet ` + mainNS + `><cols><col min="1" max="2" width="9"/><col min="3" max="3" hidden="1"/>` +
		`<col min="5" max="16384" hidden="true"/><col min="4" max="4" hidden="0"/></cols><sheetData/></worksheet>`
	r, err := mustOpen(t, build(t, parts{sheetPart: sheet})).Open(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if want := []ColumnRange{{3, 3}, {5, 16384}}; !slices.Equal(r.HiddenColumns(), want) {
		t.Errorf("hidden columns are %v, want %v", r.HiddenColumns(), want)
	}
}
