package xlsx

import (
	"errors"
	"fmt"
	"strings"
)

// What a file can be when it is not a workbook that this package reads. Each text says what to do.
var (
	ErrLegacy      = errors.New("this is a workbook in the old .xls format; open it in a spreadsheet program and save it as .xlsx")
	ErrPassword    = errors.New("this workbook is protected by a password; open it in a spreadsheet program and save it without one")
	ErrXLSB        = errors.New("this is a binary workbook (.xlsb); open it in a spreadsheet program and save it as .xlsx")
	ErrNotZip      = errors.New("this is no .xlsx workbook, whatever its name says; open it in a spreadsheet program and save it as .xlsx")
	ErrNotWorkbook = errors.New("this is a zip file but no .xlsx workbook; open it in the program that made it and save it as .xlsx")
	ErrNoWorksheet = errors.New("the workbook has no worksheet; give one with at least one sheet of cells")
)

// DamagedError says where a workbook breaks the rules of its format. Nothing read from the workbook should be used.
type DamagedError struct {
	Part   string // the file within the zip; empty: the zip itself
	Row    int    // number as the user sees it; 0: not within a row
	Cell   string // as in B7; empty: not known
	Offset int64  // in bytes from the start of the unpacked part (as UTF-8); -1: not known
	Msg    string // what is wrong
	Err    error  // the cause, where another package found it; may be nil
}

// Error names the place, what is wrong, and what to do.
func (e *DamagedError) Error() string {
	var b strings.Builder
	b.WriteString("the workbook is damaged")
	if e.Part != "" {
		fmt.Fprintf(&b, ": part %q", e.Part)
	}
	switch {
	case e.Cell != "":
		fmt.Fprintf(&b, ", cell %s", e.Cell)
	case e.Row > 0:
		fmt.Fprintf(&b, ", row %d", e.Row)
	}
	if e.Offset >= 0 {
		fmt.Fprintf(&b, " (byte %d)", e.Offset)
	}
	fmt.Fprintf(&b, ": %s", e.Msg)
	if e.Err != nil {
		fmt.Fprintf(&b, " (%v)", e.Err)
	}
	b.WriteString("; open it in a spreadsheet program, check it and save it again")
	return b.String()
}

// Unwrap gives the cause, if another package found it.
func (e *DamagedError) Unwrap() error { return e.Err }

func damagedZip(part, msg string, cause error) *DamagedError {
	return &DamagedError{Part: part, Offset: -1, Msg: msg, Err: cause}
}
