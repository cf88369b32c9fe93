// Command release builds what is handed out, byte for byte the same each time: a static program for each platform in an archive with its
// licences, a bill of materials, and checksums. Usage, at the top of the tree: make release [PLATFORMS="linux/amd64 …"].
//
// The clock of everything is the commit's, paths are trimmed, and the toolchain must be the one go.mod pins, so that anybody who has the
// commit can build the same bytes and compare.
package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
)

// platforms are those that are handed out.
const platforms = "linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64"

func main() {
	dist := flag.String("dist", "dist", "folder to write; what it holds is replaced")
	chosen := flag.String("platforms", platforms, "what to build for")
	flag.Parse()
	if err := run(context.Background(), *dist, strings.Fields(*chosen)); err != nil {
		log.Fatal(err)
	}
}

// release is one state of the tree.
type release struct {
	commit string    // all 40 digits
	at     time.Time // when it was committed
	dist   string
}

func run(ctx context.Context, dist string, chosen []string) error {
	r, err := look(ctx)
	if err != nil {
		return err
	}
	if r.dist, err = filepath.Abs(dist); err != nil {
		return err
	}
	if err := os.RemoveAll(r.dist); err != nil {
		return err
	}
	work := filepath.Join(r.dist, "work")
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	legal, err := licensed(ctx, chosen)
	if err != nil {
		return err
	}
	for _, p := range chosen {
		if err := r.platform(ctx, work, p, legal); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return errors.Join(os.RemoveAll(work), checksums(r.dist))
}

// look holds the tree to what a release needs: nothing uncommitted, the pinned toolchain, modules as go.sum knows them.
func look(ctx context.Context) (*release, error) {
	if changed, err := output(ctx, "git", "status", "--porcelain"); err != nil || changed != "" {
		return nil, errors.Join(err, fmt.Errorf("the tree differs from its commit: commit first\n%s", changed))
	}
	text, err := os.ReadFile("go.mod")
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, err
	}
	if mod.Toolchain == nil || mod.Toolchain.Name != runtime.Version() {
		return nil, fmt.Errorf("this is %s, and go.mod pins another toolchain: build with that one", runtime.Version())
	}
	if _, err := output(ctx, "go", "mod", "verify"); err != nil {
		return nil, err
	}
	facts, err := output(ctx, "git", "log", "-1", "--format=%H %ct")
	if err != nil {
		return nil, err
	}
	commit, stamp, _ := strings.Cut(facts, " ")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil, err
	}
	return &release{commit: commit, at: time.Unix(seconds, 0).UTC()}, nil
}

// platform builds the program for one and packs it.
func (r *release) platform(ctx context.Context, work, platform string, legal legal) error {
	system, machine, ok := strings.Cut(platform, "/")
	if !ok {
		return errors.New("a platform is written linux/amd64")
	}
	program := "muster"
	if system == "windows" {
		program += ".exe"
	}
	built := filepath.Join(work, program)
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-mod=readonly", "-ldflags=-s -w -buildid=", "-o", built, "./cmd/muster")
	// Settings of this machine must not matter: flags, experiments and levels of processors are the defaults.
	c.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+machine, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	info, err := buildinfo.ReadFile(built)
	if err != nil {
		return err
	}
	if info.Main.Version == "(devel)" {
		return errors.New("git's stamps are missing from the program: build in a clone, not in a linked worktree")
	}
	bill, err := r.bill(info, legal[platform])
	if err != nil {
		return err
	}
	name := fmt.Sprintf("muster_%s_%s_%s", info.Main.Version, system, machine)
	if err := os.WriteFile(filepath.Join(r.dist, name+".cdx.json"), bill, 0o644); err != nil {
		return err
	}
	content, err := os.ReadFile(built)
	if err != nil {
		return err
	}
	files := append([]packed{{program, content, 0o755}, {"sbom.cdx.json", bill, 0o644}}, texts(legal[platform])...)
	if files, err = documents(ctx, files); err != nil {
		return err
	}
	if system == "windows" {
		return r.zip(name, files)
	}
	return r.tar(name, files)
}

// documents adds what a reader needs beside the program.
func documents(ctx context.Context, files []packed) ([]packed, error) {
	list, err := output(ctx, "git", "ls-files", "README.md", "docs")
	if err != nil {
		return nil, err
	}
	for path := range strings.Lines(list) {
		path = strings.TrimSpace(path)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, packed{path, text, 0o644})
	}
	return files, nil
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	var talk strings.Builder
	c := exec.CommandContext(ctx, name, args...)
	c.Stderr = &talk
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, talk.String())
	}
	return strings.TrimSpace(string(out)), nil
}
