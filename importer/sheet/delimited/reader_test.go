package delimited

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// readAll gives copies of all records and what ended the reading; nil for the end of the text.
func readAll(in io.Reader, o Options) ([]Record, Detection, error) {
	r, err := Open(in, o)
	if err != nil {
		return nil, Detection{}, err
	}
	defer r.Close()
	var out []Record
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, r.Detected(), nil
		}
		if err != nil {
			return out, r.Detected(), err
		}
		out = append(out, Record{rec.Line, rec.Number, slices.Clone(rec.Cells)})
	}
}

// variants are ways to read that must make no difference.
func variants(o Options) []Options {
	var out []Options
	for _, workers := range []int{1, 2, 8} {
		for _, size := range []int{64, 100, 1000, 0} {
			o.Workers, o.BlockSize = workers, size
			out = append(out, o)
		}
	}
	return out
}

func TestRecords(t *testing.T) {
	tests := []struct {
		name, in string
		want     []Record
	}{
		{"empty", "", nil},
		{"only line ends", "\n\r\n\r\r\n", nil},
		{"no final line end", "a,b\n1,2", []Record{{1, 1, []string{"a", "b"}}, {2, 2, []string{"1", "2"}}}},
		{"empty cells", ",\n,,\n", []Record{{1, 1, []string{"", ""}}, {2, 2, []string{"", "", ""}}}},
		{"delimiter at the very end", "a,", []Record{{1, 1, []string{"a", ""}}}},
		{"empty lines are counted", "a\n\n\r\nb\n", []Record{{1, 1, []string{"a"}}, {4, 2, []string{"b"}}}},
		{"all line ends", "a\r\nb\rc\nd", []Record{
			{1, 1, []string{"a"}}, {2, 2, []string{"b"}}, {3, 3, []string{"c"}}, {4, 4, []string{"d"}},
		}},
		{"quotes", "\"a\",\"b,c\",\"\"\n\"d \"\"e\"\"\",f,\"\"\"\"", []Record{
			{1, 1, []string{"a", "b,c", ""}}, {2, 2, []string{`d "e"`, "f", `"`}},
		}},
		{"line ends in cells", "\"a\nb\r\nc\rd\",e\nf,g\n", []Record{
			{1, 1, []string{"a\nb\nc\nd", "e"}}, {5, 2, []string{"f", "g"}},
		}},
		{"quotes within cells", "5\" monitor,x\"\ny,6\"\n", []Record{
			{1, 1, []string{`5" monitor`, `x"`}}, {2, 2, []string{"y", `6"`}},
		}},
		{"blanks around quotes", "a, \"b, c\" ,d\n  \"e\"  \n", []Record{
			{1, 1, []string{"a", "b, c", "d"}}, {2, 2, []string{"e"}},
		}},
		{"blanks stay without quotes", " a , b \n", []Record{{1, 1, []string{" a ", " b "}}}},
		{"quoted emptiness is a record", "\"\"\n", []Record{{1, 1, []string{""}}}},
		{"long cells", strings.Repeat("x", 500) + "," + strings.Repeat("y", 300) + "\nz,\n", []Record{
			{1, 1, []string{strings.Repeat("x", 500), strings.Repeat("y", 300)}}, {2, 2, []string{"z", ""}},
		}},
		{"sep line", "sep=;\r\na;b,c\r\n", []Record{{2, 1, []string{"a", "b,c"}}}},
	}
	for _, tt := range tests {
		for _, o := range variants(Options{}) {
			t.Run(fmt.Sprintf("%s/%d-%d", tt.name, o.Workers, o.BlockSize), func(t *testing.T) {
				if !strings.HasPrefix(tt.in, "sep=") {
					o.Delimiter = ','
				}
				got, _, err := readAll(strings.NewReader(tt.in), o)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestFaults(t *testing.T) {
	head := strings.Repeat("ok,ok\n", 30) // 180 bytes
	limits := Limits{MaxRecordBytes: 200, MaxColumns: 20}
	tests := []struct {
		name, in string
		want     error
		records  int
	}{
		{"text after a quote", head + "a,\"b\nc\"d,e\nf,g\n", &SyntaxError{
			Line: 32, Column: 2, Offset: 187,
			Msg: "text follows a closing quote; a quote within a quoted cell is written twice",
		}, 30},
		{"unclosed quote", head + "a,b\nc, \"d,e\nf,g\n", &SyntaxError{
			Line: 32, Column: 2, Offset: 187, Msg: "a quote opens a cell here and nothing closes it",
		}, 31},
		{"zero byte", head + "a\nb,\x00c\n", &SyntaxError{
			Line: 32, Offset: 184, Msg: "a zero byte stands here: the file is damaged or no text",
		}, 31},
		{"zero byte before a fault", head + "\"b\x00\"c\n", &SyntaxError{
			Line: 31, Offset: 182, Msg: "a zero byte stands here: the file is damaged or no text",
		}, 30},
		{"fault before a zero byte", head + "\"b\"c\x00\n", &SyntaxError{
			Line: 31, Column: 1, Offset: 183,
			Msg: "text follows a closing quote; a quote within a quoted cell is written twice",
		}, 30},
		{"late byte that is not UTF-8", head + "\xc3\xa9,a\nb,\"x\n\xe9y\"\nc", &EncodingError{
			Line: 33, Offset: 190, Encoding: "utf-8", Bytes: []byte("\xe9y"),
		}, 31},
		{"character cut off at the end", head + "\xc3\xa9\n\xe4\xb8", &EncodingError{
			Line: 32, Offset: 183, Encoding: "utf-8", Bytes: []byte("\xe4\xb8"),
		}, 31},
		{"long record", head + strings.Repeat("x", 201) + "\n", &LimitError{
			Line: 31, Offset: 180, Limit: "record bytes", Max: 200,
		}, 30},
		{"record as long as allowed", head + strings.Repeat("x", 200), nil, 31},
		{"quote that never closes", head + "\"a\n" + strings.Repeat("x,y\n", 300), &LimitError{
			Line: 31, Offset: 180, Limit: "record bytes", Max: 200, Hint: "a quote in it may not be closed",
		}, 30},
		{"many columns", head + "a\n" + strings.Repeat(",", 20) + "\n", &LimitError{
			Line: 32, Offset: 182, Limit: "columns", Max: 20,
		}, 31},
		{"as many columns as allowed", head + strings.Repeat(",", 19), nil, 31},
		{"long before many columns", head + strings.Repeat("x", 201) + strings.Repeat(",", 30), &LimitError{
			Line: 31, Offset: 180, Limit: "record bytes", Max: 200,
		}, 30},
		{"bad byte far into a long record", head + "\xc3\xa9" + strings.Repeat("x", 700) + "\xff\n", &LimitError{
			Line: 31, Offset: 180, Limit: "record bytes", Max: 200,
		}, 30},
	}
	for _, tt := range tests {
		for _, o := range variants(Options{Encoding: "utf-8", Delimiter: ',', Limits: limits}) {
			t.Run(fmt.Sprintf("%s/%d-%d", tt.name, o.Workers, o.BlockSize), func(t *testing.T) {
				got, _, err := readAll(strings.NewReader(tt.in), o)
				if diff := cmp.Diff(tt.want, err); diff != "" {
					t.Error(diff)
				}
				if len(got) != tt.records {
					t.Errorf("%d records before the fault, want %d", len(got), tt.records)
				}
			})
		}
	}
}

// generated gives a well-formed text as a program would write it, and its cells.
func generated(seed uint64, rows int, delim byte, eol string) (string, [][]string) {
	rng := rand.New(rand.NewPCG(seed, 1))
	words := []string{
		"", "Ana", "O'Neil", "Łódź", "東京", "a,b", "x;y", "\"q\"", "line\nbreak", "+12025550123", "Müller & Söhne",
		"tab\there", "pipe|d", " lead", "trail ", strings.Repeat("long ", 40),
	}
	var b strings.Builder
	var want [][]string
	for range rows {
		row := make([]string, 1+rng.IntN(12))
		for i := range row {
			row[i] = words[rng.IntN(len(words))]
		}
		if len(row) == 1 && row[0] == "" {
			row[0] = "one"
		}
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(delim)
			}
			if strings.ContainsAny(cell, "\"\n\r"+string(delim)) || rng.IntN(5) == 0 {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		b.WriteString(eol)
		want = append(want, row)
	}
	return b.String(), want
}

func cellsOf(records []Record) [][]string {
	var out [][]string
	for _, r := range records {
		out = append(out, r.Cells)
	}
	return out
}

func TestLikeEncodingCSV(t *testing.T) {
	for seed := range uint64(8) {
		text, want := generated(seed, 300, ',', []string{"\n", "\r\n"}[seed%2])
		c := csv.NewReader(strings.NewReader(text))
		c.FieldsPerRecord = -1
		oracle, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(oracle, want); diff != "" {
			t.Fatal("encoding/csv reads otherwise:", diff)
		}
		for _, o := range variants(Options{Delimiter: ','}) {
			got, _, err := readAll(strings.NewReader(text), o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, cellsOf(got)); diff != "" {
				t.Fatalf("seed %d, %d workers, blocks of %d: %s", seed, o.Workers, o.BlockSize, diff)
			}
		}
	}
}

// Blocks are taken by hand and given back late, with strings that share the memory of the text and with such that do not.
func TestTakenBlocksGiveTheSameRecords(t *testing.T) {
	text, _ := generated(3, 500, ',', "\r\n")
	want, _, err := readAll(strings.NewReader(text), Options{Delimiter: ','})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Workers: 1, Kept: 3}, {Workers: 3, Kept: 3}, {Workers: 3, Kept: 3, Reuse: true}, {Workers: 1, Kept: 3, Reuse: true}} {
		o.Delimiter, o.BlockSize = ',', 700
		if diff := cmp.Diff(want, taken(t, text, o)); diff != "" {
			t.Errorf("%+v: %s", o, diff)
		}
	}
}

// taken reads a record, and the others in blocks of which as many as allowed are kept for a while.
func taken(t *testing.T, text string, o Options) (got []Record) {
	t.Helper()
	r, err := Open(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	keep := func(recs []Record) {
		for _, rec := range recs {
			cells := make([]string, len(rec.Cells))
			for i, c := range rec.Cells {
				cells[i] = strings.Clone(c)
			}
			got = append(got, Record{rec.Line, rec.Number, cells})
		}
	}
	first, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	keep([]Record{*first})
	var held []Block
	for {
		b, err := r.TakeBlock()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(b.Records) == 0 || b.Bytes == 0 {
			t.Fatalf("%d records of %d bytes, error %v", len(b.Records), b.Bytes, err)
		}
		if held = append(held, b); len(held) == o.Kept {
			keep(held[0].Records)
			held[0].Return()
			held = held[1:]
		}
	}
	for _, b := range held {
		keep(b.Records)
		b.Return()
	}
	return got
}

func TestStringsOutliveTheirBlock(t *testing.T) {
	text, want := generated(5, 400, ',', "\n")
	r, err := Open(strings.NewReader(text), Options{Delimiter: ',', Workers: 2, BlockSize: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var kept []string
	for {
		rec, err := r.Next()
		if err != nil {
			break
		}
		kept = append(kept, rec.Cells[len(rec.Cells)-1])
	}
	for i, row := range want {
		if kept[i] != row[len(row)-1] {
			t.Fatalf("row %d: %q became %q", i, row[len(row)-1], kept[i])
		}
	}
}

func TestReaderErrorComesAfterTheRecordsBefore(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, o := range variants(Options{}) {
		in := io.MultiReader(strings.NewReader("a,b\nc,d\ne,\"f"), iotest.ErrReader(broken))
		got, _, err := readAll(in, o)
		if !errors.Is(err, broken) || err.Error() != "read line 3: the disk is gone" || len(got) != 2 {
			t.Errorf("%d records, then %v", len(got), err)
		}
	}
	if _, err := Open(iotest.ErrReader(broken), Options{}); !errors.Is(err, broken) {
		t.Errorf("Open gave %v", err)
	}
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestReaderThatGivesNothing(t *testing.T) {
	if _, err := Open(silent{}, Options{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("Open gave %v", err)
	}
}

func TestSlowReadersMakeNoDifference(t *testing.T) {
	text, want := generated(7, 100, ';', "\r")
	for _, in := range []io.Reader{
		iotest.OneByteReader(strings.NewReader(text)),
		iotest.HalfReader(strings.NewReader(text)),
		iotest.DataErrReader(strings.NewReader(text)),
	} {
		got, _, err := readAll(in, Options{Delimiter: ';', BlockSize: 128, Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, cellsOf(got)); diff != "" {
			t.Error(diff)
		}
	}
}

// A bubble ends only when every goroutine begun in it has ended, and fails the test when one never does.
func TestCloseEndsTheGoroutines(t *testing.T) {
	text := strings.Repeat("a,b\n", 10_000)
	for i := range 20 {
		synctest.Test(t, func(t *testing.T) {
			r, err := Open(strings.NewReader(text), Options{Workers: 4, BlockSize: 64})
			if err != nil {
				t.Fatal(err)
			}
			for range 1 + i*100 {
				if _, err := r.Next(); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Next(); !errors.Is(err, fs.ErrClosed) {
				t.Errorf("Next after Close gave %v", err)
			}
		})
	}
}

func TestErrorsRepeat(t *testing.T) {
	r, err := Open(strings.NewReader("a\n\"b\"c\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	_, first := r.Next()
	_, second := r.TakeBlock()
	var syntax *SyntaxError
	if !errors.As(first, &syntax) || first != second {
		t.Errorf("%v, then %v", first, second)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for _, o := range []Options{{Delimiter: '"'}, {Delimiter: 'x'}, {Delimiter: '\n'}, {Encoding: "ebcdic"}} {
		if _, err := Open(strings.NewReader("a"), o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	data := benchData(20_000)
	b.Run("encoding-csv", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(data))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err != nil {
					break
				}
			}
		}
	})
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("delimited-%d", workers), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := Open(bytes.NewReader(data), Options{Workers: workers})
				if err != nil {
					b.Fatal(err)
				}
				for {
					if _, err := r.Next(); err != nil {
						break
					}
				}
				r.Close()
			}
		})
	}
}

// benchData gives rows of users as the goals of speed are measured on: eleven short cells, a fifth of the rows with
// a quoted one, some letters beyond ASCII.
func benchData(rows int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("external_id,first,last,email,package,location,phone,extension,role,language,timezone\n")
	for i := range rows {
		last := []string{"Miller", "Müller", "Garcia", "Søndergård", "\"Smith, Jr.\""}[rng.IntN(5)]
		fmt.Fprintf(&b, "crm-%06d,Anna%d,%s,anna.%d@customer-%d.example.com,webex_calling,Headquarters,+1202555%04d,%d,User,en_us,America/New_York\n",
			rng.IntN(1+rows/50), i, last, i, i%997, i%10000, 1000+i%9000)
	}
	return b.Bytes()
}

// A damaged byte far below does not hide the encoding of what stands before it: the error names the byte.
func TestDamageInEastAsianText(t *testing.T) {
	for name, enc := range map[string]encoding.Encoding{"shift_jis": japanese.ShiftJIS, "big5": traditionalchinese.Big5} {
		line := map[string]string{"shift_jis": "\u7530\u4e2d,\u592a\u90ce,\u6771\u4eac\u90fd\u5343\u4ee3\u7530\u533a\u3067\u3059\n", "big5": "\u738b,\u5c0f\u660e,\u81fa\u5317\u5e02\u4fe1\u7fa9\u5340\u7684\u516c\u53f8\n"}[name]
		text, err := enc.NewEncoder().String(strings.Repeat(line, 50))
		if err != nil {
			t.Fatal(err)
		}
		at := len(text) - len(text)/50
		_, _, err = readAll(strings.NewReader(text[:at]+"\xff"+text[at:]), Options{})
		var bad *EncodingError
		if !errors.As(err, &bad) || bad.Encoding != name || bad.Line != 50 || bad.Offset != int64(at) {
			t.Errorf("%s: error %v, want line 50, byte %d", name, err, at)
		}
	}
}

// Letters of UTF-8 beside one that is none are not read as Windows-1252: one of the two is damage.
func TestMixedEncodingsAreRefused(t *testing.T) {
	for _, text := range []string{"M\u00fcller,1\nMu\xf1oz,2\n", "Mu\xf1oz,2\nM\u00fcller,1\nM\u00fcller,3\n"} {
		if recs, _, err := readAll(strings.NewReader(text), Options{}); err == nil {
			t.Errorf("%q is read as %q", text, cellsOf(recs))
		}
	}
}
