package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The workbook for sign-off shows what stands, with the cells in colour that the sheet has otherwise, and lists them.
func TestSignOff(t *testing.T) {
	dir := t.TempDir()
	state, book, changed, built := filepath.Join(dir, "state"), filepath.Join(samplesDir, "languages", "en.xlsx"), filepath.Join(dir, "changed.xlsx"), filepath.Join(dir, "built.xlsx")
	besideIt(t, changed)
	if r := muster(t, "apply", book, "--state", state, "--progress", "none"); r.code != 0 {
		t.Fatalf("apply exits with %d: %s", r.code, r.out)
	}
	in, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	set := func(sheet, cell, value string) {
		if err := in.SetCellStr(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := in.GetRows("Users")
	if err != nil {
		t.Fatal(err)
	}
	last := slices.Index(rows[0], "Last name")
	email := rows[2][slices.Index(rows[0], "Email address")]
	cell, err := excelize.CoordinatesToCellName(last+1, 3)
	if err != nil {
		t.Fatal(err)
	}
	set("Users", cell, "=Another")
	if err := in.SaveAs(changed); err != nil {
		t.Fatal(err)
	}
	if r := muster(t, "verify", changed, "--state", state, "--settle", "0s", "--as-built", built); r.code != exitRowsFailed {
		t.Fatalf("verify exits with %d: %s", r.code, r.out)
	}
	checkSignOff(t, built, email, rows[2][last])
}

// checkSignOff holds a workbook to one difference: the last name of a user.
func checkSignOff(t *testing.T, path, email, live string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	users, err := f.GetRows("Users")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(users, func(r []string) bool { return len(r) > 3 && r[3] == email })
	if at < 0 || users[at][2] != live {
		t.Fatalf("the user %s does not stand as at the service: %v", email, users)
	}
	for row := range users {
		cell, err := excelize.CoordinatesToCellName(3, row+1)
		if err != nil {
			t.Fatal(err)
		}
		id, err := f.GetCellStyle("Users", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		yellow := slices.Contains(style.Fill.Color, "FFE699")
		if yellow != (row == at) {
			t.Errorf("the cell %s is coloured: %v", cell, yellow)
		}
	}
	list, err := f.GetRows("Differences")
	if err != nil || len(list) != 2 || list[1][0] != "different" || list[1][2] != email || list[1][5] != "=Another" || list[1][6] != live {
		t.Errorf("differences %q %v", list, err)
	}
	sign, err := f.GetRows("Sign-off")
	if err != nil || !slices.ContainsFunc(sign, func(r []string) bool {
		return len(r) == 2 && r[0] == "Verdict" && r[1] == "1 row does not stand as the sheet says"
	}) {
		t.Errorf("sign-off %q %v", sign, err)
	}
}
