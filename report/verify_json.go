package report

import (
	"bufio"
	"io"
	"iter"
	"time"

	"muster/internal/onboarding"
)

type verifyHead struct {
	Schema     string           `json:"schema"`
	Target     string           `json:"target"`
	Sandbox    bool             `json:"sandbox"`
	Org        string           `json:"org"`
	SubPartner string           `json:"sub_partner"`
	Identity   string           `json:"identity"`
	AsOf       string           `json:"as_of"`
	Summary    verifySummaryDoc `json:"summary"`
}

type verifySummaryDoc struct {
	Rows          int     `json:"rows"`
	Equal         int     `json:"equal"`
	Different     int     `json:"different"`
	Missing       int     `json:"missing"`
	Gone          int     `json:"gone"`
	Waiting       int     `json:"waiting"`
	NotChecked    int     `json:"not_checked"`
	NotComparable int     `json:"not_comparable"`
	Extras        int     `json:"extras"`
	Calls         int     `json:"calls"`
	Seconds       float64 `json:"seconds"`
}

type verifiedDoc struct {
	Kind          string             `json:"kind"`
	Key           string             `json:"key"`
	Customer      string             `json:"customer"`
	Verdict       string             `json:"verdict"`
	Reason        *string            `json:"reason"`
	Why           string             `json:"why"`
	Differences   []verifiedFieldDoc `json:"differences"`
	NotComparable []onboarding.Field `json:"not_comparable"`
	ID            string             `json:"id"`
	File          string             `json:"file"`
	Sheet         string             `json:"sheet"`
	Row           int                `json:"row"`
}

type verifiedFieldDoc struct {
	Field string `json:"field"`
	Sheet string `json:"sheet"`
	Live  string `json:"live"`
	Fixed string `json:"fixed"`
}

func verifyHeadOf(v *Verify) verifyHead {
	return verifyHead{
		Schema: "muster/verify/1", Target: v.Target, Sandbox: v.Sandbox, Org: v.Org, SubPartner: v.SubPartner, Identity: v.Identity,
		AsOf: v.AsOf.UTC().Format(time.RFC3339), Summary: verifySummaryDoc(v.Summary),
	}
}

func verifiedOf(v onboarding.Verified) verifiedDoc {
	d := verifiedDoc{
		Kind: string(v.Kind), Key: v.Key, Customer: v.Customer, Verdict: string(v.Verdict), Why: v.Why.String(), ID: v.ID,
		Differences: []verifiedFieldDoc{}, NotComparable: append([]onboarding.Field{}, notComparable(v)...), File: v.File, Sheet: v.Sheet, Row: v.Row,
	}
	if v.Reason != onboarding.NoReason {
		reason := string(v.Reason)
		d.Reason = &reason
	}
	for _, c := range v.Changes {
		if !c.Unknown {
			d.Differences = append(d.Differences, verifiedFieldDoc{string(c.Field), c.Sheet, c.Live, c.Fixed.String()})
		}
	}
	return d
}

func verifiedDocs(v *Verify) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for row, err := range v.Rows {
			if !yield(verifiedOf(row), err) {
				return
			}
		}
	}
}

// jsonVerify streams the document: the rows are never held at once.
func jsonVerify(w io.Writer, v *Verify) error {
	d, err := beginDoc(w, verifyHeadOf(v))
	if err != nil {
		return err
	}
	if err := d.list("findings", findingsOf(v.Check.Findings)); err != nil {
		return err
	}
	if err := d.list("rows", verifiedDocs(v)); err != nil {
		return err
	}
	return d.end()
}

type typedVerify struct {
	Type string `json:"type"`
	verifyHead
}

type typedVerified struct {
	Type string `json:"type"`
	verifiedDoc
}

type typedVerifySummary struct {
	Type string `json:"type"`
	verifySummaryDoc
}

// ndjsonVerify writes what was asked, findings, rows and the counts, one a line.
func ndjsonVerify(w io.Writer, v *Verify) error {
	b := bufio.NewWriter(w)
	head := verifyHeadOf(v)
	if err := line(b, typedVerify{"verify", head}); err != nil {
		return err
	}
	for _, f := range v.Check.Findings {
		if err := line(b, typedFinding{"finding", findingOf(f)}); err != nil {
			return err
		}
	}
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		if err := line(b, typedVerified{"row", verifiedOf(row)}); err != nil {
			return err
		}
	}
	if err := line(b, typedVerifySummary{"summary", head.Summary}); err != nil {
		return err
	}
	return b.Flush()
}
