package sheet_test

import (
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
)

// What muster writes beside the rows is left out in silence; a sheet of the same name that somebody else wrote is told.
func TestOwnSheets(t *testing.T) {
	for name, c := range map[string]struct {
		sheets [][3]string // name, first and second cell
		hide   string
		want   int
	}{
		"instructions and lists":  {[][3]string{{"Anleitung", "muster", ""}, {"Auswahllisten", "DE", "ja"}}, "Auswahllisten", 0},
		"where an export is from": {[][3]string{{"概要", "作成ツール", "muster 1.0"}}, "", 0},
		"sign-off":                {[][3]string{{"Differences", "Verdict", "What"}, {"Sign-off", "Written by", "muster 1.0"}}, "", 0},
		"of somebody else":        {[][3]string{{"Read me", "Dear team", ""}, {"About", "Written by", "Ana"}, {"Choices", "a", "b"}}, "Choices", 3},
		"lists that are shown":    {[][3]string{{"Read me", "muster", ""}, {"Choices", "a", "b"}}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			f := excelize.NewFile()
			defer f.Close()
			for _, s := range c.sheets {
				if _, err := f.NewSheet(s[0]); err != nil {
					t.Fatal(err)
				}
				if err := f.SetSheetRow(s[0], "A1", &[]string{s[1], s[2]}); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.SetSheetRow("Sheet1", "A1", &[]string{"External customer ID", "First name", "Last name", "Email address", "Package"}); err != nil {
				t.Fatal(err)
			}
			if c.hide != "" {
				if err := f.SetSheetVisible(c.hide, false); err != nil {
					t.Fatal(err)
				}
			}
			path := t.TempDir() + "/book.xlsx"
			if err := f.SaveAs(path); err != nil {
				t.Fatal(err)
			}
			if got := len(mustRead(t, sheet.Options{}, path).only("sheet-skipped")); got != c.want {
				t.Errorf("%d sheets are told to be left out, not %d", got, c.want)
			}
		})
	}
}
