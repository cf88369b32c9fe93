package saml

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

func canonicalText(t testing.TB, text string, m method, p part) string {
	t.Helper()
	var out strings.Builder
	if err := canonicalise(&out, prepare([]byte(text)), m, p); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The examples restate what Canonical XML 1.0 and Exclusive XML Canonicalization 1.0 say.
func TestCanonicalise(t *testing.T) {
	exclusive := method{exclusive: true}
	for _, c := range []struct {
		name, text string
		method     method
		want       string
	}{
		{"declaration and comments go", `<?xml version="1.0" encoding="UTF-16"?><!-- a --><r><!-- b -->x</r><!-- c -->`, method{}, `<r>x</r>`},
		{"comments stay when asked for", `<r><!-- b -->x</r>`, method{comments: true}, `<r><!-- b -->x</r>`},
		{"empty elements, quotes, spaces in tags", `<r  b = 'x"y'  a="1" ><e /></r >`, method{}, `<r a="1" b="x&quot;y"><e></e></r>`},
		{"CDATA and references", `<r>&#60;<![CDATA[<&>]]>&gt;&#13;&#x9;</r>`, method{}, "<r>&lt;&lt;&amp;&gt;&gt;&#xD;\t</r>"},
		{"white space in attributes", "<r a='1\n\t2\r\n3&#10;&#9;&#13;4'/>", method{}, `<r a="1  2 3&#xA;&#x9;&#xD;4"></r>`},
		{"white space in text", "<r>\r\n a='\t'\r</r>", method{}, "<r>\n a='\t'\n</r>"},
		{"processing instructions", `<r><?a b  c?><?d?></r>`, method{}, `<r><?a b  c?><?d?></r>`},
		{"namespaces first, then attributes by namespace", `<r z="1" b:a="2" a:z="3" xmlns:a="urn:z" xmlns:b="urn:a" xmlns="urn:d"/>`, method{}, `<r xmlns="urn:d" xmlns:a="urn:z" xmlns:b="urn:a" z="1" b:a="2" a:z="3"></r>`},
		{"repeated declarations go", `<r xmlns:a="urn:a"><e xmlns:a="urn:a"/><e xmlns:a="urn:b"><f xmlns:a="urn:a"/></e></r>`, method{}, `<r xmlns:a="urn:a"><e></e><e xmlns:a="urn:b"><f xmlns:a="urn:a"></f></e></r>`},
		{"no namespace again", `<r xmlns="urn:a"><e xmlns=""><f xmlns=""/></e></r>`, method{}, `<r xmlns="urn:a"><e xmlns=""><f></f></e></r>`},
		{"no namespace needs no word", `<r xmlns=""><e xmlns=""/></r>`, method{}, `<r><e></e></r>`},
		{"exclusive: where it is used", `<r xmlns:a="urn:a" xmlns:b="urn:b"><a:e/><e b:x="1"/></r>`, exclusive, `<r><a:e xmlns:a="urn:a"></a:e><e xmlns:b="urn:b" b:x="1"></e></r>`},
		{"exclusive: once", `<a:r xmlns:a="urn:a"><a:e a:x=""/></a:r>`, exclusive, `<a:r xmlns:a="urn:a"><a:e a:x=""></a:e></a:r>`},
		{"exclusive: default namespace", `<r xmlns="urn:a" xmlns:b="urn:b"><b:e><f/></b:e></r>`, exclusive, `<r xmlns="urn:a"><b:e xmlns:b="urn:b"><f></f></b:e></r>`},
		{"exclusive: no namespace again", `<r xmlns="urn:a"><e xmlns=""/></r>`, exclusive, `<r xmlns="urn:a"><e xmlns=""></e></r>`},
		{"exclusive: listed prefixes", `<r xmlns="urn:d" xmlns:a="urn:a" xmlns:b="urn:b"/>`, method{exclusive: true, prefixes: []string{"b", "c"}}, `<r xmlns="urn:d" xmlns:b="urn:b"></r>`},
		{"exclusive: xml is never declared", `<r xml:lang="en"/>`, exclusive, `<r xml:lang="en"></r>`},
		{
			"attributes of xml and another namespace", `<r xml:lang="en" i:t="x" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/>`, exclusive,
			`<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:t="x" xml:lang="en"></r>`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := rootOf(string(prepare([]byte(c.text))))
			if got := canonicalText(t, c.text, c.method, part{apex: root, skip: -1}); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCanonicalPart(t *testing.T) {
	const text = `<?xml version="1.0"?><?s a?><r xmlns="urn:r" xmlns:a="urn:a" xml:lang="en" xml:id="r"><s xml:space="preserve"><a:e><f/></a:e></s><?i?>t</r><?t?>`
	at := func(tag string) int64 { return int64(strings.Index(text, tag)) }
	for want, c := range map[string]struct {
		method
		part
	}{
		`<a:e xmlns="urn:r" xmlns:a="urn:a" xml:lang="en" xml:space="preserve"><f></f></a:e>`: {method{}, part{apex: at("<a:e"), skip: -1}},
		`<a:e xmlns:a="urn:a"><f xmlns="urn:r"></f></a:e>`:                                    {method{exclusive: true}, part{apex: at("<a:e"), skip: -1}},
		`<r xmlns="urn:r" xml:id="r" xml:lang="en"><?i?>t</r>`:                                {method{exclusive: true}, part{apex: at("<r"), skip: at("<s ")}},
		"<?s a?>\n" + `<r xmlns="urn:r" xml:id="r" xml:lang="en"><?i?>t</r>` + "\n<?t?>":      {method{exclusive: true}, part{apex: at("<r"), skip: at("<s "), around: true}},
	} {
		if got := canonicalText(t, text, c.method, c.part); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestPrepareKeepsWhatNeedsNoChange(t *testing.T) {
	text := []byte("<r a='1'>\n<!-- ' -->\n<![CDATA[<e a='\n'>]]><?p '\n?></r>")
	if got := prepare(text); &got[0] != &text[0] {
		t.Errorf("the text was copied: %q", got)
	}
	for _, odd := range []string{"", "<", "<r a='", "<!--", "<![CDATA[", "<?", "x", "<r\r"} {
		prepare([]byte(odd))
	}
}

// FuzzCanonical: a canonical form is its own canonical form, and the exclusive form is that of goxmldsig but for known differences.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{
		`<r xmlns="urn:a" xmlns:b="urn:b"><e xmlns="" b:x="&#10;"/><!-- c --><?p i?><![CDATA[<]]></r>`,
		"<a:r xmlns:a='urn:a' a:b='\t'><a:r xmlns:a='urn:b'/>\r\n</a:r>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		odd, ok := readableXML(text)
		if !ok {
			return
		}
		prepared := string(prepare([]byte(text)))
		for _, m := range []method{{}, {exclusive: true}} {
			once := canonicalText(t, text, m, part{apex: rootOf(prepared), skip: -1})
			if twice := canonicalText(t, once, m, part{apex: 0, skip: -1}); twice != once {
				t.Fatalf("once  %q\ntwice %q", once, twice)
			}
			if !m.exclusive || odd || strings.Contains(text, "<!--") {
				continue
			}
			if theirs := exclusiveByLibrary(t, prepared); theirs != once {
				t.Fatalf("ours   %q\ntheirs %q", once, theirs)
			}
		}
	})
}

func rootOf(text string) int64 {
	var f finder
	if err := walk([]byte(text), f.visit); err != nil || f.root == nil {
		return -1
	}
	return f.root.at
}

// readableXML reads a text as the checks do before. It tells whether the text has what goxmldsig writes otherwise: two attributes
// with prefixes, which it does not sort by namespace, or elements without namespace, for which it may declare none once more.
func readableXML(text string) (odd, ok bool) {
	s := newScanner([]byte(text), Limits{}.withDefaults())
	for {
		k, e, _, err := s.next()
		if errors.Is(err, io.EOF) {
			return odd, true
		}
		if err != nil {
			return false, false
		}
		if k == starting {
			n := 0
			for _, a := range e.attributes {
				if a.Name.Space != "" {
					n++
				}
			}
			odd = odd || n > 1 || e.Space == ""
		}
	}
}

func exclusiveByLibrary(t *testing.T, text string) string {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(text); err != nil {
		t.Skip(err)
	}
	out, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(doc.Root())
	if err != nil {
		t.Skip(err)
	}
	return string(out)
}
