package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// spell is what a terminal would act on: colours, a title, the cursor, C1 controls, the bell, marks that turn the text around.
const spell = "\x1b[31mred\x1b]0;title\a\u009b2J\u0090x\b\r\u202egpj\u2066"

// TestNoTerminalIsCommanded puts terminal sequences into every cell, into names of files and sheets, and into what the service
// answers, and looks for them in all that every command tells.
func TestNoTerminalIsCommanded(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skip: names of files cannot hold the sequences here")
	}
	dir := t.TempDir()
	book := filepath.Join(dir, "book\x1b[31m\u009b2J")
	cell := `"` + spell + `"`
	row := func(columns int, ends ...string) string {
		cells := ends
		for len(cells) < columns {
			cells = append(cells, cell)
		}
		return strings.Join(cells, ",") + "\n"
	}
	headings := map[string]string{
		"templates": "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription,Authentication,IDP Entity ID,SAML metadata,Brand name,Platforms",
		"customers": "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,ZIP or postal code,State or province,Packages and add-ons,Time zone,Announcement language,Supported location confirmed,Wave,Go-live date",
		"locations": "External customer ID,Location name,Address line 1,City,ZIP or postal code,State or province,Country,Time zone,Announcement language,Main number",
		"users":     "External customer ID,First name,Last name,Email address,Package,Location,Phone number,Extension,Role,Port date",
	}
	for kind, heading := range headings {
		n := strings.Count(heading, ",") + 1
		write(t, book, kind+".csv", heading+","+cell+"\n"+row(n+1)+row(n+1)+row(n+1, cell))
		write(t, filepath.Join(dir, "good"), kind+".csv", heading+"\n")
	}
	write(t, filepath.Join(dir, "good"), "customers.csv", headings["customers"]+"\n"+
		"c-1,"+cell+",ana@bakery.example,US,S,1 Main Street,Austin,78701,TX,Webex Meetings,,,yes,"+cell+",\n")
	write(t, filepath.Join(dir, "good"), "templates.csv", headings["templates"]+"\n"+
		"S,ZjViMzYxODctYzhkZC00NzI3LTgz,sp@partner.example,US,en_US,Sub1,Webex,,,"+cell+",\n")
	c := commanded{t: t, state: filepath.Join(dir, "state"), target: shouting(t)}
	good := filepath.Join(dir, "good")
	for _, format := range []string{"text", "json", "ndjson", "github"} {
		c.run("check", book, "--format", format)
		c.run("auth", "check", book, "--format", format)
		c.run("plan", book, "--partial", "--format", strings.Replace(format, "github", "text", 1))
		c.run("apply", book, "--partial", "--format", format, "--log-level", "debug")
		c.run("verify", book, "--format", format)
	}
	c.run("check", book, "--lang", "ar")
	c.run("handoff", book)
	c.run("templates", book)
	c.run("plan", book, "--diff", good)
	c.run("apply", good, "--partial", "--target", c.target, "--yes", "--log-level", "debug", "--settle", "1ms")
	c.run("apply", good, "--partial", "--progress", "plain")
	c.run("status")
	c.run("audit")
	c.run("runs")
	c.run("undo", c.firstRun(), "--dry-run")
	c.run("activate", "--all", "--dry-run")
	c.run("export", "-o", filepath.Join(dir, "x.xlsx"))
	c.run("check", filepath.Join(dir, spell))
	c.run("check", good, "--format", spell)
	c.run("check", good, "--report", filepath.Join(dir, spell+".html"))
	c.run("apply", good, "--only-failed", spell)
	c.run("rules", spell)
	c.run(spell)
}

// commanded runs commands and looks at what they tell.
type commanded struct {
	t             *testing.T
	state, target string
}

func (c commanded) run(args ...string) {
	c.t.Helper()
	if len(args) > 1 && !strings.HasPrefix(args[0], "rules") {
		args = append(args, "--state", c.state)
	}
	got := muster(c.t, args...)
	for name, text := range map[string]string{"standard output": got.out, "standard error": got.talk} {
		for i, r := range text {
			control := r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0
			turns := (r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) && !strings.HasPrefix(text, "{")
			if control || turns {
				c.t.Errorf("%q tells %U on %s: …%q", args[:min(len(args), 4)], r, name, text[max(0, i-80):min(len(text), i+20)])
				break
			}
		}
	}
}

func (c commanded) firstRun() string {
	got := muster(c.t, "runs", "--state", c.state)
	for line := range strings.Lines(got.out) {
		if name, _, _ := strings.Cut(line, " "); strings.HasPrefix(name, "2") {
			return name
		}
	}
	c.t.Fatalf("no run: %s %s", got.out, got.talk)
	return ""
}

// shouting is a service that answers each create with terminal sequences.
func shouting(t *testing.T) string {
	t.Helper()
	l, err := openSandbox(t, t.TempDir()).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	at, err := url.Parse(l.URL())
	if err != nil {
		t.Fatal(err)
	}
	at.Path = ""
	forward := httputil.NewSingleHostReverseProxy(at)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			forward.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		if _, err := fmt.Fprintf(w, `{"message":%q,"errors":[{"description":"%s","errorCode":"%s"}],"trackingId":"%s"}`, "no \u009b2J", `\u001b[31m\u009b`, `\u001b[31m`, `\u001b]0;x\u0007\u009b`); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1"
}

// TestJSONIsExactWithoutControls: what a terminal would act on is escaped in JSON, and read back as it was.
func TestJSONIsExactWithoutControls(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "users.csv", "External customer ID,First name,Last name,Email address,Package\nc-1,\u009b2J\u007f,B,a\u009b@b,Webex Calling\n")
	got := muster(t, "check", filepath.Join(dir, "users.csv"), "--format", "json", "--report", filepath.Join(dir, "r.json"))
	data, err := os.ReadFile(filepath.Join(dir, "r.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{got.out, string(data)} {
		if bytes.ContainsAny([]byte(text), "\u009b\u007f") {
			t.Errorf("a control character stands in %q", text)
		}
		if !strings.Contains(text, `\u009b`) {
			t.Errorf("it is not escaped in %q", text)
		}
	}
}
