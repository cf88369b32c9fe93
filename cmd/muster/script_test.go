package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"muster": func() { os.Exit(run(context.Background(), os.Args, streams{os.Stdin, os.Stdout, os.Stderr})) },
	})
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
