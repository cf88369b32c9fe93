package delimited

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// specimens is a folder of spreadsheets from the field, which need not be there.
const specimens = "../../../../shared/reference/sheets"

func utf8With(delim byte, eol string) Detection {
	return Detection{Encoding: "utf-8", Confidence: Certain, Delimiter: delim, LineEnd: eol}
}

func TestSpecimens(t *testing.T) {
	tests := []struct {
		file    string
		found   Detection
		lines   []int // on which the records start
		columns []int // of each record
		last    []string
	}{
		{"broadworks-user-create.csv", utf8With(',', "CRLF"), []int{1, 2}, []int{59, 59}, nil},
		{"broadworks-group-admin-create.csv", utf8With(',', "LF"), []int{1, 2}, []int{8, 8}, []string{
			"group.admin.create", "string", "string", "string", "none | string", "none | string", "none | string", "none | string",
		}},
		{"broadworks-pickup-group-create.csv", utf8With(',', "CRLF"), []int{1, 2}, []int{12, 12}, nil},
		{"webex-modify-voicemail.csv", utf8With(',', "CRLF"), []int{1, 2, 3, 4, 5, 6}, []int{4, 4, 4, 4, 4, 4}, nil},
		{
			"utf8-bom.csv",
			Detection{Encoding: "utf-8", Confidence: Certain, BOM: true, Delimiter: ',', LineEnd: "LF"},
			[]int{1, 2, 3},
			[]int{2, 2, 2},
			[]string{"2", "中国人"},
		},
		{"semicolon.csv", utf8With(';', "LF"), []int{1, 2, 3}, []int{2, 2, 2}, []string{"2", "中国人"}},
		{"semicolon-accents.csv", utf8With(';', "LF"), []int{1, 2, 3}, []int{17, 17, 17}, nil},
		{
			"latin1.csv",
			Detection{Encoding: "windows-1252", Confidence: Likely, Delimiter: ',', LineEnd: "LF"},
			[]int{1, 2, 3},
			[]int{2, 2, 2},
			[]string{"2", "©"},
		},
		{"duplicate-headers.csv", utf8With(',', "LF"), []int{1, 2, 3}, []int{5, 5, 5}, []string{"1102", "Julie", "0", "26", "001102"}},
		{"blank-header.csv", utf8With(',', "LF"), []int{1, 2, 3}, []int{3, 3, 3}, []string{"1102", "Julie", "26"}},
		{"ragged-rows.csv", utf8With(',', "LF"), []int{1, 2, 3, 4, 5}, []int{3, 3, 3, 3, 6}, []string{"1", "2", "3", "4", "5", "6"}},
		{"leading-zeros.csv", utf8With(',', "LF"), []int{1, 2, 3, 4}, []int{1, 1, 1, 1}, []string{"00003"}},
		{"unicode-header.csv", utf8With(',', "LF"), []int{1, 2, 3}, []int{2, 2, 2}, []string{"2", "中国人"}},
		{"title-row-above-header.csv", utf8With(',', "LF"), []int{1, 2, 3, 4}, []int{3, 3, 3, 3}, []string{"Qux", "Teaspoon", "Doge"}},
		{"cr-only.csv", utf8With(',', "CR"), []int{1, 2, 3}, []int{3, 3, 3}, []string{"Qux", "Teaspoon", "Doge"}},
		{"quoted-newlines.csv", utf8With(',', "LF"), []int{1, 2, 5}, []int{2, 2, 2}, []string{"3", "4"}},
		{"comma-in-quotes-zip.csv", utf8With(',', "LF"), []int{1, 2}, []int{5, 5}, []string{"John", "Doe", "120 any st.", "Anytown, WW", "08123"}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			f, err := os.Open(filepath.Join(specimens, tt.file))
			if err != nil {
				t.Skip("the specimens are not there")
			}
			defer f.Close()
			got, found, err := readAll(f, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.found, found); diff != "" {
				t.Error("detection:", diff)
			}
			var lines, columns []int
			for _, r := range got {
				lines = append(lines, r.Line)
				columns = append(columns, len(r.Cells))
			}
			if diff := cmp.Diff(tt.lines, lines); diff != "" {
				t.Error("lines:", diff)
			}
			if diff := cmp.Diff(tt.columns, columns); diff != "" {
				t.Error("columns:", diff)
			}
			if tt.last != nil {
				if diff := cmp.Diff(tt.last, got[len(got)-1].Cells); diff != "" {
					t.Error("last record:", diff)
				}
			}
		})
	}
}

func TestSpecimenWorkbooksAreNoText(t *testing.T) {
	for file, format := range map[string]string{"legacy.xls": "ole2", "password.xlsx": "ole2", "macro.xlsm": "zip"} {
		f, err := os.Open(filepath.Join(specimens, file))
		if err != nil {
			t.Skip("the specimens are not there")
		}
		_, _, err = readAll(f, Options{})
		if diff := cmp.Diff(error(&NotTextError{Format: format}), err); diff != "" {
			t.Error(file, diff)
		}
		f.Close()
	}
}
