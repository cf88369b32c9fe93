package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/report"
)

func TestMain(m *testing.M) {
	os.Setenv("LC_ALL", "C") // what is compared is English
	if os.Getenv("XDG_CONFIG_HOME") == "" {
		os.Setenv("XDG_CONFIG_HOME", filepath.Join(os.TempDir(), "nobody-is-logged-in"))
	}
	testscript.Main(m, map[string]func(){
		"muster": func() { os.Exit(run(context.Background(), os.Args, streams{os.Stdin, os.Stdout, os.Stderr})) },
	})
}

// withoutRaces leaves a long test to the pass without the race detector: it drives programs that are built without it, or does
// one after the other what other tests do beside each other. `make race` runs it with the detector, too.
func withoutRaces(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("skip: it runs in the pass without the race detector")
	}
}

// TestScripts runs the whole program on every script of testdata/script.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLES", filepath.Join(root, "samples"))
			e.Setenv("CI", "true")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"schema":   schema(filepath.Join(root, "docs", "schema")),
			"count":    count,
			"foresees": foresees,
			"edit":     edit,
			"member":   member,
			"release":  release,
			"unpacks":  unpacks,
		},
	})
}

// exits N ARG... runs the program and asks for this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = exitStatus(err)
	}
	if code != args[0] {
		ts.Fatalf("%v exits with %s, not %s", args[1:], code, args[0])
	}
}

// exitStatus gives the number in the error of a command.
func exitStatus(err error) string {
	type coder interface{ ExitCode() int }
	if c, ok := err.(coder); ok {
		b, _ := json.Marshal(c.ExitCode())
		return string(b)
	}
	return err.Error()
}

// schema FILE NAME holds a JSON document to the schema docs/schema/NAME.json.
func schema(dir string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: schema FILE NAME")
		}
		s, err := jsonschema.NewCompiler().Compile(filepath.Join(dir, args[1]+".json"))
		ts.Check(err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(ts.ReadFile(args[0]))))
		ts.Check(err)
		ts.Check(s.Validate(doc))
	}
}

// unpacks WORKBOOK puts all parts of a workbook on standard output.
func unpacks(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: unpacks WORKBOOK")
	}
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		ts.Check(err)
		_, err = io.Copy(ts.Stdout(), r)
		ts.Check(errors.Join(err, r.Close()))
	}
}

// member FILE NAME VAR puts a member of a JSON document into a variable of the environment.
func member(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: member FILE NAME VAR")
	}
	var doc map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	text, ok := doc[args[1]].(string)
	if !ok {
		ts.Fatalf("%s has no text in its member %s", args[0], args[1])
	}
	ts.Setenv(args[2], text)
}

// count FILE LIST KEY=VALUE... N asks for so many items of a list in a JSON document that have these values.
func count(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: count FILE LIST [KEY=VALUE...] N")
	}
	var doc map[string]json.RawMessage
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc))
	var items []map[string]any
	ts.Check(json.Unmarshal(doc[args[1]], &items))
	n := 0
	for _, item := range items {
		if has(item, args[2:len(args)-1]) {
			n++
		}
	}
	if got, want := jsonNumber(n), args[len(args)-1]; got != want {
		ts.Fatalf("%s holds %s items of %s with %v, not %s", args[0], got, args[1], args[2:len(args)-1], want)
	}
}

func has(item map[string]any, pairs []string) bool {
	for _, pair := range pairs {
		key, value, _ := bytes.Cut([]byte(pair), []byte("="))
		b, _ := json.Marshal(item[string(key)])
		if string(bytes.Trim(b, `"`)) != string(value) {
			return false
		}
	}
	return true
}

// edit [-reseal] FILE OLD NEW puts other text into a kept plan, with or without a seal that fits it.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	reseal := len(args) == 4 && args[0] == "-reseal"
	if reseal {
		args = args[1:]
	}
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit [-reseal] FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	text = strings.Replace(text, args[1], args[2], 1)
	if reseal {
		body, _, _ := strings.Cut(text, report.SealMark)
		text = fmt.Sprintf("%s%s%x\"}\n", body, report.SealMark, sha256.Sum256([]byte(body)))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// foresees PLAN RUN asks that the plan tells the calls that the run took.
func foresees(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: foresees PLAN RUN")
	}
	var calls [2]int
	for i, file := range args {
		var doc struct{ Summary struct{ Calls int } }
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &doc))
		calls[i] = doc.Summary.Calls
	}
	if calls[0] != calls[1] {
		ts.Fatalf("the plan foresees %d calls, the run took %d", calls[0], calls[1])
	}
}

func jsonNumber(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}
