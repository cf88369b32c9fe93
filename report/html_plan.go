package report

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"muster/internal/onboarding"
)

func htmlPlan(w io.Writer, p *Plan) error {
	pg := newPage(p.Check.Voice, "muster plan", p.Check.Inputs)
	if p.Sandbox {
		pg.Sandbox = comparedText()
	}
	pg.Verdict, pg.Tone = planVerdict(p.Summary)
	if s := p.Summary; pg.Tone == "look" && s.Hold+s.Wait == 0 {
		pg.Tone = "calm" // what is to be done is no warning
	}
	pg.Line = onboarding.T("%s at %s; nothing was changed", customersOf(p.Summary.Customers), p.Target)
	names := planShares(p.Summary.PlanCounts)
	for _, s := range names {
		if s.N > 0 {
			pg.Tiles = append(pg.Tiles, tile{s.Name, toneOf(s.Class), s.N})
		}
	}
	rows := newRowsPage(&p.Check, names, p.Summary.all(), "Old and new, or why")
	seats, err := planRows(p, rows)
	if err != nil {
		return err
	}
	pg.overview(rows.kindChart(), seatChart(seats))
	rows.finish(pg, onboarding.T("Changes, conflicts and what waits"), onboarding.T("Rows that are only created are counted below, by customer."))
	pg.addMails(p.Mails, onboarding.T("What people get by mail when this plan is carried out."), true)
	pg.checked(&p.Check)
	pg.addFindings(findingList(&p.Check))
	pg.addFacts(pageFacts(p))
	return writePage(w, pg)
}

func planShares(n PlanCounts) []share {
	return []share{
		{"conflict", "conflict", n.Conflict},
		{"create", "create", n.Create},
		{"update", "update", n.Update},
		{"adopt", "adopt", n.Adopt},
		{"left alone", "nothing", n.Nothing},
		{"hold", "hold", n.Hold},
		{"wait", "wait", n.Wait},
	}
}

// planRows gathers the steps, customer by customer, and gives the seats of all of them as they stand then.
func planRows(p *Plan, rows *rowsPage) ([]seats, error) {
	var all []seats
	err := p.walk(func(c PlanCustomer, steps iter.Seq2[onboarding.Step, error]) error {
		item := rows.customers.of(c.Key)
		if c.Name != "" {
			item.Name = Visible(c.Name)
		}
		own := planSeats(c)
		item.Seats, all = seatChart(own), append(all, own...)
		if c.Extras > 0 {
			item.Note = extrasText(c.Extras)
		}
		for s, err := range steps {
			if err != nil {
				return err
			}
			rows.add(planRow(s))
		}
		return nil
	})
	return summed(all), err
}

func planRow(s onboarding.Step) row {
	return row{
		status: string(s.Action), kind: s.Kind, key: s.Key, customer: s.Customer, where: stepPlace(s), why: planWhy(s), id: s.ID,
		need: s.Action != onboarding.ActCreate && worthy(s),
	}
}

// planWhy says why a step is as it is, and what it changes.
func planWhy(s onboarding.Step) whyCell {
	c := whyCell{text: stepWhy(s)}
	for _, d := range s.Changes {
		switch {
		case d.Unknown:
		case d.Removal && d.Fixed.Empty():
			c.line("removal", changeLine(d))
		default:
			c.line("change", changeLine(d))
		}
	}
	return c
}

// planSeats gives the seats of a customer once the plan is carried out. Where the sheet asks for no quantity, the one that
// stands counts.
func planSeats(c PlanCustomer) []seats {
	var out []seats
	for _, s := range c.Seats {
		one := seats{Package: s.Package, Users: s.After, Asked: s.Asked}
		if one.Asked == 0 && s.Known {
			one.Asked = s.Total
		}
		out = append(out, one)
	}
	return out
}

func pageFacts(p *Plan) []fact {
	out := []fact{{onboarding.T("Target"), p.Target}, {onboarding.T("Partner organization"), p.Org}}
	if p.SubPartner != "" {
		out = append(out, fact{onboarding.T("Sub-partner"), p.SubPartner})
	}
	out = append(out, fact{onboarding.T("Made"), stamp(p.Made)})
	return append(out, slices.DeleteFunc(p.facts(), func(f fact) bool { return f.Name.Format == mailsName })...)
}

func oneDecimal(f float64) string { return fmt.Sprintf("%.1f", f) }
