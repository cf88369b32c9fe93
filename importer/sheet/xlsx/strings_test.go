package xlsx

import (
	"slices"
	"strings"
	"testing"
)

func TestBothPathsReadEverySharedString(t *testing.T) {
	for name, c := range map[string]struct {
		items string
		want  []string
	}{
		"none":           {``, nil},
		"plain":          {`<si><t>a</t></si><si><t>b</t></si>`, []string{"a", "b"}},
		"pretty-printed": {"\n  <si>\n    <t>a</t>\n  </si>\n  <si><t>b</t></si>\n", []string{"a", "b"}},
		"empty":          {`<si><t></t></si><si><t/></si><si/><si></si><si><t>x</t></si>`, []string{"", "", "", "", "x"}},
		"blanks kept":    {`<si><t xml:space="preserve"> a </t></si><si><t> b</t></si>`, []string{" a ", " b"}},
		"runs":           {`<si><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r></si><si><t>c</t></si>`, []string{"ab", "c"}},
		"reading aids":   {`<si><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/></si>`, []string{"課"}},
		"escapes":        {`<si><t>_x0041__x005F_</t></si><si><t>a_b</t></si>`, []string{"A_", "a_b"}},
		"entities":       {`<si><t>&lt;&#x41;</t></si>`, []string{"<A"}},
		"extension":      {`<si><t>a</t></si><extLst><ext/></extLst>`, []string{"a"}},
		"comment":        {`<!-- </si> --><si><t>a</t></si><!-- -->`, []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := mustOpen(t, build(t, parts{stringsPart: sstXML(c.items)}))
			for _, quick := range []bool{false, true} {
				got, err := readStringsBy(w.files, quick)
				if err != nil || !slices.Equal(got, c.want) {
					t.Errorf("quick %t gives %q and %v, want %q", quick, got, err, c.want)
				}
			}
		})
	}
}

func TestSharedStringsOverManyBlocks(t *testing.T) {
	var items strings.Builder
	var want []string
	for i := range 3*stringsPerBlock + 1 {
		text := strings.Repeat("ü", i%7) + reference(i, i)
		want = append(want, text)
		items.WriteString("<si><t>" + text + "</t></si>")
	}
	w := mustOpen(t, build(t, parts{stringsPart: sstXML(items.String())}))
	for _, quick := range []bool{false, true} {
		if got, err := readStringsBy(w.files, quick); err != nil || !slices.Equal(got, want) {
			t.Errorf("quick %t does not give the %d strings in order (%d, error %v)", quick, len(want), len(got), err)
		}
	}
}

func TestWorkbookWithoutStringsAndStyles(t *testing.T) {
	rels := relationshipsXML(`<Relationship Id="rId1" Type="` + officeRels + `/worksheet" Target="/xl/worksheets/sheet1.xml"/>`)
	w := mustOpen(t, build(t, parts{relsPart: rels, stylesPart: absent, stringsPart: absent}))
	if got, want := show(bothPaths(t, w)), `R1 A="1"n`; got != want {
		t.Errorf("the sheet gives %s, want %s", got, want)
	}
}

// Programs that write in UTF-16 do so for every part.
func TestWorkbookInUTF16(t *testing.T) {
	wide := func(s string, big bool) string {
		var b strings.Builder
		for _, r := range "\uFEFF" + strings.ReplaceAll(s, "UTF-8", "UTF-16") {
			units := []rune{r}
			if r > 0xFFFF {
				units = []rune{0xD800 + (r-0x10000)>>10, 0xDC00 + (r-0x10000)&0x3FF}
			}
			for _, u := range units {
				low, high := byte(u), byte(u>>8)
				if big {
					low, high = high, low
				}
				b.Write([]byte{low, high})
			}
		}
		return b.String()
	}
	for _, big := range []bool{false, true} {
		all := defaultParts()
		all[sheetPart] = sheetXML(strings.Repeat(" ", 5000) + inline("Zoë 😀") + `<row r="2"><c r="A2" t="s"><v>1</v></c></row>`)
		for name, text := range all {
			all[name] = wide(text, big)
		}
		w := mustOpen(t, zipped(t, all))
		if got, want := show(bothPaths(t, w)), `R1 A="Zoë 😀"t | R2 A="one"t`; got != want {
			t.Errorf("big %t: the sheet gives %s, want %s", big, got, want)
		}
	}
}
