package main

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// writeShared makes the same workbook in the form in which spreadsheet programs save: every text once in a table.
func (s shape) writeShared(path string) error {
	return writeFile(path, func(w io.Writer) error {
		z := zip.NewWriter(w)
		table := &stringTable{known: make(map[string]int)}
		sheets := []sheetData{
			{"Templates", templates()[0], 1, func(int) []string { return templates()[1] }},
			{"Customers", customerHead(), s.customers(), customer},
			{"Users", userHead(), s.users, user},
		}
		var names, relations, types strings.Builder
		for i, sh := range sheets {
			part := fmt.Sprintf("worksheets/sheet%d.xml", i+1)
			fmt.Fprintf(&names, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, sh.name, i+1, i+1)
			fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="%s"/>`, i+1, officeRelations, part)
			fmt.Fprintf(&types, `<Override PartName="/xl/%s" ContentType="%s.worksheet+xml"/>`, part, spreadsheetType)
			if err := sh.write(z, "xl/"+part, table); err != nil {
				return err
			}
		}
		return errors.Join(
			table.write(z),
			writePart(z, "xl/workbook.xml", `<workbook xmlns="`+spreadsheetSpace+`" xmlns:r="`+officeRelations+`"><sheets>`+names.String()+`</sheets></workbook>`),
			writePart(z, "xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+relationsSpace+`">`+relations.String()+
				`<Relationship Id="rId9" Type="`+officeRelations+`/sharedStrings" Target="sharedStrings.xml"/></Relationships>`),
			writePart(z, "_rels/.rels", `<Relationships xmlns="`+relationsSpace+`"><Relationship Id="rId1" Type="`+officeRelations+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
			writePart(z, "[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
				`<Override PartName="/xl/workbook.xml" ContentType="`+spreadsheetType+`.sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="`+spreadsheetType+`.sharedStrings+xml"/>`+types.String()+`</Types>`),
			z.Close(),
		)
	})
}

const (
	spreadsheetSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	officeRelations  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relationsSpace   = "http://schemas.openxmlformats.org/package/2006/relationships"
	spreadsheetType  = "application/vnd.openxmlformats-officedocument.spreadsheetml"
	xmlHead          = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

func writePart(z *zip.Writer, name, text string) error {
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xmlHead+text)
	return err
}

// stringTable numbers texts in the order in which they come.
type stringTable struct {
	known map[string]int
	all   []string
}

func (t *stringTable) index(text string) int {
	i, ok := t.known[text]
	if !ok {
		i = len(t.all)
		t.known[text] = i
		t.all = append(t.all, text)
	}
	return i
}

func (t *stringTable) write(z *zip.Writer) error {
	part, err := z.Create("xl/sharedStrings.xml")
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(part, 1<<20)
	fmt.Fprintf(w, `%s<sst xmlns="%s" uniqueCount="%d">`, xmlHead, spreadsheetSpace, len(t.all))
	for _, text := range t.all {
		w.WriteString("<si><t>")
		if err := xml.EscapeText(w, []byte(text)); err != nil {
			return err
		}
		w.WriteString("</t></si>")
	}
	w.WriteString("</sst>")
	return w.Flush()
}

// sheetData is a sheet's name, headings, and rows by their index.
type sheetData struct {
	name string
	head []string
	n    int
	row  func(int) []string
}

func (s sheetData) write(z *zip.Writer, part string, table *stringTable) error {
	file, err := z.Create(part)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 1<<20)
	fmt.Fprintf(w, `%s<worksheet xmlns="%s"><sheetData>`, xmlHead, spreadsheetSpace)
	for i := -1; i < s.n; i++ {
		cells := s.head
		if i >= 0 {
			cells = s.row(i)
		}
		number := strconv.Itoa(i + 2)
		w.WriteString(`<row r="` + number + `">`)
		for j, text := range cells {
			if text != "" {
				w.WriteString(`<c r="` + string(rune('A'+j)) + number + `" t="s"><v>` + strconv.Itoa(table.index(text)) + `</v></c>`)
			}
		}
		w.WriteString(`</row>`)
	}
	w.WriteString(`</sheetData></worksheet>`)
	return w.Flush()
}
