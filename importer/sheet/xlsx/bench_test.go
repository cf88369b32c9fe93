package xlsx

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
)

const (
	benchRows    = 20_000
	benchColumns = 11
)

// benchCell is what people's sheets are full of: names, addresses, numbers, a few of them the same in many rows.
func benchCell(row, column int) string {
	switch column {
	case 0:
		return fmt.Sprintf("user%06d@customer.example.com", row)
	case 1, 2:
		return fmt.Sprintf("Name%d", row%500)
	case 3:
		return fmt.Sprintf("+1408%07d", row)
	}
	return "Value " + strconv.Itoa(row%7*column)
}

// benchBook makes a workbook of texts, in the cells or shared, and tells the size of the part that holds the rows.
func benchBook(b *testing.B, shared bool) (data []byte, size int) {
	b.Helper()
	var rows, items strings.Builder
	index := map[string]int{}
	for r := range benchRows {
		fmt.Fprintf(&rows, `<row r="%d" spans="1:%d">`, r+1, benchColumns)
		for c := range benchColumns {
			text, ref := benchCell(r, c), reference(c+1, r+1)
			if !shared {
				fmt.Fprintf(&rows, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref, text)
				continue
			}
			i, known := index[text]
			if !known {
				i = len(index)
				index[text] = i
				fmt.Fprintf(&items, `<si><t>%s</t></si>`, text)
			}
			fmt.Fprintf(&rows, `<c r="%s" s="6" t="s"><v>%d</v></c>`, ref, i)
		}
		rows.WriteString(`</row>`)
	}
	sheet := sheetXML(rows.String())
	return build(b, parts{sheetPart: sheet, stringsPart: sstXML(items.String())}), len(sheet)
}

// BenchmarkRows reads sheets of 20,000 rows; the bytes are those of the unpacked sheet.
func BenchmarkRows(b *testing.B) {
	for name, shared := range map[string]bool{"inline": false, "shared": true} {
		for path, quick := range map[string]bool{"quick": true, "token": false} {
			b.Run(name+"/"+path, func(b *testing.B) {
				data, size := benchBook(b, shared)
				w, err := openBytes(data, Limits{})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					countRows(b, w, quick)
				}
			})
		}
	}
}

func countRows(b *testing.B, w *Workbook, quick bool) {
	b.Helper()
	r, err := w.Open(0)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	r.quick = r.quick && quick
	for n := 0; ; n++ {
		_, err := r.Next()
		if errors.Is(err, io.EOF) && n == benchRows {
			return
		}
		if err != nil {
			b.Fatalf("after %d rows: %v", n, err)
		}
	}
}

// BenchmarkOpen reads the table of shared strings of such a sheet, and what else there is.
func BenchmarkOpen(b *testing.B) {
	data, _ := benchBook(b, true)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openBytes(data, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenSmall(b *testing.B) {
	data := build(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		w, err := openBytes(data, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := readRows(w, 0, true); err != nil {
			b.Fatal(err)
		}
	}
}
