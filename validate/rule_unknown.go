package validate

import "muster/internal/onboarding"

const valueUnknownID = "value-unknown"

// valueUnknown notes the cells that say that nobody knows their value. No other rule judges them.
func valueUnknown() Rule {
	return Rule{
		ID: valueUnknownID, Severity: onboarding.Note,
		Summary:  "a cell says that nobody knows its value",
		Why:      "the service does not return the administrator, the template and the quantities of customers that somebody else has made, so `export` writes a word in their place; such a cell is not compared and not sent (our judgement)",
		Fix:      "nothing while the customer stands; fill the cell before the customer is to be created",
		Example:  "Administrator email: (unknown)\nnote: nobody knows the value of this cell: it is not compared, and not sent",
		Template: func(w *Walk, t *onboarding.Template) { w.unknown(t.Row) },
		Customer: func(w *Walk, c *onboarding.Customer) {
			w.unknown(c.Row)
			for _, s := range c.Seats {
				if s.Unknown {
					w.noValue(seatCell(c, onboarding.Seat{Place: s.Place, Field: s.Field}))
				}
			}
		},
		Location: func(w *Walk, l *onboarding.Location) { w.unknown(l.Row) },
		User:     func(w *Walk, u *onboarding.User) { w.unknown(u.Row) },
	}
}

func (w *Walk) unknown(row onboarding.Row) {
	for _, f := range row.Unknown {
		w.noValue(at(row, f, ""))
	}
}

func (w *Walk) noValue(c cell) {
	w.add(c, onboarding.T("nobody knows the value of this cell: it is not compared, and not sent"), onboarding.T("fill it before the object is to be created"))
}
