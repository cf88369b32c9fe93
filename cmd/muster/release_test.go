package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"muster/internal/sandbox"
)

// release STATE KIND KEY ends a review or a consent that the sandbox of a state directory waits for.
func release(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: release STATE KIND KEY")
	}
	ctx := context.Background()
	s, err := sandbox.Open(ctx, sandbox.Options{Path: filepath.Join(ts.MkAbs(args[0]), "sandbox.db"), Clock: time.Now})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	if n, err := s.Release(ctx, args[1], args[2]); err != nil || n == 0 {
		ts.Fatalf("nothing was released: %d, %v", n, err)
	}
}
