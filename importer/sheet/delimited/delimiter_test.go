package delimited

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDelimiterIsDetected(t *testing.T) {
	tests := []struct {
		name, in string
		want     byte
	}{
		{"comma", "a,b,c\n1,2,3\n", ','},
		{"semicolon", "a;b;c\n1;2;3\n", ';'},
		{"tab", "a\tb\tc\n1, x\t2\t3\n", '\t'},
		{"pipe", "a|b|c\n1|2|3\n", '|'},
		{"one column", "name\nAna\nBen\n", ','},
		{"nothing", "", ','},
		{"heading alone", "first name;last name;city, country\n", ';'},
		{"decimal commas", "a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ';'},
		{"names with commas", "name;mail\nSmith, Ana;a@x\nLee, Ben;b@x\n", ';'},
		{"lists with semicolons", "id,packages,city\n1,a;b,X\n2,c;d,Y\n3,e;f,Z\n", ','},
		{"delimiters in quotes", "\"a;b\",\"c;d\"\n\"1;2\",\"3;4\"\n", ','},
		{"a wrong delimiter would break quotes", "\"a\";\"b, c\"\n\"1\";\"2, 3\"\n", ';'},
		{"title rows", "Users, Tuesday\n\nExport of the phone system; page 1\nname;mail;city\nAna;a@x;Rome\nBen;b@x;Oslo\nCid;c@x;Kyiv\n", ';'},
		{"ragged rows", "a,b,c,d\n1,2,3\n1,2,3,4\n1,2\n1,2,3,4\n1|2,3\n", ','},
		{"addresses with unquoted commas", "a,b,c\n1,2,3\n1,Main St, 5,3\n1,2,3\n1,2,3\n", ','},
		{"types with pipes", "op,name,lang\nadd,none | string,none | string\n", ','},
		{"sep line", "sep=|\na|b;c;d\n1|2;3;4\n", '|'},
		{"sep line of another mark", "SEP=^\r\na^b\r\n", '^'},
		{"no sep line", "sep=;x\n", ';'},
		{"no sep line either", "sep=xy,z\n", ','},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, found, err := readAll(strings.NewReader(tt.in), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if found.Delimiter != tt.want {
				t.Errorf("detected %q, want %q", found.Delimiter, tt.want)
			}
		})
	}
}

func TestDelimiterAskedForWins(t *testing.T) {
	got, found, err := readAll(strings.NewReader("sep=;\na;b,c\n"), Options{Delimiter: ','})
	if err != nil {
		t.Fatal(err)
	}
	if found.Delimiter != ',' || len(got) != 1 || len(got[0].Cells) != 2 || got[0].Line != 2 {
		t.Errorf("%+v %+v", found, got)
	}
}

func TestLineEnds(t *testing.T) {
	for in, want := range map[string]string{
		"a,b":                     "",
		"a,\"b\nc\"":              "",
		"a,\"b\nc\"\r\nd,e\r\n":   "CRLF",
		"a,\"b\r\nc\"\nd,e\n":     "LF",
		"a\rb\r":                  "CR",
		"a\r\nb\n":                "mixed",
		"a\r\nb\r":                "mixed",
		"x,\"\"\"\r\n\"\ny,\"z\n": "LF",
	} {
		if got := lineEnd([]byte(in), ','); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// In a text of several bytes a character the second byte may look like a pipe, before a quote that then opens nothing.
func TestPipeWithinACharacter(t *testing.T) {
	file := encoded(t, "shift_jis", "ポ\"x|ポ|\"ポ\"|\"ソ\n\"\nb|ポ\"|c\n")
	want := [][]string{{"ポ\"x", "ポ", "ポ", "ソ\n"}, {"b", "ポ\"", "c"}}
	for _, o := range variants(Options{Encoding: "shift_jis", Delimiter: '|'}) {
		got, _, err := readAll(strings.NewReader(strings.Repeat(file, 10)), o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(slices.Repeat(want, 10), cellsOf(got)); diff != "" {
			t.Error(diff)
		}
	}
}

// Nothing may cost more than in proportion to its length, here many quotes and blanks in one record.
func TestManyQuotesInALine(t *testing.T) {
	for _, piece := range []string{"\x83|\"", "   \"", "\"\"", "\"\", \"\"  ,"} {
		in := strings.Repeat(piece, 500_000/len(piece))
		for _, workers := range []int{1, 2} {
			_, _, err := readAll(strings.NewReader("a\n"+in), Options{Encoding: "shift_jis", Delimiter: '|', Workers: workers, BlockSize: 64})
			var syntax *SyntaxError
			if err != nil && !errors.As(err, &syntax) {
				t.Errorf("%q: %v", piece, err)
			}
		}
	}
}
