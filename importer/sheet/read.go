package sheet

import (
	"strings"

	"muster/internal/onboarding"
)

// Sink takes findings as they are made.
type Sink func(onboarding.Finding)

// Batch reads every sheet but those of users, in the order templates, customers, packages, locations.
func (b *Book) Batch(sink Sink) (*onboarding.Batch, error) {
	for _, f := range b.findings {
		sink(f)
	}
	batch := &onboarding.Batch{}
	for _, s := range b.sheets {
		batch.Sources = append(batch.Sources, s.source)
	}
	byID := make(map[string]*onboarding.Customer)
	steps := map[onboarding.Kind]func(*sheetIn) error{
		onboarding.Templates: func(s *sheetIn) error {
			return readEach(b, s, sink, templateColumns(), func(t *onboarding.Template, r *line) error {
				t.Row = r.place
				batch.Templates = append(batch.Templates, t)
				return nil
			})
		},
		onboarding.Customers: func(s *sheetIn) error { return b.readCustomers(s, sink, batch, byID) },
		onboarding.Packages:  func(s *sheetIn) error { return b.readSeats(s, sink, batch, byID) },
		onboarding.Locations: func(s *sheetIn) error {
			return readEach(b, s, sink, locationColumns(), func(l *onboarding.Location, r *line) error {
				l.Row = r.place
				batch.Locations = append(batch.Locations, l)
				return nil
			})
		},
	}
	for k := onboarding.Templates; k <= onboarding.Locations; k++ {
		for _, s := range b.sheets {
			if s.source.Kind != k {
				continue
			}
			if err := steps[k](s); err != nil {
				return nil, &FileError{s.in.File, err}
			}
		}
	}
	return batch, nil
}

func (b *Book) readCustomers(s *sheetIn, sink Sink, batch *onboarding.Batch, byID map[string]*onboarding.Customer) error {
	return readEach(b, s, sink, customerColumns(), func(c *onboarding.Customer, r *line) error {
		c.Row = r.place
		c.Seats = b.seats(s, c, r)
		batch.Customers = append(batch.Customers, c)
		if _, twice := byID[c.ExternalID]; !twice && c.ExternalID != "" {
			byID[c.ExternalID] = c
		}
		return nil
	})
}

// seats gathers the packages that a customer's row names: the list, then the package columns that hold something.
func (b *Book) seats(s *sheetIn, c *onboarding.Customer, r *line) []onboarding.Seat {
	var out []onboarding.Seat
	for _, item := range b.splitList(c.PackageList) {
		out = append(out, onboarding.Seat{Place: c.Cell("packages"), Field: "packages", Label: item, FromList: true})
	}
	for i, h := range s.head.cells {
		if h.pack == nil || h.twice > 0 || i >= len(r.cells) || r.cells[i].Text == "" {
			continue
		}
		r.place.Damaged = nil
		quantity := r.value(r.cells[i], "package_quantity", Count, i+1)
		seat := onboarding.Seat{Field: "package_quantity", Label: h.text, Quantity: quantity}
		seat.Place = onboarding.Place{Source: s.source, Row: r.place.Number, Column: i + 1}
		switch {
		case r.unknown(quantity):
			seat.Quantity, seat.Unknown = "", true
			out = append(out, seat)
		case r.place.Damaged != nil:
			out = append(out, unreadable(c, seat))
		case quantity != "":
			out = append(out, seat)
		}
	}
	return out
}

// unreadable is a seat whose cell carries an error already. It stays, so that the customer is not said to lack it, under a
// field of its own that no rule judges.
func unreadable(c *onboarding.Customer, s onboarding.Seat) onboarding.Seat {
	s.Field = fieldOf(s)
	c.Damaged = append(c.Damaged, s.Field)
	return s
}

// fieldOf is a field of its own for a seat whose cell cannot be read.
func fieldOf(s onboarding.Seat) onboarding.Field {
	return onboarding.Field("unreadable " + s.Place.Cell())
}

// splitList cuts a list cell at commas, semicolons, pipes, slashes and line ends, in the marks of any of the languages.
// A slash within the name of a package stays.
func (b *Book) splitList(s string) []string {
	var out []string
	for _, part := range cutAt(s, ",;|\n、，；،؛") {
		if _, ok := b.words.facts.Package(part); ok {
			out = append(out, part)
			continue
		}
		out = append(out, cutAt(part, "/")...)
	}
	return out
}

// cutAt cuts at each of the marks and drops blanks around the pieces, and empty pieces.
func cutAt(s, marks string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(marks, r) }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (b *Book) readSeats(s *sheetIn, sink Sink, batch *onboarding.Batch, byID map[string]*onboarding.Customer) error {
	return readEach(b, s, sink, packageColumns(), func(p *seatRow, r *line) error {
		p.Row = r.place
		seat := onboarding.Seat{Place: p.Cell("package"), Field: "package", Label: p.label, Quantity: p.quantity}
		if seat.Unknown = !p.Knows("package_quantity"); seat.Quantity != "" || seat.Unknown {
			seat.Place, seat.Field = p.Cell("package_quantity"), "package_quantity"
		}
		if c, ok := byID[p.customer]; ok {
			if p.Damaged != nil {
				seat = unreadable(c, seat)
			}
			c.Seats = append(c.Seats, seat)
			return nil
		}
		if p.Damaged != nil {
			seat.Field = fieldOf(seat)
		}
		batch.StraySeats = append(batch.StraySeats, onboarding.StraySeat{Row: p.Row, Customer: p.customer, Seat: seat})
		return nil
	})
}
