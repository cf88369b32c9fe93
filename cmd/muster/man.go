package main

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// manCommand prints the manual page; docs/muster.1 is the same.
func manCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:         "man",
		Usage:        "print the manual page",
		Description:  "`muster man | man -l -` shows it; `muster man > /usr/local/share/man/man1/muster.1` installs it.",
		OnUsageError: onUsageError,
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("man takes no arguments, not %q", c.Args().Slice())
			}
			_, err := io.WriteString(s.out, manPage(c.App))
			return err
		},
	}
}

// manual writes a page in the language of man.
type manual struct {
	strings.Builder
	common map[string]int // in how many commands a flag with this name and usage is
}

// leastCommon is in how many commands a flag is that is told once for all.
const leastCommon = 4

func manPage(app *cli.App) string {
	m := &manual{common: make(map[string]int)}
	each(app.Commands, "muster", func(_ string, c *cli.Command) {
		for _, f := range c.Flags {
			m.common[apartFrom(f)]++
		}
	})
	m.WriteString(".TH MUSTER 1 \"\" muster \"User Commands\"\n.nh\n.ad l\n.SH NAME\n")
	fmt.Fprintf(m, "muster \\- %s\n", roff(app.Usage))
	m.WriteString(".SH SYNOPSIS\n.B muster\n.I command\n[\\fIoptions\\fR] [\\fIinputs\\fR]\n.SH DESCRIPTION\n")
	m.prose(app.Description)
	m.prose("Without --target everything happens on the embedded sandbox, and nothing real is changed. Options may stand before and behind inputs. Standard output is data, standard error is talk.")
	m.WriteString(".SH COMMANDS\n")
	each(app.Commands, "muster", m.command)
	m.WriteString(".SH COMMON OPTIONS\nThose that several commands take. The section of a command names which.\n")
	var common []cli.Flag
	each(app.Commands, "muster", func(_ string, c *cli.Command) {
		for _, f := range c.Flags {
			if m.common[apartFrom(f)] >= leastCommon {
				common = append(common, f)
			}
		}
	})
	for _, f := range sorted(common) {
		m.flag(f)
	}
	m.rest()
	return m.String()
}

// each visits the commands that people call, those below others by their whole name.
func each(commands []*cli.Command, above string, visit func(name string, c *cli.Command)) {
	for _, c := range commands {
		name := above + " " + c.Name
		if c.Hidden {
			continue
		}
		visit(name, c)
		each(c.Subcommands, name, visit)
	}
}

// apartFrom tells a flag from others of the same name.
func apartFrom(f cli.Flag) string {
	d, _ := f.(cli.DocGenerationFlag)
	return f.Names()[0] + " " + d.GetUsage()
}

// sorted gives flags by their names.
func sorted(flags []cli.Flag) []cli.Flag {
	byName := make(map[string]cli.Flag, len(flags))
	for _, f := range flags {
		byName[apartFrom(f)] = f
	}
	out := make([]cli.Flag, 0, len(flags))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		out = append(out, byName[name])
	}
	return out
}

func (m *manual) command(name string, c *cli.Command) {
	fmt.Fprintf(m, ".SS \"%s\"\n", strings.TrimRight(roff(name+" "+c.ArgsUsage), " "))
	m.prose(strings.ToUpper(c.Usage[:1]) + c.Usage[1:] + ".")
	m.prose(c.Description)
	var common []string
	for _, f := range sorted(c.Flags) {
		if m.common[apartFrom(f)] >= leastCommon {
			common = append(common, "--"+roff(f.Names()[0]))
			continue
		}
		m.flag(f)
	}
	if len(common) > 0 {
		fmt.Fprintf(m, ".PP\nCommon options: %s.\n", strings.Join(common, ", "))
	}
}

// flag writes a flag with its default and its variable.
func (m *manual) flag(f cli.Flag) {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return
	}
	var names []string
	for _, n := range f.Names() {
		dashes := "--"
		if len(n) == 1 {
			dashes = "-"
		}
		names = append(names, "\\fB"+roff(dashes+n)+"\\fR")
	}
	head := strings.Join(names, ", ")
	if d.TakesValue() {
		head += " \\fI" + roff(placeholderOf(d.GetUsage())) + "\\fR"
	}
	fmt.Fprintf(m, ".TP\n%s\n", head)
	text := styled(d.GetUsage(), "I")
	var more []string
	if v := d.GetDefaultText(); v != "" && v != "false" && d.TakesValue() {
		more = append(more, "default: "+roff(strings.Trim(v, `"`)))
	}
	if env := d.GetEnvVars(); len(env) > 0 {
		more = append(more, "$"+roff(env[0]))
	}
	if len(more) > 0 {
		text += " (" + strings.Join(more, "; ") + ")"
	}
	fmt.Fprintln(m, text)
}

// placeholderOf is the word in a usage that stands for the value.
func placeholderOf(usage string) string {
	_, rest, ok := strings.Cut(usage, "`")
	if !ok {
		return "VALUE"
	}
	word, _, _ := strings.Cut(rest, "`")
	return word
}

// prose writes paragraphs; lines that are set in stay as they are.
func (m *manual) prose(text string) {
	for _, part := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		switch {
		case part == "":
		case strings.HasPrefix(part, "  "):
			fmt.Fprintf(m, ".PP\n.nf\n%s\n.fi\n", guarded(styled(part, "B")))
		default:
			fmt.Fprintf(m, ".PP\n%s\n", guarded(styled(strings.ReplaceAll(part, "\n", " "), "B")))
		}
	}
}

// quoted is what stands between backquotes: a command in prose, the word for a value in the usage of a flag.
var quoted = regexp.MustCompile("`([^`]*)`")

// styled writes what stands between backquotes in another font.
func styled(text, font string) string {
	return quoted.ReplaceAllString(roff(text), "\\f"+font+"$1\\fR")
}

// roff writes a text so that man prints it as it stands. What is written for man already passes.
func roff(text string) string {
	text = strings.ReplaceAll(text, "\\-", "-")
	return strings.NewReplacer("\\", "\\e", "-", "\\-").Replace(text)
}

// guarded keeps lines that begin with a dot from being taken for orders.
func guarded(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = "\\&" + l
		}
	}
	return strings.Join(lines, "\n")
}

// rest is what no command tells of itself.
func (m *manual) rest() {
	m.list("ENVIRONMENT", [][2]string{
		{"MUSTER_…", "every option by its long name: MUSTER_STATE is --state. The command line is stronger, muster.yaml is weaker."},
		{"WEBEX_ACCESS_TOKEN", "the token of the real service; or WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN. Tokens are never the value of an option."},
		{"LC_ALL, LC_MESSAGES, LANG", "the language of people where --lang says none"},
		{"NO_COLOR, TERM=dumb", "no colour"},
		{"CI", "plain lines in place of a moving bar"},
	})
	m.list("FILES", [][2]string{
		{"muster.yaml", "settings: options by their long names, severities, waivers; another by --config"},
		{".muster", "the journal and the data of the sandbox; another by --state"},
	})
	m.list("EXIT STATUS", [][2]string{
		{"0", "done, nothing wrong"},
		{"1", "unexpected failure"},
		{"2", "command line not understood"},
		{"3", "the input has errors; nothing was sent"},
		{"4", "the run ended and some rows failed, or rows stand differently"},
		{"5", "stopped by a guard, a refused token, a held lock or a plan that no longer holds"},
		{"6", "there is something to do, or rows wait for others (only with --detailed-exitcode)"},
		{"7", "an input file cannot be used at all"},
		{"130", "interrupted; the same command resumes"},
	})
	m.WriteString(".SH EXAMPLES\n")
	m.prose("  muster check book.xlsx --report findings.xlsx\n  muster plan book.xlsx --out friday.plan\n  muster apply book.xlsx --wave 2 --report results.html\n  muster apply book.xlsx --target webex --org ORG --canary 1")
}

func (m *manual) list(title string, rows [][2]string) {
	fmt.Fprintf(m, ".SH %s\n", title)
	for _, r := range rows {
		fmt.Fprintf(m, ".TP\n.B %s\n%s\n", roff(r[0]), roff(r[1]))
	}
}
