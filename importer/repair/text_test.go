package repair_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"muster/importer/sheet"
	"muster/importer/sheet/delimited"
)

const siteHeads = "External customer ID,Location name,Country,State or province,ZIP or postal code,Main number,Time zone,Announcement language"

func TestText(t *testing.T) {
	tests := []struct{ name, in, want, changes string }{
		{
			"only what changes changes",
			siteHeads + "\r\n\"c-1\", \"Köln, Mitte\" ,Deutschland,,50667,0221 4710190,Europe/Berlin,de\r\nc-2,b,DE,,1,x,y,z",
			siteHeads + "\r\n\"c-1\", \"Köln, Mitte\" ,DE,,50667,+492214710190,Europe/Berlin,de\r\nc-2,b,DE,,1,x,y,z",
			`2:3 "Deutschland" -> "DE"` + "\n" + `2:6 "0221 4710190" -> "+492214710190"`,
		},
		{
			"quotes stay, and come where they are needed",
			siteHeads + "\nc-1,\"A\u00a0\"\"B\"\"\",\"Germany\",,,\"0221 4710190\",,\nc-2, \u3000 one \n" + "c-3,\"line\r\nend\u200b\",DE,,,,,\n",
			siteHeads + "\nc-1,\"A \"\"B\"\"\",\"DE\",,,\"+492214710190\",,\nc-2,one\n" + "c-3,\"line end\",DE,,,,,\n",
			`2:2 "A\u00a0\"B\"" -> "A \"B\""` + "\n" + `2:3 "Germany" -> "DE"` + "\n" + `2:6 "0221 4710190" -> "+492214710190"` + "\n" +
				`3:2 " \u3000 one " -> "one"` + "\n" + `4:2 "line\nend\u200b" -> "line end"`,
		},
		{
			"a row that may have moved is left alone",
			siteHeads + "\nc-1,Köln, Mitte,Germany,,50667,0221 4710190,Europe/Berlin,de\n",
			siteHeads + "\nc-1,Köln, Mitte,Germany,,50667,0221 4710190,Europe/Berlin,de\n",
			"",
		},
		{
			"damage and what is not certain is left alone",
			siteHeads + "\nc-1,a,Atlantis,Bayern,1067,4.92E+11,,\nc-2,#N/A,DE,,1067,3023125190,,\n",
			siteHeads + "\nc-1,a,Atlantis,Bayern,1067,4.92E+11,,\nc-2,#N/A,DE,,1067,3023125190,,\n",
			"",
		},
		{
			"an identifier that has lost its zeros is left alone",
			siteHeads + "\n0001,a,,,,,,\n0002,a,,,,,,\n0003,a,,,,,,\n0004,a,,,,,,\n0005,a,,,,,,\n 6,a,Germany,,,,,\n",
			siteHeads + "\n0001,a,,,,,,\n0002,a,,,,,,\n0003,a,,,,,,\n0004,a,,,,,,\n0005,a,,,,,,\n 6,a,DE,,,,,\n",
			`7:3 "Germany" -> "DE"`,
		},
		{
			"lines above the headings, empty ones, unknown columns and old Mac line ends",
			"Sites  of\u00a02026\r\r" + siteHeads + ",Desk\r\rc-1,a,USA,Texas,,,,,\u00a07 \r",
			"Sites  of\u00a02026\r\r" + siteHeads + ",Desk\r\rc-1,a,US,TX,,,,,\u00a07 \r",
			`5:3 "USA" -> "US"` + "\n" + `5:4 "Texas" -> "TX"`,
		},
		{
			"the delimiter that the first line names",
			"sep=;\n" + strings.ReplaceAll(siteHeads, ",", ";") + "\nc-1;a;日本;東京都;;03-5555-1190;;\n",
			"sep=;\n" + strings.ReplaceAll(siteHeads, ",", ";") + "\nc-1;a;JP;13;;+81355551190;;\n",
			`3:3 "日本" -> "JP"` + "\n" + `3:4 "東京都" -> "13"` + "\n" + `3:6 "03-5555-1190" -> "+81355551190"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, changes := copies(t, sheet.Options{}, write(t, "locations.csv", []byte(tt.in)))
			if diff := cmp.Diff(tt.want, string(out[0])); diff != "" {
				t.Errorf("copy (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.changes, strings.Join(lines(changes), "\n")); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			again, changes := copies(t, sheet.Options{}, write(t, "locations.csv", out[0]))
			if len(changes) > 0 || !bytes.Equal(again[0], out[0]) {
				t.Errorf("the copy of the copy has the changes %v", lines(changes))
			}
		})
	}
}

// TestEncodings keeps every encoding that the reader knows, byte order mark and all.
func TestEncodings(t *testing.T) {
	utf16 := func(e unicode.Endianness) encoding.Encoding { return unicode.UTF16(e, unicode.IgnoreBOM) }
	tests := map[string]struct {
		enc  encoding.Encoding
		word string // in letters of the encoding
	}{
		"utf-8":        {unicode.UTF8, "Zoë 東京 😀"},
		"utf-16le":     {utf16(unicode.LittleEndian), "Zoë 東京 😀"},
		"utf-16be":     {utf16(unicode.BigEndian), "Zoë 東京 😀"},
		"windows-1252": {charmap.Windows1252, "Zoë €"},
		"windows-1256": {charmap.Windows1256, "مكتب دبي"},
		"iso-8859-1":   {charmap.ISO8859_1, "Zoë"},
		"shift_jis":    {japanese.ShiftJIS, "ポ東京ｱ支店"},
		"big5":         {traditionalchinese.Big5, "功能許蓋"},
		"gb18030":      {simplifiedchinese.GB18030, "北京𠀀é"},
	}
	for _, name := range delimited.EncodingNames() {
		tt, ok := tests[name]
		if !ok {
			t.Errorf("%s is not tested", name)
			continue
		}
		for _, mark := range []string{"", "\ufeff"} {
			if mark != "" && !strings.HasPrefix(name, "utf") && name != "gb18030" {
				continue
			}
			t.Run(name+mark, func(t *testing.T) {
				text := func(country, number string) []byte {
					s := mark + strings.ReplaceAll(siteHeads, ",", "|") + "\r\n" + tt.word + "|" + tt.word + "|" + country + "||| " + number + "|\"" + tt.word + "\"|\r\n"
					b, err := tt.enc.NewEncoder().Bytes([]byte(s))
					if err != nil {
						t.Fatal(err)
					}
					return b
				}
				o := sheet.Options{Encoding: name, Delimiter: '|'}
				out, changes := copies(t, o, write(t, "locations.csv", text("Germany", "0221 4710190")))
				// The blank before the number is one of the value.
				want := bytes.Replace(text("DE", "+492214710190"), encoded(t, tt.enc, " +"), encoded(t, tt.enc, "+"), 1)
				if !bytes.Equal(out[0], want) {
					t.Errorf("got  %q\nwant %q", out[0], want)
				}
				if len(changes) != 2 {
					t.Errorf("changes %v", lines(changes))
				}
			})
		}
	}
}

func encoded(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
