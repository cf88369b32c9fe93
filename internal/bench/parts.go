package main

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
)

// runPart reads one file in one way, to be timed as a process of its own.
func runPart(part, path string) error {
	parts := map[string]func(string) (int, error){
		"encoding-csv": readEncodingCSV,
		"delimited":    readDelimited,
		"inflate":      inflate,
		"xlsx":         readXLSX,
		"excelize":     readExcelize,
	}
	fn, ok := parts[part]
	if !ok {
		return fmt.Errorf("there is no part %q", part)
	}
	n, err := fn(path)
	fmt.Println(n)
	return err
}

func readEncodingCSV(path string) (rows int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return rows, err
		}
		rows++
	}
}

func readDelimited(path string) (rows int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r, err := delimited.Open(f, delimited.Options{})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return rows, err
		}
		rows++
	}
}

// inflate unpacks the sheets and the shared strings with the standard library and drops the bytes.
func inflate(path string) (bytes int, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return 0, err
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/sheet") && f.Name != "xl/sharedStrings.xml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return bytes, err
		}
		n, err := io.Copy(io.Discard, r)
		bytes += int(n)
		if err = errors.Join(err, r.Close()); err != nil {
			return bytes, err
		}
	}
	return bytes, nil
}

func readXLSX(path string) (rows int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	book, err := xlsx.Open(f, st.Size(), xlsx.DefaultLimits())
	if err != nil {
		return 0, err
	}
	for i := range book.Sheets() {
		rs, err := book.Open(i)
		if err != nil {
			return rows, err
		}
		for err == nil {
			if _, err = rs.Next(); err == nil {
				rows++
			}
		}
		if cerr := rs.Close(); cerr != nil || !errors.Is(err, io.EOF) {
			return rows, errors.Join(err, cerr)
		}
	}
	return rows, nil
}

func readExcelize(path string) (rows int, err error) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rs, err := f.Rows(name)
		if err != nil {
			return rows, err
		}
		for rs.Next() {
			if _, err := rs.Columns(); err != nil {
				return rows, err
			}
			rows++
		}
		if err := errors.Join(rs.Error(), rs.Close()); err != nil {
			return rows, err
		}
	}
	return rows, nil
}
