package validate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/validate"
)

// FuzzUsers feeds any text as users to the reader and the walk: whatever it holds, findings stand within it. Run it with
// -fuzzminimizetime 1x: a case takes a millisecond, and making each one smaller takes the time of all others.
func FuzzUsers(f *testing.F) {
	const heads = "External customer ID,First name,Last name,Email,Package,Location,Phone number,Extension,Role\n"
	f.Add(heads + "c1,Bo,Boss,boss@c1.example,Webex Calling,HQ,030 23125 190,10,Full administrator\n")
	f.Add(heads + "c1,Bo,Boss,boss@c1.example,Webex Calling,HQ,493023125190,10,\nc1,Bo,Boss,BOSS@c1.example,Webex Calling,HQ,+49 30 23125190,10,\n")
	f.Add(heads + "c9,,,@,Cisco Calling Plan,Mars,+,x,Boss,more\n\n,,,,,,,,\n")
	f.Add("Email;Package\n\"a\nb\";#N/A\n")
	f.Add("Kunde\tVorname\n")
	f.Add(heads + "c1,\x00,\xff,a@b.co,Webex Meetings,HQ,\u0661\u0662,\uff11,-\r")
	tb := loadTables()
	a, err := os.ReadFile(filepath.Join("..", "samples", "csv", "customers.csv"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "PK") || strings.HasPrefix(text, "\xd0\xcf\x11\xe0") {
			t.Skip("a workbook")
		}
		dir := t.TempDir()
		for name, data := range map[string][]byte{"customers.csv": a, "users.csv": []byte(text)} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		last := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for _, found := range checkAny(tb, dir) {
			p := found.Place
			if found.Rule == "" || found.Severity == 0 || found.Message.String() == "" || p.Source == nil {
				t.Fatalf("half a finding: %+v", found)
			}
			if p.Source.File == "users.csv" && (p.Row < 0 || p.Row > last || p.Column < 0) {
				t.Errorf("%s stands in row %d, column %d of %d lines", found.Rule, p.Row, p.Column, last)
			}
		}
	})
}

// crew makes a batch of one customer, and n users of it without a fault.
func crew(n int) (*onboarding.Batch, []onboarding.User) {
	b := &onboarding.Batch{}
	for k := onboarding.Templates; k <= onboarding.Users; k++ {
		b.Sources = append(b.Sources, &onboarding.Source{File: k.String() + ".csv", Kind: k})
	}
	src := func(k onboarding.Kind) *onboarding.Source {
		return b.Sources[slices.IndexFunc(b.Sources, func(s *onboarding.Source) bool { return s.Kind == k })]
	}
	for i, f := range []onboarding.Field{"external_id", "first_name", "last_name", "email", "package", "location", "phone_number", "extension", "role"} {
		src(onboarding.Users).SetColumn(f, i+1)
	}
	c := &onboarding.Customer{
		Row: onboarding.Row{Source: src(onboarding.Customers), Number: 2}, ExternalID: "crm-004711", Name: "Harbor Light Bakery", AdminEmail: "user0@harborlight.example",
		HQName: "Austin", Address: onboarding.Address{Country: "US"}, Seats: []onboarding.Seat{{Label: "Webex Calling"}},
	}
	b.Customers = []*onboarding.Customer{c}
	users := make([]onboarding.User, n)
	for i := range users {
		users[i] = onboarding.User{
			Row: onboarding.Row{Source: src(onboarding.Users), Number: i + 2}, Customer: c.ExternalID, FirstName: "Ana", LastName: "Díaz",
			Email: fmt.Sprintf("user%d@harborlight.example", i), Package: "Webex Calling", Location: "Austin",
			Phone: fmt.Sprintf("+1512%07d", 2000000+i), Extension: fmt.Sprint(100000 + i),
		}
	}
	return b, users
}

// BenchmarkUsers resolves and judges 100,000 clean users in blocks, as a reading does.
func BenchmarkUsers(b *testing.B) {
	const n, block = 100_000, 512
	tb := loadTables()
	batch, users := crew(n)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		errors := 0
		r := resolve.New(tb.facts, batch)
		w := validate.New(validate.Options{Batch: batch, Resolver: r, Facts: tb.facts}, func(f onboarding.Finding) {
			if f.Severity == onboarding.Error && f.Place.Source.Kind == onboarding.Users {
				errors++
			}
		})
		w.Batch()
		cursor, lane := r.Cursor(), w.Lane()
		for some := range slices.Chunk(users, block) {
			for i := range some {
				cursor.User(&some[i])
			}
			lane.Rows(some)
			lane.Pass(some)
		}
		w.Close()
		if errors > 0 {
			b.Fatalf("%d errors in clean users", errors)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/user")
}
