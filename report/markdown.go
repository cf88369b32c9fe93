package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"muster/internal/onboarding"
)

func markdownFormat() Format {
	return Format{Name: "markdown", Ending: ".md", Check: markdownCheck, Run: markdownRun, Plan: markdownPlan, Diff: markdownDiff, Verify: markdownVerify, Listing: markdownListing}
}

func markdownCheck(w io.Writer, c *Check) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n**%s**\n\n%s\n", c.title(), verdict(c.Summary), countsLine(c))
	markdownProviders(b, c)
	markdownFindings(b, c.Findings)
	return b.Flush()
}

func markdownFindings(b *bufio.Writer, fs []onboarding.Finding) {
	if len(fs) == 0 {
		return
	}
	fmt.Fprint(b, "\n## Findings\n\n| Severity | Cell | Rule | What | Hint |\n| --- | --- | --- | --- | --- |\n")
	for _, f := range fs {
		fmt.Fprintf(b, "| %s | %s | `%s` | %s | %s |\n", weight(f), inTable(place(f)), f.Rule, inTable(f.Message.String()), inTable(f.Hint.String()))
	}
}

func markdownRun(w io.Writer, r *Run) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# muster run %s\n\n", r.ID)
	if r.Sandbox {
		fmt.Fprint(b, "**SANDBOX: nothing real was changed**\n\n")
	}
	fmt.Fprintf(b, "Target: %s  \nStarted: %s  \n%s\n\n| Status | Rows |\n| --- | ---: |\n", inTable(r.Target), r.Started.UTC().Format("2006-01-02 15:04:05 UTC"), RunLine(r.Summary))
	for _, c := range statusCounts(r.Summary) {
		if c.N > 0 {
			fmt.Fprintf(b, "| %s | %d |\n", c.Name, c.N)
		}
	}
	fmt.Fprint(b, "\n## Rows that need somebody\n\n| Status | Kind | Key | Where | Why |\n| --- | --- | --- | --- | --- |\n")
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		if group := listing(o); group != "" {
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", group, o.Kind, inTable(o.Key), inTable(where(o)), inTable(strings.TrimPrefix(because(o), ": ")))
		}
	}
	markdownHandOff(b, r.Check.HandOff)
	markdownProviders(b, &r.Check)
	markdownFindings(b, r.Check.Findings)
	return b.Flush()
}

// inTable keeps foreign text within its cell and inert.
func inTable(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", ">", "&gt;", "`", "'", "[", `\[`, "*", `\*`, "_", `\_`).Replace(Visible(s))
}

// mostInMarkdown is how many steps a page of Markdown lists: it is for merge requests, which take no long ones.
const mostInMarkdown = 500

func markdownPlan(w io.Writer, p *Plan) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "# muster plan\n\n")
	if p.Sandbox {
		fmt.Fprint(b, "**SANDBOX: nothing real is compared**\n\n")
	}
	text, _ := planVerdict(p.Summary)
	fmt.Fprintf(b, "**%s**\n\nTarget: %s  \nPartner organization: %s  \nMade: %s\n\n", text, inTable(p.Target), inTable(p.Org), p.Made.UTC().Format("2006-01-02 15:04:05 UTC"))
	fmt.Fprint(b, "| Kind | Create | Update | Adopt | Nothing | Conflict | Hold | Wait |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, kind := range planKinds() {
		fmt.Fprintf(b, "| %s", kind)
		for _, n := range p.Summary.Kinds[kind].list() {
			fmt.Fprintf(b, " | %d", n)
		}
		fmt.Fprint(b, " |\n")
	}
	fmt.Fprintln(b)
	for _, f := range p.facts() {
		fmt.Fprintf(b, "- %s: %s\n", f.Name, inTable(f.Value))
	}
	if err := markdownSteps(b, p); err != nil {
		return err
	}
	markdownFindings(b, p.Check.Findings)
	return b.Flush()
}

func markdownSteps(b *bufio.Writer, p *Plan) error {
	n := 0
	for s, err := range p.Steps {
		if err != nil {
			return err
		}
		if !worthy(s) {
			continue
		}
		if n++; n == 1 {
			fmt.Fprint(b, "\n## Steps\n\n| Action | Kind | Key | Customer | Where | What |\n| --- | --- | --- | --- | --- | --- |\n")
		}
		if n <= mostInMarkdown {
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", s.Action, s.Kind, inTable(s.Key), inTable(s.Customer), inTable(stepPlace(s)), inTable(remarks(s)))
		}
	}
	if n > mostInMarkdown {
		fmt.Fprintf(b, "\n… and %s more\n", thousands(n-mostInMarkdown))
	}
	return nil
}
