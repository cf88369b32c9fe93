package xlsx

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

var errDisk = errors.New("the disk is gone")

// failing is a file that cannot be read any more after a number of reads.
type failing struct {
	*bytes.Reader
	left int
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errDisk
	}
	return f.Reader.ReadAt(p, off)
}

// Whenever the file fails, its own error must come through: a person has to look at the disk, not at the workbook.
func TestErrorsOfTheFileComeThrough(t *testing.T) {
	data := build(t, nil)
	for reads := range 1_000 {
		w, err := Open(&failing{bytes.NewReader(data), reads}, int64(len(data)), Limits{})
		if err == nil {
			_, err = readRows(w, 0, true)
		}
		if err == nil {
			if reads < 5 {
				t.Errorf("a workbook is read with %d reads", reads)
			}
			return
		}
		if !errors.Is(err, errDisk) {
			t.Fatalf("after %d reads, the error is %v, want %v", reads, err, errDisk)
		}
	}
	t.Error("the workbook takes more than 1,000 reads")
}

func TestOldWorkbookOnAFailingDisk(t *testing.T) {
	data := []byte(magicOLE2 + strings.Repeat("\x00", 200*kib))
	for reads := range 2 {
		if _, err := Open(&failing{bytes.NewReader(data), reads}, int64(len(data)), Limits{}); !errors.Is(err, errDisk) {
			t.Errorf("after %d reads, the error is %v, want %v", reads, err, errDisk)
		}
	}
}

func TestSheetsOfAWorkbook(t *testing.T) {
	sheets := `<sheet name="One &amp; _x0032_" sheetId="1" r:id="rId1"/><sheet name="Chart" sheetId="2" r:id="c" state="visible"/>` +
		`<sheet name="Macro" sheetId="3" state="hidden" r:id="m"/><sheet name="Dialog" sheetId="4" state="veryHidden" r:id="d"/>` +
		`<sheet name="使用者" sheetId="9" r:id="w"/>`
	list := ""
	for id, kind := range map[string]string{"rId1": "worksheet", "c": "chartsheet", "m": "xlMacrosheet", "d": "dialogsheet", "w": "worksheet"} {
		list += `<Relationship Id="` + id + `" Type="` + officeRels + "/" + kind + `" Target="worksheets/` + id + `.xml"/>`
	}
	own := func(text string) string { return sheetXML(inline(text)) }
	w := mustOpen(t, build(t, parts{
		bookPart: bookXML("", sheets), relsPart: relationshipsXML(list),
		"xl/worksheets/rId1.xml": own("first"), `XL\Worksheets\W.xml`: own("last"),
	}))
	want := []Sheet{
		{"One & 2", Visible, Worksheet, "xl/worksheets/rId1.xml"},
		{"Chart", Visible, Chart, "xl/worksheets/c.xml"},
		{"Macro", Hidden, Macro, "xl/worksheets/m.xml"},
		{"Dialog", VeryHidden, Dialog, "xl/worksheets/d.xml"},
		{"使用者", Visible, Worksheet, "xl/worksheets/w.xml"},
	}
	if !slices.Equal(w.Sheets(), want) {
		t.Errorf("the sheets are %+v\nwant %+v", w.Sheets(), want)
	}
	for i, text := range map[int]string{0: "first", 4: "last"} {
		rows, err := readRows(w, i, true)
		if got := show(rows); err != nil || got != `R1 A="`+text+`"t` {
			t.Errorf("sheet %d gives %s and the error %v, want the text %q", i, got, err, text)
		}
	}
	for _, i := range []int{1, 2, 3} {
		if _, err := w.Open(i); err == nil {
			t.Errorf("sheet %d, which has no cells, is opened", i)
		}
	}
}

// Several goroutines may read the sheets of one workbook.
func TestSheetsAreReadAtTheSameTime(t *testing.T) {
	w := mustOpen(t, build(t, parts{sheetPart: sheetXML(soundRow + second(`<c r="B2" t="s"><v>1</v></c>`))}))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			rows, err := readRows(w, 0, true)
			if got, want := show(rows), `R1 A="1"n | R2 A="1"n B="one"t`; err != nil || got != want {
				t.Errorf("the rows are %s and the error is %v, want %s", got, err, want)
			}
		})
	}
	group.Wait()
}

// A row's cells are valid until the next row, its texts for good.
func TestTextsOutliveTheirRow(t *testing.T) {
	r, err := mustOpen(t, build(t, parts{sheetPart: sheetXML(inline("first") + `<row r="2"><c t="inlineStr"><is><t>other</t></is></c></row>`)})).Open(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	row, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	text := row.Cells[0].Text
	if _, err := r.Next(); err != nil || text != "first" {
		t.Errorf("the text of the first row is %q (error %v) once the second is read", text, err)
	}
}
