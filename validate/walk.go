// Package validate says what is wrong with a batch before anything is sent, rule by rule, cell by cell.
//
// One walk serves all rules: templates, customers and locations first, then every user as it streams by, then each
// customer once more with what was counted. Rules are listed in rules.go, each in a file of its own or with its family.
package validate

import (
	"strings"
	"time"

	"muster/internal/facts"
	"muster/internal/onboarding"
	"muster/internal/resolve"
)

// Purpose says what the judgement is for: some gaps matter only when something is about to be sent.
type Purpose uint8

// The purposes of a walk.
const (
	Check Purpose = iota
	Plan
	Apply
)

// Options of a walk.
type Options struct {
	Batch    *onboarding.Batch
	Resolver *resolve.Resolver
	Facts    *facts.Tables
	Purpose  Purpose
	Today    time.Time

	QuantityCeiling int                             // most seats of one package that may be ordered; 0 is none
	Selected        func(*onboarding.Customer) bool // which customers are about to be sent; nil is all
	Adjust          func(*onboarding.Finding)       // changes severities and waives findings; nil is none
	SubPartners     map[string]bool                 // by organization ID, whether it may create and change; nil: nobody asked
	Memory          Memory                          // what is known beside the inputs; nil is nothing
	Asked           bool                            // the service was asked for what the inputs refer to and do not hold
	Compared        bool                            // the live state is looked at afterwards: what memory alone says is marked so, and holds no row
}

// Walk judges one batch. It is for one goroutine.
type Walk struct {
	Options
	sink  func(onboarding.Finding)
	rules []Rule
	rule  *Rule  // the one that is looking
	held  *bool  // of the record that it looks at
	whose string // external ID of that record's customer

	recalled bool // what is being said follows from memory, and not from the inputs

	known     map[*onboarding.Customer]*Known
	once      map[string]bool // what is said once per run
	said      string          // what is being said for the first time
	templates map[string]*onboarding.Template
	customers map[string]*onboarding.Customer
	admins    map[string]*onboarding.Customer
	sites     map[siteKey]*onboarding.Location
	alone     []int  // rules that look at a user by itself
	uniques   []int  // rules of what no two users may share
	seen      []*set // what these have seen
}

type siteKey struct{ customer, name string }

// New makes the walk over a batch that was resolved. Findings go to sink as they are made.
func New(o Options, sink func(onboarding.Finding)) *Walk {
	if o.Selected == nil {
		o.Selected = func(*onboarding.Customer) bool { return true }
	}
	w := &Walk{
		Options: o, sink: sink, rules: Rules(), once: make(map[string]bool), templates: make(map[string]*onboarding.Template),
		customers: make(map[string]*onboarding.Customer), known: make(map[*onboarding.Customer]*Known), admins: make(map[string]*onboarding.Customer), sites: make(map[siteKey]*onboarding.Location),
	}
	for i := range w.rules {
		if w.rules[i].User != nil {
			w.alone = append(w.alone, i)
		}
		if w.rules[i].Unique != nil {
			w.uniques, w.seen = append(w.uniques, i), append(w.seen, newSet())
		}
	}
	return w
}

// Batch judges everything but the users.
func (w *Walk) Batch() {
	w.strays()
	for _, t := range w.Options.Batch.Templates {
		unheld := false
		w.whose = ""
		w.each(&unheld, func(r *Rule) {
			if r.Template != nil {
				r.Template(w, t)
			}
		})
	}
	for _, c := range w.Options.Batch.Customers {
		c.Resolved.Held, w.whose = len(c.Damaged) > 0, c.ExternalID
		w.each(&c.Resolved.Held, func(r *Rule) {
			if r.Customer != nil {
				r.Customer(w, c)
			}
			if r.Packages != nil {
				r.Packages(w, c)
			}
		})
		w.remember(c)
	}
	w.standing()
	for _, l := range w.Options.Batch.Locations {
		l.Resolved.Held, w.whose = len(l.Damaged) > 0, l.Customer
		w.each(&l.Resolved.Held, func(r *Rule) {
			if r.Location != nil {
				r.Location(w, l)
			}
		})
	}
}

// standing recalls the customers that stand and are no rows of the inputs, and judges the packages that the inputs give them.
func (w *Walk) standing() {
	for _, c := range w.Options.Batch.Standing.Customers {
		if !c.OnlyPackages() {
			if k := w.recall(c); k != nil {
				w.known[c] = k
			}
			continue
		}
		c.Resolved.Held, w.whose = len(c.Damaged) > 0, c.ExternalID
		w.each(&c.Resolved.Held, func(r *Rule) {
			if r.Packages != nil {
				r.Packages(w, c)
			}
		})
		w.remember(c)
	}
}

func (w *Walk) each(held *bool, look func(*Rule)) {
	w.held = held
	for i := range w.rules {
		w.rule = &w.rules[i]
		look(w.rule)
	}
}

// count keeps what the rules at the end must know of a customer's users.
func count(u *onboarding.User) {
	c := u.Resolved.Customer
	if c == nil {
		return
	}
	t := &c.Totals
	if t.Users == 0 {
		t.FirstUser = u.Row
		t.AdminFirst = u.Resolved.Admin
	}
	t.Users++
	if u.Resolved.Package != "" {
		t.Count(u.Resolved.Package)
	}
	if u.Resolved.Admin {
		t.Admins++
	}
}

// Close judges what can be told when all users have passed.
func (w *Walk) Close() {
	for _, c := range w.Options.Batch.Customers {
		w.whose = c.ExternalID
		w.each(&c.Resolved.Held, func(r *Rule) {
			if r.Close != nil {
				r.Close(w, c)
			}
		})
	}
	for _, c := range w.Options.Batch.Standing.Customers {
		if c.Totals.Users == 0 {
			continue
		}
		w.whose = c.ExternalID
		w.each(&c.Resolved.Held, func(r *Rule) {
			if r.Standing != nil {
				r.Standing(w, c)
			}
		})
	}
}

// cell is where a finding stands and what is written there.
type cell struct {
	row   onboarding.Row
	fixed *onboarding.Place // nil: the cell of the field in the row
	field onboarding.Field
	value string
}

// place looks the cell up. Nearly all cells are never asked.
func (c cell) place() onboarding.Place {
	if c.fixed != nil {
		return *c.fixed
	}
	return c.row.Cell(c.field)
}

// at is the cell of a field of a record.
func at(row onboarding.Row, f onboarding.Field, value string) cell {
	return cell{row: row, field: f, value: value}
}

// seatCell is the cell that says a package.
func seatCell(c *onboarding.Customer, s onboarding.Seat) cell {
	value := s.Quantity
	if value == "" {
		value = s.Label
	}
	return cell{c.Row, &s.Place, s.Field, value}
}

// nameCell is the cell that names a package: on the sheet Packages the one beside its quantity.
func nameCell(c *onboarding.Customer, s onboarding.Seat) cell {
	here := seatCell(c, s)
	if src := s.Place.Source; src != nil && src.Kind == onboarding.Packages {
		if s.Label != "" { // else the cell cannot be read, and its own field says so
			here.field = "package"
		}
		here.fixed = &onboarding.Place{Source: src, Row: s.Place.Row, Column: src.Column("package")}
	}
	here.value = s.Label
	return here
}

// heading is the heading row of a record's sheet.
func heading(row onboarding.Row, f onboarding.Field) cell {
	return cell{row, &onboarding.Place{Source: row.Source, Row: row.Source.HeaderRow}, f, ""}
}

// add makes a finding with the severity of the rule.
func (w *Walk) add(c cell, msg, hint onboarding.Text) { w.addAs(w.rule.Severity, c, msg, hint) }

// addAs makes a finding with a severity of its own. A cell that could not be read carries an error already and is not
// judged again. An error holds the record.
func (w *Walk) addAs(s onboarding.Severity, c cell, msg, hint onboarding.Text) {
	w.addRule(w.rule.ID, s, c, msg, hint)
}

func (w *Walk) addRule(id string, s onboarding.Severity, c cell, msg, hint onboarding.Text) {
	if !c.row.Readable(c.field) || !c.row.Knows(c.field) && id != valueUnknownID {
		return
	}
	f := onboarding.Finding{Remembered: w.Compared && w.recalled, Rule: id, Severity: s, Place: c.place(), Customer: strings.Clone(w.whose), Field: c.field, Value: strings.Clone(c.value), Message: keep(msg), Hint: keep(hint)}
	if w.Adjust != nil {
		w.Adjust(&f)
	}
	if f.Severity == onboarding.Error && !f.Waived && !f.Remembered {
		*w.held = true
	}
	w.sink(f)
}

// keep copies the texts of a message: those of a row share the memory of many rows.
func keep(t onboarding.Text) onboarding.Text {
	for i, a := range t.Args {
		if s, ok := a.(string); ok {
			t.Args[i] = strings.Clone(s)
		}
	}
	return t
}

// first reports whether key is said for the first time.
func (w *Walk) first(key string) bool {
	if w.once[key] {
		return false
	}
	w.once[key], w.said = true, key
	return true
}

// unchecked notes once that references to a kind were not looked up, because no input holds that kind. What is about to be
// sent needs them.
func (w *Walk) unchecked(c cell, kind onboarding.Kind) {
	tells := kind != onboarding.Templates // the service can be asked for them
	hint := onboarding.T("correct the cell, or name the file that holds them as well")
	if tells && !w.Asked {
		hint = onboarding.T("correct the cell, name the file that holds them as well, or have the service asked for them with --online")
	}
	switch {
	case w.Asked && tells:
		w.addAs(onboarding.Error, c, onboarding.T("no input holds %s, and neither the journal nor the service knows %q", kind.Word(), c.value), hint)
		return
	case w.Purpose == Apply && w.Memory != nil:
		w.addAs(onboarding.Error, c, onboarding.T("no input holds %s, and the journal knows no %q at the target", kind.Word(), c.value), hint)
		return
	case w.Purpose == Apply:
		w.addAs(onboarding.Error, c, onboarding.T("no input holds %s, and without them %q cannot be sent", kind.Word(), c.value), hint)
		return
	}
	if !w.first("unchecked " + w.rule.ID) {
		return
	}
	place := onboarding.Place{Source: c.row.Source}
	w.addAs(onboarding.Note, cell{fixed: &place}, onboarding.T("no input holds %s, so references to them were not checked", kind.Word()), onboarding.Text{})
}

// no is the absence of a hint.
func no() onboarding.Text { return onboarding.Text{} }
