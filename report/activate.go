package report

import (
	"iter"

	"muster/internal/onboarding"
)

// Activation is what became of numbers that were to be switched on.
type Activation struct {
	Target  string
	Sandbox bool
	DryRun  bool // nothing was changed: the statuses say what would become of each number
	Stopped string
	Summary ActivationSummary
	Numbers []ActivatedNumber
	Voice   onboarding.Voice // of the reader; nil: English
}

// ActivationSummary counts numbers, and what it cost.
type ActivationSummary struct {
	Customers int     `json:"customers"`
	Activated int     `json:"activated"`
	NotDue    int     `json:"not_due"`
	Failed    int     `json:"failed"`
	NotTried  int     `json:"not_tried"`
	Active    int     `json:"active"`     // switched on already
	LeftAlone int     `json:"left_alone"` // switched off, and the journal does not know them
	Missing   int     `json:"missing"`    // the journal knows them, and they are not there
	Calls     int     `json:"calls"`
	Retries   int     `json:"retries"`
	Seconds   float64 `json:"seconds"`
}

// ActivatedNumber is one number that is, or was, switched off.
type ActivatedNumber struct {
	Customer string
	Location string
	Number   string // E.164; empty when the customer's numbers could not be read
	Status   string // activated, not_due, failed, not_tried
	Port     string // date; empty for none
	Why      onboarding.Text
	Error    *onboarding.Failure // only when failed
}

type activationHead struct {
	Schema  string            `json:"schema"`
	Target  string            `json:"target"`
	Sandbox bool              `json:"sandbox"`
	DryRun  bool              `json:"dry_run"`
	Stopped string            `json:"stopped,omitempty"`
	Summary ActivationSummary `json:"summary"`
}

type activatedDoc struct {
	Customer string      `json:"customer"`
	Location string      `json:"location"`
	Number   string      `json:"number"`
	Status   string      `json:"status"`
	Port     string      `json:"port_date"`
	Why      string      `json:"why"`
	Error    *failureDoc `json:"error"`
}

// Listing gives the activation as a list.
func (a *Activation) Listing() *Listing {
	s := a.Summary
	l := &Listing{
		Title: onboarding.T("activation of numbers"), Sandbox: a.Sandbox, Voice: a.Voice, Type: "activate", List: "numbers", Item: "number",
		Counts: onboarding.T("%s, %s not due yet, %s failed, %s not tried", onboarding.Count(s.Activated, "%s number activated", "%s numbers activated"),
			onboarding.Number(s.NotDue), onboarding.Number(s.Failed), onboarding.Number(s.NotTried)),
		Facts:   []Fact{{"Target", a.Target}, {"Customers", thousands(s.Customers)}, {"Switched on already", thousands(s.Active)}, {"Calls", thousands(s.Calls)}},
		Columns: []onboarding.Word{"Status", "Customer", "Location", "Number", "Port date", "Why"},
		Head:    activationHead{"muster/activate/1", a.Target, a.Sandbox, a.DryRun, a.Stopped, s},
		Rows:    a.lines,
	}
	if a.DryRun {
		l.Title, l.Most = onboarding.T("what an activation of numbers would do"), fewListed
		l.Counts = onboarding.T("%s, %s not due yet, %s failed, %s not tried", onboarding.Count(s.Activated, "%s number would be activated", "%s numbers would be activated"),
			onboarding.Number(s.NotDue), onboarding.Number(s.Failed), onboarding.Number(s.NotTried))
	}
	if s.Active > 0 {
		l.Remarks = append(l.Remarks, onboarding.T("numbers that are switched on already: %s", onboarding.Number(s.Active)))
	}
	if s.LeftAlone > 0 {
		l.Remarks = append(l.Remarks, onboarding.T("numbers that are switched off and that this journal does not know; they are left alone: %s", onboarding.Number(s.LeftAlone)))
	}
	if s.Missing > 0 {
		l.Remarks = append(l.Remarks, onboarding.T("numbers that this journal knows and the service does not hold: %s", onboarding.Number(s.Missing)))
	}
	l.Verdict, l.Tone = a.verdict()
	return l
}

func (a *Activation) verdict() (text onboarding.Text, tone string) {
	s := a.Summary
	switch {
	case a.Stopped != "":
		return onboarding.T("not finished: %s", a.Stopped), "bad"
	case s.Failed > 0:
		return onboarding.Count(s.Failed, "%s number could not be switched on; the same command tries again", "%s numbers could not be switched on; the same command tries again"), "bad"
	case s.NotTried > 0:
		return onboarding.Count(s.NotTried, "%s number not tried; the same command goes on", "%s numbers not tried; the same command goes on"), "look"
	case a.DryRun:
		return onboarding.T("nothing was changed"), "good"
	case s.NotDue > 0:
		return onboarding.Count(s.NotDue, "%s number not due yet; --force switches it on before its date", "%s numbers not due yet; --force switches them on before their date"), "look"
	}
	return onboarding.T("every number that is due is switched on"), "good"
}

// word is the status for people.
func (n ActivatedNumber) word() onboarding.Word {
	switch n.Status {
	case "activated":
		return "activated"
	case "not_due":
		return "not due"
	case "failed":
		return "failed"
	}
	return "not tried"
}

func (a *Activation) lines() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, n := range a.Numbers {
			d := activatedDoc{n.Customer, n.Location, n.Number, n.Status, n.Port, n.Why.String(), outcomeOf(onboarding.Outcome{Error: n.Error}).Error}
			why := n.Why
			if n.Error != nil {
				why = because(onboarding.Outcome{Error: n.Error})
			}
			status := n.word()
			if a.DryRun && n.Status == "activated" {
				status = "would be activated"
			}
			if !yield(Line{Doc: d, Cells: []any{status, d.Customer, d.Location, d.Number, d.Port, why}, Listed: a.DryRun || n.Status != "activated"}, nil) {
				return
			}
		}
	}
}
