package sheet_test

import (
	"fmt"
	"os"
	"testing"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

const benchUsers = 100_000

// benchGrid is a sheet of users with all its columns.
func benchGrid() grid {
	g := grid{{"External customer ID", "First name", "Last name", "Email address", "Package", "Location", "Phone number", "Extension", "Role", "Port date"}}
	for i := range benchUsers {
		g = append(g, []string{
			fmt.Sprintf("crm-%06d", i/100), "Ana María", "Silva", fmt.Sprintf("ana.silva.%d@bakery%d.example", i, i/100),
			"Webex Calling", "Headquarters", fmt.Sprintf("+4930%07d", i), fmt.Sprint(1000 + i%9000), "", "2026-11-20",
		})
	}
	return g
}

// BenchmarkUsers opens a file of 100,000 users and streams them.
func BenchmarkUsers(b *testing.B) {
	g := benchGrid()
	text, _ := g.csv(",")
	for form, path := range map[string]string{
		"csv": write(b, "users.csv", text), "inline": writeInline(b, named{"Users", g}), "shared": writeShared(b, named{"Users", g}),
	} {
		b.Run(form, func(b *testing.B) { benchRead(b, path) })
	}
}

func benchRead(b *testing.B, path string) {
	st, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	b.ReportAllocs()
	for b.Loop() {
		book, err := sheet.Open([]string{path}, sheet.Options{Facts: factTables, Words: wordTable})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		err = sheet.Users(book, func(f onboarding.Finding) { b.Fatal(f.Message) }, newNobody, func(u *sheet.Block[nobody]) error { n += len(u.Users); return nil })
		if err != nil || n != benchUsers {
			b.Fatal(n, err)
		}
		if err := book.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(benchUsers)*float64(b.N)/b.Elapsed().Seconds(), "users/s")
}
