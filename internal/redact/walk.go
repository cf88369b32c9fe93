package redact

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"muster/internal/onboarding"
)

// Document gives a copy of a document in which every value is replaced, in members that nobody else sees, too. What it reads
// as it is written (a func that gives its rows) is replaced while it is read. Without a redactor it is the document itself.
func Document[T any](r *Redactor, doc *T) *T {
	if r == nil || doc == nil {
		return doc
	}
	out, _ := newWalk(r).pointer(reflect.ValueOf(doc), asValue).Interface().(*T)
	return out
}

// walk copies one document.
type walk struct {
	*Redactor
	mu      *sync.Mutex
	sources map[*onboarding.Source]*onboarding.Source // shared: who compares them by their address still can
	seen    map[any]reflect.Value                     // pointers of one item
}

func newWalk(r *Redactor) *walk {
	return &walk{r, new(sync.Mutex), make(map[*onboarding.Source]*onboarding.Source), make(map[any]reflect.Value)}
}

// item is the walk of one item of a list that is read later, maybe by several at once.
func (w *walk) item() *walk {
	next := *w
	next.seen = make(map[any]reflect.Value)
	return &next
}

// value gives the redacted copy of a value.
func (w *walk) value(v reflect.Value, how treatment) reflect.Value {
	if out, ok := w.noun(v); ok {
		return reflect.ValueOf(out)
	}
	switch v.Kind() {
	case reflect.String:
		return w.text(v, how)
	case reflect.Struct:
		return w.members(v)
	case reflect.Pointer:
		return w.pointer(v, how)
	case reflect.Slice:
		return w.slice(v, how)
	case reflect.Map:
		return w.keyed(v, how)
	case reflect.Interface:
		return w.boxed(v, how)
	case reflect.Func:
		return w.later(v, how)
	}
	return v
}

// noun knows the nouns whose texts belong together.
func (w *walk) noun(v reflect.Value) (any, bool) {
	if !v.CanInterface() {
		return nil, false
	}
	switch x := v.Interface().(type) {
	case onboarding.Text:
		return w.sentence(x, "", ""), true
	case onboarding.Finding:
		return w.finding(x), true
	case onboarding.Difference:
		x.Sheet, x.Live, x.Fixed = w.Of(x.Field, x.Sheet), w.Of(x.Field, x.Live), w.sentence(x.Fixed, "", "")
		x.Asked = w.sentence(x.Asked, "", "")
		return x, true
	case onboarding.Change:
		x.Place.Source = w.source(x.Place.Source)
		x.Old, x.New = w.Of(x.Field, x.Old), w.Of(x.Field, x.New)
		return x, true
	case *onboarding.Source:
		return w.source(x), true
	}
	return nil, false
}

func (w *walk) finding(f onboarding.Finding) onboarding.Finding {
	value := w.Of(f.Field, f.Value)
	f.Message, f.Hint = w.sentence(f.Message, f.Value, value), w.sentence(f.Hint, f.Value, value)
	f.Place.Source, f.Customer, f.Value = w.source(f.Place.Source), w.Value(f.Customer), value
	return f
}

// source replaces the names of a file and a sheet.
func (w *walk) source(s *onboarding.Source) *onboarding.Source {
	if s == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if out, ok := w.sources[s]; ok {
		return out
	}
	out := *s
	out.File, out.Sheet = w.File(s.File), w.Sheet(s.Sheet)
	w.sources[s] = &out
	return &out
}

// sentence replaces the values of a text of ours. old is the value of the cell it speaks of, and stays what it has become.
func (w *walk) sentence(t onboarding.Text, old, become string) onboarding.Text {
	if len(t.Args) == 0 {
		return t
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = w.argument(a, old, become)
	}
	t.Args = args
	return t
}

func (w *walk) argument(a any, old, become string) any {
	switch a := a.(type) {
	case string:
		if a == old {
			return become
		}
		return w.Value(a)
	case onboarding.Text:
		return w.sentence(a, old, become)
	case onboarding.List:
		out := make(onboarding.List, len(a))
		for i, item := range a {
			out[i] = w.argument(item, old, become)
		}
		return out
	case error:
		return w.Free(a.Error())
	case nil:
		return nil
	}
	return w.value(reflect.ValueOf(a), asValue).Interface()
}

// text replaces a plain text. Types of ours are made of words of ours.
func (w *walk) text(v reflect.Value, how treatment) reflect.Value {
	if v.Type().PkgPath() != "" {
		return v
	}
	s := v.String()
	switch how {
	case asIs:
		return v
	case asSentence:
		s = w.Free(s)
	case asFile:
		s = w.File(s)
	case asSheet:
		s = w.Sheet(s)
	case asValue:
		s = w.Value(s)
	}
	return reflect.ValueOf(s)
}

func (w *walk) members(v reflect.Value) reflect.Value {
	t := v.Type()
	out := reflect.New(t).Elem()
	out.Set(v)
	switch t.PkgPath() {
	case "time", "sync", "sync/atomic":
		return out
	}
	var of reflect.Value // the field whose cell the struct tells of
	if f, ok := t.FieldByName("Field"); ok && f.Type == reflect.TypeFor[onboarding.Field]() {
		of = v.FieldByName("Field")
	}
	for i := range t.NumField() {
		f := t.Field(i)
		how, ok := w.how[t.Name()+"."+f.Name]
		if !ok {
			how = w.how[f.Name]
		}
		member := out.Field(i)
		if !f.IsExported() { // lists that a document has prepared for its own text
			member = reflect.NewAt(f.Type, member.Addr().UnsafePointer()).Elem()
		}
		if of.IsValid() && how == asValue && f.Type == reflect.TypeFor[string]() {
			member.SetString(w.Of(onboarding.Field(of.String()), member.String()))
			continue
		}
		member.Set(w.value(member, how))
	}
	return out
}

func (w *walk) pointer(v reflect.Value, how treatment) reflect.Value {
	if v.IsNil() {
		return v
	}
	key := v.Interface()
	if out, ok := w.seen[key]; ok {
		return out
	}
	out := reflect.New(v.Type().Elem())
	w.seen[key] = out
	out.Elem().Set(w.value(v.Elem(), how))
	return out
}

func (w *walk) slice(v reflect.Value, how treatment) reflect.Value {
	if v.IsNil() {
		return v
	}
	out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		out.Index(i).Set(w.value(v.Index(i), how))
	}
	return out
}

func (w *walk) keyed(v reflect.Value, how treatment) reflect.Value {
	if v.IsNil() {
		return v
	}
	out := reflect.MakeMapWithSize(v.Type(), v.Len())
	for at := v.MapRange(); at.Next(); {
		out.SetMapIndex(w.value(at.Key(), how), w.value(at.Value(), how))
	}
	return out
}

// boxed replaces what is in an interface that anything fits in. Interfaces with methods hold no values: voices, clocks.
func (w *walk) boxed(v reflect.Value, how treatment) reflect.Value {
	if v.IsNil() || v.NumMethod() > 0 {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(reflect.ValueOf(w.argumentOf(v.Elem(), how)))
	return out
}

func (w *walk) argumentOf(v reflect.Value, how treatment) any { return w.value(v, how).Interface() }

// later wraps a func that gives values: one that is called for them, or one that hands them on one by one.
func (w *walk) later(v reflect.Value, how treatment) reflect.Value {
	if v.IsNil() {
		return v
	}
	t := v.Type()
	v = reflect.ValueOf(v.Interface()) // not the member, which becomes the wrapper
	switch {
	case t.NumOut() >= 1:
		return reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value { return w.all(v.Call(w.known(in)), how) })
	case t.NumIn() == 1 && t.NumOut() == 0 && t.In(0).Kind() == reflect.Func:
		return reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
			v.Call([]reflect.Value{reflect.MakeFunc(t.In(0), func(items []reflect.Value) []reflect.Value {
				return in[0].Call(w.all(items, how))
			})})
			return nil
		})
	}
	panic(fmt.Sprintf("redact: a document has a member of the type %s", t))
}

// known gives what a func of a document is asked about as the document has it: places are those of its own sources.
func (w *walk) known(asked []reflect.Value) []reflect.Value {
	out := slices.Clone(asked)
	for i, v := range out {
		switch x := v.Interface().(type) {
		case onboarding.Place:
			x.Source = w.original(x.Source)
			out[i] = reflect.ValueOf(x)
		case *onboarding.Source:
			out[i] = reflect.ValueOf(w.original(x))
		}
	}
	return out
}

// original gives the source of which one is the copy.
func (w *walk) original(s *onboarding.Source) *onboarding.Source {
	w.mu.Lock()
	defer w.mu.Unlock()
	for from, to := range w.sources {
		if to == s {
			return from
		}
	}
	return s
}

// all replaces what a func gives. Errors stay: whoever shows one shows it as a sentence.
func (w *walk) all(values []reflect.Value, how treatment) []reflect.Value {
	item := w.item()
	out := make([]reflect.Value, len(values))
	for i, v := range values {
		out[i] = item.value(v, how)
	}
	return out
}
