package report

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
)

// Listing is what a command did beside a run: facts, counts, and one list. It serves commands whose documents differ in
// their members only, so that a new one needs no more than its own members.
type Listing struct {
	Title   string
	Verdict string // the sentence on top
	Tone    string // good, look, bad
	Counts  string // of the list by status
	Facts   []Fact
	Remarks []string // sentences for a person below the list
	Sandbox bool     // nothing real was changed

	Head    any    // members of the JSON document before its list; needs some
	List    string // name of the list in the JSON document
	Type    string // of the document on the first line of ndjson
	Item    string // type of an item on a line of ndjson
	Columns []string
	Rows    func() iter.Seq2[Line, error] // may be read more than once
}

// Fact is a named value on top of a page.
type Fact struct{ Name, Value string }

// Line is one item of a listing.
type Line struct {
	Doc    any      // as it stands in JSON
	Cells  []string // as many as there are columns; the first is the status
	Listed bool     // a person must see it: it stands on the terminal, too
	Same   string   // rows with the same status and this text are one line on the terminal; empty: a line of its own
	Name   string   // of the row in that line
}

// visible gives the cells with control characters shown.
func (l Line) visible() []string {
	out := make([]string, len(l.Cells))
	for i, c := range l.Cells {
		out[i] = Visible(c)
	}
	return out
}

func textListing(w io.Writer, l *Listing) error {
	b := bufio.NewWriter(w)
	sandboxLine(b, l.Sandbox)
	t := newTerminal()
	for line, err := range l.Rows() {
		if err != nil {
			return err
		}
		if line.Listed {
			t.add(line)
		}
	}
	t.write(b)
	fmt.Fprintf(b, "%s: %s\n", l.Title, l.Counts)
	for _, r := range l.Remarks {
		fmt.Fprintf(b, "  %s\n", Visible(r))
	}
	fmt.Fprintln(b, Visible(l.Verdict))
	sandboxLine(b, l.Sandbox)
	return b.Flush()
}

func sandboxLine(b *bufio.Writer, sandbox bool) {
	if sandbox {
		fmt.Fprintln(b, "SANDBOX: nothing real was changed")
	}
}

// sentence joins the cells of a row for a line of text; the last one says why.
func sentence(cells []string) string {
	last := len(cells) - 1
	var said []string
	for _, c := range cells[:last] {
		if c != "" {
			said = append(said, c)
		}
	}
	text := strings.Join(said, "  ")
	if cells[last] != "" {
		text += ": " + cells[last]
	}
	return text
}

func jsonListing(w io.Writer, l *Listing) error {
	d, err := beginDoc(w, l.Head)
	if err != nil {
		return err
	}
	items := func(yield func(any, error) bool) {
		for line, err := range l.Rows() {
			if !yield(line.Doc, err) {
				return
			}
		}
	}
	if err := d.list(l.List, items); err != nil {
		return err
	}
	return d.end()
}

// ndjsonListing writes the head on the first line, then an item a line. Both carry their type as the first member.
func ndjsonListing(w io.Writer, l *Listing) error {
	b := bufio.NewWriter(w)
	if err := typed(b, l.Type, l.Head); err != nil {
		return err
	}
	for item, err := range l.Rows() {
		if err != nil {
			return err
		}
		if err := typed(b, l.Item, item.Doc); err != nil {
			return err
		}
	}
	return b.Flush()
}

// typed writes an object on a line with its type as the first member.
func typed(w io.Writer, name string, v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, `{"type":%q,%s`+"\n", name, b[1:])
	return err
}

func csvListing(w io.Writer, l *Listing) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	if err := out.Write(headings(l.Columns)); err != nil {
		return err
	}
	for line, err := range l.Rows() {
		if err != nil {
			return err
		}
		if err := out.Write(safeRow(line.visible()...)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// headings are the columns in the form of the other tables: small letters, underscores.
func headings(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = strings.ReplaceAll(strings.ToLower(c), " ", "_")
	}
	return out
}

func markdownListing(w io.Writer, l *Listing) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n", inTable(l.Title))
	if l.Sandbox {
		fmt.Fprint(b, "**SANDBOX: nothing real was changed**\n\n")
	}
	fmt.Fprintf(b, "**%s**\n\n%s\n\n", inTable(l.Verdict), l.Counts)
	for _, f := range l.Facts {
		fmt.Fprintf(b, "- %s: %s\n", f.Name, inTable(f.Value))
	}
	for _, r := range l.Remarks {
		fmt.Fprintf(b, "- %s\n", inTable(r))
	}
	fmt.Fprintf(b, "\n| %s |\n|%s\n", strings.Join(l.Columns, " | "), strings.Repeat(" --- |", len(l.Columns)))
	for line, err := range l.Rows() {
		if err != nil {
			return err
		}
		for _, c := range line.Cells {
			fmt.Fprintf(b, "| %s ", inTable(c))
		}
		fmt.Fprint(b, "|\n")
	}
	return b.Flush()
}
