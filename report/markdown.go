package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"muster/internal/onboarding"
)

func markdownFormat() Format {
	return Format{Name: "markdown", Ending: ".md", Check: markdownCheck, Run: markdownRun, Plan: markdownPlan, Diff: markdownDiff, Verify: markdownVerify, Listing: markdownListing}
}

func markdownCheck(w io.Writer, c *Check) error {
	p := newPen(w, c.Voice)
	p.mdTop(c.title(), verdict(c.Summary))
	fmt.Fprintln(p, p.said(countsLine(c)))
	p.mdProviders(c)
	p.mdFindings(c.Findings)
	return p.Flush()
}

// mdTop writes the title and the verdict of a page.
func (p pen) mdTop(title any, verdict onboarding.Text) {
	fmt.Fprintf(p, "# %s\n\n**%s**\n\n", inTable(p.said(title)), inTable(p.said(verdict)))
}

// heading writes a heading of a page.
func (p pen) heading(level int, title onboarding.Word) {
	fmt.Fprintf(p, "\n%s %s\n\n", strings.Repeat("#", level), p.said(title))
}

// mdHead begins a table. The columns from one up to another hold numbers.
func (p pen) mdHead(heads []onboarding.Word, from, to int) {
	fmt.Fprintf(p, "| %s |\n|", strings.Join(saidAll(p.voice, heads), " | "))
	for i := range heads {
		if i >= from && i < to {
			fmt.Fprint(p, " ---: |")
			continue
		}
		fmt.Fprint(p, " --- |")
	}
	fmt.Fprintln(p)
}

// mdRow writes a row of a table.
func (p pen) mdRow(cells ...any) {
	for _, c := range cells {
		fmt.Fprintf(p, "| %s ", inTable(p.said(c)))
	}
	fmt.Fprint(p, "|\n")
}

func (p pen) mdFindings(fs []onboarding.Finding) {
	if len(fs) == 0 {
		return
	}
	p.heading(2, "Findings")
	p.mdHead([]onboarding.Word{"Severity", "Cell", "Rule", "What", "Hint"}, 0, 0)
	for _, f := range fs {
		fmt.Fprintf(p, "| %s | %s | `%s` | %s | %s |\n", p.said(weight(f)), inTable(place(f)), f.Rule, inTable(p.said(f.Message)), inTable(p.said(f.Hint)))
	}
}

// mdSandbox says in front of a page that nothing real was concerned.
func (p pen) mdSandbox(is bool, text onboarding.Text) {
	if is {
		fmt.Fprintf(p, "**%s**\n\n", p.said(text))
	}
}

// stamp is a moment as reports write it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func markdownRun(w io.Writer, r *Run) error {
	p := newPen(w, r.voice())
	fmt.Fprintf(p, "# muster run %s\n\n", r.ID)
	p.mdSandbox(r.Sandbox, sandboxText())
	fmt.Fprintf(p, "%s  \n%s  \n%s\n\n", inTable(p.say("Target: %s", r.Target)), p.say("Started: %s", stamp(r.Started)), p.said(RunLine(r.Summary)))
	p.mdHead([]onboarding.Word{"Status", "Rows"}, 1, 2)
	for _, c := range statusCounts(r.Summary) {
		if c.N > 0 {
			p.mdRow(c.Name, c.N)
		}
	}
	p.heading(2, "Rows that need somebody")
	p.mdHead([]onboarding.Word{"Status", "Kind", "Key", "Where", "Why"}, 0, 0)
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		if group := listing(o); group != "" {
			p.mdRow(group.Word(), o.Kind.Word(), o.Key, where(o), because(o))
		}
	}
	p.mdHandOff(r.Check.HandOff)
	p.mdProviders(&r.Check)
	p.mdFindings(r.Check.Findings)
	return p.Flush()
}

// inTable keeps foreign text within its cell and inert.
func inTable(s string) string {
	s = Visible(s)
	if !strings.ContainsAny(s, "|\n\r<>`[*_") {
		return s
	}
	return strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", ">", "&gt;", "`", "'", "[", `\[`, "*", `\*`, "_", `\_`).Replace(s)
}

// mostInMarkdown is how many steps a page of Markdown lists: it is for merge requests, which take no long ones.
const mostInMarkdown = 500

func markdownPlan(w io.Writer, d *Plan) error {
	p := newPen(w, d.Check.Voice)
	fmt.Fprint(p, "# muster plan\n\n")
	p.mdSandbox(d.Sandbox, comparedText())
	text, _ := planVerdict(d.Summary)
	fmt.Fprintf(p, "**%s**\n\n%s  \n%s  \n%s\n\n", p.said(text), inTable(p.say("Target: %s", d.Target)), inTable(p.say("Partner organization: %s", d.Org)), p.say("Made: %s", stamp(d.Made)))
	p.mdHead([]onboarding.Word{"Kind", "Create", "Update", "Adopt", "Nothing", "Conflict", "Hold", "Wait"}, 1, 8)
	for _, kind := range planKinds() {
		row := []any{kind.Word()}
		for _, n := range d.Summary.Kinds[kind].list() {
			row = append(row, n)
		}
		p.mdRow(row...)
	}
	fmt.Fprintln(p)
	for _, f := range d.facts() {
		p.mdFact(f)
	}
	if err := p.mdSteps(d); err != nil {
		return err
	}
	p.mdFindings(d.Check.Findings)
	return p.Flush()
}

// mdFact writes a fact of a page.
func (p pen) mdFact(f fact) {
	fmt.Fprintf(p, "- %s\n", inTable(p.say("%s: %s", f.Name, f.Value)))
}

func (p pen) mdSteps(d *Plan) error {
	n := 0
	for s, err := range d.Steps {
		if err != nil {
			return err
		}
		if !worthy(s) {
			continue
		}
		if n++; n == 1 {
			p.heading(2, "Steps")
			p.mdHead([]onboarding.Word{"Action", "Kind", "Key", "Customer", "Where", "What"}, 0, 0)
		}
		if n <= mostInMarkdown {
			p.mdRow(s.Action.Word(), s.Kind.Word(), s.Key, s.Customer, stepPlace(s), remarks(s))
		}
	}
	p.mdMore(n)
	return nil
}

// mdMore says how many rows are not listed of so many.
func (p pen) mdMore(n int) {
	if n > mostInMarkdown {
		fmt.Fprintf(p, "\n%s\n", p.said(andMore(n-mostInMarkdown)))
	}
}
