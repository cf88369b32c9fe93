package report

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Status is a run as it stands, with a board of its waves, who is waited for, and reminders when some were sent.
type Status struct {
	Run
	Waves     []Wave
	Waits     []Wait // the longest first
	Reminders []Reminder
	Reminded  bool // reminders were asked for
	AllWaits  bool // text lists every wait, not only the first
}

// Wave is the customers of one wave of a run. A customer counts once: failed before waiting before not tried.
type Wave struct {
	Name                                             string // empty for customers without a wave
	First, Last                                      string // Go-live dates, 2006-01-02; empty when there are none
	Customers, Done, Waiting, Failed, NotTried, Rows int
	Finished                                         int      // rows
	Next                                             []string // customers that were not begun: for the next window
}

// Wait is one row that waits for others.
type Wait struct {
	Outcome onboarding.Outcome
	Age     time.Duration
	Who     onboarding.Text // who must do what
}

// Reminder is what became of one reminder.
type Reminder struct {
	User   onboarding.Outcome
	Status string // reminded, settled, failed
	Error  *onboarding.Failure
}

// statusFormat writes a status in a format; those that have no form of their own for it write its run.
func (f Format) statusForm() func(io.Writer, *Status) error {
	switch f.Name {
	case "text":
		return textStatus
	case "json":
		return jsonStatus
	case "markdown":
		return markdownStatus
	case "html":
		return htmlStatus
	}
	return func(w io.Writer, s *Status) error { return f.Run(w, &s.Run) }
}

// Status writes a status.
func (f Format) Status(w io.Writer, s *Status) error { return f.statusForm()(w, s) }

func textStatus(w io.Writer, s *Status) error {
	if err := textRun(w, &s.Run); err != nil {
		return err
	}
	p := newPen(w, s.voice())
	p.waits(s)
	p.waves(s.Waves)
	for _, r := range s.Reminders {
		fmt.Fprintf(p, "  %s %s%s\n", p.pad(reminderWord(r.Status), 9), Visible(r.User.Key), p.because(onboarding.Outcome{Error: r.Error}))
	}
	if s.Reminded {
		fmt.Fprintln(p, p.said(s.reminded()))
	}
	return p.Flush()
}

// waits says for whom rows wait, and for how long.
func (p pen) waits(s *Status) {
	for i, wait := range s.Waits {
		if i == mostListed && !s.AllWaits {
			fmt.Fprintf(p, "  %s\n", p.say("… and %s more wait; --all-waiting lists them", onboarding.Number(len(s.Waits)-mostListed)))
			return
		}
		o := wait.Outcome
		fmt.Fprintf(p, "  %s\n", p.say("%s %s waits since %s (%s): %s", o.Kind.Word(), o.Key, o.Since.Local().Format("2006-01-02 15:04"), age(wait.Age), wait.Who))
	}
}

func reminderWord(status string) onboarding.Word {
	switch status {
	case "reminded":
		return "reminded"
	case "settled":
		return "settled"
	}
	return "failed"
}

// age gives a time in days and hours, or in minutes.
func age(d time.Duration) onboarding.Text {
	if d < 48*time.Hour {
		return onboarding.T("%s", d.Round(time.Minute))
	}
	h := int(d.Hours())
	return onboarding.T("%d days %d hours", h/24, h%24)
}

// waves draws the board when the run has waves, or customers for the next window.
func (p pen) waves(waves []Wave) {
	if len(waves) == 1 && waves[0].Name == "" && waves[0].First == "" && len(waves[0].Next) == 0 {
		return
	}
	heads := saidAll(p.voice, []onboarding.Word{"Wave", "Go-live", "Customers", "Done", "Waiting", "Failed", "Not tried", "Rows"})
	for i := range heads {
		heads[i] = strings.ToUpper(heads[i])
	}
	rows := [][]string{heads}
	for _, w := range waves {
		row := []any{w.title(), w.goLive(), w.Customers, w.Done, w.Waiting, w.Failed, w.NotTried, onboarding.T("%d of %d", w.Finished, w.Rows)}
		rows = append(rows, saidAll(p.voice, row))
	}
	fmt.Fprintln(p)
	p.columns(rows)
	for _, w := range waves {
		if len(w.Next) > 0 {
			p.line("for the next window, wave %s: %s", w.title(), few(w.Next))
		}
	}
}

// columns writes rows of cells beside each other.
func (p pen) columns(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], width(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += pad(cell, widths[i]) + "  "
		}
		fmt.Fprintln(p, strings.TrimRight(line, " "))
	}
}

func (w Wave) title() any {
	if w.Name == "" {
		return onboarding.Word("none")
	}
	return w.Name
}

func (w Wave) goLive() onboarding.Text {
	if w.First == w.Last {
		return onboarding.T("%s", w.First)
	}
	return onboarding.T("%s to %s", w.First, w.Last)
}

// few joins what fits on a terminal.
func few(list []string) onboarding.Text { return onboarding.Some(list, mostListed) }

func (s *Status) reminded() onboarding.Text {
	counts := map[string]int{}
	for _, r := range s.Reminders {
		counts[r.Status]++
	}
	return onboarding.T("consent mails sent again: %d; settled already: %d; failed: %d", counts["reminded"], counts["settled"], counts["failed"])
}

type waveDoc struct {
	Wave      string   `json:"wave"`
	GoLive    string   `json:"go_live"`
	LastLive  string   `json:"last_go_live"`
	Customers int      `json:"customers"`
	Done      int      `json:"done"`
	Waiting   int      `json:"waiting"`
	Failed    int      `json:"failed"`
	NotTried  int      `json:"not_tried"`
	Rows      int      `json:"rows"`
	Finished  int      `json:"rows_done"`
	Next      []string `json:"next_window"`
}

type waitDoc struct {
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Customer string `json:"customer"`
	Reason   string `json:"reason"`
	Since    string `json:"since"`
	Seconds  int64  `json:"age_seconds"`
	Who      string `json:"who"`
}

type reminderDoc struct {
	Key      string      `json:"key"`
	Customer string      `json:"customer"`
	Status   string      `json:"status"`
	Error    *failureDoc `json:"error"`
}

// jsonStatus writes what a run's document holds under a schema of its own, with the board, the waits and the reminders.
func jsonStatus(w io.Writer, s *Status) error {
	head := headOf(&s.Run)
	head.Schema = "muster/status/1"
	d, err := beginDoc(w, head)
	if err != nil {
		return err
	}
	lists := []struct {
		name  string
		items iter.Seq2[any, error]
	}{
		{"waves", itemsOf(s.Waves, func(v Wave) any {
			next := append([]string{}, v.Next...)
			return waveDoc{v.Name, v.First, v.Last, v.Customers, v.Done, v.Waiting, v.Failed, v.NotTried, v.Rows, v.Finished, next}
		})},
		{"waiting", itemsOf(s.Waits, func(v Wait) any {
			o := v.Outcome
			return waitDoc{string(o.Kind), o.Key, o.Customer, string(o.Reason), o.Since.UTC().Format(time.RFC3339), int64(v.Age.Seconds()), v.Who.String()}
		})},
		{"reminders", itemsOf(s.Reminders, func(v Reminder) any {
			return reminderDoc{v.User.Key, v.User.Customer, v.Status, outcomeOf(onboarding.Outcome{Error: v.Error}).Error}
		})},
		{"findings", findingsOf(s.Check.Findings)},
		{"outcomes", func(yield func(any, error) bool) {
			for o, err := range s.Outcomes {
				if !yield(outcomeOf(o), err) {
					return
				}
			}
		}},
	}
	for _, l := range lists {
		if err := d.list(l.name, l.items); err != nil {
			return err
		}
	}
	return d.end()
}

// itemsOf gives the items of a slice as they stand in documents.
func itemsOf[T any](all []T, doc func(T) any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, v := range all {
			if !yield(doc(v), nil) {
				return
			}
		}
	}
}

func markdownStatus(w io.Writer, s *Status) error {
	if err := markdownRun(w, &s.Run); err != nil {
		return err
	}
	p := newPen(w, s.voice())
	p.heading(2, "Waves")
	p.mdHead([]onboarding.Word{"Wave", "Go-live", "Customers", "Done", "Waiting", "Failed", "Not tried", "For the next window"}, 2, 7)
	for _, v := range s.Waves {
		p.mdRow(v.title(), v.goLive(), v.Customers, v.Done, v.Waiting, v.Failed, v.NotTried, strings.Join(v.Next, ", "))
	}
	p.heading(2, "Waiting for others")
	p.mdHead([]onboarding.Word{"Kind", "Key", "Since", "Who must act"}, 0, 0)
	for _, v := range s.Waits {
		p.mdRow(v.Outcome.Kind.Word(), v.Outcome.Key, v.Outcome.Since.UTC().Format("2006-01-02 15:04 UTC"), v.Who)
	}
	return p.Flush()
}
