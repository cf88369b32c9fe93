package report

import (
	"iter"
	"time"

	"muster/internal/onboarding"
)

// Undo is what became of a run that was taken back. Outcomes may be read more than once, in the order of the plan.
type Undo struct {
	ID       string // of the run that took the other back; empty when nothing was changed
	Of       string // the run that was taken back
	Target   string
	Sandbox  bool
	DryRun   bool // nothing was changed: the outcomes say what would become of each row
	Resumed  bool
	State    string // ended, interrupted, stopped
	Stopped  string // why it stopped before its end; empty otherwise
	Started  time.Time
	Summary  onboarding.RunSummary
	Orgs     int // customers that were removed and whose organization remains
	Users    int // that were removed
	Outcomes func() iter.Seq2[onboarding.Outcome, error]
	Voice    onboarding.Voice // of the reader; nil: English

	left  []onboarding.Text // these organizations, each with its customer
	homes []onboarding.Text // organizations of users that were removed, whose customers remain
	going goings            // what is removed, of the first customers
}

type undoHead struct {
	Schema  string      `json:"schema"`
	Run     string      `json:"run"`
	Undoes  string      `json:"undoes"`
	Target  string      `json:"target"`
	Sandbox bool        `json:"sandbox"`
	DryRun  bool        `json:"dry_run"`
	Resumed bool        `json:"resumed"`
	State   string      `json:"state"`
	Stopped string      `json:"stopped,omitempty"`
	Remains []string    `json:"remains"`
	Summary undoSummary `json:"summary"`
}

type undoSummary struct {
	Rows     int     `json:"rows"`
	Removed  int     `json:"removed"`
	Gone     int     `json:"gone"`
	Kept     int     `json:"kept"`
	Failed   int     `json:"failed"`
	NotTried int     `json:"not_tried"`
	Calls    int     `json:"calls"`
	Retries  int     `json:"retries"`
	Polls    int     `json:"polls"`
	Seconds  float64 `json:"seconds"`
}

// undoneDoc is one row of an undo.
type undoneDoc struct {
	Kind     string      `json:"kind"`
	Key      string      `json:"key"`
	Customer string      `json:"customer"`
	Status   string      `json:"status"`
	Reason   *string     `json:"reason"`
	Why      string      `json:"why"` // what remains, and where a person can remove it; empty when nothing does
	ID       string      `json:"id"`
	File     string      `json:"file"`
	Sheet    string      `json:"sheet"`
	Row      int         `json:"row"`
	Error    *failureDoc `json:"error"`

	Organization string `json:"organization_id,omitempty"` // that remains of a removed customer
}

func undoneOf(o onboarding.Outcome) undoneDoc {
	d := outcomeOf(o)
	u := undoneDoc{Kind: d.Kind, Key: d.Key, Customer: d.Customer, Status: d.Status, Reason: d.Reason, ID: d.ID, File: d.File, Sheet: d.Sheet, Row: d.Row, Error: d.Error}
	if o.Error == nil {
		return u
	}
	u.Organization = o.Error.Organization
	if o.Status != onboarding.Failed {
		u.Why, u.Error = o.Error.Message, nil
	}
	return u
}

// Tally counts the outcomes, and what remains.
func (u *Undo) Tally() error {
	var s onboarding.RunSummary
	u.Orgs, u.Users, u.left, u.homes, u.going = 0, 0, nil, nil, goings{}
	named := make(map[string]bool) // organizations; the customers come first
	for o, err := range u.Outcomes() {
		if err != nil {
			return err
		}
		s.Rows++
		s.Count(o.Status)
		switch {
		case o.Status == onboarding.Removed && o.Reason == onboarding.ReasonOrganization && o.Error != nil:
			u.Orgs++
			u.left = home(u.left, o, named)
		case o.Status == onboarding.Removed && o.Kind == onboarding.ObjectUser:
			u.Users++
			u.homes = home(u.homes, o, named)
		}
		if u.DryRun && o.Status == onboarding.Removed {
			u.going.add(o)
		}
	}
	u.Summary = s
	return nil
}

// home adds the organization that keeps the emails of an outcome to a list, once.
func home(list []onboarding.Text, o onboarding.Outcome, named map[string]bool) []onboarding.Text {
	if o.Error == nil || o.Error.Organization == "" || named[o.Error.Organization] {
		return list
	}
	named[o.Error.Organization] = true
	return append(list, onboarding.T("%s: organization %s", o.Customer, o.Error.Organization))
}

// Listing gives the undo as a list.
func (u *Undo) Listing() *Listing {
	s := u.Summary
	l := &Listing{
		Title: onboarding.T("undo of run %s", u.Of), Voice: u.Voice, Counts: RunLine(s), Sandbox: u.Sandbox, Remarks: u.remarks(),
		Facts: []Fact{{"Target", u.Target}, {"Calls", thousands(s.Calls)}},
		List:  "outcomes", Type: "undo", Item: "outcome", Columns: []onboarding.Word{"Status", "Kind", "Key", "Customer", "Where", "Why"}, Rows: u.lines,
		Head: undoHead{
			"muster/undo/1", u.ID, u.Of, u.Target, u.Sandbox, u.DryRun, u.Resumed, u.State, u.Stopped, inEnglish(u.remains()),
			undoSummary{s.Rows, s.Removed, s.Gone, s.Kept, s.Failed, s.NotTried, s.Calls, s.Retries, s.Polls, s.Seconds},
		},
	}
	if u.DryRun {
		l.Title, l.Counts = onboarding.T("what an undo of run %s would do", u.Of), u.would()
	} else {
		l.Facts = append(l.Facts, Fact{"Run", u.ID}, Fact{"Started", u.Started.UTC().Format("2006-01-02 15:04:05 UTC")})
	}
	l.Verdict, l.Tone = u.verdict()
	return l
}

func (u *Undo) verdict() (text onboarding.Text, tone string) {
	s := u.Summary
	switch {
	case u.Stopped != "":
		return onboarding.T("not finished: %s", u.Stopped), "bad"
	case s.Failed > 0:
		return onboarding.Count(s.Failed, "%s row could not be taken back; the same command tries it again", "%s rows could not be taken back; the same command tries them again"), "bad"
	case s.NotTried > 0:
		return onboarding.Count(s.NotTried, "%s row not tried; the same command goes on", "%s rows not tried; the same command goes on"), "look"
	case s.Rows == 0:
		return onboarding.T("the run made nothing that could be taken back"), "good"
	case u.DryRun:
		return onboarding.T("nothing was changed"), "good"
	case s.Kept > 0:
		return onboarding.Count(s.Kept, "all that can be taken back is; %s row remains as told", "all that can be taken back is; %s rows remain as told"), "look"
	}
	return onboarding.T("everything is taken back"), "good"
}

// would counts what the undo of a dry run would do.
func (u *Undo) would() onboarding.Text {
	s := u.Summary
	parts := onboarding.List{onboarding.T("%s would be removed", onboarding.Number(s.Removed)), onboarding.T("%s would stay", onboarding.Number(s.Kept))}
	if s.Gone > 0 {
		parts = append(parts, onboarding.T("%s are not there any more", onboarding.Number(s.Gone)))
	}
	if s.Failed+s.NotTried > 0 {
		parts = append(parts, onboarding.T("%s could not be looked at", onboarding.Number(s.Failed+s.NotTried)))
	}
	return onboarding.T("%s", parts)
}

// remarks are the sentences for a person: what would go, what remains, and where.
func (u *Undo) remarks() []onboarding.Text {
	out := u.going.lines()
	for _, r := range u.remaining() {
		out = append(out, r.text)
		for _, line := range r.lines {
			out = append(out, onboarding.T("  %s", line))
		}
	}
	return out
}

// remainder is a sentence about what remains, with the organizations it speaks of.
type remainder struct {
	text  onboarding.Text
	lines []onboarding.Text
}

// remains says what no call takes back.
func (u *Undo) remains() []onboarding.Text {
	var out []onboarding.Text
	for _, r := range u.remaining() {
		out = append(out, r.text)
	}
	return out
}

func (u *Undo) remaining() []remainder {
	var out []remainder
	if u.Orgs > 0 {
		out = append(out, remainder{onboarding.T("Webex organizations that remain after their customers are removed: %d. The emails in them stay claimed: a new customer cannot use them unless its Organization ID names that organization", u.Orgs), u.left})
	}
	if u.Users > 0 {
		out = append(out, remainder{onboarding.T("users who lose their package: %d. As persons they stay in their organization until somebody deletes them in Control Hub, and their emails stay claimed by it", u.Users), u.homes})
	}
	return out
}

func (u *Undo) lines() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for o, err := range u.Outcomes() {
			if !yield(undoLine(o), err) || err != nil {
				return
			}
		}
	}
}

func undoLine(o onboarding.Outcome) Line {
	d := undoneOf(o)
	var why onboarding.Text
	if o.Error != nil {
		why = o.Error.Text()
		if d.Error != nil && d.Error.TrackingID != "" {
			why = onboarding.T("%s [tracking id %s]", why, d.Error.TrackingID)
		}
	}
	l := Line{Doc: d, Cells: []any{o.Status.Word(), o.Kind.Word(), d.Key, d.Customer, where(o), why}, Listed: o.Status != onboarding.Removed && o.Status != onboarding.Gone}
	if o.Status == onboarding.Kept && d.Why != "" {
		l.Same, l.Name = onboarding.T("%s: %s", o.Kind.Word(), why), named(o)
		if o.Reason == onboarding.ReasonNumbers {
			l.Same = onboarding.T("numbers: some stay (the main number, which no call removes, or those of others): see Control Hub under Calling > Numbers")
		}
	}
	return l
}
