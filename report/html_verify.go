package report

import (
	"io"
	"strings"

	"muster/internal/onboarding"
)

// htmlVerify writes what a reading back found.
func htmlVerify(w io.Writer, v *Verify) error {
	p := &page{Product: "muster verify", Subject: subject(v.Check.Inputs), Line: verifyLine(v.Summary)}
	if v.Sandbox {
		p.Sandbox = say("SANDBOX: nothing real was read")
	}
	p.Verdict, p.Tone = verifyTone(v.Summary)
	var names []share
	for _, c := range verifyCounts(v.Summary) {
		s := share{c.Name, strings.ReplaceAll(c.Name, " ", "_"), c.N}
		names = append(names, s)
		if s.N > 0 {
			p.Tiles = append(p.Tiles, tile{s.Name, toneOf(s.Class), s.N})
		}
	}
	rows := newRowsPage(&v.Check, names, v.Summary.Rows, say("What differs, or why"))
	for x, err := range v.Rows {
		if err != nil {
			return err
		}
		rows.add(row{
			status: string(x.Verdict), kind: string(x.Kind), key: x.Key, customer: x.Customer, where: verifyPlace(x),
			why: listCell{Class: "w-text", Text: Visible(VerifyWhy(x))}, id: x.ID, need: x.Verdict != onboarding.VerdictEqual,
		})
	}
	p.overview(shareChart(say("Rows read back"), say("Verdict"), names), rows.kindChart())
	rows.finish(p, say("Rows that do not stand as the sheet says, or wait"), "")
	p.checked(&v.Check)
	p.addFindings(findingList(v.Check.Findings))
	facts := verifyFacts(v)
	for _, aside := range verifyAsides(v.Summary) {
		facts = append(facts, fact{say("Also"), aside})
	}
	p.addFacts(facts)
	return writePage(w, p)
}
