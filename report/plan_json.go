package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"time"

	"muster/internal/onboarding"
)

// Bound is what a kept plan holds to: it is carried out only while all of it is as it was.
type Bound struct {
	Version    string              `json:"version"` // of muster
	Target     string              `json:"target"`  // base URL, or sandbox
	Org        string              `json:"org"`     // partner organization
	SubPartner string              `json:"sub_partner"`
	Identity   string              `json:"identity"` // person the token belonged to
	Key        string              `json:"plan_key"` // of the rows
	Made       time.Time           `json:"made"`
	Arguments  []BoundArgument     `json:"arguments"`
	Inputs     []BoundInput        `json:"inputs"`
	Flags      map[string][]string `json:"flags"`    // that decide the rows, or what becomes of them
	Settings   string              `json:"settings"` // digest of severities and waivers

	Objects iter.Seq2[BoundObject, error] `json:"-"` // what stood, by customer in the order of the plan
}

// BoundArgument is an input as it was named.
type BoundArgument struct {
	Given string `json:"given"`
	Path  string `json:"path"` // absolute
}

// BoundInput is a file that was read.
type BoundInput struct {
	File   string `json:"file"` // as findings name it
	Path   string `json:"path"` // absolute
	SHA256 string `json:"sha256"`
}

// BoundObject is what stood of one object, as a digest.
type BoundObject struct {
	Customer string `json:"customer"`
	Kind     string `json:"kind"` // of object; "plan" for what was to be done about the customer
	Key      string `json:"key"`
	Digest   string `json:"digest"`
}

type planHead struct {
	Schema     string         `json:"schema"`
	Target     string         `json:"target"`
	Sandbox    bool           `json:"sandbox"`
	Org        string         `json:"org"`
	SubPartner string         `json:"sub_partner"`
	Made       string         `json:"made"`
	Summary    planSummaryDoc `json:"summary"`
	Guards     []string       `json:"guards"`
	Mails      planMailsDoc   `json:"mails"`
}

type planSummaryDoc struct {
	Customers int `json:"customers"`
	PlanCounts
	Removals int                   `json:"removals"`
	ByHand   int                   `json:"by_hand"`
	Drifted  int                   `json:"drifted"`
	Unknown  int                   `json:"not_comparable"`
	Extras   int                   `json:"extras"`
	Calls    int                   `json:"calls"`
	Rate     float64               `json:"rate"`
	RateFrom string                `json:"rate_from"`
	Seconds  float64               `json:"seconds"`
	Asked    int                   `json:"plan_calls"`
	Kinds    map[string]PlanCounts `json:"kinds"`
}

type planMailsDoc struct {
	Welcome int `json:"welcome"`
	Quiet   int `json:"without_welcome"`
	RedSky  int `json:"redsky"`
	Consent int `json:"consent_pending"`
}

type seatsDoc struct {
	Customer string `json:"customer"`
	Package  string `json:"package"`
	Asked    int    `json:"asked"`
	Total    *int   `json:"total"` // null: not known
	Used     int    `json:"used"`
	After    int    `json:"after"`
	Free     *int   `json:"free"` // null: not counted
}

type extraDoc struct {
	Customer string `json:"customer"`
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Made     bool   `json:"made"`
}

type stepDoc struct {
	Kind     string     `json:"kind"`
	Key      string     `json:"key"`
	Customer string     `json:"customer"`
	Action   string     `json:"action"`
	Reason   *string    `json:"reason"`
	Why      string     `json:"why"`
	Changes  []fieldDoc `json:"changes"`
	Drift    []driftDoc `json:"drift,omitempty"`
	ID       string     `json:"id"`
	File     string     `json:"file"`
	Sheet    string     `json:"sheet"`
	Row      int        `json:"row"`
}

type driftDoc struct {
	Field string `json:"field"`
	Saw   string `json:"saw"`
	Live  string `json:"live"`
}

type fieldDoc struct {
	Field   string `json:"field"`
	Sheet   string `json:"sheet"`
	Live    string `json:"live"`
	Removal bool   `json:"removal"`
	Fixed   string `json:"fixed"`
	Unknown bool   `json:"unknown"`
}

func stepOf(s onboarding.Step) stepDoc {
	d := stepDoc{
		Kind: string(s.Kind), Key: s.Key, Customer: s.Customer, Action: string(s.Action), Why: s.Why.String(), Changes: []fieldDoc{},
		ID: s.ID, File: s.File, Sheet: s.Sheet, Row: s.Row,
	}
	if s.Reason != onboarding.NoReason {
		reason := string(s.Reason)
		d.Reason = &reason
	}
	for _, c := range s.Changes {
		d.Changes = append(d.Changes, fieldDoc{string(c.Field), c.Sheet, c.Live, c.Removal, c.Fixed.String(), c.Unknown})
	}
	for _, c := range s.Drift {
		d.Drift = append(d.Drift, driftDoc{string(c.Field), c.Sheet, c.Live})
	}
	return d
}

func planHeadOf(p *Plan) planHead {
	s := p.Summary
	d := planHead{
		Schema: "muster/plan/1", Target: p.Target, Sandbox: p.Sandbox, Org: p.Org, SubPartner: p.SubPartner,
		Made: p.Made.UTC().Format(time.RFC3339), Guards: inEnglish(p.Guards), Mails: planMailsDoc(p.Mails),
		Summary: planSummaryDoc{
			Customers: s.Customers, PlanCounts: s.PlanCounts, Removals: s.Removals, ByHand: s.Fixed, Drifted: s.Drifted, Unknown: s.Unknown, Extras: s.Extras,
			Calls: s.Calls, Rate: s.Rate, RateFrom: "start", Seconds: s.Seconds, Asked: s.Asked, Kinds: make(map[string]PlanCounts),
		},
	}
	if s.Ceiling {
		d.Summary.RateFrom = "--rate"
	}
	for _, kind := range planKinds() {
		d.Summary.Kinds[string(kind)] = s.Kinds[kind]
	}
	return d
}

func seatsDocs(c PlanCustomer) []seatsDoc {
	var out []seatsDoc
	for _, s := range c.Seats {
		d := seatsDoc{Customer: c.Key, Package: s.Package, Asked: s.Asked, Used: s.Used, After: s.After}
		if s.Known {
			d.Total = &s.Total
		}
		if n, ok := s.Free(); ok {
			d.Free = &n
		}
		out = append(out, d)
	}
	return out
}

// each gives the items of a list as they stand in documents.
func each[T any](items iter.Seq2[T, error], doc func(T) any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for item, err := range items {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(doc(item), nil) {
				return
			}
		}
	}
}

// allSeats gives the seats of every customer.
func allSeats(p *Plan) iter.Seq2[seatsDoc, error] {
	return func(yield func(seatsDoc, error) bool) {
		for c, err := range p.Customers {
			if err != nil {
				yield(seatsDoc{}, err)
				return
			}
			for _, d := range seatsDocs(c) {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

func extraOf(x PlanExtra) extraDoc { return extraDoc{x.Customer, string(x.Kind), x.Key, x.Made} }

// jsonPlan streams the document. A plan that is bound ends with a seal over all bytes before it.
func jsonPlan(w io.Writer, p *Plan) error {
	sum := sha256.New()
	d, err := beginDoc(io.MultiWriter(w, sum), planHeadOf(p))
	if err != nil {
		return err
	}
	if err := d.list("findings", findingsOf(p.Check.Findings)); err != nil {
		return err
	}
	if p.Bound != nil {
		if err := d.bound(p.Bound); err != nil {
			return err
		}
	}
	for _, l := range []struct {
		name  string
		items iter.Seq2[any, error]
	}{
		{"seats", each(allSeats(p), func(d seatsDoc) any { return d })},
		{"extras", each(p.Extras, func(x PlanExtra) any { return extraOf(x) })},
		{"steps", each(p.Steps, func(s onboarding.Step) any { return stepOf(s) })},
	} {
		if err := d.list(l.name, l.items); err != nil {
			return err
		}
	}
	if len(p.Check.HandOff) > 0 {
		if err := d.list("handoff", handOffsOf(p.Check.HandOff)); err != nil {
			return err
		}
	}
	if p.Bound == nil {
		return d.end()
	}
	if err := d.Flush(); err != nil {
		return err
	}
	_, err = io.WriteString(w, SealMark+hex.EncodeToString(sum.Sum(nil))+"\"}\n")
	return err
}

// SealMark stands before the seal of a kept plan: the hash, in hex, of every byte before the mark.
const SealMark = ",\n\"seal\":\""

func (d document) bound(b *Bound) error {
	head, err := marshal(b)
	if err != nil {
		return err
	}
	d.WriteString(",\n\"bound\":")
	d.Write(head[:len(head)-1])
	if err := d.list("objects", each(b.Objects, func(o BoundObject) any { return o })); err != nil {
		return err
	}
	_, err = d.WriteString("}")
	return err
}
