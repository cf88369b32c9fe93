package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-licenses/v2/licenses"
	"k8s.io/klog/v2"
)

// legal holds the licences of what the program is built of, by platform.
type legal map[string][]licence

// licence is one text that covers packages of a module.
type licence struct {
	library string // import path of its top
	names   []string
	text    []byte
	file    string
}

// allowed gives the licences that let the program be handed out with their text beside it and nothing else.
func allowed() []string {
	return []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "0BSD", "Unlicense"}
}

// licensed reads the licences of all platforms' dependencies. One that is unknown, or asks for more than its text, is an error.
func licensed(ctx context.Context, platforms []string) (legal, error) {
	klog.SetOutput(io.Discard) // its warnings are about assembly, which has no imports
	klog.LogToStderr(false)
	classifier, err := licenses.NewClassifier()
	if err != nil {
		return nil, err
	}
	out := make(legal)
	for _, p := range platforms {
		if out[p], err = librariesOf(ctx, classifier, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// librariesOf lists what is built in on a platform. The loader of packages learns of it from the environment alone, which stays so:
// building sets its own.
func librariesOf(ctx context.Context, classifier licenses.Classifier, platform string) ([]licence, error) {
	system, machine, _ := strings.Cut(platform, "/")
	if err := errors.Join(os.Setenv("GOOS", system), os.Setenv("GOARCH", machine), os.Setenv("CGO_ENABLED", "0")); err != nil {
		return nil, err
	}
	libraries, err := licenses.Libraries(ctx, classifier, false, []string{"muster"}, "./cmd/muster")
	if err != nil {
		return nil, err
	}
	out := make([]licence, 0, len(libraries))
	for _, l := range libraries {
		one, err := read(l)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b licence) int { return cmp.Compare(a.library, b.library) })
	return out, nil
}

func read(l *licenses.Library) (licence, error) {
	var ids []string
	for _, n := range l.Licenses {
		ids = append(ids, n.Name)
	}
	return held(l.Name(), l.LicenseFile, ids)
}

// held reads the text of a library's licence when all its licences are allowed.
func held(library, file string, ids []string) (licence, error) {
	out := licence{library: library, names: ids, file: filepath.Base(file)}
	if file == "" {
		return out, fmt.Errorf("%s: no licence was found", library)
	}
	for _, id := range ids {
		if !slices.Contains(allowed(), id) {
			return out, fmt.Errorf("%s: the licence %q is none of %q", library, id, allowed())
		}
	}
	slices.Sort(out.names)
	out.names = slices.Compact(out.names)
	text, err := os.ReadFile(file)
	out.text = text
	return out, err
}

// texts are the files of an archive: each licence in the folder of its library, and a list.
func texts(licences []licence) []packed {
	var list strings.Builder
	var out []packed
	for _, one := range licences {
		fmt.Fprintf(&list, "%s\t%s\n", one.library, strings.Join(one.names, ", "))
		out = append(out, packed{path.Join("licenses", one.library, one.file), one.text, 0o644})
	}
	return append([]packed{{"licenses/LIST", []byte(list.String()), 0o644}}, out...)
}

// names of the licences of a module.
func names(licences []licence, module string) []string {
	var out []string
	for _, one := range licences {
		if one.library == module || strings.HasPrefix(one.library, module+"/") {
			out = append(out, one.names...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
