package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"muster/auth/address"
	authcheck "muster/auth/check"
	"muster/auth/rehearse"
	"muster/auth/saml"
)

const rehearseText = "Opens a page on this computer. You sign in there at the real identity provider, once, and see what Webex would receive:\n" +
	"identifiers, attributes or claims, signatures, clocks. It is no Webex sign-in: the provider needs a test application for it.\n" +
	"Nothing is kept but what --save writes, masked. Exits with 3 when a verdict is an error, with 1 when no answer came."

func authRehearseCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:         "rehearse",
		Usage:        "sign in once at the identity provider and see what Webex would receive",
		Description:  rehearseText,
		OnUsageError: onUsageError,
		Subcommands: []*cli.Command{
			{
				Name: "saml", Usage: "rehearse a sign-in by SAML 2.0", Description: rehearseText, OnUsageError: onUsageError,
				Flags: append([]cli.Flag{
					&cli.StringFlag{Name: "metadata", Usage: "`FILE` of the provider's SAML metadata"},
					&cli.StringFlag{Name: "entity-id", Usage: "entity `ID` of the provider, if the metadata holds several"},
					&cli.StringFlag{Name: "sp-entity-id", Usage: "entity `ID` of the rehearsal itself (default: the address of its metadata)"},
					&cli.StringFlag{Name: "sp-metadata", Usage: "write the metadata of the rehearsal to `FILE`, for the test application at the provider"},
				}, rehearseFlags()...),
				Action: func(c *cli.Context) error { return rehearseSAML(c, s) },
			},
			{
				Name: "oidc", Usage: "rehearse a sign-in by OpenID Connect", Description: rehearseText, OnUsageError: onUsageError,
				Flags: append([]cli.Flag{
					&cli.StringFlag{Name: "issuer", Usage: "`URL` of the issuer"},
					&cli.StringFlag{Name: "client-id", Usage: "client `ID` of the test application"},
					&cli.StringFlag{Name: "client-secret-env", Value: "MUSTER_OIDC_CLIENT_SECRET", Usage: "`NAME` of the environment variable with the client secret; without it a terminal asks"},
					&cli.StringFlag{Name: "scopes", Value: "openid email profile", Usage: "`LIST` of scopes to ask for, between blanks"},
				}, rehearseFlags()...),
				Action: func(c *cli.Context) error { return rehearseOIDC(c, s) },
			},
		},
	}
}

func rehearseFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "listen", Value: "127.0.0.1:0", Usage: "loopback `ADDR` of the page; a fixed port lets the provider keep what was registered"},
		&cli.BoolFlag{Name: "https", Usage: "serve https://localhost with a self-signed certificate"},
		&cli.StringFlag{Name: "expect-email", Usage: "the `ADDRESS` that is provisioned in Webex for the one who signs in"},
		&cli.BoolFlag{Name: "single", Usage: "end after the first answer, without the further requests"},
		&cli.DurationFlag{Name: "timeout", Value: 5 * time.Minute, Usage: "end after `TIME`"},
		&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form of standard output: text or json"},
		&cli.StringFlag{Name: "save", Usage: "write what came into `DIR`, masked"},
	}
}

// rehearseOptions reads what both protocols share.
func rehearseOptions(c *cli.Context) (rehearse.Options, error) {
	o := rehearse.Options{
		Listen: c.String("listen"), HTTPS: c.Bool("https"), Timeout: c.Duration("timeout"), ExpectEmail: c.String("expect-email"),
		Single: c.Bool("single"), Clock: time.Now, HTTP: &http.Client{Transport: http.DefaultTransport},
	}
	switch format := c.String("format"); {
	case c.Args().Present():
		return o, usagef("%s takes no argument, not %q", c.Command.FullName(), c.Args().First())
	case format != "text" && format != "json":
		return o, usagef("--format %q is not known; take text or json", format)
	case o.Timeout < time.Second || o.Timeout > time.Hour:
		return o, usagef("--timeout %s is not between 1s and 1h", o.Timeout)
	}
	if err := rehearse.CheckListen(o.Listen); err != nil {
		return o, usageError{err}
	}
	return o, nil
}

func rehearseSAML(c *cli.Context, s streams) error {
	o := rehearse.SAMLOptions{EntityID: c.String("sp-entity-id")}
	var err error
	if o.Options, err = rehearseOptions(c); err != nil {
		return err
	}
	if path := c.String("sp-metadata"); path != "" {
		if err := writable("sp-metadata", path, []string{c.String("metadata")}); err != nil {
			return err
		}
	}
	entity, err := chosenEntity(c.String("metadata"), c.String("entity-id"), c.IsSet("entity-id"))
	if err != nil {
		return err
	}
	if o.IdP, err = saml.Descriptor(entity); err != nil {
		return usageError{fmt.Errorf("--metadata %q: %w", c.String("metadata"), err)}
	}
	r, err := rehearse.OpenSAML(o)
	if err != nil {
		return err
	}
	if path := c.String("sp-metadata"); path != "" {
		err := replaceAs(path, shared, func(w io.Writer) error {
			_, err := w.Write(r.Invitation().Metadata)
			return err
		})
		if err != nil {
			return errors.Join(fmt.Errorf("write --sp-metadata %q: %w", path, err), r.Close())
		}
		fmt.Fprintf(s.err, "wrote %s\n", path)
	}
	return rehearsal{c, s}.run(r)
}

// chosenEntity reads metadata as `auth check` does and gives the provider that the flags name.
func chosenEntity(path, id string, named bool) (*saml.Entity, error) {
	if path == "" {
		return nil, hintedError{usagef("--metadata is missing"), "name the file with the provider's SAML metadata"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError{fmt.Errorf("read --metadata: %w", err)}
	}
	result := saml.Inspect(f, saml.Options{EntityID: id, HasEntityID: named, GoLive: time.Now()})
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("read --metadata: %w", err)
	}
	switch {
	case result.Entity != nil && named && result.Entity.ID != id:
		return nil, hintedError{usagef("--metadata %q does not hold the provider %q", path, id), fmt.Sprintf("it holds %q", result.Entity.ID)}
	case result.Entity != nil:
		return result.Entity, nil
	}
	for _, f := range result.Findings {
		if f.Level == authcheck.Blocker {
			return nil, hintedError{usagef("--metadata %q: %s (%s)", path, f.Message, f.ID), f.Hint.String()}
		}
	}
	return nil, hintedError{usagef("--metadata %q: no provider can be chosen", path), "name one with --entity-id"}
}

func rehearseOIDC(c *cli.Context, s streams) error {
	o := rehearse.OIDCOptions{Issuer: c.String("issuer"), ClientID: c.String("client-id"), Scopes: strings.Fields(c.String("scopes"))}
	var err error
	if o.Options, err = rehearseOptions(c); err != nil {
		return err
	}
	u, err := url.Parse(o.Issuer)
	switch {
	case o.Issuer == "":
		return usagef("--issuer is missing")
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !(u.Scheme == "http" && loopback(o.Issuer)):
		return hintedError{usagef("--issuer %q is no https address", address.Shown(o.Issuer)), "it is the issuer of the discovery document, such as https://login.example.com, without user name and password"}
	case o.ClientID == "":
		return usagef("--client-id is missing")
	case len(o.Scopes) == 0:
		return hintedError{usagef("--scopes is empty"), "Webex asks for openid and email at least"}
	}
	if o.ClientSecret, err = clientSecret(c.String("client-secret-env"), s); err != nil {
		return err
	}
	r, err := rehearse.OpenOIDC(c.Context, o)
	if err != nil {
		return err
	}
	return rehearsal{c, s}.run(r)
}

// clientSecret comes from the environment or the keyboard: a command line can be read by everybody on the machine.
func clientSecret(name string, s streams) (rehearse.Secret, error) {
	if v := os.Getenv(name); v != "" {
		return rehearse.Secret(v), nil
	}
	in, ok := s.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", hintedError{usagef("there is no client secret"), fmt.Sprintf("put it into the environment variable %s; on a terminal it is asked for", name)}
	}
	fmt.Fprint(s.aloud(), "client secret: ")
	text, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(s.aloud())
	if err != nil {
		return "", fmt.Errorf("read the client secret: %w", err)
	}
	if len(text) == 0 {
		return "", usagef("the client secret is empty")
	}
	return rehearse.Secret(text), nil
}

// rehearsal is one that is carried out for the operator.
type rehearsal struct {
	c *cli.Context
	s streams
}

func (r rehearsal) run(opened *rehearse.Rehearsal) error {
	ctx, stop := signal.NotifyContext(r.c.Context, os.Interrupt, syscall.SIGTERM)
	defer stop()
	r.invite(opened.Invitation())
	report, err := opened.Wait(ctx)
	switch {
	case errors.Is(err, rehearse.ErrNoAnswer):
		return hintedError{err, "what the provider showed in the browser says why; --timeout gives more time"}
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("the rehearsal was interrupted: %w", err)
	case err != nil:
		return err
	}
	if err := r.save(report.Copies); err != nil {
		return err
	}
	if err := r.print(report); err != nil {
		return err
	}
	if report.Worst() >= authcheck.Error {
		return statusError(exitFindings)
	}
	return nil
}

// invite tells the operator what to do.
func (r rehearsal) invite(i rehearse.Invitation) {
	if i.Address == "" {
		return
	}
	w := r.s.aloud()
	fmt.Fprintln(w, "REHEARSAL: this is no Webex sign-in; use a test application of the provider")
	if i.EntityID != "" {
		fmt.Fprintf(w, "the provider must know the service %s with the assertion consumer services\n", printable(i.EntityID))
	} else {
		fmt.Fprintln(w, "the provider must know the redirect URI")
	}
	for _, address := range i.Register {
		fmt.Fprintf(w, "  %s\n", address)
	}
	fmt.Fprintf(w, "open %s\n", i.Address)
}

func (r rehearsal) save(copies []rehearse.Copy) error {
	dir := r.c.String("save")
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make --save directory: %w", err)
	}
	for _, c := range copies {
		path := filepath.Join(dir, c.Name)
		if err := os.WriteFile(path, c.Text, 0o600); err != nil {
			return fmt.Errorf("write what came: %w", err)
		}
		fmt.Fprintf(r.s.err, "wrote %s\n", path)
	}
	return nil
}
