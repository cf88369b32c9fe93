package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

const (
	helpColumns = 90 // of help where there is no terminal, and at most where there is one
	helpIndent  = 26 // columns before what a flag means
)

// dress gives every command its help: lines that fit the terminal, the command's own flags first, those that it shares with
// others by what they are about.
func dress(app *cli.App, s streams) {
	h := helper{room: helpColumns, groups: make(map[string]string)}
	if out := terminal(s.out); out != nil {
		h.room = min(h.room, columns(out))
	}
	for _, g := range flagGroups() {
		h.order = append(h.order, g.title)
		for _, f := range g.flags {
			h.groups[f.Names()[0]] = g.title
		}
	}
	app.CustomAppHelpTemplate = literal(h.app(app))
	each(app.Commands, "muster", func(name string, c *cli.Command) { c.CustomHelpTemplate = literal(h.command(name, c)) })
}

// asksHelp reports whether help may be shown: it takes a while to write.
func asksHelp(args []string) bool {
	alone := len(args) < 2 || len(args) == 2 && !strings.HasPrefix(args[1], "-") // `muster auth` shows its help
	return alone || slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "--help" || a == "help" })
}

// literal is a template that gives a text as it stands.
func literal(text string) string { return strings.ReplaceAll(text, "{{", `{{"{{"}}`) }

// flagGroup is flags that several commands share.
type flagGroup struct {
	title string
	flags []cli.Flag
}

func flagGroups() []flagGroup {
	return []flagGroup{
		{"reading the inputs", inputFlags("")},
		{"judging them", append(ruleFlags(), signInFlags()...)},
		{"the service", append(serviceFlags(), orgFlag())},
		{"settings", []cli.Flag{configFlag()}},
		{"output", slices.Concat(outputFlags(), listFlags(), []cli.Flag{quietFlag()})},
	}
}

// helper writes help.
type helper struct {
	strings.Builder
	room   int
	groups map[string]string // title by name of a flag
	order  []string
}

func (h *helper) app(app *cli.App) string {
	h.Reset()
	fmt.Fprintf(h, "muster: %s\n\n", app.Usage)
	h.paragraphs(app.Description)
	h.WriteString("usage: muster COMMAND [options] [inputs]\n\ncommands\n")
	for _, c := range app.Commands {
		if !c.Hidden {
			h.entry(c.Name, c.Usage)
		}
	}
	h.WriteString("\n")
	h.paragraphs("`muster COMMAND --help` tells the options of a command, `muster man` everything. Every option may also come from its variable, as MUSTER_STATE for --state, or from muster.yaml. Without --target nothing real is changed.")
	return strings.TrimRight(h.String(), "\n") + "\n"
}

func (h *helper) command(name string, c *cli.Command) string {
	h.Reset()
	h.fold("", name+": "+c.Usage)
	h.WriteString("\n")
	h.fold("usage: ", strings.TrimRight(name+usageTail(c)+" "+c.ArgsUsage, " "))
	h.WriteString("\n")
	h.paragraphs(c.Description)
	if len(c.Subcommands) > 0 {
		h.WriteString("commands\n")
		for _, sub := range c.Subcommands {
			h.entry(sub.Name, sub.Usage)
		}
	}
	flags := sorted(c.Flags)
	h.flags("options", flags, "")
	for _, title := range h.order {
		h.flags(title, flags, title)
	}
	return strings.TrimRight(h.String(), "\n") + "\n"
}

func usageTail(c *cli.Command) string {
	if len(c.Subcommands) > 0 {
		return " COMMAND"
	}
	return " [options]"
}

// flags writes the flags of one group.
func (h *helper) flags(title string, all []cli.Flag, group string) {
	first := true
	for _, f := range all {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok || h.groups[f.Names()[0]] != group {
			continue
		}
		if first {
			h.WriteString(title + "\n")
			first = false
		}
		name := "--" + f.Names()[0]
		if names := f.Names(); len(names) > 1 && len(names[1]) == 1 {
			name += ", -" + names[1]
		}
		if d.TakesValue() {
			name += " " + placeholderOf(d.GetUsage())
		}
		h.entry(name, strings.ReplaceAll(d.GetUsage(), "`", "")+defaultOf(d))
	}
	if !first {
		h.WriteString("\n")
	}
}

// defaultOf says what a flag is when nobody gives it.
func defaultOf(d cli.DocGenerationFlag) string {
	v := strings.Trim(d.GetDefaultText(), `"`)
	if v == "" || !d.TakesValue() || strings.Contains(d.GetUsage(), "(default") {
		return ""
	}
	return " (default: " + v + ")"
}

// entry writes a name and what it means beside it.
func (h *helper) entry(name, meaning string) {
	lead := "  " + name
	if len(lead) > helpIndent-2 {
		h.WriteString(lead + "\n")
		lead = ""
	}
	h.fold(lead+strings.Repeat(" ", helpIndent-len(lead)), meaning)
}

// paragraphs writes text; lines that are set in stay as they are.
func (h *helper) paragraphs(text string) {
	for _, part := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		switch {
		case part == "":
			continue
		case strings.HasPrefix(part, "  "):
			h.WriteString(part + "\n")
		default:
			h.fold("", part)
		}
		h.WriteString("\n")
	}
}

// fold writes a text behind a lead in lines that fit.
func (h *helper) fold(lead, text string) {
	line, room := lead, h.room
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
		case len(line)+1+len(word) > room:
			h.WriteString(line + "\n")
			line = strings.Repeat(" ", len(lead)) + word
		default:
			line += " " + word
		}
	}
	h.WriteString(line + "\n")
}

// inEnvironment gives every flag its variable.
func inEnvironment(commands []*cli.Command) {
	each(commands, "", func(_ string, c *cli.Command) {
		for _, flag := range c.Flags {
			env := []string{"MUSTER_" + strings.ToUpper(strings.ReplaceAll(flag.Names()[0], "-", "_"))}
			switch f := flag.(type) {
			case *cli.StringFlag:
				f.EnvVars = env
			case *cli.BoolFlag:
				f.EnvVars = env
			case *cli.IntFlag:
				f.EnvVars = env
			case *cli.Int64Flag:
				f.EnvVars = env
			case *cli.DurationFlag:
				f.EnvVars = env
			case *cli.StringSliceFlag:
				f.EnvVars = env
			case *cli.IntSliceFlag:
				f.EnvVars = env
			}
		}
	})
}
