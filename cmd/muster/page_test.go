package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// pageOf runs muster and gives the path of the page that it wrote.
func pageOf(t *testing.T, dir string, args ...string) string {
	t.Helper()
	path := filepath.Join(dir, args[0]+".html")
	var out, talk bytes.Buffer
	code := run(context.Background(), append(append([]string{"muster"}, args...), "--report", path), streams{bytes.NewReader(nil), &out, &talk})
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v exits with %d and writes no page: %s", args, code, talk.String())
	}
	return path
}

// TestPagesInABrowser opens the pages of the broken sample and of a run as people will.
func TestPagesInABrowser(t *testing.T) {
	b := startChromium(t)
	dir := t.TempDir()
	broken, sound := filepath.Join("..", "..", "samples", "broken.xlsx"), filepath.Join("..", "..", "samples", "migration.xlsx")
	service := []string{"--target", "sandbox", "--state", filepath.Join(dir, "state")}
	pages := []string{
		pageOf(t, dir, "check", broken),
		pageOf(t, dir, append([]string{"plan", sound}, service...)...),
		pageOf(t, dir, append([]string{"apply", sound}, service...)...),
		pageOf(t, dir, append([]string{"verify", sound}, service...)...),
	}
	for _, path := range pages {
		for name, l := range map[string]look{"wide": {width: 1280, height: 900}, "narrow": {width: 390, height: 844}, "wide-dark": {width: 1280, height: 900, dark: true}, "narrow-dark": {width: 390, height: 844, dark: true}, "plain": {width: 1280, height: 900, plain: true}} {
			b.open(path, l)
			b.shoot(filepath.Base(path) + "-" + name)
			if !l.plain {
				b.axe()
			}
			var overflow bool
			b.eval("document.documentElement.scrollWidth > innerWidth", &overflow)
			if overflow {
				t.Errorf("%s at %d px is wider than the window", filepath.Base(path), l.width)
			}
			b.quiet(path)
		}
	}
}
