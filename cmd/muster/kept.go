package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"muster/importer/live"
	"muster/internal/webex"
	"muster/report"
)

// keptPlan is a file that `muster plan --out` has written, whole and as it was written.
type keptPlan struct {
	path  string
	seal  string
	bound report.Bound
	file  *os.File
	dec   *json.Decoder // before the objects
}

// Close lets the file go.
func (k *keptPlan) Close() error { return k.file.Close() }

// openKept opens the plan that the command line names instead of inputs; nil when it names none.
func openKept(args []string) (*keptPlan, error) {
	i := slices.IndexFunc(args, isPlan)
	if i < 0 {
		return nil, nil
	}
	if len(args) > 1 {
		return nil, hintedError{usagef("the plan %q stands beside other inputs", args[i]), "a plan names its inputs itself: give it alone"}
	}
	k := &keptPlan{path: args[i]}
	var err error
	if k.file, err = os.Open(k.path); err != nil {
		return nil, usageError{err}
	}
	if err := k.read(); err != nil {
		return nil, errors.Join(err, k.file.Close())
	}
	return k, nil
}

// isPlan tells a plan by its first bytes, whatever its name is.
func isPlan(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	return strings.HasPrefix(strings.Join(strings.Fields(string(head[:n])), ""), `{"schema":"muster/plan/`)
}

// read makes sure that the file is whole, and reads what it holds to.
func (k *keptPlan) read() error {
	if err := k.checkSeal(); err != nil {
		return err
	}
	if _, err := k.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	k.dec = json.NewDecoder(k.file)
	if err := within(k.dec, "bound"); err != nil {
		return k.damaged()
	}
	return k.readBound()
}

// readBound reads the members before the objects, and stops there.
func (k *keptPlan) readBound() error {
	members := make(map[string]json.RawMessage)
	if _, err := k.dec.Token(); err != nil {
		return k.damaged()
	}
	for k.dec.More() {
		name, err := k.dec.Token()
		if err != nil {
			return k.damaged()
		}
		if name == "objects" {
			_, err := k.dec.Token()
			return errors.Join(err, k.take(members))
		}
		var value json.RawMessage
		if err := k.dec.Decode(&value); err != nil {
			return k.damaged()
		}
		members[fmt.Sprint(name)] = value
	}
	return k.damaged()
}

func (k *keptPlan) take(members map[string]json.RawMessage) error {
	b, err := json.Marshal(members)
	if err == nil {
		err = json.Unmarshal(b, &k.bound)
	}
	if err != nil {
		return k.damaged()
	}
	return nil
}

// within moves a decoder into an object, to the value of one of its members.
func within(dec *json.Decoder, member string) error {
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil || name == member {
			return err
		}
		if err := skipValue(dec); err != nil {
			return err
		}
	}
	return fmt.Errorf("there is no member %q", member)
}

// skipValue passes over a value without holding it.
func skipValue(dec *json.Decoder) error {
	for depth := 0; ; {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (k *keptPlan) damaged() error {
	return stoppedError{hintedError{
		fmt.Errorf("the plan %q is damaged, was edited, or was not written by `muster plan --out`", k.path), "make it anew with `muster plan … --out FILE`",
	}}
}

// checkSeal compares the end of the file with the hash of all before it.
func (k *keptPlan) checkSeal() error {
	const tail = len(report.SealMark) + 2*sha256.Size + len("\"}\n")
	st, err := k.file.Stat()
	if err != nil {
		return err
	}
	body := st.Size() - int64(tail)
	if body <= 0 {
		return k.damaged()
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(k.file, body)); err != nil {
		return err
	}
	end, err := io.ReadAll(k.file)
	if err != nil {
		return err
	}
	k.seal = hex.EncodeToString(h.Sum(nil))
	if !bytes.Equal(end, []byte(report.SealMark+k.seal+"\"}\n")) {
		return k.damaged()
	}
	return nil
}

// next reads the objects of a customer, which are the next in the file.
func (k *keptPlan) next(customer string, first *report.BoundObject) ([]report.BoundObject, error) {
	var out []report.BoundObject
	for {
		if first.Customer == "" {
			if !k.dec.More() {
				return out, nil
			}
			if err := k.dec.Decode(first); err != nil {
				return nil, k.damaged()
			}
		}
		if first.Customer != customer {
			return out, nil
		}
		out = append(out, *first)
		*first = report.BoundObject{}
	}
}

// stale refuses a plan that does not fit what is there any more.
func (k *keptPlan) stale(format string, args ...any) error {
	return stoppedError{hintedError{
		fmt.Errorf("the plan %q does not hold any more: "+format, append([]any{k.path}, args...)...),
		"look at what `muster plan` says now, and keep a new one with --out",
	}}
}

// adopt gives the command the inputs and flags that the plan was made with. Flags that would make other rows of it are
// refused; what does not touch them may be given.
func (k *keptPlan) adopt(in *intake) error {
	b := k.bound
	if b.Version != version() {
		return k.stale("it was made by muster %s, and this is %s", b.Version, version())
	}
	if err := k.sameTarget(in.c); err != nil {
		return err
	}
	if settings(in.c).digest() != b.Settings {
		return k.stale("the severities or waivers of the settings have changed")
	}
	for _, f := range boundFlags() {
		if err := k.adoptFlag(in.c, f); err != nil {
			return err
		}
	}
	if err := k.adoptGuards(in.c); err != nil {
		return err
	}
	if err := k.sameFiles(); err != nil {
		return err
	}
	in.args = nil
	for _, a := range b.Arguments {
		if here, err := filepath.Abs(a.Given); err == nil && here == a.Path {
			in.args = append(in.args, a.Given)
		} else {
			in.args = append(in.args, a.Path)
		}
	}
	return nil
}

// adoptGuards takes the guards of the plan, unless others were asked for.
func (k *keptPlan) adoptGuards(c *cli.Context) error {
	for _, name := range keptGuards() {
		if kept := k.bound.Flags[name]; len(kept) == 1 && !c.IsSet(name) {
			if err := c.Set(name, kept[0]); err != nil {
				return fmt.Errorf("take --%s of the plan: %w", name, err)
			}
		}
	}
	return nil
}

// sameFiles refuses inputs that are not there, or not as they were.
func (k *keptPlan) sameFiles() error {
	for _, file := range k.bound.Inputs {
		sum, err := hashFile(file.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return k.stale("the input %q is not there", file.File)
		case err != nil:
			return k.stale("the input %q cannot be read: %v", file.File, err)
		case sum != file.SHA256:
			return k.stale("the input %q has changed since", file.File)
		}
	}
	return nil
}

// sameTarget takes the target of the plan, unless another one was asked for.
func (k *keptPlan) sameTarget(c *cli.Context) error {
	target := k.bound.Target
	if target == webexURL {
		target = "webex"
	}
	for _, f := range []struct{ name, want string }{{"target", target}, {"sub-partner", k.bound.SubPartner}} {
		switch now := c.String(f.name); {
		case !c.IsSet(f.name) && now != f.want:
			if err := c.Set(f.name, f.want); err != nil {
				return err
			}
		case c.IsSet(f.name) && now != f.want && !(f.name == "target" && now == k.bound.Target):
			return k.stale("it was made for --%s %q, not %q", f.name, f.want, now)
		}
	}
	return nil
}

func (k *keptPlan) adoptFlag(c *cli.Context, f cli.Flag) error {
	name := f.Names()[0]
	kept := k.bound.Flags[name]
	if c.IsSet(name) {
		if !slices.Equal(flagValues(c, f), kept) {
			return hintedError{usagef("--%s would make another plan of %q", name, k.path), "leave it out, or make a new plan with it"}
		}
		return nil
	}
	for _, v := range kept {
		if err := c.Set(name, v); err != nil {
			return fmt.Errorf("take --%s of the plan: %w", name, err)
		}
	}
	return nil
}

// sameInputs refuses inputs that the plan did not read: a folder that has gained a file.
func (k *keptPlan) sameInputs(doc *report.Check) error {
	if doc == nil {
		return nil
	}
	for _, in := range doc.Inputs {
		if !slices.ContainsFunc(k.bound.Inputs, func(b report.BoundInput) bool { return b.SHA256 == in.SHA256 }) {
			return k.stale("the input %q was not there", in.File)
		}
	}
	return nil
}

// sameIdentity refuses another person or organization than the plan was made by.
func (k *keptPlan) sameIdentity(me webex.Person) error {
	switch {
	case me.OrgID != k.bound.Org:
		return k.stale("it was made for the partner organization %q, and the token belongs to %q", k.bound.Org, me.OrgID)
	case me.ID != k.bound.Identity:
		return k.stale("it was made by the person %q, and the token belongs to %q", k.bound.Identity, me.ID)
	}
	return nil
}

// mostNamed is how many objects are named that are not as the plan saw them.
const mostNamed = 10

// sameState compares what stands with what the plan saw.
func (a *applying) sameState() error {
	k := a.kept
	view, err := a.journal.View(a.c.Context, a.plan, a.where)
	if err != nil {
		return err
	}
	var first report.BoundObject
	var diffs []string
	for c, err := range live.Compare(a.c.Context, liveOptions(a.c, a.svc, view, a.where)) {
		if err != nil {
			return refusedToken(fmt.Errorf("compare with %s: %w", a.svc.name, err))
		}
		saw, err := k.next(c.Item.Key, &first)
		if err != nil {
			return err
		}
		existing(a.c, c.Steps)
		diffs = append(diffs, unlike(c, saw)...)
	}
	if first.Customer != "" || k.dec.More() {
		diffs = append(diffs, "customers that the inputs no longer hold")
	}
	if len(diffs) == 0 {
		return nil
	}
	named := diffs[:min(len(diffs), mostNamed)]
	text := strings.Join(named, "\n  ")
	if more := len(diffs) - len(named); more > 0 {
		text += fmt.Sprintf("\n  and %d more", more)
	}
	return k.stale("the live state has changed:\n  %s", text)
}

// unlike names the objects of a customer that are not as they were.
func unlike(c live.Customer, saw []report.BoundObject) []string {
	type name struct{ kind, key string }
	was := make(map[name]string, len(saw))
	for _, o := range saw {
		was[name{o.Kind, o.Key}] = o.Digest
	}
	var out []string
	plan := false
	for o := range boundObjects(c) {
		n := name{o.Kind, o.Key}
		digest, ok := was[n]
		delete(was, n)
		switch {
		case ok && digest == o.Digest:
		case o.Kind == objectPlan:
			plan = true
		case !ok:
			out = append(out, "new: "+objectName(o))
		default:
			out = append(out, "changed: "+objectName(o))
		}
	}
	for _, o := range saw {
		if _, gone := was[name{o.Kind, o.Key}]; gone {
			out = append(out, "gone: "+objectName(o))
		}
	}
	if plan && len(out) == 0 {
		out = append(out, fmt.Sprintf("customer %s: nothing has changed there, but what this journal knows of it has", report.Visible(c.Item.Key)))
	}
	return out
}

func objectName(o report.BoundObject) string {
	if o.Kind == "customer" {
		return "customer " + report.Visible(o.Customer)
	}
	return fmt.Sprintf("%s %s of %s", o.Kind, report.Visible(o.Key), report.Visible(o.Customer))
}
