package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"muster/internal/login"
	"muster/internal/onboarding"
	"muster/internal/vault"
	"muster/internal/webex"
)

func loginCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "login",
		Usage: "obtain a token and keep it, in the system keyring or a file of mode 0600",
		Description: "Signs in with a browser (authorization code with PKCE; the redirect address must be registered with the integration), or\n" +
			"with --service-app by the refresh token that the developer portal shows. Secrets come by file, environment\n" +
			"(WEBEX_CLIENT_SECRET, WEBEX_REFRESH_TOKEN), or are asked for; no flag holds one. docs/login.md tells more.\n\n" +
			"Exit codes: 0 signed in, 2 something is missing, 5 the service did not grant it, or nobody signed in in time, 130 interrupted.",
		Flags: []cli.Flag{
			configFlag(),
			loginTargetFlag(),
			&cli.StringFlag{Name: "client-id", Usage: "`ID` of the integration or service app", EnvVars: []string{"MUSTER_CLIENT_ID", "WEBEX_CLIENT_ID"}},
			&cli.StringFlag{Name: "client-secret-file", Usage: "read its secret from `FILE` (mode 0600); else WEBEX_CLIENT_SECRET, else it is asked for", EnvVars: []string{"MUSTER_CLIENT_SECRET_FILE"}},
			&cli.BoolFlag{Name: "service-app", Usage: "sign in as a service app, by its refresh token", EnvVars: []string{"MUSTER_SERVICE_APP"}},
			&cli.StringFlag{Name: "refresh-token-file", Usage: "read the service app's refresh token from `FILE` (mode 0600); else WEBEX_REFRESH_TOKEN, else it is asked for", EnvVars: []string{"MUSTER_REFRESH_TOKEN_FILE"}},
			&cli.StringSliceFlag{Name: "scope", Usage: "ask for this `SCOPE` only (repeatable; default: all that muster may need)", EnvVars: []string{"MUSTER_SCOPE"}},
			&cli.StringFlag{Name: "redirect", Value: "http://127.0.0.1:8976/callback", Usage: "loopback `URL` to which the browser brings the code; port 0 takes any", EnvVars: []string{"MUSTER_REDIRECT"}},
			&cli.BoolFlag{Name: "no-browser", Usage: "print the address instead of opening it", EnvVars: []string{"MUSTER_NO_BROWSER"}},
			&cli.DurationFlag{Name: "timeout", Value: 5 * time.Minute, Usage: "wait `TIME` for the sign-in", EnvVars: []string{"MUSTER_TIMEOUT"}},
			&cli.StringFlag{Name: "keep", Value: "auto", Usage: "`WHERE` to keep it: auto (keyring where there is one) or file", EnvVars: []string{"MUSTER_KEEP"}},
		},
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return logIn(c, s) },
	}
}

func loginTargetFlag() cli.Flag {
	return &cli.StringFlag{Name: "target", Value: "webex", Usage: "`NAME` of the service: webex, or a base URL", EnvVars: []string{"MUSTER_TARGET"}}
}

func logoutCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:         "logout",
		Usage:        "forget what login keeps",
		Description:  "The token itself stays good at the service until it ends; its owner can revoke it there.",
		Flags:        []cli.Flag{configFlag(), loginTargetFlag()},
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return logOut(c, s) },
	}
}

func logOut(c *cli.Context, s streams) error {
	base, err := loginBase(c)
	if err != nil {
		return err
	}
	v, err := openVault()
	if err != nil {
		return err
	}
	was, err := v.Remove(c.Context, base)
	switch {
	case err != nil:
		return err
	case !was:
		speechOf(c, s).line("nobody was logged in at %s", base)
	default:
		speechOf(c, s).line("logged out at %s", base)
	}
	return nil
}

// loginBase is the base URL of a service at which one can sign in.
func loginBase(c *cli.Context) (string, error) {
	target := c.String("target")
	if c.Args().Present() {
		return "", usagef("%s takes no argument, not %q", c.Command.Name, c.Args().First())
	}
	if target == "sandbox" {
		return "", hintedError{usagef("the embedded sandbox needs no token"), "--target webex, or the address of a service"}
	}
	if target != "webex" {
		if err := checkTarget(target); err != nil {
			return "", err
		}
	}
	return loginTarget(baseOf(target)), nil
}

// loggingIn is one login on its way.
type loggingIn struct {
	c      *cli.Context
	s      streams
	base   string
	id     string
	lines  *bufio.Reader // of standard input, where it is no terminal
	http   *http.Client
	secret webex.Secret
}

func logIn(c *cli.Context, s streams) error {
	l := &loggingIn{c: c, s: s, id: c.String("client-id"), lines: bufio.NewReader(s.in)}
	var err error
	if l.base, err = loginBase(c); err != nil {
		return err
	}
	if err := l.flags(); err != nil {
		return err
	}
	v, err := openVault()
	if err != nil {
		return err
	}
	transport := webex.Transport(2)
	defer transport.CloseIdleConnections()
	l.http = &http.Client{Transport: transport}
	if l.secret, err = l.ask("client-secret-file", "WEBEX_CLIENT_SECRET", onboarding.T("client secret")); err != nil {
		return err
	}
	grant, method, err := l.grant()
	if err != nil {
		return notSignedIn(err)
	}
	return l.keep(v, grant, method)
}

// flags refuses values that would only be noticed after the sign-in.
func (l *loggingIn) flags() error {
	if l.id == "" {
		return hintedError{usagef("the client ID is missing"), "--client-id, or WEBEX_CLIENT_ID; the developer portal shows it"}
	}
	if k := l.c.String("keep"); k != "auto" && k != "file" {
		return hintedError{usagef("--keep %q is not known", k), "auto or file"}
	}
	if _, err := login.CheckRedirect(l.c.String("redirect")); err != nil {
		return usageError{err}
	}
	if l.c.Duration("timeout") <= 0 {
		return usagef("--timeout %v is no time to sign in", l.c.Duration("timeout"))
	}
	return nil
}

// ask finds a secret: in the file of a flag, in the environment, else from whoever sits before the program.
func (l *loggingIn) ask(flag, variable string, name onboarding.Text) (webex.Secret, error) {
	if path := l.c.String(flag); path != "" {
		src, err := webex.FileToken(path)
		if err != nil {
			return "", usagef("--%s: %v", flag, err)
		}
		text, err := src.Token(l.c.Context)
		return webex.Secret(text), err
	}
	if text := os.Getenv(variable); text != "" {
		return webex.Secret(text), nil
	}
	text, err := l.typed(name)
	if err != nil || strings.TrimSpace(text) == "" {
		return "", hintedError{usagef("the %s is missing", name), fmt.Sprintf("--%s FILE, or %s, or type it", flag, variable)}
	}
	return webex.Secret(strings.TrimSpace(text)), nil
}

// typed reads a secret from the terminal without showing it, else a line of standard input.
func (l *loggingIn) typed(name onboarding.Text) (string, error) {
	in, ok := l.s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		line, err := l.lines.ReadString('\n')
		if line != "" {
			return line, nil
		}
		return "", err
	}
	fmt.Fprint(l.s.err, speechOf(l.c, l.s).said("%s (it is not shown):", name), " ")
	text, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(l.s.err)
	return string(text), err
}

// grant signs in.
func (l *loggingIn) grant() (g webex.Grant, method string, err error) {
	if l.c.Bool("service-app") {
		refresh, err := l.ask("refresh-token-file", "WEBEX_REFRESH_TOKEN", onboarding.T("refresh token"))
		if err != nil {
			return g, "", err
		}
		g, err = webex.ExchangeRefresh(l.c.Context, webex.RefreshOptions{
			BaseURL: l.base, ClientID: l.id, ClientSecret: l.secret, Grant: webex.Grant{RefreshToken: refresh}, HTTP: l.http, Clock: time.Now,
		})
		return g, vault.ByServiceApp, err
	}
	g, err = login.ByCode(l.c.Context, login.Options{
		BaseURL: l.base, ClientID: l.id, ClientSecret: l.secret, RedirectURL: l.c.String("redirect"), Scopes: l.scopes(),
		Timeout: l.c.Duration("timeout"), Visit: l.visit, HTTP: l.http, Clock: time.Now,
	})
	return g, vault.ByCode, err
}

func (l *loggingIn) scopes() []string {
	if asked := l.c.StringSlice("scope"); len(asked) > 0 {
		return asked
	}
	var all []string
	for _, s := range webex.Scopes() {
		all = append(all, s.Name)
	}
	return all
}

// visit brings the user to the page, or says where it is.
func (l *loggingIn) visit(page string) error {
	talk := speechOf(l.c, l.s)
	if !l.c.Bool("no-browser") && browserOpened(l.c.Context, page) {
		talk.line("sign in with the browser that opens; if none does, visit")
	} else {
		talk.line("sign in with a browser on this machine:")
	}
	fmt.Fprintln(l.s.err, page)
	return nil
}

// browserOpened starts the user's browser where there is a desktop.
func browserOpened(ctx context.Context, page string) bool {
	var cmd *exec.Cmd
	ctx = context.WithoutCancel(ctx) // the browser outlives the sign-in
	switch {
	case runtime.GOOS == "darwin":
		cmd = exec.CommandContext(ctx, "/usr/bin/open", page)
	case runtime.GOOS == "windows":
		cmd = exec.CommandContext(ctx, "rundll32", "url.dll,FileProtocolHandler", page)
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return false
	default:
		cmd = exec.CommandContext(ctx, "xdg-open", page)
	}
	if cmd.Start() != nil {
		return false
	}
	return cmd.Process.Release() == nil
}

// keep finds out whose token it is, keeps it, and shows it.
func (l *loggingIn) keep(v *vault.Vault, g webex.Grant, method string) error {
	client, err := webex.New(webex.Options{BaseURL: l.base, HTTP: l.http, Tokens: webex.StaticToken(string(g.AccessToken)), UserAgent: "muster/" + version()})
	if err != nil {
		return err
	}
	me, err := client.Me(l.c.Context)
	if err != nil {
		return refusedToken(fmt.Errorf("ask whose token it is: %w", err))
	}
	kept, err := v.Save(l.c.Context, &vault.Login{
		Target: l.base, Method: method, ClientID: l.id, Person: me.ID, Name: me.DisplayName, Email: emailOf(me), Org: me.OrgID,
		Made: time.Now().UTC(), Secret: l.secret, Grant: g,
	}, l.c.String("keep") == "auto")
	if err != nil {
		return err
	}
	speechOf(l.c, l.s).line("logged in at %s; kept in %s", l.base, keptIn(kept))
	return nil
}

// notSignedIn tells what the service or the user refused from other errors.
func notSignedIn(err error) error {
	var denied *login.DeniedError
	var call *webex.Error
	switch {
	case errors.As(err, &denied), errors.Is(err, login.ErrNobodyCame):
		return stoppedError{fmt.Errorf("log in: %w", err)}
	case errors.As(err, &call):
		return stoppedError{hintedError{fmt.Errorf("log in: %w", err), "check client ID, secret, redirect address and scopes in the developer portal"}}
	}
	return err
}
