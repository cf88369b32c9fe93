package saml

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"muster/auth/check"
)

func TestDecode(t *testing.T) {
	idp := expand(t, "idp", `{{idp "children" "<!-- é -->"}}`)
	wide := func(s string) string { return utf16Bytes(binary.LittleEndian, s) }
	declared := func(name string, e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(fmt.Sprintf("<?xml version='1.0' encoding='%s'?>\n", name) + s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	mixed := declared("Shift_JIS", japanese.ShiftJIS, "<!-- 日本 -->\n<!-- \n") + "\xff -->"
	for _, tt := range []struct {
		name, raw string
		level     check.Level // of SAML-DOC-004; 0 for none
		line      int
		message   string
	}{
		{"UTF-8", idp, 0, 0, ""},
		{"UTF-16 without mark", wide(idp), check.Warn, 1, "the file is UTF-16"},
		{"UTF-16 without mark, the other way", utf16Bytes(binary.BigEndian, idp), check.Warn, 1, "the file is UTF-16"},
		{"UTF-32", "\xff\xfe\x00\x00<\x00\x00\x00", check.Blocker, 1, "the file is UTF-32"},
		{"half a pair, then a letter", wide("<a>\n") + "\x00\xd8" + wide("x</a>"), check.Blocker, 2, "the file is UTF-16 and holds half a surrogate pair"},
		{"the other half of a pair", wide("<a>\n\n") + "\x00\xdc" + wide("</a>"), check.Blocker, 3, "the file is UTF-16 and holds half a surrogate pair"},
		{"half a pair at the end", wide("<a/>") + "\x00\xd8", check.Blocker, 1, "the file is UTF-16 and holds half a surrogate pair"},
		{"a whole pair", wide(strings.Replace(idp, "é", "𝄞", 1)), check.Warn, 1, "the file is UTF-16"},
		{"Windows", declared("windows-1252", charmap.Windows1252, idp), check.Warn, 1, "the file is windows-1252"},
		{"Japanese", declared("Shift_JIS", japanese.ShiftJIS, strings.Replace(idp, "é", "日本", 1)), check.Warn, 1, "the file is Shift_JIS"},
		{"Japanese with a byte of something else", mixed, check.Blocker, 4, `the file declares encoding "Shift_JIS" and is another encoding`},
		{"known to IANA alone", "<?xml version='1.0' encoding='UTF-7'?><a/>", check.Blocker, 1, `the file declares encoding "UTF-7", which is not known`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var found check.Finding
			for _, f := range Inspect(strings.NewReader(tt.raw), Options{GoLive: goLive}).Findings {
				if f.ID == "SAML-DOC-004" {
					found = f
				} else if f.Level == check.Blocker {
					t.Errorf("also found %s: %s", f.ID, f.Message)
				}
			}
			if found.Level != tt.level || found.Line != tt.line || found.Message.String() != tt.message {
				t.Errorf("level %d line %d: %q, wanted level %d line %d: %q", found.Level, found.Line, found.Message, tt.level, tt.line, tt.message)
			}
		})
	}
}

// TestDecodedText demands that the text is UTF-8 and says so, on the same lines.
func TestDecodedText(t *testing.T) {
	raw := "<?xml version='1.0'\n encoding='ISO-8859-1' standalone='yes'?>\n" + expand(t, "idp", `{{latin1 (idp "id" "urn:ü")}}`)
	result := Inspect(strings.NewReader(raw), Options{GoLive: goLive})
	if result.Entity == nil || result.Entity.ID != "urn:ü" || result.Entity.Line != 3 {
		t.Fatalf("entity %+v", result.Entity)
	}
	if text := string(result.Document.Text); !strings.HasPrefix(text, "<?xml version='1.0'\n encoding='UTF-8' standalone='yes'?>") {
		t.Errorf("the text begins %q", text[:60])
	}
}
