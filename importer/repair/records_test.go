package repair

import (
	"errors"
	"io"
	"strings"
	"testing"

	"muster/internal/onboarding"
)

// one is a script with one edit.
func one(row, column int, old, text string) *script {
	place := onboarding.Place{Source: &onboarding.Source{File: "users.csv"}, Row: row, Column: column}
	return &script{rows: []rowEdits{{row, []edit{{column, onboarding.Change{Place: place, Old: old, New: text}}}}}}
}

func TestTextErrors(t *testing.T) {
	const in = "a,b\n\nc,d\n"
	tests := []struct {
		name string
		with *script
		want string
	}{
		{"a letter that the encoding has not", one(3, 2, "d", "東"), `users.csv:3:2: "東" cannot be written as windows-1252`},
		{"another value", one(3, 2, "e", "x"), "line 3 is not the one that was read before"},
		{"an empty line", one(2, 1, "a", "x"), "line 2 is not the one that was read before"},
		{"too few values", one(3, 3, "", "x"), "line 3 is not the one that was read before"},
		{"too few lines", one(4, 1, "a", "x"), "line 4 is not the one that was read before"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := rewriteText(io.Discard, strings.NewReader(in), layout{"windows-1252", ','}, tt.with.editor())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, wanted %q", err, tt.want)
			}
		})
	}
}

// full has no room.
type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestErrorsComeThrough gives back what the writer, the source of the edits and the list of changes say.
func TestErrorsComeThrough(t *testing.T) {
	const grid = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`
	rewriters := map[string]func(io.Writer, editor) error{
		"text": func(w io.Writer, e editor) error {
			return rewriteText(w, strings.NewReader("1\n"), layout{"utf-8", ','}, e)
		},
		"wide": func(w io.Writer, e editor) error {
			return rewriteText(w, strings.NewReader("1\x00\n\x00"), layout{"utf-16le", ','}, e)
		},
		"sheet": func(w io.Writer, e editor) error { return rewriteGrid(w, strings.NewReader(grid), e) },
	}
	for name, rewrite := range rewriters {
		t.Run(name, func(t *testing.T) {
			if err := rewrite(full{}, one(1, 1, "1", "x").editor()); !errors.Is(err, errFull) {
				t.Errorf("the writer's error comes as %v", err)
			}
			e := one(1, 1, "1", "x").editor()
			e.say = func(onboarding.Change) error { return errFull }
			if err := rewrite(io.Discard, e); !errors.Is(err, errFull) {
				t.Errorf("the list's error comes as %v", err)
			}
			e.next = func() (rowEdits, error) { return rowEdits{}, errFull }
			if err := rewrite(io.Discard, e); !errors.Is(err, errFull) {
				t.Errorf("the source's error comes as %v", err)
			}
		})
	}
}
