package report

import (
	"io"
	"strings"

	"muster/internal/onboarding"
)

// htmlVerify writes what a reading back found.
func htmlVerify(w io.Writer, v *Verify) error {
	p := newPage(v.Check.Voice, "muster verify", v.Check.Inputs)
	p.Line = verifyLine(v.Summary)
	if v.Sandbox {
		p.Sandbox = unreadText()
	}
	p.Verdict, p.Tone = verifyTone(v.Summary)
	var names []share
	for _, c := range verifyCounts(v.Summary) {
		s := share{c.Name, strings.ReplaceAll(string(c.Name), " ", "_"), c.N}
		names = append(names, s)
		if s.N > 0 {
			p.Tiles = append(p.Tiles, tile{s.Name, toneOf(s.Class), s.N})
		}
	}
	rows := newRowsPage(&v.Check, names, v.Summary.Rows, "What differs, or why")
	for x, err := range v.Rows {
		if err != nil {
			return err
		}
		rows.add(row{
			status: string(x.Verdict), kind: x.Kind, key: x.Key, customer: x.Customer, where: verifyPlace(x),
			why: whyCell{text: VerifyWhy(x)}, id: x.ID, need: x.Verdict != onboarding.VerdictEqual,
		})
	}
	p.overview(shareChart(onboarding.T("Rows read back"), "Verdict", names), rows.kindChart())
	rows.finish(p, onboarding.T("Rows that do not stand as the sheet says, or wait"), onboarding.Text{})
	p.checked(&v.Check)
	p.addFindings(findingList(&v.Check))
	facts := verifyFacts(v)
	for _, aside := range verifyAsides(v.Summary) {
		facts = append(facts, fact{onboarding.T("Also"), aside})
	}
	p.addFacts(facts)
	return writePage(w, p)
}
