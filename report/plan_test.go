package report_test

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
	"muster/report"
)

func listOf[T any](items ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// samplePlan has a step of every action, and differences of every sort.
func samplePlan() *report.Plan {
	row := 1
	step := func(kind onboarding.ObjectKind, customer, key string, a onboarding.Action, ds ...onboarding.Difference) onboarding.Step {
		row++
		return onboarding.Step{Kind: kind, Customer: customer, Key: key, Action: a, Changes: ds, File: "book.xlsx", Sheet: "Users", Row: row}
	}
	conflict := step(onboarding.ObjectUser, "crm-1", "cem@bakery.example", onboarding.ActConflict)
	conflict.Why = onboarding.T("the number %s belongs to another user of the organization", hostile)
	held := step(onboarding.ObjectUser, "crm-1", "dee@bakery.example", onboarding.ActHold)
	held.Reason = onboarding.ReasonFinding
	waiting := step(onboarding.ObjectUser, "crm-1", "eva@bakery.example", onboarding.ActWait)
	waiting.Reason, waiting.ID = onboarding.ReasonConsent, "Y2lz-eva"
	first := []onboarding.Step{
		step(onboarding.ObjectCustomer, "crm-1", "crm-1", onboarding.ActUpdate,
			onboarding.Difference{Field: "name", Sheet: "Bakery", Unknown: true},
			onboarding.Difference{Field: "packages", Sheet: "webex_suite"},
			onboarding.Difference{Field: "packages", Live: "webex_meetings", Removal: true},
			onboarding.Difference{Field: "package_quantity", Sheet: "webex_calling: 20", Live: "webex_calling: 8"}),
		step(onboarding.ObjectLocation, "crm-1", "東京本社", onboarding.ActAdopt),
		conflict, held, waiting,
		step(onboarding.ObjectUser, "crm-1", "ana@bakery.example", onboarding.ActNothing, onboarding.Difference{
			Field: "last_name", Sheet: "Dias", Live: hostile, Fixed: onboarding.T("change it in Control Hub"),
		}),
	}
	for i := range 5 {
		first = append(first, step(onboarding.ObjectUser, "crm-1", fmt.Sprintf("user%d@bakery.example", i), onboarding.ActCreate))
	}
	second := []onboarding.Step{step(onboarding.ObjectCustomer, "crm-2", "crm-2", onboarding.ActNothing)}
	p := &report.Plan{
		Target: "sandbox", Sandbox: true, Org: "Y2lz-partner", Made: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Check: *sampleCheck(),
		Guards: []onboarding.Text{onboarding.T("would stop: --max-create %d (%d creates)", 2, 5)}, Mails: report.Mails{Welcome: 4, Quiet: 1, RedSky: 2, Consent: 1},
		Steps: listOf(append(first, second...)...), Extras: listOf(report.PlanExtra{Customer: "crm-1", Kind: onboarding.ObjectUser, Key: hostile, Made: true}),
	}
	one := report.PlanCustomer{Key: "crm-1", Name: "Bakery " + hostile, Steps: len(first), Extras: 4, Named: []report.PlanExtra{{Customer: "crm-1", Kind: onboarding.ObjectUser, Key: hostile}}}
	one.Seats = []report.PlanSeats{
		{Package: "webex_calling", Asked: 20, Total: 8, Known: true, Used: 6, After: 11},
		{Package: "webex_suite", Total: 1, Known: true, Used: 1, After: 2},
		{Package: "cx_essentials", Used: 1, After: 1},
	}
	for _, s := range first {
		one.Counts.Count(s.Action)
		p.Summary.Count(s)
	}
	two := report.PlanCustomer{Key: "crm-2", Steps: 1}
	two.Counts.Count(onboarding.ActNothing)
	p.Summary.Count(second[0])
	p.Customers = listOf(one, two)
	p.Summary.Customers, p.Summary.Extras, p.Summary.Calls, p.Summary.Rate, p.Summary.Seconds, p.Summary.Asked = 2, 4, 12_000, 5, 2400, 9
	return p
}

// Of the steps only what is taken away is in colour.
func TestPlanColour(t *testing.T) {
	format, _ := report.ByName("text")
	p := samplePlan()
	p.Check.Screen.Colour = true
	var b bytes.Buffer
	if err := format.Plan(&b, p); err != nil {
		t.Fatal(err)
	}
	steps, _, _ := strings.Cut(b.String(), "\x1b[1mbook.xlsx")
	if want := "\x1b[31m      remove from packages: webex_meetings\x1b[0m\n"; strings.Count(steps, "\x1b") != 2 || !strings.Contains(steps, want) {
		t.Errorf("%q holds other colour than %q", steps, want)
	}
}

// The workbook holds every step, and no formula.
func TestPlanWorkbook(t *testing.T) {
	format, err := report.ForPath("plan.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := format.Plan(&b, samplePlan()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Steps")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 13 || rows[1][0] != "crm-1" || rows[1][5] != "removes" {
		t.Errorf("the sheet Steps holds %d rows, the first %q", len(rows), rows[1])
	}
	extras, err := f.GetRows("Not in the sheet")
	if err != nil || len(extras) != 2 || !strings.HasPrefix(extras[1][2], "=cmd") {
		t.Errorf("extras %q, %v", extras, err)
	}
	if formula, err := f.GetCellFormula("Not in the sheet", "C2"); formula != "" || err != nil {
		t.Errorf("the cell holds the formula %q, %v", formula, err)
	}
}

// A plan of a million rows is written without being held.
func TestPlanIsStreamed(t *testing.T) {
	const customers, each = 1000, 200
	p := samplePlan()
	p.Customers = func(yield func(report.PlanCustomer, error) bool) {
		for i := range customers {
			if !yield(report.PlanCustomer{Key: fmt.Sprint(i), Steps: each}, nil) {
				return
			}
		}
	}
	p.Steps = func(yield func(onboarding.Step, error) bool) {
		for i := range customers * each {
			if !yield(onboarding.Step{Kind: onboarding.ObjectUser, Customer: fmt.Sprint(i / each), Key: fmt.Sprintf("user%d@bakery.example", i), Action: onboarding.ActCreate}, nil) {
				return
			}
		}
	}
	for _, name := range []string{"text", "json", "ndjson", "github"} {
		format, _ := report.ByName(name)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if err := format.Plan(io.Discard, p); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 16<<20 {
			t.Errorf("%s holds %d MiB for %d steps", name, grown>>20, customers*each)
		}
	}
}
