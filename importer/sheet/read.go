package sheet

import (
	"strings"

	"muster/internal/onboarding"
)

// blockSize is how many users are handed over at once.
const blockSize = 512

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
		if _, twice := byID[c.ExternalID]; !twice {
			byID[c.ExternalID] = c
		}
		return nil
	})
}

// seats gathers the packages that a customer's row names: the list, then the package columns that hold something.
func (b *Book) seats(s *sheetIn, c *onboarding.Customer, r *line) []onboarding.Seat {
	var out []onboarding.Seat
	for _, item := range splitList(c.PackageList) {
		out = append(out, onboarding.Seat{Place: c.Cell("packages"), Field: "packages", Label: item, FromList: true})
	}
	for i, h := range s.head.cells {
		if h.pack == nil || i >= len(r.cells) {
			continue
		}
		text, _ := normalise(r.cells[i].Text, Count)
		if text == "" {
			continue
		}
		place := onboarding.Place{Source: s.source, Row: r.place.Number, Column: i + 1}
		out = append(out, onboarding.Seat{Place: place, Field: "package_quantity", Label: h.text, Quantity: text})
	}
	return out
}

// splitList cuts a list cell at commas, semicolons, pipes and line ends, in the marks of any of the languages.
func splitList(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;|/\n、，；،؛", r) })
	var out []string
	for _, p := range parts {
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
		if seat.Quantity != "" {
			seat.Place, seat.Field = p.Cell("package_quantity"), "package_quantity"
		}
		if c, ok := byID[p.customer]; ok {
			c.Seats = append(c.Seats, seat)
			return nil
		}
		batch.StraySeats = append(batch.StraySeats, onboarding.StraySeat{Row: p.Row, Customer: p.customer, Seat: seat})
		return nil
	})
}

// Users streams every sheet of users to fn in blocks. A block and its records are valid until fn returns; the strings
// of one row share one piece of memory, so clone what is to be kept.
func (b *Book) Users(sink Sink, fn func([]onboarding.User) error) error {
	block := make([]onboarding.User, 0, blockSize)
	flush := func() error {
		err := fn(block)
		block = block[:0]
		return err
	}
	for _, s := range b.sheets {
		if s.source.Kind != onboarding.Users {
			continue
		}
		cols := userColumns()
		err := b.readRows(s, sink, func(r *line) error {
			block = append(block, onboarding.User{})
			u := &block[len(block)-1]
			fill(s, r, cols, u)
			u.Row = r.place
			if s.source.Column("external_id") == 0 {
				u.Customer = b.opt.Customer
			}
			if len(block) == blockSize {
				return flush()
			}
			return nil
		})
		if err != nil {
			return &FileError{s.in.File, err}
		}
	}
	if len(block) == 0 {
		return nil
	}
	return flush()
}
