package validate_test

import (
	"os"
	"path/filepath"
	"testing"

	"muster/internal/onboarding"
)

// Reports narrow findings to a customer: each names the customer of its row, be it found alone, among others or at the end.
func TestFindingsNameTheCustomerOfTheirRow(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"customers.csv": "External customer ID,Company name,Webex Calling quantity\nc1,Bakery,\nc2,Butcher,x\n",
		"users.csv":     "External customer ID,First name,Last name,Email,Package\nc1,Ana,Dias,ana@,Webex Calling\nc2,Ben,Bo,ben@c2.example,Webex Calling\nc2,Ben,Bo,ben@c2.example,Webex Calling\nc9,Eva,Em,eva@c2.example,Webex Calling\n",
		"locations.csv": "External customer ID,Location name,Country\nc2,Oslo,Atlantis\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]map[int]string{"customers.csv": {2: "c1", 3: "c2"}, "users.csv": {2: "c1", 3: "c2", 4: "c2", 5: "c9"}, "locations.csv": {2: "c2"}}
	seen := make(map[string]int)
	for _, f := range onboarding.SortFindings(checkAny(loadTables(), dir)) {
		if f.Place.Row < 2 {
			continue
		}
		if whose := want[f.Place.Source.File][f.Place.Row]; f.Customer != whose {
			t.Errorf("%s at row %d of %s is said to be of customer %q, not %q", f.Rule, f.Place.Row, f.Place.Source.File, f.Customer, whose)
		}
		seen[f.Place.Source.File]++
		seen[f.Rule]++
	}
	for _, must := range []string{"customers.csv", "users.csv", "locations.csv", "user-email", "user-email-duplicate", "user-customer"} {
		if seen[must] == 0 {
			t.Errorf("nothing was found of %s", must)
		}
	}
}
