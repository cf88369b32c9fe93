package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"muster/internal/webex"

	"muster/internal/onboarding"
)

// confirm asks before anything but the sandbox is changed.
func (a *applying) confirm(org string) error {
	return agree(a.c, a.s, a.svc, func() error {
		speechOf(a.c, a.s).aloud().line("About to be provisioned at %s for the partner organization %s: %s, %s.",
			a.svc.name, org, onboarding.Count(a.doc.Counts.Customers, "%s customer", "%s customers"), onboarding.Count(a.doc.Counts.Users, "%s user", "%s users"))
		return nil
	})
}

// agree asks before a service other than the sandbox is changed, after tell has said what is about to happen. Without a
// terminal there is nobody to ask.
func agree(c *cli.Context, s streams, svc *service, tell func() error) error {
	if svc.sandbox || c.Bool("yes") {
		return nil
	}
	in, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return stoppedError{hintedError{errors.New("there is no terminal to ask for confirmation"), "say --yes to change the service without being asked"}}
	}
	if err := tell(); err != nil {
		return err
	}
	fmt.Fprint(s.aloud(), speechOf(c, s).said("Type yes to go on: "))
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil || !strings.EqualFold(strings.TrimSpace(answer), "yes") {
		return stoppedError{errors.New("not confirmed; nothing was sent")}
	}
	return nil
}

// refusedToken tells a refused token, and a service that is down, from other errors that end a run.
func refusedToken(err error) error {
	if webex.Refused(err) {
		return stoppedError{hintedError{err, "check the token with the administrator of the partner organization, and run the same command again"}}
	}
	if errors.Is(err, webex.ErrDown) || errors.Is(err, webex.ErrWaitTooLong) {
		return stoppedError{hintedError{err, "run the same command again when the service is back: it goes on where it stood"}}
	}
	return err
}
