package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"muster/importer/asbuilt"
	"muster/importer/live"
	"muster/importer/workbook"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/report"
)

// signOff is the workbook that says how everything was built: the rows as they stand, what differs from the sheet in
// colour, a list of the differences, and what was compared when and by whom.
type signOff struct {
	path        string
	name        string // of the sheet that is signed
	book        *workbook.Book
	rows        asbuilt.Writer
	differences *workbook.Table
	names       map[string]string // of organizations, by ID
	voice       onboarding.Voice
}

// newSignOff begins the workbook; the names of organizations are asked for in one call.
func newSignOff(ctx context.Context, path string, v onboarding.Voice, t tables, svc *service) (*signOff, error) {
	lang := v.Language()
	o := &signOff{path: path, name: t.words.Label("own", "sign_off", lang), names: make(map[string]string), voice: v}
	orgs, err := svc.client.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	for _, org := range orgs {
		o.names[org.ID] = org.DisplayName
	}
	if o.book, err = workbook.New(workbook.Options{Words: t.words, Language: lang, Made: time.Now()}); err != nil {
		return nil, err
	}
	o.rows = asbuilt.Writer{Book: o.book, Facts: t.facts, Found: findsMetadata(path)}
	o.differences, err = o.book.Table(t.words.Label("own", "differences", lang), o.words("Verdict", "What", "Key", "Customer", "Field", "The sheet says", "The service has", "Remark", "File", "Sheet", "Row")...)
	return o, err
}

// word says a word of ours.
func (o *signOff) word(w onboarding.Word) string { return o.voice.Say(onboarding.T("%s", w)) }

func (o *signOff) words(all ...onboarding.Word) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = o.word(w)
	}
	return out
}

// field names the field of a difference.
func (o *signOff) field(d onboarding.Difference) string {
	return o.voice.Say(onboarding.T("%s", d.Field))
}

// customer writes a customer as it stands, and what differs of its rows.
func (o *signOff) customer(ctx context.Context, run *journal.Run, c live.Customer, rows []onboarding.Verified) error {
	for _, r := range rows {
		if err := o.row(r); err != nil {
			return err
		}
	}
	for _, x := range c.Extra {
		if err := o.differences.Mark(o.word("not in the sheet"), o.word(x.Kind.Word()), x.Key, c.Item.Key); err != nil {
			return err
		}
	}
	if c.Live == nil {
		return nil
	}
	state := *c.Live
	state.OrgName = o.names[state.Customer.OrgID]
	m, err := recalled(ctx, run, &state)
	if err != nil {
		return err
	}
	return o.rows.Customer(&state, m, marks(c, rows))
}

// row lists what is to be said of a row: nothing when it stands as the sheet says.
func (o *signOff) row(r onboarding.Verified) error {
	list := o.differences.Add
	if r.Verdict.Wrong() {
		list = o.differences.Mark
	}
	line := func(field, sheet, live, remark string) error {
		return list(o.word(r.Verdict.Word()), o.word(r.Kind.Word()), r.Key, r.Customer, field, sheet, live, remark, r.File, r.Sheet, fmt.Sprint(r.Row))
	}
	told := false
	for _, d := range r.Changes {
		switch {
		case d.Unknown:
			if err := o.differences.Add(o.word("not comparable"), o.word(r.Kind.Word()), r.Key, r.Customer, o.field(d), d.Sheet, "", "", r.File, r.Sheet, fmt.Sprint(r.Row)); err != nil {
				return err
			}
		case r.Verdict.Wrong():
			told = true
			if err := line(o.field(d), d.Sheet, d.Live, o.voice.Say(d.Fixed)); err != nil {
				return err
			}
		}
	}
	if told || r.Verdict == onboarding.VerdictEqual {
		return nil
	}
	return line("", "", "", o.voice.Say(report.VerifyWhy(r)))
}

// marks gives the cells that are to be coloured: fields that differ, and the names of what the sheet does not name.
func marks(c live.Customer, rows []onboarding.Verified) asbuilt.Marks {
	type object struct {
		kind onboarding.ObjectKind
		key  string
	}
	fields := make(map[object][]onboarding.Field)
	mark := func(kind onboarding.ObjectKind, key string, f onboarding.Field) {
		at := object{kind, foldMail(key)}
		fields[at] = append(fields[at], f)
	}
	for _, r := range rows {
		for _, d := range r.Changes {
			if d.Unknown || !r.Verdict.Wrong() {
				continue
			}
			mark(r.Kind, r.Key, d.Field)
			if pack, ok := packageField(d); ok {
				mark(r.Kind, r.Key+" "+pack, "package")
				mark(r.Kind, r.Key+" "+pack, "package_quantity")
			}
		}
	}
	names := map[onboarding.ObjectKind]onboarding.Field{onboarding.ObjectLocation: "name", onboarding.ObjectUser: "email"}
	for _, x := range c.Extra {
		if f, ok := names[x.Kind]; ok {
			mark(x.Kind, x.Key, f)
			continue
		}
		mark(x.Kind, c.Item.Key+" "+x.Key, "package")
	}
	return func(kind onboarding.ObjectKind, key string) []onboarding.Field {
		return fields[object{kind, foldMail(key)}]
	}
}

// packageField gives the package that a difference of a customer is about.
func packageField(d onboarding.Difference) (pack string, ok bool) {
	if d.Field != "packages" && d.Field != "package_quantity" {
		return "", false
	}
	for _, text := range []string{d.Sheet, d.Live} {
		if pack, _, _ = strings.Cut(text, ":"); pack != "" {
			return pack, true
		}
	}
	return "", false
}

// write adds the sheet that is signed, and puts the workbook into its place.
func (o *signOff) write(v *report.Verify) error {
	t, err := o.book.Table(o.name, o.name, "")
	if err != nil {
		return err
	}
	rows := v.Facts()
	for _, in := range v.Check.Inputs {
		rows = append(rows, [2]string{o.voice.Say(onboarding.T("Compared with %s", in.File)), "sha256 " + in.SHA256})
	}
	for _, r := range append(rows, [2]string{o.word("Written by"), "muster " + version()}, [2]string{o.word("Approved by"), ""}, [2]string{o.word("On"), ""}) {
		if err := t.Add(r[0], r[1]); err != nil {
			return err
		}
	}
	return replace(o.path, o.book.Write)
}
