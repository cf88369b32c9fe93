package report

import (
	"bufio"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
)

// providerDoc is the card of an identity provider in JSON documents.
type providerDoc struct {
	Method    string        `json:"method"`
	Name      string        `json:"name"`
	Templates []string      `json:"templates"`
	Customers int           `json:"customers"`
	GoLive    string        `json:"go_live"`
	Proven    bool          `json:"proven"`
	Verdict   string        `json:"verdict"`
	Errors    int           `json:"errors"`
	Warnings  int           `json:"warnings"`
	Keys      []keyDoc      `json:"keys"`
	Endpoints []endpointDoc `json:"endpoints"`
	Checklist []string      `json:"checklist"`
}

type keyDoc struct {
	Use         string  `json:"use"`
	Type        string  `json:"type"`
	Fingerprint string  `json:"sha256"`
	Expires     *string `json:"expires"`            // null for a key without an end
	Left        *int    `json:"days_left"`          // from today
	After       *int    `json:"days_after_go_live"` // negative when it ends before
}

type endpointDoc struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

func providerOf(p *onboarding.Provider, today time.Time) providerDoc {
	d := providerDoc{
		Method: p.Method, Name: p.Name, Templates: append([]string{}, p.Templates...), Customers: p.Customers, GoLive: p.GoLive.Format(time.DateOnly),
		Proven: p.Proven, Verdict: p.Verdict().String(), Errors: p.Summary.Errors, Warnings: p.Summary.Warnings,
		Keys: []keyDoc{}, Endpoints: []endpointDoc{}, Checklist: []string{},
	}
	for _, k := range p.Keys {
		key := keyDoc{Use: k.Use, Type: k.Type, Fingerprint: k.Fingerprint}
		if !k.Expiry.IsZero() {
			end, left, after := k.Expiry.UTC().Format(time.DateOnly), k.DaysFrom(today), k.DaysFrom(p.GoLive)
			key.Expires, key.Left, key.After = &end, &left, &after
		}
		d.Keys = append(d.Keys, key)
	}
	for _, e := range p.Endpoints {
		d.Endpoints = append(d.Endpoints, endpointDoc(e))
	}
	for _, c := range p.Checklist {
		d.Checklist = append(d.Checklist, c.String())
	}
	return d
}

// visible gives the card for a person: control characters are shown.
func (d providerDoc) visible() providerDoc {
	d.Name, d.Method = Visible(d.Name), Visible(d.Method)
	for i := range d.Templates {
		d.Templates[i] = Visible(d.Templates[i])
	}
	for i := range d.Endpoints {
		d.Endpoints[i].URL = Visible(d.Endpoints[i].URL)
	}
	return d
}

// Lasts says how long a key lasts, in words.
func (k keyDoc) Lasts() string {
	switch {
	case k.Expires == nil:
		return "has no end of its own"
	case *k.Left < 0:
		return fmt.Sprintf("expired %s, %s ago", *k.Expires, plural(-*k.Left, "day"))
	case *k.After < 0:
		return fmt.Sprintf("until %s, %s left, %s before go-live", *k.Expires, plural(*k.Left, "day"), plural(-*k.After, "day"))
	}
	return fmt.Sprintf("until %s, %s left, %s after go-live", *k.Expires, plural(*k.Left, "day"), plural(*k.After, "day"))
}

// cards gives the identity providers of a check. A workbook whose templates all sign in at Webex has none.
func (c *Check) cards() []providerDoc {
	partner := false
	for _, p := range c.Providers {
		partner = partner || p.Method != "Webex"
	}
	if !partner {
		return nil
	}
	var out []providerDoc
	for _, p := range c.Providers {
		out = append(out, providerOf(p, c.Today))
	}
	return out
}

func providersOf(cards []providerDoc) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, d := range cards {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// textProviders writes the go-live cards.
func textProviders(b *bufio.Writer, c *Check) {
	for _, d := range c.cards() {
		d = d.visible()
		fmt.Fprintln(b, strings.TrimRight(d.Method+"  "+d.Name, " "))
		fmt.Fprintf(b, "  verdict    %s\n", d.Verdict)
		if d.Method == "Webex" {
			continue
		}
		fmt.Fprintf(b, "  go-live    %s, %s\n", d.GoLive, plural(d.Customers, "customer"))
		for _, t := range d.Templates {
			fmt.Fprintf(b, "  template   %s\n", t)
		}
		for _, k := range d.Keys {
			fmt.Fprintf(b, "  key        %s, %s, %s\n             SHA-256 %s\n", k.Use, k.Type, k.Lasts(), k.Fingerprint)
		}
		for _, e := range d.Endpoints {
			fmt.Fprintf(b, "  %-22s %s\n", e.Name, e.URL)
		}
		for _, item := range d.Checklist {
			fmt.Fprintf(b, "  [ ]        %s\n", item)
		}
	}
	if len(c.cards()) > 0 {
		fmt.Fprintln(b)
	}
}

// markdownProviders writes the go-live cards.
func markdownProviders(b *bufio.Writer, c *Check) {
	cards := c.cards()
	if len(cards) > 0 {
		fmt.Fprint(b, "\n## Identity providers\n")
	}
	for _, d := range cards {
		d = d.visible()
		fmt.Fprintf(b, "\n### %s %s\n\n**%s**\n", d.Method, inTable(d.Name), d.Verdict)
		if d.Method == "Webex" {
			continue
		}
		fmt.Fprintf(b, "\nGo-live %s, %s\n", d.GoLive, plural(d.Customers, "customer"))
		if len(d.Keys) > 0 {
			fmt.Fprint(b, "\n| Key | Type | Lasts | SHA-256 |\n| --- | --- | --- | --- |\n")
		}
		for _, k := range d.Keys {
			fmt.Fprintf(b, "| %s | %s | %s | `%s` |\n", k.Use, k.Type, k.Lasts(), inTable(k.Fingerprint))
		}
		if len(d.Endpoints) > 0 {
			fmt.Fprint(b, "\n| Endpoint | Address |\n| --- | --- |\n")
		}
		for _, e := range d.Endpoints {
			fmt.Fprintf(b, "| %s | %s |\n", inTable(e.Name), inTable(e.URL))
		}
		fmt.Fprintln(b)
		for _, item := range d.Checklist {
			fmt.Fprintf(b, "- [ ] %s\n", inTable(item))
		}
	}
}

// xlsxProviders adds a sheet of the go-live cards, a fact a row.
func xlsxProviders(f *excelize.File, c *Check) error {
	cards := c.cards()
	if len(cards) == 0 {
		return nil
	}
	if _, err := f.NewSheet("Sign-in"); err != nil {
		return err
	}
	t, err := newTable(f, "Sign-in", []column{{"Method", 18}, {"Identity provider", 44}, {"What", 22}, {"Value", 90}})
	if err != nil {
		return err
	}
	for _, d := range cards {
		d = d.visible()
		for _, r := range d.rows() {
			if err := t.add(d.Method, d.Name, r[0], r[1]); err != nil {
				return err
			}
		}
	}
	return t.out.Flush()
}

// rows gives the facts of a card for a table.
func (d providerDoc) rows() [][2]string {
	rows := [][2]string{{"Verdict", d.Verdict}}
	if d.Method != "Webex" {
		rows = append(rows, [2]string{"Go-live", d.GoLive}, [2]string{"Templates", strings.Join(d.Templates, ", ")})
	}
	for _, k := range d.Keys {
		rows = append(rows, [2]string{"Key, " + k.Use, k.Type + ", " + k.Lasts() + ", SHA-256 " + k.Fingerprint})
	}
	for _, e := range d.Endpoints {
		rows = append(rows, [2]string{"Endpoint, " + e.Name, e.URL})
	}
	for _, item := range d.Checklist {
		rows = append(rows, [2]string{"To be confirmed", item})
	}
	return rows
}
