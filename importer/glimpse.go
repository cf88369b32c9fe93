package importer

import (
	"cmp"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// Glimpses keeps the cells by which people know the rows that findings are about. Users are not kept otherwise, so theirs
// are taken while they pass: for so many findings of each sheet and severity. A nil one keeps nothing.
type Glimpses struct {
	most   int
	sheets map[*onboarding.Source]*glimpsed
	last   *glimpsed // findings come sheet by sheet
	asked  []int     // rows of users among those that are passing
}

// glimpsed is what is kept of one sheet of users.
type glimpsed struct {
	source *onboarding.Source
	met    [onboarding.Error + 1]int // findings by severity
	rows   []glimpse                 // in order
}

// userFields are the cells by which people know a user.
var userFields = [...]onboarding.Field{"external_id", "first_name", "last_name", "email"}

// glimpse is the cells of a row, one after the other in one text.
type glimpse struct {
	row  int
	text string
	ends [len(userFields)]int
}

// NewGlimpses keeps the users of at most so many findings of each sheet and severity.
func NewGlimpses(most int) *Glimpses {
	return &Glimpses{most: most, sheets: make(map[*onboarding.Source]*glimpsed), last: &glimpsed{}}
}

// Found takes a finding that was just made.
func (g *Glimpses) Found(f onboarding.Finding) {
	src := f.Place.Source
	if g == nil || src == nil || src.Kind != onboarding.Users || f.Place.Row <= src.HeaderRow {
		return
	}
	if g.last.source != src {
		if g.last = g.sheets[src]; g.last == nil {
			g.last = &glimpsed{source: src}
			g.sheets[src] = g.last
		}
	}
	if g.last.met[f.Severity] >= g.most {
		return
	}
	g.last.met[f.Severity]++
	g.asked = append(g.asked, f.Place.Row)
}

// passed takes the users of a block, in the order of their rows, when all that is wrong with them was found.
func (g *Glimpses) passed(users []onboarding.User) {
	if g == nil || len(g.asked) == 0 {
		return
	}
	slices.Sort(g.asked)
	for i, row := range g.asked {
		if i > 0 && row == g.asked[i-1] {
			continue
		}
		at, ok := slices.BinarySearchFunc(users, row, func(u onboarding.User, row int) int { return cmp.Compare(u.Number, row) })
		if ok && users[at].Source == g.last.source {
			g.last.rows = append(g.last.rows, glimpseOf(&users[at]))
		}
	}
	g.asked = g.asked[:0]
}

func glimpseOf(u *onboarding.User) glimpse {
	cells := [...]string{u.Customer, u.FirstName, u.LastName, u.Email}
	out := glimpse{row: u.Number, text: strings.Join(cells[:], "")} // a copy: their memory is used again
	end := 0
	for i, c := range cells {
		end += len(c)
		out.ends[i] = end
	}
	return out
}

// Of gives the rows of these findings. What is no user is looked up in the batch, which holds it.
func (g *Glimpses) Of(findings []onboarding.Finding, b *onboarding.Batch) onboarding.Glimpse {
	if g == nil {
		return nil
	}
	others := batchRows(findings, b)
	var room []onboarding.KeyCell
	return func(p onboarding.Place) []onboarding.KeyCell {
		s := g.sheets[p.Source]
		if s == nil {
			return others[onboarding.Place{Source: p.Source, Row: p.Row}]
		}
		i, ok := slices.BinarySearchFunc(s.rows, p.Row, func(r glimpse, row int) int { return cmp.Compare(r.row, row) })
		if !ok {
			return nil
		}
		room = room[:0]
		from := 0
		for k, end := range s.rows[i].ends {
			room = append(room, onboarding.KeyCell{Field: userFields[k], Text: s.rows[i].text[from:end]})
			from = end
		}
		return room
	}
}

// batchRows gives the rows of findings about what is no user.
func batchRows(findings []onboarding.Finding, b *onboarding.Batch) map[onboarding.Place][]onboarding.KeyCell {
	out := make(map[onboarding.Place][]onboarding.KeyCell)
	for _, f := range findings {
		if src := f.Place.Source; src != nil && src.Kind != onboarding.Users && f.Place.Row > src.HeaderRow {
			out[onboarding.Place{Source: src, Row: f.Place.Row}] = nil
		}
	}
	keep := func(src *onboarding.Source, row int, keys ...onboarding.KeyCell) {
		at := onboarding.Place{Source: src, Row: row}
		if _, wanted := out[at]; wanted {
			out[at] = keys
		}
	}
	if len(out) > 0 {
		eachRow(b, keep)
	}
	return out
}

// eachRow gives the cells by which people know every row of a batch.
func eachRow(b *onboarding.Batch, keep func(src *onboarding.Source, row int, keys ...onboarding.KeyCell)) {
	for _, t := range b.Templates {
		keep(t.Source, t.Number, onboarding.KeyCell{Field: "name", Text: t.Name})
	}
	for _, c := range slices.Concat(b.Customers, b.Standing.Customers) {
		id := onboarding.KeyCell{Field: "external_id", Text: c.ExternalID}
		keep(c.Source, c.Number, id, onboarding.KeyCell{Field: "name", Text: c.Name})
		for _, s := range c.Seats {
			if src := s.Place.Source; src != nil && src.Kind == onboarding.Packages {
				keep(src, s.Place.Row, id, onboarding.KeyCell{Field: "package", Text: s.Label})
			}
		}
	}
	for _, s := range b.StraySeats {
		keep(s.Source, s.Number, onboarding.KeyCell{Field: "external_id", Text: s.Customer}, onboarding.KeyCell{Field: "package", Text: s.Seat.Label})
	}
	for _, l := range b.Locations {
		keep(l.Source, l.Number, onboarding.KeyCell{Field: "external_id", Text: l.Customer}, onboarding.KeyCell{Field: "name", Text: l.Name})
	}
}
