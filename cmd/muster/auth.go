package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"muster/auth"
	"muster/auth/address"
	authcheck "muster/auth/check"
	"muster/auth/oidc"
	"muster/importer/sheet"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/report"
)

// authCommand holds what concerns the sign-in of users.
func authCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:         "auth",
		Usage:        "prove that the identity provider works for Webex",
		OnUsageError: onUsageError,
		Subcommands: []*cli.Command{
			authCheckCommand(s),
			authRehearseCommand(s),
		},
	}
}

func authCheckCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "say whether users can sign in on go-live day: templates, SAML metadata, OpenID providers",
		ArgsUsage: "INPUT... | --metadata FILE --entity-id ID | --issuer URL --idp-name NAME",
		Description: "With a workbook every template is judged by its authentication method, and nothing is fetched without --online.\n" +
			"Without one the flags name a single provider; addresses given by flag are fetched. `muster rules ID` explains a check.\n" +
			"Exit codes: 0 nothing wrong, 3 errors, 7 an input cannot be used at all.",
		Flags:        slices.Concat(inputFlags("of no effect here, where every template is judged; elsewhere take"), signInFlags(), providerFlags(), authRuleFlags(), []cli.Flag{stateFlag()}, outputFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return authCheck(c, s) },
	}
}

// different refuses to write two things to one place.
func different(paths []string) error {
	seen := make(map[string]bool)
	for _, p := range paths {
		if p == "" {
			continue
		}
		if p = filepath.Clean(p); seen[p] {
			return usagef("two outputs would be written to %q", p)
		}
		seen[p] = true
	}
	return nil
}

func authRuleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "strict", Usage: "treat warnings as errors", EnvVars: []string{"MUSTER_STRICT"}},
		&cli.StringFlag{Name: "tac-form", Usage: "write to `FILE`, as Markdown, what Cisco TAC asks for: values known, missing, still to come"},
	}
}

// providerFlags describe a provider without a workbook.
func providerFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "metadata", Usage: "`FILE` of the provider's SAML metadata"},
		&cli.StringFlag{Name: "metadata-url", Usage: "https `URL` of the metadata"},
		&cli.StringFlag{Name: "metadata-cert", Usage: "`FILE` of the certificate that must have signed the metadata"},
		&cli.StringFlag{Name: "extract", Usage: "write the chosen provider to `FILE` as a document of its own, for TAC; of metadata that holds several"},
		&cli.StringFlag{Name: "entity-id", Usage: "IDP Entity `ID` of the template"},
		&cli.StringFlag{Name: "issuer", Usage: "`URL` of the OpenID provider"},
		&cli.StringFlag{Name: "idp-name", Usage: "`NAME` in the template's field OpenID Connect IDP Entity ID"},
		&cli.StringFlag{Name: "tac-idp-name", Usage: "`NAME` from the closed TAC case"},
		&cli.StringFlag{Name: "discovery", Usage: "`FILE` of the discovery document, instead of fetching it"},
		&cli.StringFlag{Name: "discovery-url", Usage: "`URL` of the discovery document, or where the file is from"},
		&cli.StringFlag{Name: "jwks", Usage: "`FILE` of the key set, instead of fetching it"},
		&cli.StringFlag{Name: "client-id", Usage: "client `ID` for the TAC case"},
		&cli.StringFlag{Name: "scopes", Usage: "`LIST` of scopes for the TAC case, between blanks"},
		&cli.StringFlag{Name: "partner-org", Usage: "partner organization `ID` for the TAC case"},
		&cli.StringFlag{Name: "redirect-uri", Usage: "redirect `URI` that TAC sent"},
		&cli.BoolFlag{Name: "secret-delivered", Usage: "TAC has the client secret; the secret itself is never asked for"},
	}
}

func authCheck(c *cli.Context, s streams) error {
	out, err := openOutput(c, s)
	if err != nil {
		return err
	}
	form := c.String("tac-form")
	if err := different(append(c.StringSlice("report"), form, c.String("extract"))); err != nil {
		return err
	}
	if form != "" {
		if err := writable("tac-form", form, append(c.Args().Slice(), c.String("metadata"))); err != nil {
			return err
		}
	}
	var doc *report.Check
	var forms []auth.Form
	if c.Args().Present() {
		doc, forms, err = checkTemplates(c, s)
	} else {
		doc, forms, err = checkProvider(c, s)
	}
	if err != nil {
		return err
	}
	doc.SignIn, doc.Today = true, today()
	doc.Findings = onboarding.SortFindings(doc.Findings)
	for _, f := range doc.Findings {
		doc.Summary.Count(f)
	}
	if form != "" {
		if err := replace(form, func(w io.Writer) error { return auth.WriteForms(w, forms) }); err != nil {
			return fmt.Errorf("write --tac-form %q: %w", form, err)
		}
		speechOf(c, s).wrote(form)
	}
	if err := out.check(doc); err != nil {
		return err
	}
	if refuses(c, doc.Summary) {
		return statusError(exitFindings)
	}
	return nil
}

// checkTemplates judges the templates of a workbook.
func checkTemplates(c *cli.Context, s streams) (doc *report.Check, forms []auth.Form, err error) {
	for _, f := range providerFlags() {
		if name := f.Names()[0]; c.IsSet(name) {
			return nil, nil, hintedError{usagef("--%s describes a provider without a workbook, and %q is one", name, c.Args().First()), "leave one of the two out"}
		}
	}
	t := loadTables()
	book, err := openBook(c, s, t, true)
	if err != nil {
		return nil, nil, err
	}
	defer closing(&err, book)
	var found []onboarding.Finding
	batch, err := book.Batch(func(f onboarding.Finding) { found = append(found, f) })
	if err != nil {
		return nil, nil, err
	}
	if len(batch.Templates) == 0 {
		return nil, nil, hintedError{usagef("no input holds templates"), "name the workbook with the sheet Templates, or a provider by --metadata or --issuer"}
	}
	learnBatch(redactor(c), batch)
	resolve.New(t.facts, batch)
	r, err := signIn(c, book, batch, found)
	if err != nil {
		return nil, nil, err
	}
	doc = &report.Check{Version: version(), Providers: r.Providers, Counts: report.Counts{Templates: len(batch.Templates), Customers: len(batch.Customers), Locations: len(batch.Locations)}}
	adjust := settings(c).adjust(today())
	for _, f := range found {
		if unreadable(f) {
			adjust(&f)
			doc.Findings = append(doc.Findings, f)
		}
	}
	for _, f := range r.Findings {
		p := placed(f)
		adjust(&p)
		doc.Findings = append(doc.Findings, p)
	}
	doc.Inputs = inputsOf(book)
	return doc, r.Forms, nil
}

// unreadable tells findings of reading that keep a template from being judged.
func unreadable(f onboarding.Finding) bool {
	return f.Severity == onboarding.Error && f.Rule != "header-missing" && f.Place.Source != nil && f.Place.Source.Kind == onboarding.Templates
}

func inputsOf(book *sheet.Book) []report.Input {
	var out []report.Input
	for _, in := range book.Inputs {
		out = append(out, report.Input{File: in.File, SHA256: in.SHA256, Sheets: in.Sheets})
	}
	return out
}

// checkProvider judges the provider that flags describe.
func checkProvider(c *cli.Context, s streams) (*report.Check, []auth.Form, error) {
	req, err := providerRequest(c)
	if err != nil {
		return nil, nil, err
	}
	address := c.IsSet("metadata-url") || !c.IsSet("discovery") && (c.IsSet("issuer") || c.IsSet("discovery-url"))
	o, err := signInOptions(c, c.Bool("online") || address)
	if err != nil {
		return nil, nil, err
	}
	o.Open = func(_ *onboarding.Template, path string) (io.ReadCloser, error) {
		f, err := os.Open(path)
		return f, pathReason(err)
	}
	r := auth.Provider(c.Context, req, o)
	adjust := settings(c).adjust(today())
	if path := c.String("extract"); path != "" {
		if err := extract(speechOf(c, s), path, c.String("metadata"), r.Extracted); err != nil {
			return nil, nil, err
		}
	}
	doc := &report.Check{Version: version(), Providers: r.Providers}
	for _, f := range r.Findings {
		if f.Level != authcheck.Checklist {
			p := placed(f)
			adjust(&p)
			doc.Findings = append(doc.Findings, p)
		}
	}
	return doc, r.Forms, nil
}

// extract writes one provider's metadata, never over the file that it comes from.
func extract(people speech, path, from string, metadata []byte) error {
	if metadata == nil {
		people.line("--extract: no provider was chosen, so %s was not written", path)
		return nil
	}
	if err := writable("extract", path, []string{from}); err != nil {
		return err
	}
	err := replaceAs(path, shared, func(w io.Writer) error {
		_, err := w.Write(metadata)
		return err
	})
	if err != nil {
		return fmt.Errorf("write --extract %q: %w", path, err)
	}
	people.wrote(path)
	return nil
}

// providerRequest reads the flags of one provider.
func providerRequest(c *cli.Context) (auth.Request, error) {
	isSAML := c.IsSet("metadata") || c.IsSet("metadata-url") || c.IsSet("entity-id")
	isOIDC := c.IsSet("issuer") || c.IsSet("idp-name") || c.IsSet("discovery") || c.IsSet("discovery-url") || c.IsSet("jwks")
	switch {
	case isSAML && isOIDC:
		return auth.Request{}, hintedError{usagef("the flags describe a SAML provider and an OpenID provider at once"), "judge one after the other"}
	case isSAML:
		return samlRequest(c)
	case isOIDC:
		return oidcRequest(c)
	}
	return auth.Request{}, hintedError{usagef("there is nothing to check"), "`muster auth check book.xlsx`, or --metadata FILE --entity-id ID, or --issuer URL --idp-name NAME"}
}

func samlRequest(c *cli.Context) (auth.Request, error) {
	t := &onboarding.Template{IDPEntityID: c.String("entity-id"), SAMLMetadata: c.String("metadata")}
	t.Resolved.AuthMode = onboarding.AuthSAML
	req := auth.Request{Template: t, HasEntityID: c.IsSet("entity-id")}
	switch {
	case c.IsSet("metadata") && c.IsSet("metadata-url"):
		return req, usagef("--metadata and --metadata-url name two documents")
	case c.IsSet("metadata-url"):
		if u, err := url.Parse(c.String("metadata-url")); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return req, hintedError{usagef("--metadata-url %q is no https address", address.Shown(c.String("metadata-url"))), "a file is given with --metadata"}
		}
		t.SAMLMetadata = c.String("metadata-url")
	case t.SAMLMetadata == "":
		return req, hintedError{usagef("--metadata is missing"), "name the file with --metadata, or its address with --metadata-url"}
	}
	var err error
	if path := c.String("metadata-cert"); path != "" {
		if req.Anchor, err = readSmall("--metadata-cert", path); err == nil && len(bytes.TrimSpace(req.Anchor)) == 0 {
			err = usagef("--metadata-cert %q holds no certificate", path)
		}
	}
	return req, err
}

func oidcRequest(c *cli.Context) (auth.Request, error) {
	t := &onboarding.Template{OIDCIDPEntityID: c.String("idp-name"), TACIDPName: c.String("tac-idp-name"), OIDCIssuer: c.String("issuer")}
	t.Resolved.AuthMode = onboarding.AuthOIDC
	in := oidc.Input{
		Name: t.OIDCIDPEntityID, HasName: c.IsSet("idp-name"), TACName: t.TACIDPName, HasTACName: c.IsSet("tac-idp-name"), NeedTACName: c.IsSet("idp-name"),
		Issuer: t.OIDCIssuer, DiscoveryURL: c.String("discovery-url"), Form: tacForm(c),
	}
	var err error
	if path := c.String("discovery"); path != "" {
		if in.Discovery, err = readSmall("--discovery", path); err != nil {
			return auth.Request{}, err
		}
	}
	if path := c.String("jwks"); path != "" {
		if in.Keys, err = readSmall("--jwks", path); err != nil {
			return auth.Request{}, err
		}
	}
	return auth.Request{Template: t, OIDC: in, KeysFile: c.String("jwks")}, nil
}

// tacForm reads what goes to TAC; nil when nothing of it was said.
func tacForm(c *cli.Context) *oidc.TACForm {
	if !slices.ContainsFunc([]string{"client-id", "scopes", "partner-org", "redirect-uri", "secret-delivered"}, c.IsSet) {
		return nil
	}
	scopes := c.String("scopes")
	if !c.IsSet("scopes") {
		scopes = "openid email profile" // what the form proposes
	}
	return &oidc.TACForm{
		ClientID: c.String("client-id"), Scopes: scopes, OrganizationID: c.String("partner-org"), RedirectURI: c.String("redirect-uri"),
		SecretDelivered: c.Bool("secret-delivered"), DiscoveryURL: discoveryURL(c),
	}
}

// discoveryURL is where the discovery document is, as far as flags tell.
func discoveryURL(c *cli.Context) string {
	if c.IsSet("issuer") && !c.IsSet("discovery-url") {
		return oidc.DiscoveryURL(c.String("issuer"))
	}
	return c.String("discovery-url")
}

// mostDocument bounds a file given by flag; the checks have limits of their own below it.
const mostDocument = 16 << 20

func readSmall(flag, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", flag, err)}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostDocument))
	if err != nil {
		return nil, usageError{fmt.Errorf("%s %q: %w", flag, path, err)}
	}
	return b, nil
}
