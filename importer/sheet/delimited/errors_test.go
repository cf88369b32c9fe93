package delimited

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestErrorTexts(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{
			&SyntaxError{Line: 3, Column: 2, Offset: 40, Msg: "a quote opens a cell here and nothing closes it"},
			"line 3, column 2 (byte 40): a quote opens a cell here and nothing closes it",
		},
		{&SyntaxError{Line: 3, Offset: 40, Msg: "a zero byte"}, "line 3 (byte 40): a zero byte"},
		{
			&EncodingError{Line: 7, Offset: 99, Encoding: "utf-8", Bytes: []byte{0xe9}},
			"line 7 (byte 99): byte E9 cannot be read as utf-8; repair the file or name its encoding with --encoding " +
				"(utf-8, utf-16le, utf-16be, windows-1252, windows-1256, iso-8859-1, shift_jis, big5, gb18030)",
		},
		{
			&AmbiguousError{Line: 2, Offset: 9, Candidates: []string{"big5", "gb18030"}},
			"line 2 (byte 9): the encoding cannot be told: it may be big5 or gb18030; name it with --encoding",
		},
		{
			&AmbiguousError{Line: 2, Offset: 9},
			"line 2 (byte 9): the encoding cannot be told: none of the known encodings fits; name it with --encoding",
		},
		{
			&LimitError{Line: 5, Offset: 80, Limit: "columns", Max: 100},
			"line 5 (byte 80): the record exceeds the limit of 100 columns",
		},
		{
			&LimitError{Line: 5, Offset: 80, Limit: "record bytes", Max: 100, Hint: "a quote in it may not be closed"},
			"line 5 (byte 80): the record exceeds the limit of 100 record bytes; a quote in it may not be closed",
		},
		{
			&NotTextError{Format: "ole2"},
			"the file is not delimited text but an .xls or password-protected workbook; save it as .xlsx without a password",
		},
		{&NotTextError{Format: "pdf"}, "the file is not delimited text but a PDF document; save the sheet as CSV or .xlsx"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	if got := hexBytes([]byte{0x81, 0x22}); got != "bytes 81 22" {
		t.Error(got)
	}
	if got := Certain.String() + " " + Likely.String(); got != "certain likely" {
		t.Error(got)
	}
}

// A reader that fails within a character is told as such, not as damaged text.
func TestReaderErrorWithinACharacter(t *testing.T) {
	broken := errors.New("the disk is gone")
	for encoding, half := range map[string]string{"utf-8": "\xe4\xb8", "shift_jis": "\x83", "utf-16le": "\x00\xd8", "gb18030": "\x81\x30\x84"} {
		for _, o := range variants(Options{Encoding: encoding}) {
			head := encoded(t, encoding, "a,b\nc,d\ne,")
			got, _, err := readAll(io.MultiReader(strings.NewReader(head+half), iotest.ErrReader(broken)), o)
			if !errors.Is(err, broken) || len(got) != 2 {
				t.Errorf("%s: %d records, then %v", encoding, len(got), err)
			}
		}
	}
}
