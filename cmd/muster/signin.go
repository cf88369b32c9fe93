package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/auth"
	authcheck "muster/auth/check"
	"muster/auth/fetch"
	"muster/auth/saml"
	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// signInFlags are those of every command that judges how users will sign in.
func signInFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "go-live", Usage: "`DATE` that rules about time look at, as 2026-12-31", DefaultText: "latest of the template's customers, else today", EnvVars: []string{"MUSTER_GO_LIVE"}},
		&cli.BoolFlag{Name: "online", Usage: "fetch metadata, discovery documents and keys that the workbook names by address, and knock at their hosts; check, plan and apply also ask the service for what the inputs refer to and do not hold, check and plan beforehand about what would be created (apply does not: the service answers when the rows are sent)", EnvVars: []string{"MUSTER_ONLINE"}},
		&cli.Int64Flag{Name: "max-metadata-size", Value: 8 << 20, Usage: "most `BYTES` of a metadata file", EnvVars: []string{"MUSTER_MAX_METADATA_SIZE"}},
		&cli.IntSliceFlag{Name: "expiry-days", Usage: "`DAYS` after go-live before which the end of a key is an error, a warning, a note", DefaultText: "30,60,90", EnvVars: []string{"MUSTER_EXPIRY_DAYS"}},
		&cli.BoolFlag{Name: "allow-private", Usage: "let addresses lead into private networks and to this computer", EnvVars: []string{"MUSTER_ALLOW_PRIVATE"}},
		&cli.BoolFlag{Name: "allow-outside", Usage: "open metadata files outside the folder of the workbook that names them", EnvVars: []string{"MUSTER_ALLOW_OUTSIDE"}},
	}
}

// mostMetadata is the highest limit that can be asked for: a document is read into memory.
const mostMetadata = 1 << 30

// signInOptions reads the flags.
func signInOptions(c *cli.Context, online bool) (auth.Options, error) {
	o := auth.Options{Today: today()}
	if text := c.String("go-live"); text != "" {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return o, hintedError{usagef("--go-live %q is no date", text), "for example --go-live 2026-12-31"}
		}
		o.GoLive = day
	}
	if o.Limits.Bytes = c.Int64("max-metadata-size"); o.Limits.Bytes < 1 || o.Limits.Bytes > mostMetadata {
		return o, usagef("--max-metadata-size %d is not between 1 and %d", o.Limits.Bytes, int64(mostMetadata))
	}
	if days := c.IntSlice("expiry-days"); len(days) > 0 {
		if len(days) != 3 || days[0] < 1 || days[1] < days[0] || days[2] < days[1] {
			return o, hintedError{usagef("--expiry-days %v are not three numbers of days, each no less than the one before", days), "for example --expiry-days 30,60,90"}
		}
		o.Horizon = saml.Horizon{Error: days[0], Warn: days[1], Info: days[2]}
	}
	if online {
		o.Client = fetch.New(fetch.Options{AllowPrivate: c.Bool("allow-private"), AllowHTTP: c.Bool("allow-private"), MaxBytes: c.Int64("max-metadata-size"), Now: time.Now})
	}
	return o, nil
}

// today is the day at this computer.
func today() time.Time {
	y, m, d := time.Now().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// signIn judges how the users of a batch's templates will sign in. The findings of reading tell what cells really hold.
func signIn(c *cli.Context, book *sheet.Book, b *onboarding.Batch, read []onboarding.Finding) (*auth.Report, error) {
	o, err := signInOptions(c, c.Bool("online"))
	if err != nil {
		return nil, err
	}
	o.Open = opener{book, c.Bool("allow-outside")}.open
	o.Raw = func(p onboarding.Place) (string, bool) {
		i := slices.IndexFunc(read, func(f onboarding.Finding) bool { return f.Rule == "cell-normalised" && f.Place == p })
		if i < 0 {
			return "", false
		}
		return read[i].Value, true
	}
	return auth.Templates(c.Context, b, o), nil
}

// opener opens the files that cells name.
type opener struct {
	book    *sheet.Book
	outside bool
}

// open opens a file relative to the workbook that names it. Files outside its folder are opened only when the user says so:
// a workbook comes from somebody else.
func (o opener) open(t *onboarding.Template, path string) (io.ReadCloser, error) {
	dir := "."
	if t.Source != nil {
		i := slices.IndexFunc(o.book.Inputs, func(in *sheet.Input) bool { return slices.Contains(in.Sheets, t.Source) })
		if i >= 0 && !o.book.Inputs[i].Temporary() {
			dir = filepath.Dir(o.book.Inputs[i].Path())
		}
	}
	path = filepath.FromSlash(strings.ReplaceAll(path, `\`, "/"))
	if o.outside {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		f, err := os.Open(path)
		return f, pathReason(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, pathReason(err)
	}
	defer root.Close()
	if filepath.IsAbs(path) || !filepath.IsLocal(path) {
		return nil, fmt.Errorf("it lies outside the folder of the workbook (--allow-outside opens it)")
	}
	f, err := root.Open(path)
	if err != nil {
		return nil, pathReason(err)
	}
	return f, nil
}

// pathReason drops the path, which is told anyway.
func pathReason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// placed puts a finding of sign-in at the cell that is to be changed.
func placed(f auth.Finding) onboarding.Finding {
	field := map[authcheck.Subject]onboarding.Field{
		authcheck.Metadata: "saml_metadata", authcheck.EntityID: "idp_entity_id", authcheck.Name: "oidc_idp_entity_id", authcheck.TACName: "tac_idp_name",
		authcheck.Issuer: "oidc_issuer", authcheck.Method: "auth_mode", authcheck.TACForm: "oidc_idp_entity_id", authcheck.Unrelated: "",
	}[f.Subject]
	out := onboarding.Finding{Rule: f.ID, Severity: f.Level.Severity(), Field: field, Value: f.Value, Message: f.Message, Hint: f.Hint}
	switch {
	case f.Customer != nil:
		out.Field = "organization_id"
		out.Place = f.Customer.Cell(out.Field)
	case f.Template.Source != nil && field == "":
		out.Place = onboarding.Place{Source: f.Template.Source, Row: f.Template.Number}
	case f.Template.Source != nil:
		out.Place = f.Template.Cell(field)
	}
	if f.File != "" && f.Line > 0 {
		out.Message = onboarding.T("%s, line %d: %s", f.File, f.Line, f.Message)
	}
	return out
}
