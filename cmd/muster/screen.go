package main

import (
	"io"
	"os"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"muster/importer"
)

const (
	mostOnScreen = 100    // findings listed on a terminal when nobody says how many
	mostGlimpses = 25_000 // findings of each sheet and severity whose rows are shown, however many are listed
)

// screenFlags say how text is written.
func screenFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "color", Value: "auto", Usage: "`MODE` of colour in text: auto (on a terminal, unless NO_COLOR is set or TERM is dumb), always or never", EnvVars: []string{"MUSTER_COLOR"}},
		&cli.IntFlag{Name: "max-findings", Usage: "list at most `N` findings as text, the heaviest; 0 is all. Reports and other formats hold all", DefaultText: "100 on a terminal, else all", EnvVars: []string{"MUSTER_MAX_FINDINGS"}},
	}
}

// see takes what text is written on.
func (o *output) see(c *cli.Context) error {
	out := terminal(o.streams.out)
	switch mode := c.String("color"); mode {
	case "always":
		o.screen.Colour = true
	case "auto", "": // lists have neither colour nor findings
		o.screen.Colour = out != nil && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	case "never":
	default:
		return hintedError{usagef("--color %q is not known", mode), "auto, always or never"}
	}
	if out != nil {
		o.screen.Columns, o.screen.Most = columns(out), mostOnScreen
	}
	if c.IsSet("max-findings") {
		o.screen.Most = c.Int("max-findings")
	}
	if o.screen.Most < 0 {
		return hintedError{usagef("--max-findings %d is negative", o.screen.Most), "0 lists all"}
	}
	for _, f := range o.files {
		o.screen.Reports = append(o.screen.Reports, f.path)
	}
	return nil
}

// terminal gives the file behind a stream when it is a terminal.
func terminal(w io.Writer) *os.File {
	f, ok := fileOf(w)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return f
}

// columns is the width of a terminal: 80 where it does not tell, and not less than text can be folded to.
func columns(f *os.File) int {
	const unknown, least = 80, 40
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil || n <= 0 {
		return unknown
	}
	return max(n, least)
}

// glimpses keeps the rows of findings where text shows them.
func glimpses(c *cli.Context) *importer.Glimpses {
	if c.String("format") != "text" {
		return nil
	}
	return importer.NewGlimpses(mostGlimpses)
}
