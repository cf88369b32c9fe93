package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/urfave/cli/v2"

	"muster/auth"
	authcheck "muster/auth/check"
	"muster/auth/rehearse"
	"muster/internal/onboarding"
	"muster/validate"
)

func rulesCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "rules",
		Usage:     "list every rule, or explain one",
		ArgsUsage: "[ID]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form: text or json"},
			langFlag(),
		},
		OnUsageError: onUsageError,
		Action: func(c *cli.Context) error {
			if c.Args().Len() > 1 {
				return usagef("rules takes one rule at most, not %q", c.Args().Slice())
			}
			rules := allRules()
			if id := c.Args().First(); id != "" {
				r, ok := findRule(id)
				if !ok {
					return hintedError{usagef("there is no rule %q", id), "`muster rules` lists them"}
				}
				rules = []explained{r}
			}
			v, err := voice(c)
			if err != nil {
				return err
			}
			switch c.String("format") {
			case "json":
				return rulesJSON(s, rules)
			case "text":
				if c.Args().Present() {
					return ruleText(s, v, rules[0])
				}
				return rulesText(s, v, rules)
			}
			return usagef("--format %q is not known; take text or json", c.String("format"))
		},
	}
}

// explained is a rule as people read it.
type explained struct {
	ID                string
	Severity          onboarding.Severity
	Summary, Why, Fix onboarding.Text
	Example           onboarding.Text
}

// allRules lists the rules of workbooks, then the checks of sign-in.
func allRules() []explained {
	var rules []explained
	for _, r := range validate.Rules() {
		rules = append(rules, explained{
			r.ID, r.Severity, onboarding.Text{Format: r.Summary}, onboarding.Text{Format: r.Why}, onboarding.Text{Format: r.Fix}, onboarding.Text{Format: r.Example},
		})
	}
	for _, c := range slices.Concat(auth.Checks(), rehearse.Catalogue()) {
		rules = append(rules, signInRule(c))
	}
	return rules
}

func signInRule(c authcheck.Check) explained {
	return explained{
		ID: c.ID, Severity: c.Levels[0].Severity(), Summary: onboarding.Text{Format: c.Title},
		Why: onboarding.T("%s (%s: %s)", onboarding.Word(c.Why), grounds(c), c.Source), Fix: onboarding.Text{Format: c.Fix},
	}
}

func findRule(id string) (explained, bool) {
	rules := allRules()
	i := slices.IndexFunc(rules, func(r explained) bool { return strings.EqualFold(r.ID, id) })
	if i < 0 {
		return explained{}, false
	}
	return rules[i], true
}

// grounds says in words what a check of sign-in rests on.
func grounds(c authcheck.Check) onboarding.List {
	words := map[authcheck.Evidence]onboarding.Word{
		authcheck.Webex: "Webex says so", authcheck.Standard: "a standard says so", authcheck.Profile: "a profile or best current practice says so",
		authcheck.Measured: "measured", authcheck.Judgement: "our judgement",
	}
	var out onboarding.List
	for _, e := range c.Evidence {
		out = append(out, words[e])
	}
	return out
}

type ruleDoc struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
	Example  string `json:"example"`
}

func rulesJSON(s streams, rules []explained) error {
	doc := struct {
		Schema  string         `json:"schema"`
		Summary map[string]int `json:"summary"`
		Rules   []ruleDoc      `json:"rules"`
	}{"muster/rules/1", map[string]int{"rules": len(rules)}, []ruleDoc{}}
	for _, r := range rules {
		doc.Rules = append(doc.Rules, ruleDoc{r.ID, r.Severity.String(), r.Summary.String(), r.Why.String(), r.Fix.String(), r.Example.String()})
	}
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

func rulesText(s streams, v onboarding.Voice, rules []explained) error {
	severity := func(r explained) string { return v.Say(onboarding.T("%s", r.Severity.Word())) }
	id, word := 0, 0
	for _, r := range rules {
		id, word = max(id, len(r.ID)), max(word, uniseg.StringWidth(severity(r)))
	}
	for _, r := range rules {
		w := severity(r)
		if _, err := fmt.Fprintf(s.out, "%-*s  %s%*s  %s\n", id, r.ID, w, word-uniseg.StringWidth(w), "", v.Say(r.Summary)); err != nil {
			return err
		}
	}
	return nil
}

func ruleText(s streams, v onboarding.Voice, r explained) error {
	fmt.Fprintf(s.out, "%s (%s)\n\n%s\n\n%s\n\n%s\n", r.ID, v.Say(onboarding.T("%s", r.Severity.Word())), v.Say(r.Summary), v.Say(onboarding.T("Why: %s", r.Why)), v.Say(onboarding.T("Fix: %s", r.Fix)))
	if !r.Example.Empty() {
		fmt.Fprintf(s.out, "\n%s\n\n  %s\n", v.Say(onboarding.T("Example:")), strings.ReplaceAll(strings.TrimRight(v.Say(r.Example), "\n"), "\n", "\n  "))
	}
	return nil
}
