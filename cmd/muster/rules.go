package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"muster/auth"
	authcheck "muster/auth/check"
	"muster/auth/rehearse"
	"muster/validate"
)

func rulesCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "rules",
		Usage:     "list every rule, or explain one",
		ArgsUsage: "[ID]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form: text or json"},
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
				rules = []validate.Rule{r}
			}
			switch c.String("format") {
			case "json":
				return rulesJSON(s, rules)
			case "text":
				return rulesText(s, rules, c.Args().Present())
			}
			return usagef("--format %q is not known; take text or json", c.String("format"))
		},
	}
}

// allRules lists the rules of workbooks, then the checks of sign-in.
func allRules() []validate.Rule {
	rules := validate.Rules()
	for _, c := range slices.Concat(auth.Checks(), rehearse.Catalogue()) {
		rules = append(rules, validate.Rule{
			ID: c.ID, Severity: c.Levels[0].Severity(), Summary: c.Title, Why: c.Why + " (" + grounds(c) + ")", Fix: c.Fix,
		})
	}
	return rules
}

func findRule(id string) (validate.Rule, bool) {
	if r, ok := validate.Find(id); ok {
		return r, true
	}
	rules := allRules()
	i := slices.IndexFunc(rules, func(r validate.Rule) bool { return strings.EqualFold(r.ID, id) })
	if i < 0 {
		return validate.Rule{}, false
	}
	return rules[i], true
}

// grounds says in words what a check of sign-in rests on.
func grounds(c authcheck.Check) string {
	words := map[authcheck.Evidence]string{
		authcheck.Webex: "Webex says so", authcheck.Standard: "a standard says so", authcheck.Profile: "a profile or best current practice says so",
		authcheck.Measured: "measured", authcheck.Judgement: "our judgement",
	}
	var out []string
	for _, e := range c.Evidence {
		out = append(out, words[e])
	}
	return strings.Join(out, ", ") + ": " + c.Source
}

type ruleDoc struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
	Example  string `json:"example"`
}

func rulesJSON(s streams, rules []validate.Rule) error {
	doc := struct {
		Schema  string         `json:"schema"`
		Summary map[string]int `json:"summary"`
		Rules   []ruleDoc      `json:"rules"`
	}{"muster/rules/1", map[string]int{"rules": len(rules)}, []ruleDoc{}}
	for _, r := range rules {
		doc.Rules = append(doc.Rules, ruleDoc{r.ID, r.Severity.String(), r.Summary, r.Why, r.Fix, r.Example})
	}
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

func rulesText(s streams, rules []validate.Rule, whole bool) error {
	if !whole {
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, r := range rules {
			fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, r.Severity, r.Summary)
		}
		return w.Flush()
	}
	for _, r := range rules {
		fmt.Fprintf(s.out, "%s (%s)\n\n%s\n\nWhy: %s\n\nFix: %s\n", r.ID, r.Severity, r.Summary, r.Why, r.Fix)
		if r.Example != "" {
			fmt.Fprintf(s.out, "\nExample:\n\n  %s\n", strings.ReplaceAll(strings.TrimRight(r.Example, "\n"), "\n", "\n  "))
		}
	}
	return nil
}
