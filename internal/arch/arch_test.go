package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "muster/"

// arrows says what each room may import of ours. A new room needs a line.
var arrows = map[string][]string{
	"cmd/muster": {
		"report/annotate", "importer/split",
		"importer/worksheet", "importer/handoff", "importer/blank",
		"auth", "auth/address", "auth/check", "auth/saml", "auth/oidc", "auth/fetch", "auth/rehearse", "importer", "importer/repair", "importer/sheet", "importer/sheet/delimited", "importer/sheet/xlsx", "importer/provision", "validate", "report", "internal/onboarding", "internal/facts",
		"internal/locale", "internal/redact", "internal/resolve", "internal/journal", "internal/webex", "internal/sandbox", "internal/wanted", "importer/live", "importer/online", "importer/workbook",
		"importer/asbuilt", "importer/undo", "importer/activate", "importer/consent", "internal/login", "internal/vault", "internal/otlp",
	},
	"importer":                 {"importer/sheet", "internal/onboarding"},
	"importer/blank":           {"importer/sheet", "internal/onboarding", "internal/facts", "internal/locale"},
	"importer/handoff":         {"internal/onboarding", "internal/facts"},
	"importer/worksheet":       {"internal/onboarding", "internal/facts", "internal/locale"},
	"importer/repair":          {"importer/sheet", "importer/sheet/xlsx", "internal/onboarding", "internal/facts", "internal/markup"},
	"importer/split":           {"importer/sheet", "importer/sheet/xlsx", "internal/onboarding"},
	"importer/sheet":           {"importer/sheet/xlsx", "importer/sheet/delimited", "internal/onboarding", "internal/facts", "internal/locale"},
	"importer/asbuilt":         {"importer/live", "importer/workbook", "internal/facts", "internal/onboarding", "internal/wanted"},
	"importer/workbook":        {"importer/sheet", "internal/onboarding", "internal/locale"},
	"importer/sheet/xlsx":      {},
	"importer/sheet/delimited": {},
	"importer/provision":       {"importer/compare", "internal/journal", "internal/webex", "internal/onboarding", "internal/wanted"},
	"importer/compare":         {"internal/onboarding", "internal/wanted", "internal/webex"},
	"importer/live":            {"importer/compare", "internal/journal", "internal/webex", "internal/onboarding", "internal/wanted"},
	"importer/undo":            {"internal/journal", "internal/webex", "internal/onboarding", "internal/wanted"},
	"importer/activate":        {"internal/journal", "internal/onboarding", "internal/webex", "internal/wanted"},
	"importer/consent":         {"internal/onboarding", "internal/webex"},
	"importer/online":          {"internal/onboarding", "internal/webex"},
	"internal/wanted":          {},
	"auth":                     {"auth/address", "auth/check", "auth/likeness", "auth/saml", "auth/oidc", "auth/fetch", "internal/onboarding"},
	"auth/address":             {"internal/onboarding"},
	"auth/check":               {"internal/onboarding"},
	"auth/likeness":            {"internal/onboarding"},
	"auth/published":           {},
	"auth/saml":                {"auth/address", "auth/check", "auth/likeness", "auth/published", "internal/onboarding"},
	"auth/oidc":                {"auth/address", "auth/check", "auth/likeness", "auth/fetch", "auth/published", "internal/onboarding"},
	"auth/fetch":               {"auth/address"},
	"auth/rehearse":            {"auth/check", "auth/saml", "auth/oidc", "internal/onboarding"},
	"validate":                 {"internal/onboarding", "internal/facts", "internal/resolve"},
	"report":                   {"internal/onboarding"},
	"report/annotate":          {"report", "internal/onboarding", "internal/markup"},
	"samples":                  {},
	"samples/gen":              {"internal/locale", "internal/onboarding"},
	"internal/onboarding":      {},
	"internal/locale":          {"internal/onboarding"},
	"internal/facts":           {"internal/locale"},
	"internal/resolve":         {"internal/onboarding", "internal/facts"},
	"internal/filelock":        {},
	"internal/vault":           {"internal/filelock", "internal/webex"},
	"internal/login":           {"internal/webex"},
	"internal/otlp":            {},
	"internal/journal":         {"internal/filelock", "internal/onboarding"},
	"internal/webex":           {"internal/onboarding"},
	"internal/sandbox":         {},
	"internal/arch":            {},
	"internal/redact":          {"internal/onboarding"},
	"internal/markup":          {},
	"internal/torture":         {},
	"internal/bench":           {"internal/facts", "importer/provision", "importer/sheet/delimited", "importer/sheet/xlsx", "internal/journal", "internal/onboarding", "internal/sandbox", "internal/webex"},
}

// starters are the rooms that start goroutines, each in one place.
var starters = []string{
	"auth/rehearse", "cmd/muster", "importer/provision", "importer/live", "importer/sheet", "importer/sheet/xlsx", "importer/sheet/delimited", "internal/journal", "internal/login", "internal/otlp", "internal/sandbox", "internal/bench", "internal/vault", "internal/webex", "report/annotate",
}

// top is what the top of the house may hold.
var top = []string{
	"cmd", "importer", "auth", "validate", "report", "samples", "internal", "docs", "changelog", "go.mod", "go.sum", "README.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "staticcheck.conf",
}

// file is one Go file of ours, parsed.
type file struct {
	path string // from the top
	room string
	set  *token.FileSet
	ast  *ast.File
}

const root = "../.."

func files(t *testing.T, tests bool) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, root+"/"))
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root || rel == "internal/tools") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") != tests {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, file{rel, filepath.ToSlash(filepath.Dir(rel)), set, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestArrows(t *testing.T) {
	for _, f := range files(t, false) {
		allowed, known := arrows[f.room]
		if !known {
			t.Errorf("%s: the room %q has no line in the table of arrows", f.path, f.room)
		}
		for _, imp := range f.ast.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			if room, ours := strings.CutPrefix(path, module); ours && !slices.Contains(allowed, room) {
				t.Errorf("%s imports %s: no arrow leads from %s to it", f.path, room, f.room)
			}
		}
	}
}

func TestTop(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	ignored := []string{"results.html", "results.xlsx", "muster", "dist"}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(top, e.Name()) && !slices.Contains(ignored, e.Name()) {
			t.Errorf("%q has no place at the top of the house", e.Name())
		}
	}
}

func TestPromises(t *testing.T) {
	promised := make(map[string]bool)
	for _, f := range files(t, false) {
		if f.ast.Doc != nil && (strings.HasPrefix(f.ast.Doc.Text(), "Package ") || strings.HasPrefix(f.ast.Doc.Text(), "Command ")) {
			promised[f.room] = true
		} else if !promised[f.room] {
			promised[f.room] = false
		}
	}
	for room, ok := range promised {
		if !ok {
			t.Errorf("%s does not say its promise in a package comment", room)
		}
	}
}

// A function is read at one glance: 60 lines at most, five parameters at most, no init.
func TestFunctions(t *testing.T) {
	const lines, params = 60, 5
	for _, f := range files(t, false) {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line; n > lines {
				t.Errorf("%s: %s has %d lines", f.path, fn.Name.Name, n)
			}
			n := 0
			for _, p := range fn.Type.Params.List {
				n += max(1, len(p.Names))
			}
			if n > params && !variadicStrings(fn) {
				t.Errorf("%s: %s has %d parameters", f.path, fn.Name.Name, n)
			}
			if fn.Name.Name == "init" && fn.Recv == nil {
				t.Errorf("%s has an init", f.path)
			}
		}
	}
}

func variadicStrings(fn *ast.FuncDecl) bool {
	l := fn.Type.Params.List
	_, ok := l[len(l)-1].Type.(*ast.Ellipsis)
	return ok && len(l) <= 6
}

// The program ends in one place, and starts goroutines in few.
func TestEffects(t *testing.T) {
	for _, f := range files(t, false) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				if !slices.Contains(starters, f.room) {
					t.Errorf("%s starts a goroutine", f.path)
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "os" && n.Sel.Name == "Exit" && f.path != "cmd/muster/main.go" {
					t.Errorf("%s ends the process", f.path)
				}
			}
			return true
		})
	}
}

// No package keeps state of its own: variables at the top are errors, embedded files, or compiled patterns.
func TestNoGlobalState(t *testing.T) {
	for _, f := range files(t, false) {
		for _, d := range f.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			embedded := g.Doc != nil && strings.Contains(commentText(g.Doc), "go:embed")
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				if !embedded && !constant(v) {
					t.Errorf("%s: the variable %s is state of the package", f.path, v.Names[0].Name)
				}
			}
		}
	}
}

func commentText(g *ast.CommentGroup) string {
	var b strings.Builder
	for _, c := range g.List {
		b.WriteString(c.Text)
	}
	return b.String()
}

// constant reports whether a variable is one by the letter only: an error value, an interface assertion, a seed, a
// replacer or a pattern.
func constant(v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" {
		return true
	}
	for _, x := range v.Values {
		if lit, ok := x.(*ast.CompositeLit); ok {
			if array, ok := lit.Type.(*ast.ArrayType); ok && array.Len != nil {
				continue // a table of fixed length
			}
		}
		call, ok := x.(*ast.CallExpr)
		if !ok {
			return false
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		switch sel.Sel.Name {
		case "New", "Errorf", "MustCompile", "NewReplacer", "MakeSeed", "OnceValue":
		default:
			return false
		}
	}
	return len(v.Values) > 0
}
