package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// Help fits 90 columns, names every flag, and every flag has its variable.
func TestHelp(t *testing.T) {
	app := newApp(streams{os.Stdin, io.Discard, io.Discard})
	commands := []string{""}
	each(app.Commands, "", func(name string, c *cli.Command) {
		commands = append(commands, name)
		help := muster(t, append(strings.Fields(name), "--help")...).out
		for _, f := range c.Flags {
			if !strings.Contains(help, "\n  --"+f.Names()[0]) {
				t.Errorf("the help of %s does not tell --%s", name, f.Names()[0])
			}
		}
	})
	for _, name := range commands {
		for line := range strings.Lines(muster(t, append(strings.Fields(name), "--help")...).out) {
			if n := len(strings.TrimSuffix(line, "\n")); n > helpColumns {
				t.Errorf("muster%s --help has a line of %d columns: %s", name, n, line)
			}
		}
	}
	inEnvironment(app.Commands)
	each(app.Commands, "muster", func(name string, c *cli.Command) {
		for _, f := range c.Flags {
			want := "MUSTER_" + strings.ToUpper(strings.ReplaceAll(f.Names()[0], "-", "_"))
			if d, ok := f.(cli.DocGenerationFlag); !ok || len(d.GetEnvVars()) != 1 || d.GetEnvVars()[0] != want {
				t.Errorf("--%s of %s has not the variable %s", f.Names()[0], name, want)
			}
		}
	})
}
