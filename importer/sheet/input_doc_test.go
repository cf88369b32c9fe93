package sheet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
)

// docs/input.md says what the table of specimens and the limits say.
func TestInputPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(inputHead)
	for _, s := range specimenTable() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.what, outcome(s), strings.Join(rulesOf(s), " "))
	}
	fmt.Fprintf(&b, inputText, strings.Join(delimited.EncodingNames(), "`, `"))
	b.WriteString("| Of a workbook | At most |\n| --- | ---: |\n")
	l := xlsx.DefaultLimits()
	for _, row := range []struct {
		what string
		most int64
	}{
		{"files within the zip", l.Parts},
		{"bytes when unpacked", l.Bytes},
		{"times a large part may unpack to more than it is packed", l.Ratio},
		{"sheets", l.Sheets},
		{"rows of a sheet", l.Rows},
		{"columns of a sheet", l.Columns},
		{"bytes of one row", l.RowBytes},
		{"bytes of one cell", l.StringBytes},
		{"shared strings", l.SharedStrings},
		{"bytes of shared strings", l.SharedStringBytes},
		{"merged ranges of a sheet", l.Merges},
	} {
		fmt.Fprintf(&b, "| %s | %s |\n", row.what, thousands(row.most))
	}
	fmt.Fprintf(&b, "\nA record of a text file has at most %s bytes and %s columns; the number of records is not limited.\n",
		thousands(delimited.DefaultMaxRecordBytes), thousands(delimited.DefaultMaxColumns))
	compareDoc(t, "input.md", b.String())
}

// outcome is what is done with a specimen, with the words of the refusal.
func outcome(s specimen) string {
	switch {
	case s.err != nil:
		return fmt.Sprintf("%s: “%v”", s.does, s.err)
	case s.damaged != "":
		return fmt.Sprintf("%s: “the workbook is damaged …”", s.does)
	}
	return s.does
}

// rulesOf names the rules of the findings of a specimen: of its cells where the user has mapped its headings.
func rulesOf(s specimen) []string {
	finds := strings.Fields(s.finds)
	for _, m := range mappedSpecimens() {
		if m.file == s.file {
			finds = m.finds
		}
	}
	var out []string
	for _, f := range finds {
		rule, _, _ := strings.Cut(strings.Fields(f)[0], "×")
		if rule = "`" + rule + "`"; !slices.Contains(out, rule) {
			out = append(out, rule)
		}
	}
	return out
}

func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

const inputHead = `# What muster reads

<!-- Written by importer/sheet/input_doc_test.go: UPDATE_DOCS=1 go test ./importer/sheet -->

An ` + "`.xlsx` or `.xlsm`" + ` workbook, a text file of records (` + "`.csv`, `.tsv`, `.txt`" + `), a folder of them, or ` + "`-`" + ` for one text on standard
input. What a file is, its first bytes tell before its name does. Within a folder, other files, files whose names begin with a dot
and the lock files of spreadsheet programs (` + "`~$book.xlsx`" + `) are passed over; folders within it are not entered.

A file that cannot be used at all ends the run with exit code 7, and nothing of it is used. Everything else is a finding at its cell.

## Kinds of files, one line each

Each line stands for a file from the field that the tests read.

| File | What muster does | Findings |
| --- | --- | --- |
`

const inputText = `
## Sheets and headings

The kind of a sheet is what ` + "`--sheet NAME=KIND`" + ` says, else what its name says, else the kind whose headings fit best. Headings that are
complete for one kind win over the name of a sheet. The heading row is the one with most known headings among the first 30 rows
that hold anything, or what ` + "`--header-row N`" + ` says. Two rows are headings together (User over First name and Last name, the upper
cells merged or not) where that makes more of them known. ` + "`--map HEADING=FIELD`" + ` makes a heading known, in place of another
that means the same. A sheet without known headings is left out
with a note; a sheet that is named as one of the five kinds and lacks their headings is an error.
[columns.md](columns.md) lists the headings.

A sheet of users without a column for the customer takes it from ` + "`--customer ID`" + `, one without packages from
` + "`--package NAME`" + ` or from columns that are named as packages and say yes, one without locations from ` + "`--location NAME`" + `.

Sheets of other systems are taken as they are, and a ` + "`form-recognised`" + ` note says so: the user export of Control Hub (a column of TRUE
and FALSE for each service), the user sheet of BroadWorks (its row of types is passed over), and phone lists with first name,
last name, number and user ID.

## Encodings and delimiters

Detected, said in a note unless the text is UTF-8 with commas, and overridden by ` + "`--encoding` and `--delimiter`" + `. The encodings are
` + "`%s`" + `. The delimiters that are detected are comma, semicolon, tab and pipe; a first line such as ` + "`sep=;`" + ` counts. Lines end
in CRLF, LF or CR. Bytes that are no text in the encoding refuse the file; no letter is ever replaced by U+FFFD.

A value in double quotes may hold delimiters, line breaks and doubled quotes. Row numbers are the lines on which records start.

## What is normalised

Said in a ` + "`cell-normalised`" + ` note at the cell:

- blanks at both ends are dropped, several blanks in a row become one; tabs, line breaks, no-break and full-width spaces are blanks;
- zero-width spaces, bidi marks, byte order marks, soft hyphens and control characters are dropped;
- full-width and Arabic-Indic digits become ASCII digits; outside names and addresses full-width letters and marks become ASCII as well;
- zero-width joiners and non-joiners stay in names and addresses, where they shape letters, and are dropped elsewhere;
- identifiers keep blanks in a row, lists of packages keep their line breaks.

The first 100 such cells of a column are named, the others are counted in one note at its heading.

## What is damage

The cell comes out empty, carries an error, and no rule judges it again:

- ` + "`cell-error-value`" + `: the cell shows ` + "`#N/A`, `#REF!`" + ` or another of their kind;
- ` + "`cell-lossy`" + `: a letter was lost (U+FFFD); a number in an identifier, phone number, extension, postal code or quantity shows an exponent or
  has more digits than spreadsheet programs keep; a date stands where one of them belongs; an extension was taken for a date; zeros in front were lost.

Zeros are missed where the postal codes of the country have more digits, and in extensions and identifiers where the sheet itself shows
it: at least five of the first 200 rows have values of as many digits, zeros in front among them, and this one is a shorter number while
they are text; in a text file, where all of them begin with a zero.

A row that is longer than the headings is ` + "`row-ragged`" + `. In a text, a delimiter that should stand in quotes has moved its values, and no
rule judges the row. Hidden rows and columns are read, and notes say so.

## Limits

A workbook over a limit is refused before it uses up the machine. ` + "`" + `--limit NAME=NUMBER` + "`" + ` raises or lowers one; the message names it.

`
