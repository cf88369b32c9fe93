package markup_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"muster/internal/markup"
)

// copies walks over a text and passes every row, and gives what was copied.
func copies(text string, size int) (out string, passed, tags int, err error) {
	var b bytes.Buffer
	s := markup.NewScanner(&b, pieces{strings.NewReader(text), size})
	for {
		t, err := s.Next()
		if errors.Is(err, io.EOF) {
			err = s.Finish()
			return b.String(), passed, tags, err
		}
		if err != nil {
			return b.String(), passed, tags, err
		}
		tags++
		if text[s.Offset():][:len(t)] != string(t) {
			return "", 0, 0, errors.New("the tag at " + text[s.Offset():] + " is said to be " + string(t))
		}
		if t.Is("row") && !t.Closing() && !t.Empty() {
			ok, err := s.PassTo("</row>")
			if err != nil {
				return "", 0, 0, err
			}
			if ok {
				passed++
			}
		}
	}
}

// pieces gives at most so many bytes at a time.
type pieces struct {
	in   io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.in.Read(b[:min(len(b), p.size)]) }

// Rows are passed over as wholes, but for those in which a row's end could be something else; all bytes are copied.
func TestPassing(t *testing.T) {
	text := "<?xml version='1.0'?><d><row a='>'><c/>x</row><row/>\n<row><!-- </row> --><c/></row><row><![CDATA[</row>]]></row><row><c>!?</c></row></d>"
	for size := 1; size < 40; size++ {
		out, passed, tags, err := copies(text, size)
		if err != nil || out != text {
			t.Fatalf("in pieces of %d: %v, %q", size, err, out)
		}
		if passed != 2 || tags != 10 {
			t.Errorf("in pieces of %d: %d rows passed, %d tags", size, passed, tags)
		}
	}
}

// Texts come out as they are, with what XML cannot hold as escapes.
func TestAppendText(t *testing.T) {
	for in, want := range map[string]string{
		"a b\n\tü日": "a b\n\tü日", "<&>": "&lt;&amp;&gt;", "_x0041_": "_x005F_x0041_", "_x": "_x", "\x00\x1f": "_x0000__x001F_", "\ufffe": "_xFFFE_", "\xff": "\ufffd", "": "",
	} {
		if got := string(markup.AppendText([]byte("."), in)); got != "."+want {
			t.Errorf("%q is written as %q, wanted %q", in, got, want)
		}
	}
}

func FuzzPassing(f *testing.F) {
	f.Add("<d><row><c>1</c></row><row/></d>", 3)
	f.Fuzz(func(t *testing.T, text string, size int) {
		if out, _, _, err := copies(text, max(size%64, 1)); err == nil && out != text {
			t.Errorf("%q becomes %q", text, out)
		}
	})
}
