package report

import (
	"fmt"
	"iter"
	"strings"
	"time"

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

// lasts says how long a key lasts, in words.
func (k keyDoc) lasts() onboarding.Text {
	switch {
	case k.Expires == nil:
		return onboarding.T("has no end of its own")
	case *k.Left < 0:
		return onboarding.T("expired %s, %s ago", *k.Expires, daysOf(-*k.Left))
	case *k.After < 0:
		return onboarding.T("until %s, %s left, %s before go-live", *k.Expires, daysOf(*k.Left), daysOf(-*k.After))
	}
	return onboarding.T("until %s, %s left, %s after go-live", *k.Expires, daysOf(*k.Left), daysOf(*k.After))
}

// use is the word for what a key is for.
func (k keyDoc) use() onboarding.Word {
	switch k.Use {
	case "signing":
		return "signing"
	case "encryption":
		return "encryption"
	case "signing and encryption":
		return "signing and encryption"
	}
	return ""
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

// providerCard is the card for a person.
type providerCard struct {
	Method, Name, GoLive, Verdict string
	Templates                     []string
	Customers, Errors, Warnings   int
	Proven                        bool
	Keys                          []keyCard
	Endpoints                     []endpointDoc
	Checklist                     []string
}

type keyCard struct{ Use, Type, Lasts, Fingerprint string }

// shownCards gives the cards in the language of the reader.
func (c *Check) shownCards() []providerCard {
	v := spoken(c.Voice)
	var out []providerCard
	for i, d := range c.cards() {
		p := c.Providers[i]
		card := providerCard{
			Method: Visible(d.Method), Name: Visible(d.Name), GoLive: d.GoLive, Verdict: said(v, p.Verdict()), Templates: allVisible(d.Templates),
			Customers: d.Customers, Errors: d.Errors, Warnings: d.Warnings, Proven: d.Proven, Checklist: saidAll(v, p.Checklist),
		}
		for _, k := range d.Keys {
			card.Keys = append(card.Keys, keyCard{said(v, k.use()), Visible(k.Type), said(v, k.lasts()), k.Fingerprint})
		}
		for _, e := range d.Endpoints {
			card.Endpoints = append(card.Endpoints, endpointDoc{said(v, e.name()), Visible(e.URL)})
		}
		out = append(out, card)
	}
	return out
}

// name is what the endpoint is for.
func (e endpointDoc) name() onboarding.Text {
	what, binding, _ := strings.Cut(e.Name, " ")
	switch what {
	case "sign-on":
		return onboarding.T("sign-on %s", binding)
	case "logout":
		return onboarding.T("logout %s", binding)
	}
	return onboarding.T("%s", e.Name)
}

// providers writes the go-live cards.
func (p pen) providers(c *Check) {
	cards := c.shownCards()
	for _, d := range cards {
		fmt.Fprintln(p, strings.TrimRight(d.Method+"  "+d.Name, " "))
		p.fact("verdict", d.Verdict)
		if d.Method == "Webex" {
			continue
		}
		p.fact("go-live", p.say("%s, %s", d.GoLive, customersOf(d.Customers)))
		for _, t := range d.Templates {
			p.fact("template", t)
		}
		for _, k := range d.Keys {
			p.fact("key", fmt.Sprintf("%s, %s, %s", k.Use, k.Type, k.Lasts))
			fmt.Fprintf(p, "             SHA-256 %s\n", k.Fingerprint)
		}
		for _, e := range d.Endpoints {
			fmt.Fprintf(p, "  %s %s\n", pad(e.Name, 22), e.URL)
		}
		for _, item := range d.Checklist {
			p.hang("  [ ]        ", item)
		}
	}
	if len(cards) > 0 {
		fmt.Fprintln(p)
	}
}

// fact writes a line of a card.
func (p pen) fact(name onboarding.Word, value string) {
	p.hang("  "+p.pad(name, 10)+" ", value)
}

// mdProviders writes the go-live cards.
func (p pen) mdProviders(c *Check) {
	cards := c.shownCards()
	if len(cards) > 0 {
		fmt.Fprintf(p, "\n## %s\n", p.say("Identity providers"))
	}
	for _, d := range cards {
		fmt.Fprintf(p, "\n### %s %s\n\n**%s**\n", d.Method, inTable(d.Name), d.Verdict)
		if d.Method == "Webex" {
			continue
		}
		fmt.Fprintf(p, "\n%s\n", p.say("Go-live %s, %s", d.GoLive, customersOf(d.Customers)))
		if len(d.Keys) > 0 {
			fmt.Fprintln(p)
			p.mdHead([]onboarding.Word{"Public key", "Type", "Lasts", "SHA-256"}, 0, 0)
		}
		for _, k := range d.Keys {
			fmt.Fprintf(p, "| %s | %s | %s | `%s` |\n", k.Use, k.Type, k.Lasts, inTable(k.Fingerprint))
		}
		if len(d.Endpoints) > 0 {
			fmt.Fprintln(p)
			p.mdHead([]onboarding.Word{"Endpoint", "Address"}, 0, 0)
		}
		for _, e := range d.Endpoints {
			p.mdRow(e.Name, e.URL)
		}
		fmt.Fprintln(p)
		for _, item := range d.Checklist {
			fmt.Fprintf(p, "- [ ] %s\n", inTable(item))
		}
	}
}

// providers adds a sheet of the go-live cards, a fact a row.
func (b *xlsx) providers(c *Check) error {
	cards := c.shownCards()
	if len(cards) == 0 {
		return nil
	}
	t, err := b.sheet("Sign-in", []column{{"Method", 18}, {"Identity provider", 44}, {"What", 22}, {"Value", 90}})
	if err != nil {
		return err
	}
	for _, d := range cards {
		for _, r := range d.rows() {
			if err := t.add(d.Method, d.Name, r.Name, r.Value); err != nil {
				return err
			}
		}
	}
	return t.out.Flush()
}

// rows gives the facts of a card for a table.
func (d providerCard) rows() []fact {
	rows := []fact{{onboarding.T("Verdict"), d.Verdict}}
	if d.Method != "Webex" {
		rows = append(rows, fact{onboarding.T("Go-live"), d.GoLive}, fact{onboarding.T("Templates"), strings.Join(d.Templates, ", ")})
	}
	for _, k := range d.Keys {
		rows = append(rows, fact{onboarding.T("Key, %s", k.Use), onboarding.List{k.Type, k.Lasts, "SHA-256 " + k.Fingerprint}})
	}
	for _, e := range d.Endpoints {
		rows = append(rows, fact{onboarding.T("Endpoint, %s", e.Name), e.URL})
	}
	for _, item := range d.Checklist {
		rows = append(rows, fact{onboarding.T("To be confirmed"), item})
	}
	return rows
}
