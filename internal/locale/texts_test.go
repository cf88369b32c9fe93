package locale

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

const (
	root   = "../.."
	module = "muster/"
	nouns  = module + "internal/onboarding"
)

// silent are rooms that say nothing to readers of reports.
var silent = []string{"internal/sandbox", "internal/bench", "internal/tools", "internal/arch", "samples"}

// text is an English format of the program.
type text struct {
	format  string
	at      token.Position // where it stands
	counted bool           // by a number that chooses the form of the words
}

// texts gives every format that reaches a voice, in the order of the source, and complains of what it cannot follow.
//
// A format is followed from where it is said to where it is written: through parameters, fields, variables and results, by
// the types of the program. Rooms of others are not looked into, so the checker runs on what is there and its errors are of
// no matter.
func texts(t *testing.T) []text {
	t.Helper()
	p := readProgram(t)
	flow := &flow{program: p, wanted: make(map[types.Object]bool), counted: make(map[types.Object]bool), found: make(map[string]text)}
	onb := p.packages[nouns].Scope()
	flow.want(onb.Lookup("T").(*types.Func).Signature().Params().At(0))
	for i := 1; i <= 2; i++ {
		v := onb.Lookup("Count").(*types.Func).Signature().Params().At(i)
		flow.want(v)
		flow.counted[v] = true
	}
	fields := onb.Lookup("Text").Type().Underlying().(*types.Struct)
	flow.want(fields.Field(0))
	flow.word = onb.Lookup("Word").Type()
	for flow.changed {
		flow.changed = false
		flow.lost = nil
		for _, f := range p.files {
			flow.walk(f)
		}
	}
	flow.pages(t)
	for _, l := range flow.lost {
		t.Errorf("%s: nobody knows which texts are said here; write them as constants, in variables and fields whose types are ours", l)
	}
	return slices.SortedFunc(maps.Values(flow.found), func(a, b text) int {
		return cmp.Or(cmp.Compare(a.at.Filename, b.at.Filename), cmp.Compare(a.at.Offset, b.at.Offset))
	})
}

// label is a text of a template.
var label = regexp.MustCompile(`\bt ("(?:[^"\\]|\\.)*")`)

// pages takes the labels of the templates of reports: {{t "Search"}}.
func (f *flow) pages(t *testing.T) {
	t.Helper()
	paths, err := filepath.Glob(root + "/report/*/*.html")
	if err != nil || len(paths) == 0 {
		t.Fatal("no template is there", err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range label.FindAllSubmatchIndex(b, -1) {
			format, err := strconv.Unquote(string(b[m[2]:m[3]]))
			if err != nil {
				t.Fatal(path, err)
			}
			f.keep(text{format: format, at: token.Position{Filename: path, Offset: m[2]}})
		}
	}
}

// keep takes a text that was found; the first place counts.
func (f *flow) keep(x text) {
	if !wordy(x.format) {
		return
	}
	if old, known := f.found[x.format]; known {
		x.at, x.counted = old.at, x.counted || old.counted
	}
	f.found[x.format] = x
}

// program is our rooms, parsed and typed as far as that goes without those of others.
type program struct {
	set      *token.FileSet
	files    []*ast.File
	sources  map[string][]*ast.File // by import path
	packages map[string]*types.Package
	info     *types.Info
}

func readProgram(t *testing.T) *program {
	t.Helper()
	p := &program{
		set: token.NewFileSet(), sources: make(map[string][]*ast.File), packages: make(map[string]*types.Package),
		info: &types.Info{
			Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object),
			Selections: make(map[*ast.SelectorExpr]*types.Selection),
		},
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, root+"/"))
		if d.IsDir() {
			if d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root || slices.Contains(silent, rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(p.set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		p.files = append(p.files, f)
		room := module + filepath.ToSlash(filepath.Dir(rel))
		p.sources[room] = append(p.sources[room], f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range p.sources {
		if _, err := p.Import(room); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// Import types one of our rooms; one of others is empty.
func (p *program) Import(path string) (*types.Package, error) {
	if done, ok := p.packages[path]; ok {
		return done, nil
	}
	if len(p.sources[path]) == 0 {
		pkg := types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
		pkg.MarkComplete()
		p.packages[path] = pkg
		return pkg, nil
	}
	conf := types.Config{Importer: p, Error: func(error) {}}
	pkg, _ := conf.Check(path, p.set, p.sources[path], p.info)
	p.packages[path] = pkg
	return pkg, nil
}

// flow follows formats backwards.
type flow struct {
	*program
	word    types.Type
	wanted  map[types.Object]bool // parameters, fields and variables whose values are said; functions whose results are
	counted map[types.Object]bool
	found   map[string]text
	lost    []string
	changed bool
}

func (f *flow) want(o types.Object) {
	if o != nil && !f.wanted[o] {
		f.wanted[o], f.changed = true, true
	}
}

func (f *flow) walk(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			f.results(n)
		case *ast.CallExpr:
			f.call(n)
		case *ast.CompositeLit:
			f.composite(n)
		case *ast.AssignStmt:
			f.assign(n)
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					f.to(f.info.Defs[name], n.Values[i])
				}
			}
		case *ast.RangeStmt:
			if id, ok := n.Value.(*ast.Ident); ok && f.wanted[f.object(id)] {
				f.elements(n.X, f.object(id))
			}
		case *ast.BasicLit, *ast.BinaryExpr, *ast.Ident:
			f.constantWord(n.(ast.Expr))
		}
		return true
	})
}

// constantWord takes a constant that the program uses as a Word.
func (f *flow) constantWord(e ast.Expr) {
	v, ok := f.info.Types[e]
	if ok && v.Value != nil && v.Value.Kind() == constant.String && types.Identical(v.Type, f.word) {
		f.say(constant.StringVal(v.Value), e, nil)
	}
}

// to follows what is put into an object.
func (f *flow) to(o types.Object, e ast.Expr) {
	if o != nil && f.wanted[o] {
		f.from(e, o)
	}
}

// from takes what an expression can be: a constant is found, an object is wanted from now on.
func (f *flow) from(e ast.Expr, into types.Object) {
	if v, ok := f.info.Types[e]; ok && v.Value != nil && v.Value.Kind() == constant.String {
		f.say(constant.StringVal(v.Value), e, into)
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		f.from(e.X, into)
		return
	case *ast.Ident, *ast.SelectorExpr:
		if o := f.object(e); o != nil {
			if _, ok := o.(*types.Var); ok {
				f.wantAs(o, into)
				return
			}
		}
	case *ast.CallExpr:
		if f.called(e, into) {
			return
		}
	case *ast.IndexExpr:
		if o := f.object(e.X); o != nil {
			f.wantAs(o, into)
			return
		}
		if lit, ok := e.X.(*ast.CompositeLit); ok {
			f.values(lit, into)
			return
		}
	case *ast.CompositeLit:
		f.values(e, into)
		return
	}
	f.lost = append(f.lost, f.set.Position(e.Pos()).String())
}

func (f *flow) wantAs(o, into types.Object) {
	f.want(o)
	if f.counted[into] && !f.counted[o] {
		f.counted[o], f.changed = true, true
	}
}

// called follows a conversion, or the results of one of our functions.
func (f *flow) called(e *ast.CallExpr, into types.Object) bool {
	if tv, ok := f.info.Types[e.Fun]; ok && tv.IsType() {
		if v, ok := f.info.Types[e.Args[0]]; ok && types.Identical(v.Type, f.word) {
			return true // its words are found where they are written
		}
		f.from(e.Args[0], into)
		return true
	}
	fn, ok := f.object(e.Fun).(*types.Func)
	if ok {
		f.wantAs(fn.Origin(), into)
	}
	return ok
}

func (f *flow) say(format string, at ast.Expr, into types.Object) {
	f.keep(text{format, f.set.Position(at.Pos()), into != nil && f.counted[into]})
}

// wordy reports whether a format has words of its own beside its values.
func wordy(format string) bool {
	return strings.IndexFunc(verb.ReplaceAllString(format, ""), unicode.IsLetter) >= 0
}

// object is what a name stands for: a variable, a field, a function.
func (f *flow) object(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.object(e.X)
	case *ast.Ident:
		if o := f.info.Uses[e]; o != nil {
			return o
		}
		return f.info.Defs[e]
	case *ast.SelectorExpr:
		if s := f.info.Selections[e]; s != nil {
			return origin(s.Obj())
		}
		return f.info.Uses[e.Sel]
	case *ast.IndexExpr:
		return f.object(e.X)
	}
	return nil
}

func origin(o types.Object) types.Object {
	switch o := o.(type) {
	case *types.Var:
		return o.Origin()
	case *types.Func:
		return o.Origin()
	}
	return o
}

// call follows the arguments of a call of one of our functions.
func (f *flow) call(n *ast.CallExpr) {
	tv, ok := f.info.Types[n.Fun]
	if !ok {
		return
	}
	if tv.IsType() {
		if len(n.Args) == 1 && types.Identical(tv.Type, f.word) {
			f.from(n.Args[0], nil)
		}
		return
	}
	sig, ok := tv.Type.(*types.Signature)
	if !ok {
		return
	}
	if o, ok := f.object(n.Fun).(*types.Func); ok {
		sig = o.Origin().Signature()
	}
	for i, a := range n.Args {
		j := min(i, sig.Params().Len()-1)
		if j >= 0 {
			f.to(sig.Params().At(j), a)
		}
	}
}

// composite follows the fields of a struct.
func (f *flow) composite(n *ast.CompositeLit) {
	tv, ok := f.info.Types[n]
	if !ok || tv.Type == nil {
		return
	}
	s, ok := deref(tv.Type).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				f.to(fieldOf(s, id.Name), kv.Value)
			}
		} else if i < s.NumFields() {
			f.to(s.Field(i).Origin(), e)
		}
	}
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func fieldOf(s *types.Struct, name string) types.Object {
	for v := range s.Fields() {
		if v.Name() == name {
			return v.Origin()
		}
	}
	return nil
}

// values follows the elements of a list or a map that stands where they are said.
func (f *flow) values(n *ast.CompositeLit, into types.Object) {
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		f.from(e, into)
	}
}

func (f *flow) elements(list ast.Expr, into types.Object) {
	if lit, ok := list.(*ast.CompositeLit); ok {
		f.values(lit, into)
		return
	}
	f.from(list, into)
}

func (f *flow) assign(n *ast.AssignStmt) {
	if len(n.Lhs) != len(n.Rhs) {
		if call, ok := n.Rhs[0].(*ast.CallExpr); ok {
			for _, l := range n.Lhs {
				f.to(f.object(l), call)
			}
		}
		return
	}
	for i, l := range n.Lhs {
		f.to(f.object(l), n.Rhs[i])
	}
}

// results follows what a function returns.
func (f *flow) results(fn *ast.FuncDecl) {
	o := f.info.Defs[fn.Name]
	if o == nil || !f.wanted[o] || fn.Body == nil {
		return
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, r := range n.Results {
				if tv, ok := f.info.Types[r]; ok && isString(tv.Type) {
					f.from(r, o)
				}
			}
		}
		return true
	})
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
