package report

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strings"
	"text/tabwriter"
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
	Who     string // who must do what
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
	}
	return func(w io.Writer, s *Status) error { return f.Run(w, &s.Run) }
}

// Status writes a status.
func (f Format) Status(w io.Writer, s *Status) error { return f.statusForm()(w, s) }

func textStatus(w io.Writer, s *Status) error {
	if err := textRun(w, &s.Run); err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	textWaits(b, s)
	if err := textWaves(b, s.Waves); err != nil {
		return err
	}
	for _, r := range s.Reminders {
		fmt.Fprintf(b, "  %-9s %s%s\n", r.Status, Visible(r.User.Key), because(onboarding.Outcome{Error: r.Error}))
	}
	if s.Reminded {
		fmt.Fprintln(b, s.reminded())
	}
	return b.Flush()
}

// textWaits says for whom rows wait, and for how long.
func textWaits(b *bufio.Writer, s *Status) {
	for i, wait := range s.Waits {
		if i == mostListed && !s.AllWaits {
			fmt.Fprintf(b, "  … and %s more wait; --all-waiting lists them\n", thousands(len(s.Waits)-mostListed))
			return
		}
		o := wait.Outcome
		fmt.Fprintf(b, "  %s %s waits since %s (%s): %s\n", o.Kind, Visible(o.Key), o.Since.Local().Format("2006-01-02 15:04"), age(wait.Age), wait.Who)
	}
}

// age gives a time in days and hours, or in minutes.
func age(d time.Duration) string {
	if d < 48*time.Hour {
		return d.Round(time.Minute).String()
	}
	h := int(d.Hours())
	return fmt.Sprintf("%d days %d hours", h/24, h%24)
}

// textWaves draws the board when the run has waves, or customers for the next window.
func textWaves(b *bufio.Writer, waves []Wave) error {
	if len(waves) == 1 && waves[0].Name == "" && waves[0].First == "" && len(waves[0].Next) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nWAVE\tGO-LIVE\tCUSTOMERS\tDONE\tWAITING\tFAILED\tNOT TRIED\tROWS")
	for _, w := range waves {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d of %d\n", Visible(w.title()), w.goLive(), w.Customers, w.Done, w.Waiting, w.Failed, w.NotTried, w.Finished, w.Rows)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, w := range waves {
		if len(w.Next) > 0 {
			fmt.Fprintf(b, "for the next window, wave %s: %s\n", Visible(w.title()), Visible(few(w.Next)))
		}
	}
	return nil
}

func (w Wave) title() string {
	if w.Name == "" {
		return "none"
	}
	return w.Name
}

func (w Wave) goLive() string {
	if w.First == w.Last {
		return Visible(w.First)
	}
	return Visible(w.First + " to " + w.Last)
}

// few joins what fits on a terminal.
func few(list []string) string {
	if len(list) <= mostListed {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %s more", strings.Join(list[:mostListed], ", "), thousands(len(list)-mostListed))
}

func (s *Status) reminded() string {
	counts := map[string]int{}
	for _, r := range s.Reminders {
		counts[r.Status]++
	}
	return fmt.Sprintf("consent mails sent again: %d; settled already: %d; failed: %d", counts["reminded"], counts["settled"], counts["failed"])
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
			return waitDoc{string(o.Kind), o.Key, o.Customer, string(o.Reason), o.Since.UTC().Format(time.RFC3339), int64(v.Age.Seconds()), v.Who}
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
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "\n## Waves\n\n| Wave | Go-live | Customers | Done | Waiting | Failed | Not tried | For the next window |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n")
	for _, v := range s.Waves {
		fmt.Fprintf(b, "| %s | %s | %d | %d | %d | %d | %d | %s |\n", inTable(v.title()), inTable(v.goLive()), v.Customers, v.Done, v.Waiting, v.Failed, v.NotTried, inTable(strings.Join(v.Next, ", ")))
	}
	fmt.Fprint(b, "\n## Waiting for others\n\n| Kind | Key | Since | Who must act |\n| --- | --- | --- | --- |\n")
	for _, v := range s.Waits {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", v.Outcome.Kind, inTable(v.Outcome.Key), v.Outcome.Since.UTC().Format("2006-01-02 15:04 UTC"), inTable(v.Who))
	}
	return b.Flush()
}
