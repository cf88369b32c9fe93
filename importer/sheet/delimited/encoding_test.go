package delimited

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"
)

// sample is a sheet in a language whose files come in an encoding.
type sample struct {
	encoding, text string
}

func samples() []sample {
	return []sample{
		{"windows-1252", "first,last,city\nJosé,Muñoz,Málaga\nAnaïs,Lefèvre,Besançon\nJürgen,Groß,Köln\nSøren,Ångström,Århus\n"},
		{"windows-1252", "Name;Straße;Ort\nMüller;Hauptstraße 5;München\nWeiß;Am Löhr 3;Saarbrücken\n"},
		{"windows-1252", "name,note\nO’Neil,“new” – 5 € / month…\nRené,à l'école\n"},
		{"windows-1252", "id,name\n1,Ana\n2,Begoña\n"},
		{"windows-1252", "id,name\n1,Ana\n2,PEÑA\n"},
		{"windows-1256", "الاسم,المدينة,الهاتف\nمحمد أحمد,القاهرة,100\nفاطمة الزهراء,الرياض,200\nعبد الله,دبي,300\n"},
		{"windows-1256", "first name,last name\nيوسف,حسن\n"},
		{"shift_jis", "氏名,部署,住所\n山田 太郎,営業部,東京都新宿区西新宿\n佐藤 花子,総務部,大阪市北区梅田\nヤマダ,サービス,メール\n"},
		{"shift_jis", "name,email\n鈴木 一郎,ichiro@example.jp\nたなか さくら,sakura@example.jp\n"},
		{"shift_jis", "ﾅﾏｴ,ﾌﾘｶﾞﾅ,ｺｰﾄﾞ\nﾔﾏﾀﾞ ﾀﾛｳ,ﾀﾅｶ,1\nｽｽﾞｷ,ﾊﾅｺ,2\n"},
		{"big5", "姓名,部門,地址\n陳志明,業務部,台北市信義區松仁路\n林淑芬,財務部,高雄市前鎮區中山路\n黃雅婷,人事部,新竹市東區光復路\n"},
		{"big5", "name,email\n王小明,wang@example.tw\n李美玲,li@example.tw\n"},
		{"gb18030", "姓名,部门,地址\n张伟,销售部,北京市朝阳区建国路\n王芳,财务部,上海市浦东新区世纪大道\n李娜,人事部,广州市天河区体育西路\n"},
		{"gb18030", "name,email\n刘洋,liu@example.cn\n陈静,chen@example.cn\n"},
		{"utf-8", "name,city\nZoë,Łódź\n東京,القاهرة\n"},
	}
}

// encoded gives the text as a file of the encoding, which may be UTF-16.
func encoded(t *testing.T, name, text string) string {
	t.Helper()
	c := mustCodec(name)
	enc := unicode.UTF8.NewEncoder()
	switch {
	case name == "utf-16le":
		enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
	case name == "utf-16be":
		enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	case c.legacy != nil:
		enc = c.legacy.NewEncoder()
	}
	out, err := enc.String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodingIsDetected(t *testing.T) {
	for i, s := range samples() {
		t.Run(fmt.Sprintf("%d-%s", i, s.encoding), func(t *testing.T) {
			want, _, err := readAll(strings.NewReader(s.text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, found, err := readAll(strings.NewReader(encoded(t, s.encoding, s.text)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if found.Encoding != s.encoding {
				t.Errorf("detected %s", found.Encoding)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// names gives words of one or two syllables, the least evidence there can be.
func names() map[string]string {
	return map[string]string{
		"windows-1252": "José Müller Muñoz Lefèvre Groß Søren Ångström François Zoë Begoña Óscar Étienne Jürgen Århus São " +
			"Conceição Peña Málaga Köln Besançon Düsseldorf Öberg PEÑA MÜLLER GARÇON Nuñez Naïve Coöp O’Neil Straße Übel",
		"windows-1256": "محمد أحمد فاطمة يوسف حسن علي عبدالله خالد سارة نور إبراهيم مريم ليلى عمر زينب طارق القاهرة الرياض دبي بيروت",
		"shift_jis": "山田 佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 太郎 花子 さくら ひろし ヤマダ タナカ スズキ 東京都 大阪市 " +
			"横浜市 営業部 総務部 株式会社 齋藤 髙橋 ﾔﾏﾀﾞ ﾀﾅｶ",
		"big5": "陳志明 林淑芬 黃雅婷 王小明 李美玲 張惠妹 吳宗憲 蔡依林 周杰倫 台北市 高雄市 新竹 業務部 財務部 有限公司 謝霆鋒 " +
			"鄧麗君 許瑋甯 葉問 邱澤 王 林 李",
		"gb18030": "张伟 王芳 李娜 刘洋 陈静 杨幂 赵薇 黄晓明 周迅 吴京 徐峥 孙俪 北京市 上海市 广州 销售部 财务部 有限公司 王 林 李 " +
			"马云 霍去病 欧阳修 司马迁",
	}
}

// With one name in the file the encoding is told rightly or not at all; three are enough nearly always.
func TestFewNamesAreNeverReadWrongly(t *testing.T) {
	for encoding, list := range names() {
		words := strings.Fields(list)
		told := map[int]int{}
		for i := range words {
			for _, n := range []int{1, 3} {
				text := "id,name,mail\n"
				for k := range n {
					text += "7," + words[(i+k)%len(words)] + ",x@y.example\n"
				}
				got, found, err := readAll(strings.NewReader(encoded(t, encoding, text)), Options{})
				if errors.Is(err, ErrAmbiguous) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				told[n]++
				if got[1].Cells[1] != words[i] {
					t.Errorf("%s in %s read as %q in %s", words[i], encoding, got[1].Cells[1], found.Encoding)
				}
			}
		}
		if told[1]*2 < len(words) || told[3]*10 < len(words)*9 {
			t.Errorf("%s: told for %d and %d of %d", encoding, told[1], told[3], len(words))
		}
	}
}

// The encoding of a stream that begins with much ASCII is decided where ASCII ends.
func TestEncodingIsDetectedLate(t *testing.T) {
	head := strings.Repeat("plain,ascii,text\n", 5_000) // 85 kB, more than the beginning that Open reads
	for i, s := range samples() {
		for _, o := range []Options{{}, {Workers: 1}, {BlockSize: 64, Workers: 2}, {BlockSize: 1000, Workers: 8}} {
			text := strings.ReplaceAll(s.text, ";", ",")
			want, _, err := readAll(strings.NewReader(head+text), Options{Encoding: "utf-8"})
			if err != nil {
				t.Fatal(err)
			}
			got, found, err := readAll(strings.NewReader(head+encoded(t, s.encoding, text)), o)
			if err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			if found.Encoding != s.encoding {
				t.Errorf("%d: detected %s, want %s", i, found.Encoding, s.encoding)
			}
			if len(got) != len(want) {
				t.Fatalf("%d: %d records, want %d", i, len(got), len(want))
			}
			if diff := cmp.Diff(want[4_990:], got[4_990:]); diff != "" {
				t.Errorf("%d: %s", i, diff)
			}
		}
	}
}

func TestRoundTrips(t *testing.T) {
	texts := map[string][]string{
		"utf-8":        {"Zoë", "東京", "𝔘𝔫𝔦"},
		"utf-16le":     {"Zoë", "東京", "𝔘𝔫𝔦"},
		"utf-16be":     {"Zoë", "東京", "𝔘𝔫𝔦"},
		"windows-1252": {"Zoë", "Muñoz", "Œuvre €"},
		"windows-1256": {"محمد", "أحمد", "été"},
		"iso-8859-1":   {"Zoë", "Muñoz", "½ ©"},
		"shift_jis":    {"ソポ表能", "山田", "ﾔﾏﾀﾞ"},
		"big5":         {"功許蓋", "王小明", "高雄"},
		"gb18030":      {"张伟", "亅丂丄", "𠀀é"},
	}
	for _, name := range EncodingNames() {
		for _, eol := range []string{"\n", "\r\n", "\r"} {
			for _, delim := range []byte{',', ';', '\t', '|'} {
				words := texts[name]
				want := [][]string{{"name", "second", "third"}}
				var b strings.Builder
				b.WriteString(strings.Join(want[0], string(delim)) + eol)
				for i := range 40 {
					row := []string{words[i%3], words[(i+1)%3] + string(delim) + "\n\"" + words[0], words[2] + "\""}
					want = append(want, row)
					fmt.Fprintf(&b, "%s%c\"%s\"%c%s%s", row[0], delim, strings.ReplaceAll(row[1], `"`, `""`), delim, row[2], eol)
				}
				file := encoded(t, name, b.String())
				for _, o := range []Options{{Workers: 1}, {Workers: 1, BlockSize: 64}, {Workers: 3, BlockSize: 100}} {
					o.Encoding = name
					got, found, err := readAll(strings.NewReader(file), o)
					if err != nil {
						t.Fatalf("%s %q %q: %v", name, eol, delim, err)
					}
					wantEnd := map[string]string{"\n": "LF", "\r\n": "CRLF", "\r": "CR"}[eol]
					if diff := cmp.Diff(Detection{name, Certain, false, delim, wantEnd}, found); diff != "" {
						t.Fatalf("%s %q %q: %s", name, eol, delim, diff)
					}
					if diff := cmp.Diff(want, cellsOf(got)); diff != "" {
						t.Fatalf("%s %q %q: %s", name, eol, delim, diff)
					}
				}
			}
		}
	}
}

func TestByteOrderMarks(t *testing.T) {
	for name, mark := range map[string]string{
		"utf-8": "\xef\xbb\xbf", "utf-16le": "\xff\xfe", "utf-16be": "\xfe\xff", "gb18030": "\x84\x31\x95\x33",
	} {
		file := mark + encoded(t, name, "name;city\r\n王;北京\r\n")
		for _, o := range []Options{{}, {Encoding: name}} {
			got, found, err := readAll(strings.NewReader(file), o)
			if err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(Detection{name, Certain, true, ';', "CRLF"}, found); diff != "" {
				t.Error(name, diff)
			}
			if diff := cmp.Diff([][]string{{"name", "city"}, {"王", "北京"}}, cellsOf(got)); diff != "" {
				t.Error(name, diff)
			}
		}
		_, _, err := readAll(strings.NewReader(file), Options{Encoding: "windows-1252"})
		want := &EncodingError{Line: 1, Encoding: "windows-1252", Bytes: []byte(mark)}
		if diff := cmp.Diff(error(want), err); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestUTF16WithoutMark(t *testing.T) {
	for _, name := range []string{"utf-16le", "utf-16be"} {
		file := encoded(t, name, "姓名,郵件\n王小明,wang@example.tw\n")
		got, found, err := readAll(strings.NewReader(file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Detection{name, Likely, false, ',', "LF"}, found); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"王小明", "wang@example.tw"}, got[1].Cells); diff != "" {
			t.Error(diff)
		}
	}
}

func TestBytesThatAreNotText(t *testing.T) {
	head := strings.Repeat("ok,ok\n", 30) // 180 bytes
	tests := []struct {
		encoding, in string
		want         EncodingError
	}{
		{"windows-1252", head + "caf\xe9\na\x81,b\n", EncodingError{Line: 32, Offset: 186, Bytes: []byte("\x81")}},
		{"iso-8859-1", head + "caf\xe9\na\x93,b\n", EncodingError{Line: 32, Offset: 186, Bytes: []byte("\x93")}},
		{"shift_jis", head + "\x8e\x52\n\"\x8e\x52\n\x81\"\n", EncodingError{Line: 33, Offset: 187, Bytes: []byte("\x81\"")}},
		{"big5", head + "\xa4\xa4\n\xa4", EncodingError{Line: 32, Offset: 183, Bytes: []byte("\xa4")}},
		{"gb18030", head + "\x81\x30\x84\x36,\xd6\xd0\n\xff,", EncodingError{Line: 32, Offset: 188, Bytes: []byte("\xff,")}},
		{"utf-8", head + "\xc3\xa9\n\xed\xa0\x80", EncodingError{Line: 32, Offset: 183, Bytes: []byte("\xed\xa0")}},
	}
	for _, tt := range tests {
		tt.want.Encoding = tt.encoding
		for _, o := range variants(Options{Encoding: tt.encoding}) {
			got, _, err := readAll(strings.NewReader(tt.in), o)
			if diff := cmp.Diff(error(&tt.want), err); diff != "" {
				t.Error(tt.encoding, diff)
			}
			if len(got) != 31 {
				t.Errorf("%s: %d records before", tt.encoding, len(got))
			}
		}
	}
}

func TestUTF16Damaged(t *testing.T) {
	head := encoded(t, "utf-16le", "a,b\n\"𝔘\nc\",d\n") // 28 bytes, 3 lines
	tests := []struct {
		in   string
		want EncodingError
	}{
		{head + "x\x00\x00\xdcy\x00", EncodingError{Line: 4, Offset: 28, Bytes: []byte("\x00\xdc")}},
		{head + "\x00\xd8y\x00", EncodingError{Line: 4, Offset: 26, Bytes: []byte("\x00\xd8")}},
		{head + "x\x00\n\x00\x00\xd8", EncodingError{Line: 5, Offset: 30, Bytes: []byte("\x00\xd8")}},
		{head + "x\x00y", EncodingError{Line: 4, Offset: 28, Bytes: []byte("y")}},
	}
	for i, tt := range tests {
		tt.want.Encoding = "utf-16le"
		for _, o := range variants(Options{Encoding: "utf-16le"}) {
			_, _, err := readAll(strings.NewReader(tt.in), o)
			if diff := cmp.Diff(error(&tt.want), err); diff != "" {
				t.Error(i, diff)
			}
		}
	}
	_, _, err := readAll(strings.NewReader(head+encoded(t, "utf-16le", "\"é\"x\n")), Options{Encoding: "utf-16le"})
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset != int64(len(head))+6 || syntax.Line != 4 {
		t.Errorf("got %v", err)
	}
}

func TestPlacesInLegacyFilesCountTheirBytes(t *testing.T) {
	file := encoded(t, "shift_jis", "山田,太郎\nﾔﾏ,\"花子\"x\n") // 10 bytes; 2 + 1 + 6
	for _, o := range variants(Options{Encoding: "shift_jis"}) {
		_, _, err := readAll(strings.NewReader(file), o)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != 2 || syntax.Column != 2 || syntax.Offset != 19 {
			t.Errorf("got %v", err)
		}
	}
}

func TestAmbiguousEncodings(t *testing.T) {
	head := strings.Repeat("plain,ascii,text\n", 10)
	long := strings.Repeat("plain,ascii,text\n", 10_000)
	tests := []struct{ name, in, line string }{
		{"two bytes that mean something everywhere", "id,name\n1,\xb0\xe5\n", "line 2 (byte 10)"},
		{"Russian, which is not among the encodings", head + "\xcf\xf0\xe8\xe2\xe5\xf2,\xec\xe8\xf0 \xef\xf0\xe8\xe2\xe5\xf2\n", "line 11 (byte 170)"},
		{"late", long + "1,\xb0\xe5\n", "line 10001 (byte 170002)"},
	}
	for _, tt := range tests {
		for _, o := range []Options{{}, {BlockSize: 64, Workers: 1}, {BlockSize: 1000, Workers: 8}} {
			_, _, err := readAll(strings.NewReader(tt.in), o)
			if !errors.Is(err, ErrAmbiguous) {
				t.Fatalf("%s: got %v", tt.name, err)
			}
			if !strings.HasPrefix(err.Error(), tt.line+": the encoding cannot be told") || !strings.Contains(err.Error(), "--encoding") {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	}
}

// A few damaged bytes do not make another encoding of UTF-8: they are told.
func TestDamagedUTF8(t *testing.T) {
	text := strings.Repeat("Zoë,Łódź,東京\n", 20) + "Zo\xeb,b\n"
	_, found, err := readAll(strings.NewReader(text), Options{})
	want := &EncodingError{Line: 21, Offset: 402, Encoding: "utf-8", Bytes: []byte("\xeb,")}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Error(diff)
	}
	if found.Encoding != "utf-8" || found.Confidence != Likely {
		t.Errorf("detected %+v", found)
	}
}

func TestOtherFormats(t *testing.T) {
	for magic, format := range map[string]string{
		"PK\x03\x04...": "zip", "PK\x05\x06...": "zip", "%PDF-1.7\n": "pdf", "\x1f\x8b\x08\x00": "gzip",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole2", "<?xml version='1.0'?>": "xml", "\xef\xbb\xbf<?xml ?>": "xml",
		"<!DOCTYPE html>": "html", "<HTML>": "html", `{\rtf1`: "rtf",
	} {
		_, _, err := readAll(strings.NewReader(magic), Options{})
		if diff := cmp.Diff(error(&NotTextError{Format: format}), err); diff != "" {
			t.Error(diff)
		} else if !strings.Contains(err.Error(), "not delimited text but ") {
			t.Error(err)
		}
	}
}

// Bytes of no known format are not taken for letters of an unknown encoding when zero bytes are among them.
func TestBinaryFiles(t *testing.T) {
	_, _, err := readAll(strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xfe"), Options{})
	want := &SyntaxError{Line: 3, Offset: 8, Msg: "a zero byte stands here: the file is damaged or no text"}
	if diff := cmp.Diff(error(want), err); diff != "" {
		t.Error(diff)
	}
}

func TestNamesOfEncodings(t *testing.T) {
	for name, want := range map[string]string{
		"UTF8": "utf-8", "cp1252": "windows-1252", "CP1256": "windows-1256", "latin1": "iso-8859-1", "SJIS": "shift_jis",
		"Big5-HKSCS": "big5", "gbk": "gb18030", " utf-16le ": "utf-16le",
	} {
		_, found, err := readAll(strings.NewReader(""), Options{Encoding: name})
		if err != nil || found.Encoding != want {
			t.Errorf("%s is %s, %v", name, found.Encoding, err)
		}
	}
	_, _, err := readAll(strings.NewReader(""), Options{Encoding: "koi8-r"})
	if err == nil || !strings.Contains(err.Error(), "windows-1256") {
		t.Errorf("got %v", err)
	}
}
