package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"muster/importer/repair"
	"muster/importer/sheet"
	"muster/report"
)

// fixFlag asks for a repaired copy.
func fixFlag() cli.Flag {
	return &cli.StringFlag{Name: "fix", Usage: "write a copy with what is certain put right to `OUT`: a file, or a folder for several inputs (docs/repair.md)"}
}

// fixing is where the repaired copies go, and what is different in them. Close it.
type fixing struct {
	out    string
	folder bool
	copies []copyOf
	log    *changeLog // nil before the copies are made
}

// copyOf is one input and the path of its copy.
type copyOf struct {
	in   *sheet.Input
	path string
}

// planFix says where the copies go, nil when none are asked for. It refuses every path at which an input stands, before any
// work is done.
func planFix(c *cli.Context, book *sheet.Book) (*fixing, error) {
	out := c.String("fix")
	if out == "" {
		return nil, nil
	}
	f := &fixing{out: out, folder: len(book.Inputs) > 1 || isFolder(c.Args().First())}
	for _, in := range book.Inputs {
		f.copies = append(f.copies, copyOf{in, f.pathOf(in)})
	}
	check := f.checkFile
	if f.folder {
		check = f.checkFolder
	}
	if err := check(); err != nil {
		return nil, err
	}
	for _, copied := range f.copies {
		if err := f.harmless(copied.path, book.Inputs); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(c.StringSlice("report"), func(path string) bool { return samePath(path, copied.path) }) {
			return nil, usagef("--fix and --report both write %q", copied.path)
		}
	}
	return f, nil
}

func (f *fixing) pathOf(in *sheet.Input) string {
	if !f.folder {
		return f.out
	}
	if in.Temporary() && in.Workbook() {
		return filepath.Join(f.out, "stdin.xlsx")
	}
	if in.Temporary() {
		return filepath.Join(f.out, "stdin.csv")
	}
	return filepath.Join(f.out, filepath.Base(in.Path()))
}

// checkFile wants a name in a folder that is there, with the ending of the input.
func (f *fixing) checkFile() error {
	if isFolder(f.out) {
		return hintedError{usagef("--fix %q is a folder", f.out), "one input has one copy: name the file"}
	}
	if dir := filepath.Dir(f.out); !isFolder(dir) {
		return hintedError{usagef("--fix %q: the folder %q is not there", f.out, dir), "make the folder first"}
	}
	return f.checkEnding()
}

// checkEnding keeps a copy from claiming to be of another format.
func (f *fixing) checkEnding() error {
	in, have := f.copies[0].in, strings.ToLower(filepath.Ext(f.out))
	want := []string{strings.ToLower(filepath.Ext(in.Path()))}
	if in.Temporary() {
		want = []string{".csv", ".tsv", ".txt"}
		if in.Workbook() {
			want = []string{".xlsx", ".xlsm"}
		}
	}
	if slices.Contains(want, have) {
		return nil
	}
	return hintedError{usagef("--fix %q has not the ending of the input", f.out), "a copy has the format of its input: " + strings.Join(want, ", ")}
}

// checkFolder wants a folder, which is made if it is not there, and a name of its own for each copy.
func (f *fixing) checkFolder() error {
	if st, err := os.Stat(f.out); err == nil && !st.IsDir() {
		return hintedError{usagef("--fix %q is a file", f.out), "several inputs are copied into a folder: name one"}
	}
	taken := make(map[string]string)
	for _, c := range f.copies {
		key := strings.ToLower(c.path) // file systems may not tell them apart
		if other, twice := taken[key]; twice {
			return hintedError{usagef("--fix would write both %q and %q to %q", other, c.in.Path(), c.path), "give the files names of their own, or copy them one by one"}
		}
		taken[key] = c.in.Path()
	}
	return nil
}

// harmless refuses a path at which an input stands, by whatever name or link.
func (f *fixing) harmless(path string, inputs []*sheet.Input) error {
	at, err := os.Stat(path)
	if err != nil {
		return nil // not there yet
	}
	if at.IsDir() {
		return usagef("--fix %q is a folder", path)
	}
	for _, in := range inputs {
		if st, err := os.Stat(in.Path()); err == nil && os.SameFile(st, at) {
			return hintedError{usagef("--fix %q would overwrite an input", path), "choose another name or folder"}
		}
	}
	return nil
}

func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

// samePath compares two paths of files that may not be there yet.
func samePath(a, b string) bool {
	x, errX := filepath.Abs(a)
	y, errY := filepath.Abs(b)
	return cmp.Or(errX, errY) == nil && x == y
}

// write makes the copies, each as a whole or not at all. What it gives can be read until Close.
func (f *fixing) write(people speech, book *sheet.Book, r *repair.Repairer) (*report.Repair, error) {
	if f.folder {
		if err := os.MkdirAll(f.out, 0o755); err != nil {
			return nil, fmt.Errorf("write the copy: %w", err)
		}
	}
	var err error
	if f.log, err = newChangeLog(); err != nil {
		return nil, fmt.Errorf("write the copy: %w", err)
	}
	for _, c := range f.copies {
		if err := replace(c.path, func(w io.Writer) error { return r.Copy(w, book, c.in, f.log.add) }); err != nil {
			return nil, fmt.Errorf("write %q: %w", c.path, err)
		}
		people.wrote(c.path)
	}
	if err := f.log.buf.Flush(); err != nil {
		return nil, fmt.Errorf("write the copy: %w", err)
	}
	return &report.Repair{Path: f.out, Cells: f.log.cells, Left: f.log.left, Changes: f.log.all()}, nil
}

// Close forgets the changes.
func (f *fixing) Close() error {
	if f.log == nil {
		return nil
	}
	return f.log.Close()
}
