package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/sandbox"
)

func sandboxCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "sandbox",
		Usage: "serve the stand-in service on loopback, for rehearsals and other tools",
		Description: "Serves the same data that `--target sandbox` under the same --state works on. Any bearer token is good. Faults are\n" +
			"ordered by POST /sandbox/faults; docs/sandbox.md tells how.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:8899", Usage: "loopback `ADDR` to listen on", EnvVars: []string{"MUSTER_LISTEN"}},
			configFlag(),
			stateFlag(),
			&cli.BoolFlag{Name: "no-pstn", Usage: "new locations come without a PSTN connection", EnvVars: []string{"MUSTER_NO_PSTN"}},
			&cli.DurationFlag{Name: "token-life", DefaultText: "14 days", Usage: "tokens that it issues end after `TIME`, to rehearse their renewal", EnvVars: []string{"MUSTER_TOKEN_LIFE"}},
			&cli.BoolFlag{Name: "reset", Usage: "empty the sandbox and end"},
		},
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return serveSandbox(c, s) },
	}
}

func serveSandbox(c *cli.Context, s streams) (err error) {
	if c.Args().Present() {
		return usagef("sandbox takes no argument, not %q", c.Args().First())
	}
	state := c.String("state")
	if err := os.MkdirAll(state, 0o700); err != nil {
		return fmt.Errorf("make state directory: %w", err)
	}
	server, err := sandbox.Open(c.Context, sandbox.Options{
		Path: filepath.Join(state, "sandbox.db"), Clock: time.Now, Settings: sandbox.Settings{NoPSTN: c.Bool("no-pstn"), TokenLife: c.Duration("token-life")},
	})
	if err != nil {
		return err
	}
	defer closing(&err, server)
	if c.Bool("reset") {
		if err := server.Reset(c.Context); err != nil {
			return err
		}
		fmt.Fprintln(s.err, "the sandbox is empty")
		return nil
	}
	l, err := server.Listen(c.String("listen"))
	if err != nil {
		return err
	}
	defer closing(&err, l)
	ctx, stop := signal.NotifyContext(c.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	fmt.Fprintf(s.out, "%s\n", l.URL())
	fmt.Fprintln(s.err, "SANDBOX: serving until interrupted; use it with --target", l.URL())
	<-ctx.Done()
	return nil
}
