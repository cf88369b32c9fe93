package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"
)

// talk is standard error, which --quiet silences but for errors.
type talk struct {
	io.Writer
	quiet bool
}

// Write passes on what is said while nobody wants quiet.
func (t *talk) Write(p []byte) (int, error) {
	if t.quiet {
		return len(p), nil
	}
	return t.Writer.Write(p)
}

// aloud is standard error for questions, which must be heard however quiet it is to be.
func (s streams) aloud() io.Writer { return unwrapped(s.err) }

// unwrapped is the stream below what may silence it.
func unwrapped(w io.Writer) io.Writer {
	if t, ok := w.(*talk); ok {
		return t.Writer
	}
	return w
}

func quietFlag() cli.Flag {
	return &cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "say nothing on standard error but errors and why the exit code is not 0"}
}

// quietly gives every command the flag --quiet.
func quietly(commands []*cli.Command, t *talk) {
	for _, cmd := range commands {
		quietly(cmd.Subcommands, t)
		if cmd.Action == nil || cmd.Hidden {
			continue
		}
		cmd.Flags = append(cmd.Flags, quietFlag())
		before := cmd.Before
		cmd.Before = func(c *cli.Context) error {
			if before != nil {
				if err := before(c); err != nil {
					return err
				}
			}
			t.quiet = c.Bool("quiet")
			return nil
		}
	}
}

// reason says in one line why an exit code is not 0, where it is only a status: elsewhere that was said at length.
func (t *talk) reason(err error) {
	var status statusError
	if !t.quiet || !errors.As(err, &status) {
		return
	}
	why := map[statusError]string{
		exitFindings:    "the input has errors, or warnings with --strict",
		exitRowsFailed:  "rows failed, are held, or stand differently",
		exitStopped:     "stopped by a guard, a refused token, a lock or a plan that no longer holds",
		exitChanges:     "there is something to do, or rows wait for others",
		exitInterrupted: "interrupted; the same command goes on where it stopped",
	}[status]
	fmt.Fprintf(t.Writer, "muster: exit code %d: %s\n", int(status), why)
}
