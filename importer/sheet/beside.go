package sheet

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"muster/internal/onboarding"
)

// besideIn is a sheet of something that the service's calls cannot make. It is not read, only counted when asked for.
type besideIn struct {
	*sheetIn
	what     string
	customer int // column of the external customer ID, 0 for none
}

// beside takes a sheet whose name, or one of whose headings, says that it holds workspaces, hunt groups, devices and the
// like. One that is complete as a sheet of ours, or lists people by their addresses, is left to be read.
func (b *Book) beside(s *sheetIn, top []peeked, name string, h heading, ok bool) bool {
	if ok && (b.complete(h) || h.has("email")) {
		return false
	}
	what, row, customer := b.besideWhat(top, name)
	if what == "" {
		return false
	}
	s.source.HeaderRow, s.head.row = row, row
	b.besides = append(b.besides, &besideIn{s, what, customer})
	b.say(fileFinding("sheet-skipped", onboarding.Note, s.source,
		onboarding.T("%s lists %s, which the service's calls cannot make, and was not read", sourceName(s.source), onboarding.BesideWord(what)),
		onboarding.T("`muster handoff` counts its rows; --sheet NAME=KIND has it read all the same")))
	return true
}

// besideWhat tells by the name of a sheet, else by a heading, what it lists; and its heading row, with the column of the
// customer. what is empty for any other sheet.
func (b *Book) besideWhat(top []peeked, name string) (what string, row, customer int) {
	if len(top) == 0 {
		return "", 0, 0
	}
	what, _, _ = b.words.locale.Field("beside", name)
	row = top[0].number
	likely := false // a row of several cells, or with the customer's heading, was met
	for _, r := range top {
		found, at := b.besideHeading(r)
		if found != "" {
			return cmp.Or(what, found), r.number, at
		}
		if !likely && (at > 0 || len(r.cells) > 1) {
			row, customer, likely = r.number, at, true
		}
	}
	return what, row, customer
}

// besideHeading looks for a heading that only such a sheet has, and for the column of the customer.
func (b *Book) besideHeading(r peeked) (what string, customer int) {
	for i, c := range r.cells {
		text, _ := normalise(c.Text, Code)
		if text == "" {
			continue
		}
		if f, _, ok := b.words.locale.Field("beside_column", text); ok && what == "" {
			what = f
		}
		if f, _, ok := b.words.locale.Field("users", text); ok && f == "external_id" && customer == 0 {
			customer = i + 1
		}
	}
	return what, customer
}

// Beside counts the rows of the sheets of what the service's calls cannot make, each by the customer it names. It reads these
// sheets once more.
func (b *Book) Beside() ([]onboarding.Beside, error) {
	var out []onboarding.Beside
	for _, s := range b.besides {
		n, err := b.countRows(s)
		if err != nil {
			return nil, &FileError{s.in.File, err}
		}
		out = append(out, n)
	}
	return out, nil
}

func (b *Book) countRows(s *besideIn) (n onboarding.Beside, err error) {
	n = onboarding.Beside{Source: s.source, What: s.what, Customers: make(map[string]int)}
	rs, err := b.open(s.sheetIn)
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, rs.close()) }()
	for {
		r, err := rs.next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, s.where(err)
		}
		if r.number <= s.head.row || blank(r.cells) {
			continue
		}
		n.Rows++
		id := ""
		if s.customer > 0 && s.customer <= len(r.cells) {
			id, _ = normalise(r.cells[s.customer-1].Text, ID)
		}
		n.Customers[strings.Clone(id)]++
	}
}
