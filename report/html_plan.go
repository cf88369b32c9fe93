package report

import (
	"fmt"
	"io"
	"iter"

	"muster/internal/onboarding"
)

func htmlPlan(w io.Writer, p *Plan) error {
	pg := &page{Product: "muster plan", Subject: subject(p.Check.Inputs)}
	if p.Sandbox {
		pg.Sandbox = say("SANDBOX: nothing real is compared")
	}
	pg.Verdict, pg.Tone = planVerdict(p.Summary)
	if s := p.Summary; pg.Tone == "look" && s.Hold+s.Wait == 0 {
		pg.Tone = "calm" // what is to be done is no warning
	}
	pg.Line = say("%s at %s; nothing was changed", plural(p.Summary.Customers, "customer"), Visible(p.Target))
	names := planShares(p.Summary.PlanCounts)
	for _, s := range names {
		if s.N > 0 {
			pg.Tiles = append(pg.Tiles, tile{s.Name, toneOf(s.Class), s.N})
		}
	}
	rows := newRowsPage(&p.Check, names, p.Summary.all(), say("Old and new, or why"))
	seats, err := planRows(p, rows)
	if err != nil {
		return err
	}
	pg.overview(rows.kindChart(), seatChart(seats))
	rows.finish(pg, say("Changes, conflicts and what waits"), say("Rows that are only created are counted below, by customer."))
	if mails := mailTable(p.Mails); mails != nil {
		pg.add(pageSection{ID: "mails", Title: say("E-mail impact"), Lead: say("What people get by mail when this plan is carried out."), Table: mails})
	}
	pg.checked(&p.Check)
	pg.addFindings(findingList(p.Check.Findings))
	pg.addFacts(planFacts(p))
	return writePage(w, pg)
}

func planShares(n PlanCounts) []share {
	return []share{
		{say("conflict"), "conflict", n.Conflict},
		{say("create"), "create", n.Create},
		{say("update"), "update", n.Update},
		{say("adopt"), "adopt", n.Adopt},
		{say("left alone"), "nothing", n.Nothing},
		{say("hold"), "hold", n.Hold},
		{say("wait"), "wait", n.Wait},
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
			item.Note = say("%s that the sheet does not name: left alone", count(c.Extras, "object stands", "objects stand"))
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
		status: string(s.Action), kind: string(s.Kind), key: s.Key, customer: s.Customer, where: stepPlace(s), why: planWhy(s), id: s.ID,
		need: s.Action != onboarding.ActCreate && worthy(s),
	}
}

// planWhy says why a step is as it is, and what it changes.
func planWhy(s onboarding.Step) listCell {
	c := listCell{Class: "w-text", Text: Visible(stepWhy(s))}
	for _, d := range s.Changes {
		switch {
		case d.Unknown:
		case d.Removal && d.Fixed.Empty():
			c.Lines = append(c.Lines, listLine{"removal", changeLine(d)})
		default:
			c.Lines = append(c.Lines, listLine{"change", changeLine(d)})
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

// mailTable says who gets which mail.
func mailTable(m PlanMails) *chart {
	c := &chart{Words: true, Heads: []string{say("Mail"), say("How many"), say("Who gets it, and what stops it")}}
	for _, line := range []struct {
		name string
		n    int
		who  string
	}{
		{say("Welcome"), m.Welcome, say("created users; administrators of customers get none")},
		{say("No welcome"), m.Quiet, say("created users of existing organizations, whose template does not send it")},
		{say("RedSky, emergency calls"), m.RedSky, say("users and administrators in the US and Canada; no setting stops it")},
		{say("Consent"), m.Consent, say("users who have been asked to agree, and have not answered")},
	} {
		if line.n > 0 {
			c.Rows = append(c.Rows, chartRow{Name: line.name, Cells: []string{thousands(line.n), line.who}})
		}
	}
	if len(c.Rows) == 0 {
		return nil
	}
	return c
}

func planFacts(p *Plan) []fact {
	out := []fact{{say("Target"), p.Target}, {say("Partner organization"), p.Org}}
	if p.SubPartner != "" {
		out = append(out, fact{say("Sub-partner"), p.SubPartner})
	}
	out = append(out, fact{say("Made"), p.Made.UTC().Format(stampLayout)})
	for _, f := range p.facts() {
		if f.Name != "mails" {
			out = append(out, f)
		}
	}
	return out
}

func oneDecimal(f float64) string { return fmt.Sprintf("%.1f", f) }
