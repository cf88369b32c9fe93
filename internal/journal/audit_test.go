package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/internal/onboarding"
)

func auditOf(t *testing.T, j *Journal, run string) []string {
	t.Helper()
	var out []string
	for d, err := range j.Audited(t.Context(), run) {
		must(t, err)
		out = append(out, fmt.Sprintf("%s %s %s %s %s/%s/%s %d %d %q %s", d.Run, d.Name, d.Command, d.Method, d.Kind, d.Customer, d.Key, d.Try, d.Status, d.Code, d.TrackingID))
	}
	return out
}

// Deeds are kept with the commits of their outcomes, whatever their number, and told in their order within each kind.
func TestAudit(t *testing.T) {
	dir := t.TempDir()
	j := openIn(t, dir)
	r := rowsOf(t, j, "k", 40)
	ctx := t.Context()
	deed := func(seq int64, status int) Deed {
		return Deed{Actor: "P", Name: "admin@sp.example", Command: "apply", Method: "POST", Route: "/wholesale/subscribers", Kind: onboarding.ObjectUser, Customer: "crm-1", Key: "k", Seq: seq, Sent: time.UnixMilli(7), Took: time.Second, Status: status, TrackingID: fmt.Sprint("T", seq)}
	}
	for seq := int64(2); seq <= 41; seq++ {
		must(t, r.Audit(ctx, deed(seq, 200)))
	}
	refused := deed(41, 400)
	refused.Try, refused.Code = 1, "10022"
	must(t, r.Audit(ctx, refused))
	must(t, r.Flush(ctx))
	got := auditOf(t, j, "run-k")
	if len(got) != 41 || auditOf(t, j, "")[40] != got[40] || len(auditOf(t, j, "other")) != 0 {
		t.Fatalf("%d deeds: %q", len(got), got)
	}
	if !strings.Contains(strings.Join(got, "\n"), `run-k admin@sp.example apply POST user/crm-1/u0@x.example 0 200 "" T2`) ||
		!strings.Contains(strings.Join(got, "\n"), `run-k admin@sp.example apply POST user/crm-1/u39@x.example 1 400 "10022" T41`) {
		t.Errorf("%q", got)
	}
	other := deed(0, 204)
	other.Command, other.Key = "status --remind", "eva@x.example"
	must(t, r.Audit(ctx, other))
	must(t, r.Flush(ctx))
	if got := auditOf(t, j, ""); got[41] != `run-k admin@sp.example status --remind POST user/crm-1/eva@x.example 0 204 "" T0` {
		t.Errorf("a deed about no planned row: %q", got[41])
	}
	must(t, j.Purge(ctx, r.ID()))
	got = auditOf(t, j, "")
	if len(got) != 42 || strings.Contains(strings.Join(got, "\n"), "@x.example") || !strings.Contains(strings.Join(got, "\n"), "sha256:") {
		t.Errorf("after a purge: %q", got)
	}
	must(t, j.Close())
	b, err := os.ReadFile(filepath.Join(dir, fileName))
	must(t, err)
	if strings.Contains(string(b), "eva@x.example") {
		t.Error("the file still holds an email")
	}
}

// An intent whose process did not live to keep the answer is on record once the run goes on.
func TestAuditOfALostAnswer(t *testing.T) {
	ctx := t.Context()
	j := openIn(t, t.TempDir())
	defer func() { must(t, j.Close()) }()
	r := rowsOf(t, j, "k", 3)
	must(t, r.Intend(ctx, 2, 3))
	must(t, r.Audit(ctx, Deed{Command: "apply", Seq: 2, Sent: j.clock().Add(time.Second), Status: 0, TrackingID: "T2"})) // no answer came: it is on record
	must(t, r.Flush(ctx))
	for range 2 {
		_, ok, err := j.Resumable(ctx, r.plan, Scope{"sandbox", "org", ""}, "")
		must(t, err)
		if !ok {
			t.Fatal("the run is not taken up")
		}
	}
	got := auditOf(t, j, "")
	if len(got) != 2 || got[1] != `run-k  apply  user/crm-1/u1@x.example 0 -1 "" ` {
		t.Errorf("%q", got)
	}
}
