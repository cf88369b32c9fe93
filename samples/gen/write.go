package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/internal/locale"
)

// writer turns books into files.
type writer struct{ words *locale.Words }

func (w writer) sheetName(s *sheet, lang string) string {
	if s.name != "" {
		return s.name
	}
	return w.words.SheetName(s.kind.String(), lang)
}

// heading is the text of a column's heading in a language.
func (w writer) heading(s *sheet, h head, lang string) string {
	switch {
	case h.text != "":
		return h.text
	case h.pack != "":
		return h.pack
	}
	return w.words.Label(s.kind.String(), string(h.field), lang)
}

// xlsx writes a book as a workbook: bold headings that stay in sight, dates as dates, numbers of seats as numbers, and
// everything else as text.
func (w writer) xlsx(b book, lang string) ([]byte, error) {
	f := excelize.NewFile()
	made := "2026-11-01T00:00:00Z"
	if err := f.SetDocProps(&excelize.DocProperties{Created: made, Modified: made, Creator: "muster", Title: "muster sample"}); err != nil {
		return nil, err
	}
	st, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	for i, s := range b {
		name := w.sheetName(s, lang)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = w.fill(f, st, name, s, lang)
		}
		if err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if _, err := f.WriteTo(&out); err != nil {
		return nil, err
	}
	return inOrder(out.Bytes())
}

// inOrder packs a workbook again with its parts sorted: the library writes them in the order of a map.
func inOrder(book []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		w, err := z.Create(f.Name)
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(w, r); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

type styles struct{ head, title, date int }

func newStyles(f *excelize.File) (s styles, err error) {
	if s.head, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}}}); err != nil {
		return s, err
	}
	if s.title, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}); err != nil {
		return s, err
	}
	form := "yyyy-mm-dd"
	s.date, err = f.NewStyle(&excelize.Style{CustomNumFmt: &form})
	return s, err
}

func (w writer) fill(f *excelize.File, st styles, name string, s *sheet, lang string) error {
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(s.heads), 20); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: s.headRow(), TopLeftCell: fmt.Sprintf("A%d", s.headRow()+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if s.title != "" {
		if err := out.SetRow("A1", []any{excelize.Cell{StyleID: st.title, Value: s.title}}); err != nil {
			return err
		}
	}
	var heads []any
	for _, h := range s.heads {
		heads = append(heads, excelize.Cell{StyleID: st.head, Value: w.heading(s, h, lang)})
	}
	if err := out.SetRow(fmt.Sprintf("A%d", s.headRow()), heads); err != nil {
		return err
	}
	for i, r := range s.rows {
		o := excelize.RowOpts{Hidden: s.hides > 0 && i == s.hides}
		if err := out.SetRow(fmt.Sprintf("A%d", s.headRow()+1+i), cells(r, st), o); err != nil {
			return err
		}
	}
	return out.Flush()
}

func cells(row []any, st styles) []any {
	out := make([]any, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case time.Time:
			out[i] = excelize.Cell{StyleID: st.date, Value: v}
		case string:
			if v != "" {
				out[i] = v
			}
		default:
			out[i] = v
		}
	}
	return out
}

// csv writes a sheet as text.
func (w writer) csv(s *sheet, lang string) ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	var record []string
	for _, h := range s.heads {
		record = append(record, w.heading(s, h, lang))
	}
	if err := out.Write(record); err != nil {
		return nil, err
	}
	for _, r := range s.rows {
		record = record[:0]
		for _, v := range r {
			record = append(record, text(v))
		}
		if err := out.Write(record); err != nil {
			return nil, err
		}
	}
	out.Flush()
	return b.Bytes(), out.Error()
}

func text(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.Format(time.DateOnly)
	}
	return fmt.Sprint(v)
}
