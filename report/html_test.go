package report_test

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/report"
)

// A run of many rows lists what needs somebody up to a limit, and counts everything else.
func TestTheLongestPageListsWhatNeedsSomebodyAndCountsTheRest(t *testing.T) {
	const rows, each = 300_000, 100
	r := sampleRun()
	r.Check = report.Check{}
	r.Summary = onboarding.RunSummary{}
	outcome := func(i int) onboarding.Outcome {
		o := onboarding.Outcome{Kind: onboarding.ObjectUser, Key: fmt.Sprintf("user%d@bakery.example", i), Customer: fmt.Sprintf("crm-%d", i/each), Status: onboarding.Created, ID: "Y2lz", File: "users.csv", Row: i + 2}
		if i%10 == 0 {
			o.Status, o.Error, o.ID = onboarding.Failed, &onboarding.Failure{Message: "refused"}, ""
		}
		return o
	}
	for i := range rows {
		r.Summary.Rows++
		r.Summary.Count(outcome(i).Status)
	}
	r.Outcomes = func(yield func(onboarding.Outcome, error) bool) {
		for i := range rows {
			if !yield(outcome(i), nil) {
				return
			}
		}
	}
	format, err := report.ForPath("run.html")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := format.Run(&b, r); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	const listed = 20_000
	if n := strings.Count(text, `<tr id="r-`); n != listed {
		t.Errorf("%d rows are listed, not %d", n, listed)
	}
	if !strings.Contains(text, "10,000 more rows need somebody") {
		t.Errorf("nobody says that %d rows are missing", rows/10-listed)
	}
	if n := strings.Count(text, `<details class="customer"`); n != 2000 || !strings.Contains(text, "1,000 more customers") {
		t.Errorf("%d customers have a part of their own", n)
	}
	if strings.Contains(text, "user1@bakery.example") {
		t.Error("rows that are done are listed")
	}
	for _, want := range []string{">30,000<", ">270,000<", ">300,000<"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not count %s", want)
		}
	}
	if mb := len(text) >> 20; mb > 16 {
		t.Errorf("the page has %d MiB", mb)
	}
}

// A link to a finding leads to the same finding on every page that has it, and no two findings share one.
func TestAnchorsOfFindingsStay(t *testing.T) {
	anchors := func(c *report.Check) map[string]string {
		t.Helper()
		var b strings.Builder
		format, _ := report.ForPath("a.html")
		if err := format.Check(&b, c); err != nil {
			t.Fatal(err)
		}
		out := make(map[string]string)
		for _, m := range regexp.MustCompile(`(?m)^<tr id="([^"]+)".*?class="w-place"><bdi>([^<]*)</bdi>`).FindAllStringSubmatch(b.String(), -1) {
			if out[m[1]] != "" {
				t.Errorf("two findings have the anchor %q", m[1])
			}
			out[m[1]] = m[2]
		}
		return out
	}
	whole := anchors(sampleCheck())
	if len(whole) != len(sampleCheck().Findings) {
		t.Fatalf("%d of %d findings have an anchor", len(whole), len(sampleCheck().Findings))
	}
	fewer := sampleCheck()
	fewer.Findings = append(fewer.Findings[1:], fewer.Findings[len(fewer.Findings)-1])
	for _, in := range fewer.Inputs {
		for _, s := range in.Sheets {
			s.File = "elsewhere/" + s.File
		}
	}
	now := anchors(fewer)
	if len(now) != len(fewer.Findings) {
		t.Errorf("%d of %d findings have an anchor of their own", len(now), len(fewer.Findings))
	}
	same := 0
	for id, place := range whole {
		if now[id] != "" {
			same++
			if strings.TrimPrefix(now[id], "elsewhere/") != place {
				t.Errorf("%s led to %s and leads to %s", id, place, now[id])
			}
		}
	}
	if same != len(whole)-1 {
		t.Errorf("%d of %d links still lead to their findings", same, len(whole)-1)
	}
}

// The bars of a chart never reach beyond it, and no share that is there is drawn or told as none.
func TestChartsKeepTheirBounds(t *testing.T) {
	c := sampleCheck()
	c.Customers = []report.CheckCustomer{
		{Key: "crm-1", Name: "Bakery", Users: 30, Seats: []report.CheckSeats{{Package: "webex_calling", Asked: 20, Users: 25}, {Package: "webex_suite", Users: 5}}},
		{Key: "crm-2", Users: 3, Seats: []report.CheckSeats{{Package: "webex_calling", Asked: 100, Users: 3}, {Package: "webex_meetings", Asked: 4}}},
	}
	var b strings.Builder
	format, _ := report.ForPath("a.html")
	if err := format.Check(&b, c); err != nil {
		t.Fatal(err)
	}
	bars := regexp.MustCompile(`<rect class="[^"]*"(?: x="([^"]*)")?(?: y="0")? width="([^"]*)"`).FindAllStringSubmatch(b.String(), -1)
	if len(bars) < 8 {
		t.Fatalf("%d bars are drawn", len(bars))
	}
	for _, m := range bars {
		x, _ := strconv.ParseFloat(m[1], 64)
		w, err := strconv.ParseFloat(m[2], 64)
		if err != nil || w < 0 || x < 0 || x+w > 100.02 {
			t.Errorf("a bar reaches from %s over %s of 100", m[1], m[2])
		}
	}
	for _, want := range []string{`f-over`, `<td class="num">28</td><td class="num">120</td><td class="num">92</td>`, `no limit`, `Bakery`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
}

// A journal that breaks in the middle breaks the page.
func TestAPageOfABrokenReadingIsNone(t *testing.T) {
	format, _ := report.ForPath("a.html")
	v := sampleVerify()
	v.Rows = func(yield func(onboarding.Verified, error) bool) { yield(onboarding.Verified{}, io.ErrUnexpectedEOF) }
	p := samplePlan()
	p.Steps = func(yield func(onboarding.Step, error) bool) { yield(onboarding.Step{}, io.ErrUnexpectedEOF) }
	if format.Verify(io.Discard, v) == nil || format.Plan(io.Discard, p) == nil {
		t.Error("a page is written of rows that cannot be read")
	}
}
