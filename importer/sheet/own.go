package sheet

import (
	"strings"

	"muster/importer/sheet/xlsx"
)

// own reports whether a sheet without known headings is one that muster itself writes beside the rows: instructions, where
// an export is from, a list of differences, the page that is signed. Its name says so, and what stands in it: a sheet of
// somebody else's of the same name is told to be left out.
func (b *Book) own(in *Input, name string, top []peeked) bool {
	what, _, ok := b.words.locale.Field("own", name)
	if !ok {
		return false
	}
	for _, r := range top {
		first, second := cellAt(r.cells, 0).Text, cellAt(r.cells, 1).Text
		written := strings.HasPrefix(second, "muster ")
		switch what {
		case "readme":
			written = first == "muster"
		case "differences":
			written = first == "Verdict" && second == "What"
		}
		if written {
			in.ours = true
			return true
		}
	}
	return false
}

// ownLists reports whether a hidden sheet holds the lists to choose from of a workbook that muster wrote.
func (b *Book) ownLists(in *Input, s xlsx.Sheet) bool {
	what, _, ok := b.words.locale.Field("own", s.Name)
	return ok && what == "lists" && in.ours && s.State != xlsx.Visible
}
