package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pageOf runs muster and gives the path of the page that it wrote.
func pageOf(t *testing.T, dir string, args ...string) string {
	t.Helper()
	path := filepath.Join(dir, args[0]+".html")
	var out, talk bytes.Buffer
	code := run(context.Background(), append(append([]string{"muster"}, args...), "--report", path), streams{bytes.NewReader(nil), &out, &talk})
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v exits with %d and writes no page: %s", args, code, talk.String())
	}
	return path
}

// sample gives the path of an example workbook.
func sample(name string) string { return filepath.Join("..", "..", "samples", name) }

// TestPagesInABrowser opens the pages of the broken sample and of a run as people will: wide and narrow, light and dark,
// with script and without.
func TestPagesInABrowser(t *testing.T) {
	withoutRaces(t)
	b := startChromium(t)
	dir := t.TempDir()
	service := []string{"--target", "sandbox", "--state", filepath.Join(dir, "state")}
	waiting := make([]string, 0, 8)
	waiting = append(waiting, waitingBook(t, dir), "--target", "sandbox", "--state", filepath.Join(dir, "state2"), "--partial")
	pages := []string{
		pageOf(t, dir, "check", sample("broken.xlsx")),
		pageOf(t, dir, append([]string{"plan", sample("migration.xlsx")}, service...)...),
		pageOf(t, dir, append([]string{"apply", sample("migration.xlsx")}, service...)...),
		pageOf(t, dir, append([]string{"verify", sample("migration.xlsx")}, service...)...),
	}
	if err := os.Rename(pages[2], filepath.Join(dir, "good.html")); err != nil {
		t.Fatal(err)
	}
	pages[2] = filepath.Join(dir, "good.html")
	if text, err := os.ReadFile(pages[2]); err != nil || !bytes.Contains(text, []byte("Calls over the run")) || !bytes.Contains(text, []byte("Duration of calls")) {
		t.Errorf("the page of a run does not chart its calls: %v", err)
	}
	pages = append(pages, pageOf(t, dir, "status", "--target", "sandbox", "--state", filepath.Join(dir, "state")))
	pages = append(pages, pageOf(t, dir, append([]string{"apply"}, waiting...)...))
	for _, path := range pages {
		for name, l := range map[string]look{
			"wide": {width: 1280, height: 900}, "narrow": {width: 390, height: 844}, "wide-dark": {width: 1280, height: 900, dark: true},
			"narrow-dark": {width: 390, height: 844, dark: true}, "plain": {width: 1280, height: 900, plain: true},
		} {
			b.open(path, l)
			b.shoot(filepath.Base(path) + "-" + name)
			if small := path == pages[0] || path == pages[len(pages)-1]; small && !l.plain || name == "wide" {
				b.axe()
			}
			if path == pages[len(pages)-1] && !l.plain {
				b.eval("document.querySelectorAll('details').forEach(d => { d.open = true; })", nil)
				b.axe()
				b.shoot(filepath.Base(path) + "-" + name + "-open")
			}
			if pages := b.printed(); pages > 40 {
				t.Errorf("%s is printed on %d pages", filepath.Base(path), pages)
			}
			for _, direction := range []string{"ltr", "rtl"} {
				var over string
				b.eval("document.documentElement.dir = '"+direction+"'; "+beyond, &over)
				if over != "" {
					t.Errorf("%s, %s at %d px, reaches beyond the window: %s", filepath.Base(path), direction, l.width, over)
				}
			}
			if name == "wide" || name == "narrow" {
				b.shoot(filepath.Base(path) + "-" + name + "-rtl")
			}
			b.quiet(path)
		}
	}
}

// beyond names what reaches beyond the window, and headings and charts that are cut or must be scrolled.
const beyond = `[...[...document.querySelectorAll('#overview .card > .scroll, .chart thead th, .tile, nav a, button, td.w-tag')].filter(e => e.scrollWidth > e.clientWidth + 1),
	...[...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.scroll, .sr, svg') && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))].slice(0, 3).map(e => e.outerHTML.slice(0, 150)).join('\\n')`

// TestPagesInEveryLanguage opens the pages of the broken sample and of a run that waits in each language.
func TestPagesInEveryLanguage(t *testing.T) {
	withoutRaces(t)
	b := startChromium(t)
	for _, lang := range []string{"zh-TW", "de", "es", "ar", "ja"} {
		dir := t.TempDir()
		other := map[string]string{"de": "ja", "ja": "ar"}[lang] // what the customer reads stands below
		args := []string{"--lang", lang}
		if other != "" {
			args = append(args, "--lang-customer", other)
		}
		pages := map[string]string{ // each with a value that some of its findings show
			pageOf(t, dir, append([]string{"check", sample("broken.xlsx")}, args...)...):                                                                           "Atlantis",
			pageOf(t, dir, append([]string{"apply", waitingBook(t, dir), "--target", "sandbox", "--state", filepath.Join(dir, "state"), "--partial"}, args...)...): "Nowhere",
		}
		for path, value := range pages {
			for width, name := range map[int]string{1280: "wide", 390: "narrow"} {
				b.open(path, look{width: width, height: 900})
				var told struct{ Lang, Direction, Over string }
				b.eval("({Lang: document.documentElement.lang, Direction: getComputedStyle(document.body).direction, Over: "+beyond+"})", &told)
				want := "ltr"
				if lang == "ar" {
					want = "rtl"
				}
				if told.Lang != lang || told.Direction != want || told.Over != "" {
					t.Errorf("%s in %s at %d px says it is in %q, written %s; beyond the window: %s", filepath.Base(path), lang, width, told.Lang, told.Direction, told.Over)
				}
				b.shoot(filepath.Base(path) + "-" + lang + "-" + name)
				if width == 1280 {
					b.axe()
					var all int
					b.eval("document.querySelectorAll('#findings table.list tbody tr').length", &all)
					b.typed("#findings input", value)
					b.until(fmt.Sprintf("(n => n > 0 && n < %d)(document.querySelectorAll('#findings table.list tbody tr').length)", all))
				}
				b.quiet(path)
			}
		}
	}
}

// waitingBook has a customer in review, a user who must agree, one with an error, and one who has an error below it.
func waitingBook(t *testing.T, dir string) string {
	t.Helper()
	book := filepath.Join(dir, "book")
	write(t, book, "templates.csv", "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription\nStandard,ZjViMzYxODctYzhkZC00,admin@partner.example,US,en_US,Sub-1\n")
	write(t, book, "customers.csv", "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code,Supported location confirmed,Packages and add-ons\n"+
		"sandbox-review-1,Example Bakery,ana@bakery.example,US,Standard,1 Example Street,Austin,TX,78701,yes,Webex Meetings\n"+
		"crm-2,Example Mill,mia@mill.example,US,Standard,2 Example Street,Austin,TX,78701,yes,Webex Meetings\n"+
		"crm-3,Example Inn,ina@inn.example,US,Nowhere,3 Example Street,Austin,TX,78701,yes,Webex Meetings\n")
	write(t, book, "users.csv", "External customer ID,First name,Last name,Email address,Package,Role\n"+
		"sandbox-review-1,Ana,Diaz,ana@bakery.example,Webex Meetings,Full administrator\ncrm-2,Mia,Moss,mia@mill.example,Webex Meetings,Full administrator\n"+
		"crm-2,Ben,Bush,sandbox-consent.ben@mill.example,Webex Meetings,\ncrm-2,Eva,Elm,eva@,Webex Meetings,\ncrm-3,Ina,Imm,ina@inn.example,Webex Meetings,Full administrator\n")
	return book
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// found is a finding as the JSON report of the same check tells it.
type found struct{ Rule, Severity, Cell, Value, Message, Hint string }

func (f found) has(word string) bool {
	return strings.Contains(strings.ToLower(strings.Join([]string{f.Rule, f.Severity, f.Cell, f.Value, f.Message, f.Hint}, " ")), word)
}

func findingsOf(t *testing.T, args ...string) []found {
	t.Helper()
	var out, talk bytes.Buffer
	run(context.Background(), append([]string{"muster", "check", "--format", "json"}, args...), streams{bytes.NewReader(nil), &out, &talk})
	var doc struct{ Findings []found }
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatalf("%v: %s", err, talk.String())
	}
	return doc.Findings
}

// TestFindingsOfAPageAreNarrowed searches, narrows, sorts, and sends a link.
func TestFindingsOfAPageAreNarrowed(t *testing.T) {
	b := startChromium(t)
	path := pageOf(t, t.TempDir(), "check", sample("broken.xlsx"))
	all := findingsOf(t, sample("broken.xlsx"))
	b.open(path, look{width: 1280, height: 900})
	const rows = "[...document.querySelectorAll('#findings table.list tbody tr')]"
	shows := func(why string, want int) {
		t.Helper()
		var n int
		b.eval(rows+".length", &n)
		if n != want {
			t.Errorf("%s shows %d rows, not %d", why, n, want)
		}
		var told string
		b.eval("document.querySelector('#findings .shown').textContent", &told)
		if !strings.HasPrefix(told, fmt.Sprint(want)+" ") {
			t.Errorf("%s shows %d rows, and tells %q", why, want, told)
		}
	}
	count := func(keep func(found) bool) int {
		return len(slices.DeleteFunc(slices.Clone(all), func(f found) bool { return !keep(f) }))
	}
	shows("the page", len(all))
	b.typed("#findings input", "Atlantis COUNTRY")
	b.until(rows + ".length < " + fmt.Sprint(len(all)))
	shows("a search", count(func(f found) bool { return f.has("atlantis") && f.has("country") }))
	b.eval("document.querySelector('#findings .reset').click()", nil)
	shows("Show all", len(all))

	choose := func(id, text string) {
		t.Helper()
		b.eval(fmt.Sprintf("(() => { const s = document.getElementById(%q); s.value = [...s.options].find(o => o.text.startsWith(%q)).value; s.dispatchEvent(new Event('change')); })()", id, text), nil)
	}
	choose("findings-0", "error")
	shows("errors", count(func(f found) bool { return f.Severity == "error" }))
	choose("findings-1", "user-email (")
	shows("errors of a rule", count(func(f found) bool { return f.Severity == "error" && f.Rule == "user-email" }))
	b.eval("document.querySelector('#findings .reset').click()", nil)
	choose("findings-3", "crm-004711")
	var whose []string
	b.eval(rows+".map(r => r.cells[5].textContent)", &whose)
	if len(whose) == 0 || slices.ContainsFunc(whose, func(s string) bool { return s != "crm-004711" }) {
		t.Errorf("narrowed to one customer the page shows findings of %q", whose)
	}
	b.eval("document.querySelector('#findings .reset').click()", nil)

	for _, want := range []string{"ascending", "descending"} {
		var sorted []string
		b.eval("document.querySelector('#findings [data-sort=f1]').click(); "+rows+".map(r => r.cells[4].textContent)", &sorted)
		if want == "descending" {
			slices.Reverse(sorted)
		}
		var told string
		b.eval("document.querySelector('#findings [data-sort=f1]').closest('th').getAttribute('aria-sort')", &told)
		if len(sorted) != len(all) || !slices.IsSorted(sorted) || told != want {
			t.Errorf("sorted by rule, %s (told %s), the page shows %q", want, told, sorted)
		}
	}

	var rule string
	b.eval("document.querySelector('[data-pick^=\"findings:1:\"]').click(); document.querySelector('[data-pick^=\"findings:1:\"]').textContent", &rule)
	shows("the chart's rule "+rule, count(func(f found) bool { return f.Rule == rule }))

	b.eval("document.querySelector('#findings .reset').click(); "+rows+"[40].querySelector('a').click()", nil)
	b.until("document.getElementById('said').textContent !== ''")
	var link, id string
	b.eval("navigator.clipboard.readText()", &link)
	b.eval(rows+"[40].id", &id)
	if !strings.HasSuffix(link, filepath.Base(path)+"#"+id) {
		t.Errorf("the copied link is %q, the row is %q", link, id)
	}
	b.quiet(path)
	b.open(path+"#"+id, look{width: 1280, height: 900})
	b.until("document.querySelector('tr.here') && document.querySelector('tr.here').id === '" + id + "' && document.querySelector('tr.here').getBoundingClientRect().top < innerHeight")
	again := pageOf(t, t.TempDir(), "check", sample("broken.xlsx"))
	if text, err := os.ReadFile(again); err != nil || !bytes.Contains(text, []byte(`id="`+id+`"`)) {
		t.Errorf("another check of the same workbook does not know %q: %v", id, err)
	}
}

// TestAPageIsUsedByKeyboard reaches the content, and a customer, by keys alone.
func TestAPageIsUsedByKeyboard(t *testing.T) {
	b := startChromium(t)
	path := pageOf(t, t.TempDir(), "check", sample("broken.xlsx"))
	b.open(path, look{width: 1280, height: 900})
	b.press("Tab")
	var first string
	b.eval("document.activeElement.className", &first)
	if first != "skip" {
		t.Errorf("the first stop is %q", first)
	}
	var outline string
	b.eval("getComputedStyle(document.activeElement).outlineStyle", &outline)
	if outline != "solid" {
		t.Errorf("the focus is drawn as %q", outline)
	}
	b.typed("#customer-search", "harbor")
	b.until("document.querySelectorAll('details.customer:not([hidden])').length === 1")
	b.eval("document.getElementById('customers-open').click()", nil)
	var open int
	b.eval("document.querySelectorAll('details.customer[open]').length", &open)
	if open != 1 {
		t.Errorf("%d customers are open, not the one that was searched", open)
	}
	b.quiet(path)
}

// TestHostileCellsStayInert fills a book with what a browser would act on, and opens its page with script and without.
func TestHostileCellsStayInert(t *testing.T) {
	b := startChromium(t)
	dir := t.TempDir()
	nasty := []string{
		`<script>window.hit=1</script>`, `</script><script>window.hit=1</script>`, `</noscript><img src=x onerror=window.hit=1>`, `</table></noscript><svg onload=window.hit=1>`,
		`javascript:window.hit=1`, `"><img src=x onerror=window.hit=1>`, `' onmouseover='window.hit=1`, "\u202egnp.exe", `<!--`, `]]>`, `{{.Title}}`, `&lt;b&gt;`, `<style>*{display:none}</style>`, `<tr id="f-0000000000" data-f="0,0,0,0">`,
	}
	users, customers := "External customer ID,First name,Last name,Email address,Package,Role\n", "External customer ID,Company name,Administrator email,Country\n"
	for i, n := range nasty {
		cell := `"` + strings.ReplaceAll(n, `"`, `""`) + `"`
		customers += fmt.Sprintf("%s,%s,%s,%s\n", cell, cell, cell, cell)
		users += fmt.Sprintf("%s,%s,%s,%s,%s,%s\n", cell, cell, cell, cell, cell, cell)
		write(t, filepath.Join(dir, "book"), fmt.Sprintf("users%d.csv", i), users)
	}
	write(t, filepath.Join(dir, "book"), "customers.csv", customers)
	path := pageOf(t, dir, "check", filepath.Join(dir, "book"))
	for _, plain := range []bool{false, true} {
		b.open(path, look{width: 1280, height: 900, plain: plain})
		var state struct {
			Hit                              bool
			Scripts, Images, Handlers, Links int
			Text                             string
		}
		b.eval(`({Hit: "hit" in window, Scripts: document.scripts.length, Images: document.querySelectorAll("img, iframe, object, embed, form, base").length,
			Handlers: [...document.querySelectorAll("*")].filter(e => [...e.attributes].some(a => a.name.startsWith("on") || a.name === "style")).length - document.querySelectorAll("tr.gap td[style]").length,
			Links: [...document.querySelectorAll("a[href]")].filter(a => !a.getAttribute("href").startsWith("#")).length, Text: document.body.innerText})`, &state)
		if state.Hit || state.Scripts != 1 || state.Images+state.Handlers+state.Links != 0 {
			t.Errorf("plain %v: a cell has come to life: hit %v, %d scripts, %d foreign elements, %d handlers, %d links", plain, state.Hit, state.Scripts, state.Images, state.Handlers, state.Links)
		}
		for _, n := range nasty {
			if n = strings.ReplaceAll(n, "\u202e", `\u202e`); !strings.Contains(state.Text, n) {
				t.Errorf("plain %v: the page does not show %q", plain, n)
			}
		}
		b.quiet(path)
	}
}

// TestALongPageScrolls opens a page of 50,000 findings: what is far away is not drawn, and everything is found.
func TestALongPageScrolls(t *testing.T) {
	b := startChromium(t)
	dir := t.TempDir()
	const n = 50_000
	var users strings.Builder
	users.WriteString("External customer ID,First name,Last name,Email address,Package\n")
	for i := range n {
		fmt.Fprintf(&users, "c%d,Ana,Diaz,user%d@,Webex Meetings\n", i%100, i)
	}
	write(t, dir, "users.csv", users.String())
	path := pageOf(t, dir, "check", filepath.Join(dir, "users.csv"))
	b.open(path, look{width: 1280, height: 900})
	var opened float64
	b.eval("performance.getEntriesByType('navigation')[0].loadEventEnd", &opened)
	t.Logf("a page of %d findings is open after %.0f ms", n, opened)
	drawn := func(why string) {
		t.Helper()
		var rows int
		b.eval("document.querySelectorAll('#findings table.list tbody tr:not(.gap)').length", &rows)
		if rows == 0 || rows > 2000 {
			t.Errorf("%s: %d rows are drawn at once", why, rows)
		}
	}
	inView := func(text string) string {
		return fmt.Sprintf("[...document.querySelectorAll('#findings tbody tr:not(.gap)')].some(r => r.textContent.includes(%q) && r.getBoundingClientRect().top < innerHeight && r.getBoundingClientRect().bottom > 0)", text)
	}
	b.eval("document.getElementById('findings').scrollIntoView()", nil)
	b.until(inView("user0@"))
	drawn("at the begin")
	b.eval("document.querySelector('#findings table.list').scrollIntoView({block: 'end'})", nil)
	b.until("(document.querySelector('#findings table.list').scrollIntoView({block: 'end'}), " + inView(fmt.Sprintf("user%d@", n-1)) + ")")
	drawn("at the end")
	b.typed("#findings input", "user31415@")
	b.until("document.querySelectorAll('#findings table.list tbody tr').length === 1")
	var id string
	b.eval("document.querySelector('#findings table.list tbody tr').id", &id)
	b.eval("document.querySelector('#findings .reset').click(); location.hash = '"+id+"'", nil)
	b.until(inView("user31415@"))
	drawn("at a link")
	var texts int
	b.eval("document.querySelector('#findings [data-sort=t2]').click(); document.querySelectorAll('#findings tbody').length", &texts)
	if texts < n/100 {
		t.Errorf("sorted, the list has %d blocks", texts)
	}
	b.quiet(path)
}
