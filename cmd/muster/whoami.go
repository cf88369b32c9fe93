package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/onboarding"
	"muster/internal/vault"
	"muster/internal/webex"
)

func whoamiCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "whoami",
		Usage: "show whose token is used, its organization, scopes and end, and where it is kept",
		Description: "Asks the service, and changes nothing. Scopes that the service did not tell with the token are found out by reading one row\n" +
			"of each list; whether it may write is then not known.\n\n" +
			"Exit codes: 0 the token is good, 5 there is none or it is refused.",
		Flags: slices.Concat([]cli.Flag{
			configFlag(), orgFlag(),
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form: text or json", EnvVars: []string{"MUSTER_FORMAT"}},
		}, serviceFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return whoami(c, s) },
	}
}

// identity is what the service says of a token.
type identity struct {
	Schema       string         `json:"schema"`
	Target       string         `json:"target"`
	Person       string         `json:"person"`
	Name         string         `json:"name"`
	Email        string         `json:"email"`
	Organization string         `json:"organization"`
	Token        tokenDoc       `json:"token"`
	Summary      map[string]int `json:"summary"`
	Scopes       []scopeDoc     `json:"scopes"`
}

// tokenDoc tells of a token, and nothing of what it is.
type tokenDoc struct {
	From     string `json:"from"`
	Method   string `json:"method"` // of `muster login`; empty when the token is not from there
	Renews   bool   `json:"renews"`
	Ends     string `json:"ends"`      // RFC 3339; empty when the service does not say
	LastEnds string `json:"last_ends"` // until when it can be renewed; empty when nobody knows
}

type scopeDoc struct {
	Scope   string          `json:"scope"`
	For     onboarding.Word `json:"for"`
	Granted string          `json:"granted"` // yes, no, unknown
}

func whoami(c *cli.Context, s streams) (err error) {
	if f := c.String("format"); f != "text" && f != "json" {
		return hintedError{usagef("--format %q is not known", f), "text or json"}
	}
	if c.Args().Present() {
		return usagef("whoami takes no argument, not %q", c.Args().First())
	}
	svc, err := dial(c.Context, c, s)
	if err != nil {
		return err
	}
	defer closing(&err, svc)
	me, err := svc.identify(c)
	if err != nil {
		return err
	}
	from := svc.credential.from
	if from.Empty() {
		from = onboarding.T("nowhere: the embedded sandbox needs none")
	}
	doc := identity{
		Schema: "muster/whoami/1", Target: svc.name, Person: me.ID, Name: me.DisplayName, Email: emailOf(me), Organization: me.OrgID,
		Token: tokenDoc{From: from.String(), Renews: svc.credential.renews}, Scopes: []scopeDoc{},
		Summary: map[string]int{"granted": 0, "missing": 0, "unknown": 0},
	}
	ends, last := svc.lifetime(c.Context)
	doc.Token.Ends, doc.Token.LastEnds = moment(ends), moment(last)
	if l := svc.credential.login; l != nil {
		doc.Token.Method = l.Method
	}
	if err := doc.ask(c.Context, svc); err != nil {
		return refusedToken(err)
	}
	if c.String("format") == "json" {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(doc)
	}
	return doc.text(speech{s.out, speechOf(c, s).voice}, from, time.Until(ends))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// ask finds out which scopes the token has.
func (d *identity) ask(ctx context.Context, svc *service) error {
	have, err := svc.rights(ctx, webex.Scopes())
	if err != nil {
		return err
	}
	for _, s := range webex.Scopes() {
		word, counted := "unknown", "unknown"
		if granted, known := have[s.Name]; known && granted {
			word, counted = "yes", "granted"
		} else if known {
			word, counted = "no", "missing"
		}
		d.Summary[counted]++
		d.Scopes = append(d.Scopes, scopeDoc{s.Name, s.For, word})
	}
	return nil
}

// text writes the identity for a person; left is how long the token lasts.
func (d *identity) text(out speech, from onboarding.Text, left time.Duration) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(name onboarding.Word, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", out.said("%s", name), out.said(format, args...))
	}
	line("person", "%s", strings.TrimSpace(d.Name+" "+d.Email))
	line("organization", "%s", d.Organization)
	line("target", "%s", d.Target)
	if method := methodWord(d.Token.Method); method != "" {
		line("token", "from %s (%s)", from, method)
	} else {
		line("token", "from %s", from)
	}
	switch {
	case d.Token.Ends == "":
		line("ends", "the service does not say")
	case d.Token.Renews && d.Token.LastEnds != "":
		line("ends", "%s, %s; renewed by itself until %s", d.Token.Ends, ahead(left), d.Token.LastEnds)
	case d.Token.Renews:
		line("ends", "%s, %s; renewed by itself", d.Token.Ends, ahead(left))
	default:
		line("ends", "%s, %s; it cannot be renewed", d.Token.Ends, ahead(left))
	}
	for _, s := range d.Scopes {
		switch s.Granted {
		case "yes":
			line("scope", "%s", s.Scope)
		case "no":
			line("missing", "%s: %s", s.Scope, s.For)
		}
	}
	if n := d.Summary["unknown"]; n > 0 {
		line("unknown", "%d scopes: the service does not tell, and looking would change something", n)
	}
	return w.Flush()
}

// methodWord names a way of signing in.
func methodWord(method string) onboarding.Word {
	switch method {
	case vault.ByCode:
		return "authorization code"
	case vault.ByServiceApp:
		return "service app"
	case vault.ByCredential:
		return "refresh credentials"
	}
	return ""
}

// ahead says how long a moment is ahead.
func ahead(d time.Duration) onboarding.Text {
	if d <= 0 {
		return onboarding.T("over")
	}
	return onboarding.T("in %s", spoken(d))
}

// lifetime tells when the token ends, and until when it can be renewed; the zero time where nobody knows.
func (s *service) lifetime(ctx context.Context) (ends, last time.Time) {
	if !s.credential.given {
		return ends, last
	}
	if l := s.credential.login; l != nil && s.credential.renews {
		last = l.Grant.RefreshExpires
	}
	ctx, cancel := context.WithTimeout(webex.AsPoll(ctx), lookTime)
	defer cancel()
	ends, err := s.client.TokenExpiry(ctx)
	if err != nil {
		return time.Time{}, last
	}
	return ends, last
}

// lookTime bounds questions about the token whose answers a run can do without.
const lookTime = 20 * time.Second

// rights tells which of the scopes the token has, as far as that can be known: what the service told with it, else what
// reading one row of each list shows.
func (s *service) rights(ctx context.Context, of []webex.Scope) (map[string]bool, error) {
	have := make(map[string]bool)
	if !s.credential.given {
		for _, scope := range of {
			have[scope.Name] = true
		}
		return have, nil
	}
	if l := s.credential.login; l != nil && len(l.Grant.Scopes) > 0 {
		for _, scope := range of {
			have[scope.Name] = webex.Includes(l.Grant.Scopes, scope.Name)
		}
		return have, nil
	}
	ctx, cancel := context.WithTimeout(webex.AsPoll(ctx), lookTime)
	defer cancel()
	for _, scope := range of {
		granted, known, err := s.client.MayRead(ctx, scope.Name)
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return have, nil // the rest is not known
		case err != nil:
			return nil, err
		case known:
			have[scope.Name] = granted
		}
	}
	return have, nil
}
