package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"muster/importer/sheet"
	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// inputFlags are those of every command that reads workbooks. does says what it does with the customers that are selected.
func inputFlags(does string) []cli.Flag {
	return []cli.Flag{
		configFlag(),
		&cli.StringSliceFlag{Name: "customer", Usage: does + " only the customer with this external `ID`, while the whole workbook is judged; also the customer of users in a sheet without that column", EnvVars: []string{"MUSTER_CUSTOMER"}},
		&cli.StringFlag{Name: "package", Usage: "`NAME` of the package of users in sheets without that column", EnvVars: []string{"MUSTER_PACKAGE"}},
		&cli.StringFlag{Name: "location", Usage: "`NAME` of the location of users in sheets without that column", EnvVars: []string{"MUSTER_LOCATION"}},
		&cli.StringSliceFlag{Name: "wave", Usage: does + " only the customers of this `WAVE`, while the whole workbook is judged", EnvVars: []string{"MUSTER_WAVE"}},
		&cli.StringFlag{Name: "encoding", DefaultText: "detected", Usage: "`NAME` of the encoding of text files", EnvVars: []string{"MUSTER_ENCODING"}},
		&cli.StringFlag{Name: "delimiter", Usage: "`CHARACTER` between the values of text files, or tab", DefaultText: "detected", EnvVars: []string{"MUSTER_DELIMITER"}},
		&cli.IntFlag{Name: "header-row", Usage: "`NUMBER` of the row that holds the headings", DefaultText: "found", EnvVars: []string{"MUSTER_HEADER_ROW"}},
		&cli.StringSliceFlag{Name: "sheet", Usage: "`NAME=KIND`: read the sheet or file of this name as templates, customers, packages, locations or users", EnvVars: []string{"MUSTER_SHEET"}},
		&cli.StringSliceFlag{Name: "map", Usage: "`HEADING=FIELD`: read a heading that muster does not know as this field", EnvVars: []string{"MUSTER_MAP"}},
		&cli.StringSliceFlag{Name: "limit", Usage: "`NAME=NUMBER`: raise or lower a limit that an input is refused for (docs/input.md)", EnvVars: []string{"MUSTER_LIMIT"}},
	}
}

// limits reads NAME=NUMBER pairs.
func limits(pairs []string, o *sheet.Options) error {
	for _, pair := range pairs {
		name, word, _ := cutLast(pair)
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil || n < 1 {
			return hintedError{usagef("--limit %q is no limit", pair), "for example --limit rows=2000000"}
		}
		switch {
		case name == "record-bytes":
			o.Records.MaxRecordBytes = int(n)
		case name == "record-columns":
			o.Records.MaxColumns = int(n)
		case !o.Limits.Set(name, n):
			return hintedError{usagef("--limit %q names no limit", pair), "one of " + strings.Join(xlsx.LimitNames(), ", ") + ", record-bytes, record-columns"}
		}
	}
	return nil
}

// tables are the words and facts that every command needs.
type tables struct {
	facts *facts.Tables
	words *locale.Words
}

func loadTables() tables { return tables{facts.Load(), locale.Load()} }

// openBook opens the inputs named on the command line. passing says that no user is kept beyond being judged.
func openBook(c *cli.Context, s streams, t tables, passing bool) (*sheet.Book, error) {
	return openInputs(c, s, t, c.Args().Slice(), passing)
}

// openInputs opens these inputs with the flags of the command line.
func openInputs(c *cli.Context, s streams, t tables, inputs []string, passing bool) (*sheet.Book, error) {
	if i := slices.IndexFunc(inputs, isPlan); i >= 0 {
		return nil, hintedError{usagef("%q is a plan and no workbook", inputs[i]), fmt.Sprintf("`muster apply %s` carries it out", inputs[i])}
	}
	if len(inputs) == 0 {
		return nil, hintedError{usagef("no workbook given"), fmt.Sprintf("`muster %s book.xlsx`, a CSV file, a folder of them, or - for standard input", c.Command.Name)}
	}
	o := sheet.Options{
		Facts: t.facts, Words: t.words, Stdin: s.in, Reuse: passing,
		Package: c.String("package"), Location: c.String("location"), Encoding: c.String("encoding"), HeaderRow: c.Int("header-row"),
	}
	if ids := c.StringSlice("customer"); len(ids) == 1 {
		o.Customer = ids[0]
	}
	var err error
	if o.Delimiter, err = delimiter(c.String("delimiter")); err != nil {
		return nil, err
	}
	if err := checkEncoding(o.Encoding); err != nil {
		return nil, err
	}
	if o.Kinds, err = kinds(c.StringSlice("sheet")); err != nil {
		return nil, err
	}
	if err := limits(c.StringSlice("limit"), &o); err != nil {
		return nil, err
	}
	if o.Rename, err = renames(c.StringSlice("map")); err != nil {
		return nil, err
	}
	book, err := sheet.Open(inputs, o)
	if err != nil {
		return nil, err
	}
	tellUnused(speechOf(c, s), book)
	return book, nil
}

// tellUnused says of --sheet and --map what has met nothing: a slip of the pen would pass in silence.
func tellUnused(people speech, book *sheet.Book) {
	names, headings := book.Unused()
	for _, name := range names {
		people.line("--sheet %q: no input has a sheet or file of this name", name)
	}
	for _, text := range headings {
		people.line("--map %q: no sheet that was read has this heading", text)
	}
}

func checkEncoding(name string) error {
	r, err := delimited.Open(strings.NewReader("a"), delimited.Options{Encoding: name})
	if err != nil {
		return hintedError{usagef("--encoding %q is not known", name), "one of " + strings.Join(delimited.EncodingNames(), ", ")}
	}
	return r.Close()
}

func delimiter(word string) (byte, error) {
	switch strings.ToLower(word) {
	case "":
		return 0, nil
	case "tab", `\t`:
		return '\t', nil
	case "comma":
		return ',', nil
	case "semicolon":
		return ';', nil
	case "pipe":
		return '|', nil
	}
	if len(word) == 1 && utf8.ValidString(word) && word != `"` && word != "\n" && word != "\r" {
		return word[0], nil
	}
	return 0, hintedError{usagef("--delimiter %q is not one character", word), "comma, semicolon, tab, pipe, or the character itself"}
}

func kinds(pairs []string) (map[string]onboarding.Kind, error) {
	out := make(map[string]onboarding.Kind)
	for _, pair := range pairs {
		name, word, ok := cutLast(pair)
		kind, known := onboarding.ParseKind(strings.ToLower(word))
		if !ok || !known {
			return nil, hintedError{usagef("--sheet %q does not say which sheet is what", pair), "for example --sheet 'Sheet1=users'; kinds are templates, customers, packages, locations, users"}
		}
		out[name] = kind
	}
	return out, nil
}

func renames(pairs []string) (map[string]string, error) {
	out := make(map[string]string)
	for _, pair := range pairs {
		heading, field, ok := cutLast(pair)
		if !ok || !knownField(field) {
			return nil, hintedError{usagef("--map %q does not name a field", pair), "for example --map 'Telefon=phone_number'; docs/columns.md lists the fields"}
		}
		out[heading] = field
	}
	return out, nil
}

// cutLast cuts at the last equals sign, since headings may hold one.
func cutLast(pair string) (left, right string, ok bool) {
	i := strings.LastIndexByte(pair, '=')
	if i < 1 || i == len(pair)-1 {
		return "", "", false
	}
	return pair[:i], pair[i+1:], true
}

func knownField(name string) bool {
	for _, c := range sheet.Columns() {
		if string(c.Field) == name {
			return true
		}
	}
	return false
}
