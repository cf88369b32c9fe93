package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"iter"
	"strings"

	"muster/internal/onboarding"
)

// Listing is what a command did beside a run: facts, counts, and one list. It serves commands whose documents differ in
// their members only, so that a new one needs no more than its own members.
type Listing struct {
	Title   onboarding.Text
	Verdict onboarding.Text // the sentence on top
	Tone    string          // good, look, bad
	Counts  onboarding.Text // of the list by status
	Facts   []Fact
	Remarks []onboarding.Text // sentences for a person below the list
	Sandbox bool              // nothing real was changed
	Voice   onboarding.Voice  // of the reader; nil: English
	Whole   bool              // every line stands on a terminal, as it comes
	Most    int               // lines of each status on a terminal; 0: as many as elsewhere

	Head    any    // members of the JSON document before its list; needs some
	List    string // name of the list in the JSON document
	Type    string // of the document on the first line of ndjson
	Item    string // type of an item on a line of ndjson
	Columns []onboarding.Word
	Rows    func() iter.Seq2[Line, error] // may be read more than once
}

// Fact is a named value on top of a page.
type Fact struct {
	Name  onboarding.Word
	Value string
}

// Line is one item of a listing.
type Line struct {
	Doc    any             // as it stands in JSON
	Cells  []any           // as many as there are columns: words and texts of ours, and values; the first is the status
	Listed bool            // a person must see it: it stands on the terminal, too
	Same   onboarding.Text // rows with the same status and this text are one line on the terminal; empty: a line of its own
	Name   string          // of the row in that line
}

// said gives the cells for a person.
func (l Line) said(v onboarding.Voice) []string { return saidAll(v, l.Cells) }

func textListing(w io.Writer, l *Listing) error {
	p := newPen(w, l.Voice)
	p.sandbox(l.Sandbox)
	t := newTerminal(p.voice, cmp.Or(l.Most, mostListed))
	if l.Whole {
		t = nil
	}
	for line, err := range l.Rows() {
		if err != nil {
			return err
		}
		switch {
		case t == nil:
			fmt.Fprintf(p, "%s\n", strings.Join(line.said(p.voice), "  "))
		case line.Listed:
			t.add(line)
		}
	}
	if t != nil {
		t.write(p)
	}
	p.line("%s: %s", l.Title, l.Counts)
	for _, r := range l.Remarks {
		fmt.Fprintf(p, "  %s\n", p.said(r))
	}
	fmt.Fprintln(p, p.said(l.Verdict))
	p.sandbox(l.Sandbox)
	return p.Flush()
}

// sentence joins the cells of a row for a line of text; the last one says why.
func (p pen) sentence(cells []string) string {
	last := len(cells) - 1
	var said []string
	for _, c := range cells[:last] {
		if c != "" {
			said = append(said, c)
		}
	}
	text := strings.Join(said, "  ")
	if cells[last] != "" {
		text = p.say("%s: %s", text, cells[last])
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
		if err := out.Write(safeRow(line.said(onboarding.English{})...)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// headings are the columns in the form of the other tables: small letters, underscores.
func headings(columns []onboarding.Word) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = strings.ReplaceAll(strings.ToLower(string(c)), " ", "_")
	}
	return out
}

func markdownListing(w io.Writer, l *Listing) error {
	p := newPen(w, l.Voice)
	fmt.Fprintf(p, "# %s\n\n", inTable(p.said(l.Title)))
	p.mdSandbox(l.Sandbox, sandboxText())
	fmt.Fprintf(p, "**%s**\n\n%s\n\n", inTable(p.said(l.Verdict)), p.said(l.Counts))
	for _, f := range l.Facts {
		fmt.Fprintf(p, "- %s\n", inTable(p.say("%s: %s", f.Name, f.Value)))
	}
	for _, r := range l.Remarks {
		fmt.Fprintf(p, "- %s\n", inTable(p.said(r)))
	}
	fmt.Fprintln(p)
	p.mdHead(l.Columns, 0, 0)
	for line, err := range l.Rows() {
		if err != nil {
			return err
		}
		p.mdRow(line.Cells...)
	}
	return p.Flush()
}
