// Package sheet reads workbooks and text files into records, and says of every cell it cannot read where it stands.
//
// Open looks at every input and finds the heading row of each sheet. Book.Batch then reads templates, customers,
// packages and locations; Book.Users streams the users in blocks, whatever the order of the sheets in the files. What
// is wrong with the user's data goes to a sink as findings; an input that cannot be used at all is a *FileError.
package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// Options says how inputs are to be read. The zero value detects everything.
type Options struct {
	Facts *facts.Tables
	Words *locale.Words
	Stdin io.Reader // read when an input is "-"

	Customer  string                     // external customer ID of users in sheets without that column
	Package   string                     // of users in sheets without that column
	Location  string                     // of users in sheets without that column
	Encoding  string                     // of text files; empty: detected
	Delimiter byte                       // of text files; 0: detected
	HeaderRow int                        // row number of the headings; 0: found
	Kinds     map[string]onboarding.Kind // kind of the sheet (or text file, with or without its ending) of this name
	Rename    map[string]string          // heading → field
	Limits    xlsx.Limits
	Records   delimited.Limits // of text files

	Workers   int  // goroutines that make and judge users; 0: as many as there are processors
	BlockSize int  // bytes of a text read at a time; 0: delimited.DefaultBlockSize
	Reuse     bool // nobody keeps a string of a user beyond its block, so that its memory may be used again
}

// Input is one file that was opened.
type Input struct {
	File   string // path as given; a file of a folder relative to it
	SHA256 string // of its bytes, in hex
	Sheets []*onboarding.Source

	path string // where the bytes are
	temp bool   // a copy of standard input, removed at Close
	kept bool   // by somebody else, who removes the copy
	zip  *os.File
	book *xlsx.Workbook
	ours bool // it has a sheet that muster writes beside the rows
}

// Book is the set of opened inputs. Close it.
type Book struct {
	Inputs []*Input

	opt      Options
	words    words
	sheets   []*sheetIn
	besides  []*besideIn          // sheets of what the service's calls cannot make
	findings []onboarding.Finding // of opening: skipped sheets, headings
	used     map[string]bool      // folded headings of Options.Rename and names of Options.Kinds that occurred
}

// sheetIn is one sheet to be read.
type sheetIn struct {
	source *onboarding.Source
	head   heading
	in     *Input
	index  int // of the worksheet within the workbook; -1 for text

	encoding string // of a text, as far as it was told
	widths   []int  // by column: the digits that all its values have, 0 where they differ; see learn
}

// FileError says that an input cannot be used at all: damaged, protected, of another format, over a limit.
type FileError struct {
	File string
	Err  error
}

// Error names the file and why it cannot be used.
func (e *FileError) Error() string { return fmt.Sprintf("read %s: %v", e.File, e.Err) }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Open opens every input: workbooks, text files, folders of them, or "-" for one text file on standard input.
func Open(inputs []string, o Options) (*Book, error) {
	b := &Book{opt: o, words: words{o.Words, o.Facts, foldKeys(o.Rename)}, used: make(map[string]bool)}
	for _, arg := range inputs {
		if err := b.openArg(arg); err != nil {
			return nil, errors.Join(err, b.Close())
		}
	}
	b.noteNoData()
	return b, nil
}

func foldKeys(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[locale.Fold(k)] = v
	}
	return out
}

// Unused gives the names in Options.Kinds of which there is no sheet, and the headings in Options.Rename that no sheet has.
func (b *Book) Unused() (sheets, headings []string) {
	for name := range b.opt.Kinds {
		if !b.used["sheet "+name] {
			sheets = append(sheets, name)
		}
	}
	for text := range b.opt.Rename {
		if !b.used["heading "+locale.Fold(text)] {
			headings = append(headings, text)
		}
	}
	slices.Sort(sheets)
	slices.Sort(headings)
	return sheets, headings
}

// Close gives up all files.
func (b *Book) Close() error {
	var errs []error
	for _, in := range b.Inputs {
		if in.zip != nil {
			errs = append(errs, in.zip.Close())
		}
		if in.temp && !in.kept {
			errs = append(errs, os.Remove(in.path))
		}
	}
	return errors.Join(errs...)
}

func (b *Book) openArg(arg string) error {
	if arg == "-" {
		return b.openStdin()
	}
	st, err := os.Stat(arg)
	if err != nil {
		return &FileError{arg, pathCause(err)}
	}
	if !st.IsDir() {
		return b.openFile(arg, arg)
	}
	return b.openFolder(arg)
}

// openFolder opens the workbooks and text files directly within a folder, in order of their names.
func (b *Book) openFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return &FileError{dir, pathCause(err)}
	}
	before := len(b.Inputs)
	for _, e := range entries {
		if e.IsDir() || !readable(e.Name()) {
			continue
		}
		if err := b.openFile(filepath.Join(dir, e.Name()), e.Name()); err != nil {
			return err
		}
	}
	if len(b.Inputs) == before {
		return &FileError{dir, errors.New("the folder holds no workbook and no text file (.xlsx, .xlsm, .csv, .tsv, .txt)")}
	}
	return nil
}

// readable tells inputs in a folder from other files, and from the lock files that spreadsheet programs leave there.
func readable(name string) bool {
	if strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls", ".xlsb", ".csv", ".tsv", ".txt":
		return true
	}
	return false
}

// openStdin keeps standard input in a temporary file: the headings must be found before the rows are read.
func (b *Book) openStdin() error {
	if b.opt.Stdin == nil {
		return &FileError{"-", errors.New("there is no standard input to read")}
	}
	f, err := os.CreateTemp("", "muster-stdin-*.csv")
	if err != nil {
		return &FileError{"-", err}
	}
	_, err = io.Copy(f, b.opt.Stdin)
	if err = errors.Join(err, f.Close()); err != nil {
		return &FileError{"-", errors.Join(err, os.Remove(f.Name()))}
	}
	b.Inputs = append(b.Inputs, &Input{File: "-", path: f.Name(), temp: true})
	return b.openLast()
}

func (b *Book) openFile(path, name string) error {
	b.Inputs = append(b.Inputs, &Input{File: name, path: path})
	return b.openLast()
}

// openLast looks into the input that was added last.
func (b *Book) openLast() error {
	in := b.Inputs[len(b.Inputs)-1]
	magic, err := in.hash()
	if err != nil {
		return &FileError{in.File, pathCause(err)}
	}
	if isWorkbook(magic, in.File) {
		err = b.openWorkbook(in)
	} else {
		err = b.openTextFile(in)
	}
	if err != nil {
		return &FileError{in.File, err}
	}
	return nil
}

// hash reads the file once for its checksum and gives its first bytes.
func (in *Input) hash() (magic []byte, err error) {
	f, err := os.Open(in.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	magic = make([]byte, 8)
	n, err := io.ReadFull(f, magic)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	h := sha256.New()
	h.Write(magic[:n])
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	in.SHA256 = hex.EncodeToString(h.Sum(nil))
	return magic[:n], nil
}

// isWorkbook goes by the content first: a workbook saved under the name of a text file is still a workbook. A name that
// promises a workbook is held to it, so that a damaged one is not read as text.
func isWorkbook(magic []byte, name string) bool {
	if strings.HasPrefix(string(magic), "PK") || strings.HasPrefix(string(magic), "\xd0\xcf\x11\xe0") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".xlsm", ".xls", ".xlsb":
		return true
	}
	return false
}

// pathCause drops the path that the caller names anyway.
func pathCause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func (b *Book) openWorkbook(in *Input) (err error) {
	if in.zip, err = os.Open(in.path); err != nil {
		return err
	}
	st, err := in.zip.Stat()
	if err != nil {
		return err
	}
	if in.book, err = xlsx.Open(in.zip, st.Size(), b.opt.Limits); err != nil {
		return err
	}
	for i, s := range in.book.Sheets() {
		if err := b.openSheet(in, i, s); err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	return nil
}

func (b *Book) openSheet(in *Input, i int, s xlsx.Sheet) error {
	src := b.newSource(in, s.Name)
	if s.Type != xlsx.Worksheet || s.State != xlsx.Visible {
		if !b.ownLists(in, s) {
			b.skip(src, s)
		}
		return nil
	}
	rs, err := in.book.Open(i)
	if err != nil {
		return err
	}
	top, err := peek(sheetRows{rs}, b.opt.HeaderRow)
	if err = errors.Join(err, rs.Close()); err != nil {
		return err
	}
	sheet := &sheetIn{source: src, in: in, index: i}
	b.addSheet(sheet, top, s.Name)
	b.hiddenColumns(sheet, rs.HiddenColumns())
	return nil
}

func (b *Book) openTextFile(in *Input) error {
	rs, err := openText(in.path, b.textOptions())
	if err != nil {
		return err
	}
	top, err := peek(rs, b.opt.HeaderRow)
	detected := rs.in.Detected()
	if err = errors.Join(err, rs.close()); err != nil {
		return err
	}
	src := b.newSource(in, "")
	if f, worth := detectedFinding(src, detected); worth {
		b.say(f)
	}
	name := filepath.Base(in.File)
	if _, said := b.opt.Kinds[name]; !said {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	b.addSheet(&sheetIn{source: src, in: in, index: -1, encoding: detected.Encoding}, top, name)
	return nil
}

func (b *Book) textOptions() delimited.Options {
	return delimited.Options{Encoding: b.opt.Encoding, Delimiter: b.opt.Delimiter, Limits: b.opt.Records, Workers: b.opt.Workers, BlockSize: b.opt.BlockSize}
}

func (b *Book) newSource(in *Input, sheet string) *onboarding.Source {
	order := 0
	for _, other := range b.Inputs {
		order += len(other.Sheets)
	}
	src := &onboarding.Source{File: in.File, Sheet: sheet, Order: order}
	in.Sheets = append(in.Sheets, src)
	return src
}

// addSheet finds the headings of a sheet and plans its reading.
func (b *Book) addSheet(s *sheetIn, sample []peeked, name string) {
	want, said := b.wanted(name)
	top := mayHead(sample, b.opt.HeaderRow)
	h, ok := b.heading(top, want, said)
	if !said && b.beside(s, top, name, h, ok) {
		return
	}
	if !ok {
		if said || want != onboarding.NoKind || !b.own(s.in, name, top) {
			b.noHeading(s.source, top, want)
		}
		return
	}
	b.take(s, h)
	s.learn(sample)
	b.sheets = append(b.sheets, s)
	b.formNote(s)
	b.headingFindings(s)
	b.headless(s, sample)
}

// heading finds the heading row of a sheet. The headings of one kind tell more than the name of a sheet, and less than the
// user's word.
func (b *Book) heading(top []peeked, want onboarding.Kind, said bool) (heading, bool) {
	h, ok := b.words.findHeading(top, want)
	if said || want == onboarding.NoKind || ok && b.complete(h) {
		return h, ok
	}
	if other, fits := b.words.findHeading(top, onboarding.NoKind); fits && (!ok || b.complete(other)) {
		return other, true
	}
	return h, ok
}

// take gives a sheet its headings.
func (b *Book) take(s *sheetIn, h heading) {
	s.head = h
	src := s.source
	src.Kind, src.HeaderRow, src.Language = h.kind, h.row, h.language
	for i, c := range h.cells {
		if c.mapped {
			b.used["heading "+locale.Fold(c.text)] = true
		}
		if c.field != "" && c.twice == 0 {
			src.SetColumn(c.field, i+1)
		}
	}
}

// complete reports whether headings hold every required column; users have their customer from the user's word, too.
func (b *Book) complete(h heading) bool {
	for _, c := range Columns() {
		if c.Kind == h.kind && c.Required && !h.has(c.Field) && !b.given(&h, c) {
			return false
		}
	}
	return true
}

// given reports whether a sheet of users can do without a column: the user has said what would stand there, or other
// columns tell.
func (b *Book) given(h *heading, c Column) bool {
	if c.Kind != onboarding.Users {
		return false
	}
	switch c.Field {
	case "external_id":
		return b.opt.Customer != ""
	case "package":
		return b.opt.Package != "" || len(h.packageColumns()) > 0
	}
	return false
}

// wanted is the kind that the user's word or the name of the sheet tells; said is true for the user's word.
func (b *Book) wanted(name string) (kind onboarding.Kind, said bool) {
	if k, ok := b.opt.Kinds[name]; ok {
		b.used["sheet "+name] = true
		return k, true
	}
	if section, _, ok := b.words.locale.Sheet(name); ok {
		if k, ok := onboarding.ParseKind(section); ok {
			return k, false
		}
	}
	return onboarding.NoKind, false
}
