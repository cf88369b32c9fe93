package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"muster/internal/locale"
)

// streams are the three files of a process. Data goes to out, talk to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// run is the whole program but the exit.
func run(ctx context.Context, args []string, s streams) int {
	shown := &veil{to: s.err}
	s.err = shown
	t := &talk{Writer: s.err}
	app := newApp(streams{s.in, s.out, t})
	app.Metadata[veilKey] = shown
	quietly(app.Commands, t)
	inEnvironment(app.Commands)
	if asksHelp(args) {
		dress(app, s)
	}
	err := app.RunContext(ctx, flagsFirst(app, args))
	explain(s, err)
	t.reason(err)
	return exitCode(err)
}

// newApp is the table of commands.
func newApp(s streams) *cli.App {
	return &cli.App{
		Name:  "muster",
		Usage: "check and provision Webex for Wholesale customers from a workbook",
		Description: "muster says of every cell of a migration workbook what would fail, and then provisions customers,\n" +
			"locations, numbers and users exactly once, through crashes and lost answers.",
		Version:                version(),
		Reader:                 s.in,
		Writer:                 s.out,
		ErrWriter:              s.err,
		Metadata:               map[string]any{speaker: locale.Speak},
		HideHelpCommand:        true,
		UseShortOptionHandling: true,
		Suggest:                true,
		ExitErrHandler:         func(*cli.Context, error) {}, // the library would end the process by itself
		OnUsageError:           onUsageError,
		CommandNotFound:        nil,
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return hintedError{usagef("there is no command %q", c.Args().First()), "`muster --help` lists the commands"}
			}
			return cli.ShowAppHelp(c)
		},
		Commands: []*cli.Command{
			initCommand(s),
			checkCommand(s),
			authCommand(s),
			planCommand(s),
			applyCommand(s),
			verifyCommand(s),
			exportCommand(s),
			runsCommand(s),
			statusCommand(s),
			auditCommand(s),
			bundleCommand(s),
			templatesCommand(s),
			handoffCommand(s),
			undoCommand(s),
			activateCommand(s),
			rulesCommand(s),
			loginCommand(s),
			logoutCommand(s),
			whoamiCommand(s),
			sandboxCommand(s),
			completionCommand(s),
			manCommand(s),
			completeCommand(s),
		},
	}
}

func onUsageError(c *cli.Context, err error, _ bool) error {
	name := "muster"
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != "muster" {
		name += " " + c.Command.Name
	}
	return hintedError{usageError{err}, fmt.Sprintf("`%s --help` lists the flags", name)}
}

// version names the build: the module's version, else the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

// closing joins the error of closing something into the error of a command.
func closing(err *error, c io.Closer) { *err = errors.Join(*err, c.Close()) }
