package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/webex"
)

// firstRate is how many calls a second a service other than the sandbox is begun with, before it shows what it allows.
const firstRate = 5

// webexURL is the base URL of the real service.
const webexURL = "https://webexapis.com/v1"

// serviceFlags are those of every command that talks to a service.
func serviceFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "target", Value: "sandbox", Usage: "`NAME` of the service: sandbox (embedded, nothing real is changed), webex, or a base URL", EnvVars: []string{"MUSTER_TARGET"}},
		stateFlag(),
		&cli.StringFlag{Name: "rate", Usage: "never send more than `N/s` (or N/m) calls (default: no ceiling; outside the sandbox the rate starts at 5/s and adapts)", EnvVars: []string{"MUSTER_RATE"}},
		&cli.IntFlag{Name: "concurrency", Value: 16, Usage: "work on `N` customers, and users, at once", EnvVars: []string{"MUSTER_CONCURRENCY"}},
		&cli.StringFlag{Name: "sub-partner", Usage: "act on behalf of the sub-partner with this organization `ID`", EnvVars: []string{"MUSTER_SUB_PARTNER"}},
		&cli.StringFlag{Name: "token-file", Usage: "read the access token from `FILE` (mode 0600); else WEBEX_ACCESS_TOKEN, or WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN, or what `muster login` keeps", EnvVars: []string{"MUSTER_TOKEN_FILE"}},
		&cli.StringFlag{Name: "log-level", DefaultText: "off; info with --log-file", Usage: "`LEVEL` of the log: off, error, warn, info (what is changed), debug (every call)", EnvVars: []string{"MUSTER_LOG_LEVEL"}},
		&cli.StringFlag{Name: "log-format", Value: "text", Usage: "`FORM` of the log: text or json", EnvVars: []string{"MUSTER_LOG_FORMAT"}},
		&cli.StringFlag{Name: "otlp", Usage: "send traces and metrics to the OpenTelemetry collector at `URL` (default: OTEL_EXPORTER_OTLP_ENDPOINT)", EnvVars: []string{"MUSTER_OTLP"}},
		&cli.StringFlag{Name: "log-file", Aliases: []string{"log"}, Usage: "append the log to `FILE` (made with mode 0600) instead of standard error", EnvVars: []string{"MUSTER_LOG_FILE"}},
	}
}

func orgFlag() cli.Flag {
	return &cli.StringFlag{Name: "org", Usage: "refuse to work in a partner organization other than the one with this `ID`", EnvVars: []string{"MUSTER_ORG"}}
}

func stateFlag() cli.Flag {
	return &cli.StringFlag{Name: "state", Value: ".muster", Usage: "`DIR` of the journal and the sandbox's data", EnvVars: []string{"MUSTER_STATE"}}
}

// service is the client of the chosen target, with what must be closed after it.
type service struct {
	client  *webex.Client
	name    string // as the reports call it
	base    string // under which the journal keeps what it knows
	sandbox bool
	me      webex.Person // who is asking; empty until the service has told
	witness *witness     // nil: nothing is kept
	log     *runLog
	trace   *telemetry // nil: nobody collects

	credential credential // none for the sandbox

	transport *http.Transport
	tempo     *tempo
	closers   []io.Closer
}

// Close lets the connections go and ends the embedded sandbox.
func (s *service) Close() error {
	s.transport.CloseIdleConnections() // the sandbox would wait for those that were never used
	errs := []error{s.witness.failed()}
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i].Close())
	}
	return errors.Join(errs...)
}

// dial makes the client of the target. The embedded sandbox is a real HTTP server on loopback.
func dial(ctx context.Context, c *cli.Context, s streams) (_ *service, err error) {
	ceiling, err := rate(c.String("rate"))
	if err != nil {
		return nil, err
	}
	if n := c.Int("concurrency"); n < 1 || n > 512 {
		return nil, usagef("--concurrency %d is not between 1 and 512", n)
	}
	log, err := openLog(c, s.err)
	if err != nil {
		return nil, err
	}
	svc := &service{name: c.String("target"), log: log, closers: []io.Closer{log}, transport: webex.Transport(2 * c.Int("concurrency"))}
	defer func() {
		if err != nil {
			err = errors.Join(err, svc.Close())
		}
	}()
	svc.tempo = newTempo(svc.transport, time.Now)
	o := webex.Options{
		HTTP: &http.Client{Transport: svc.tempo}, Clock: time.Now, Log: log.Logger,
		SubPartner: c.String("sub-partner"), UserAgent: "muster/" + version(),
		Outage: tellOutages(speechOf(c, s), time.Now), Observe: svc.saw,
	}
	budget := webex.BudgetOptions{Ceiling: ceiling, Clock: time.Now}
	switch svc.name {
	case "sandbox":
		svc.sandbox, svc.base = true, "sandbox"
		if o.BaseURL, err = svc.embed(ctx, c.String("state")); err != nil {
			return nil, err
		}
	case "webex":
		o.BaseURL, budget.Start = webexURL, firstRate
	default:
		if err := checkTarget(svc.name); err != nil {
			return nil, err
		}
		o.BaseURL, budget.Start = svc.name, firstRate
	}
	if !svc.sandbox {
		svc.base = o.BaseURL
		if svc.credential, err = credentials(c.String("token-file"), o); err != nil {
			return nil, err
		}
		o.Tokens = svc.credential.source
	}
	o.Budget = webex.NewBudget(budget)
	if err := svc.collect(c, s.err, o.Budget); err != nil {
		return nil, err
	}
	svc.client, err = webex.New(o)
	return svc, err
}

// identify finds out who is asking. With --org another partner organization is refused.
func (s *service) identify(c *cli.Context) (webex.Person, error) {
	me, err := s.client.Me(c.Context)
	if s.me = me; err != nil {
		return me, refusedToken(fmt.Errorf("identify at the target: %w", err))
	}
	if want := c.String("org"); want != "" && want != me.OrgID {
		return me, stoppedError{fmt.Errorf("the token belongs to the partner organization %q, and --org allows %q only", me.OrgID, want)}
	}
	return me, nil
}

// embed starts the sandbox on loopback with its data in the state directory.
func (s *service) embed(ctx context.Context, state string) (base string, err error) {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return "", fmt.Errorf("make state directory: %w", err)
	}
	server, err := sandbox.Open(ctx, sandbox.Options{Path: filepath.Join(state, "sandbox.db"), Clock: time.Now})
	if err != nil {
		return "", err
	}
	s.closers = append(s.closers, server)
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.closers = append(s.closers, l)
	return l.URL(), nil
}

// baseOf gives the name under which the journal keeps what it knows of a target.
func baseOf(target string) string {
	if target == "webex" {
		return webexURL
	}
	return target
}

func checkTarget(target string) error {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return hintedError{usagef("--target %q is not known", onboarding.ShownAddress(target)), "sandbox, webex, or a base URL such as http://127.0.0.1:8080/v1"}
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return hintedError{usagef("--target must be an address alone, without a user, a password or parameters"), "give the token by environment or --token-file"}
	}
	return nil
}

// rate reads 5/s, 300/m or a bare number of calls a second.
func rate(text string) (perSecond float64, err error) {
	if text == "" {
		return 0, nil
	}
	number, unit, _ := strings.Cut(text, "/")
	n, err := strconv.ParseFloat(number, 64)
	if err == nil && n > 0 {
		switch unit {
		case "", "s":
			return n, nil
		case "m", "min":
			return n / 60, nil
		}
	}
	return 0, hintedError{usagef("--rate %q is not a rate", text), "for example 5/s or 300/m"}
}

// near reports whether the service is a stand-in on this machine, which may be asked often.
func (s *service) near() bool { return s.sandbox || loopback(s.base) }

func loopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}
