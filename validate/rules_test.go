package validate_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/validate"
)

// contract lists the ids that docs of the first release promise, in their order; sign-in aside.
const contract = `
header-missing header-duplicate header-unknown header-near-miss sheet-skipped row-ragged row-hidden cell-lossy cell-error-value cell-normalised
encoding-detected no-data
template-required template-duplicate template-pstn template-webex-calls template-provisioning-id template-country template-language template-unused
customer-required customer-name customer-admin-email customer-external-id customer-template customer-country customer-address
customer-supported-location customer-language customer-region customer-e911
package-none package-unknown package-dependency package-quantity-missing package-quantity-zero package-quantity-invalid package-quantity-mixed
package-quantity-not-allowed package-quantity-exceeded package-quantity-lowered package-quantity-switched package-quantity-migration
package-quantity-maximum
location-required location-customer location-duplicate location-name location-timezone location-language
user-required user-customer user-email user-email-duplicate user-package user-location user-number-or-extension user-phone user-phone-duplicate
user-phone-country user-phone-tollfree user-extension user-extension-duplicate user-role user-calling-fields-ignored
admin-package-parity admin-package-downgrade admin-missing admin-not-first`

// severities are those of the contract that are no errors.
const severities = `
header-unknown note, header-near-miss warning, sheet-skipped note, row-hidden note, cell-normalised note, encoding-detected note,
template-pstn warning, template-webex-calls warning, template-unused note, customer-supported-location warning, customer-region note,
customer-e911 note, user-phone-country warning, user-phone-tollfree warning, user-calling-fields-ignored warning, admin-missing warning,
admin-not-first note`

// TestContractOfRules holds the list to the released ids: all there, in the order of their families, as heavy as promised.
func TestContractOfRules(t *testing.T) {
	promised := strings.Fields(contract)
	lighter := make(map[string]string)
	for _, pair := range strings.Split(severities, ",") {
		id, severity, _ := strings.Cut(strings.TrimSpace(pair), " ")
		lighter[id] = severity
	}
	var have []string
	for _, r := range validate.Rules() {
		if !slices.Contains(promised, r.ID) {
			continue
		}
		have = append(have, r.ID)
		want := "error"
		if s, ok := lighter[r.ID]; ok {
			want = s
		}
		if r.Severity.String() != want {
			t.Errorf("%s is a %s, promised as %s", r.ID, r.Severity, want)
		}
	}
	if diff := cmp.Diff(promised, have); diff != "" {
		t.Errorf("rules differ from the contract (-contract +rules):\n%s", diff)
	}
}

// TestRulesSayWhatTheyAre asks of every rule for its texts, once, and that families stand together.
func TestRulesSayWhatTheyAre(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range validate.Rules() {
		if seen[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
		for name, text := range map[string]string{"id": r.ID, "summary": r.Summary, "why": r.Why, "fix": r.Fix, "example": r.Example, "severity": r.Severity.String()} {
			if text == "" {
				t.Errorf("%s has no %s", r.ID, name)
			}
		}
		if found, ok := validate.Find(r.ID); !ok || found.ID != r.ID {
			t.Errorf("%s is not found", r.ID)
		}
	}
	var families []string
	for _, r := range validate.Rules() {
		if f := family(r.ID); len(families) == 0 || families[len(families)-1] != f {
			families = append(families, f)
		}
	}
	if diff := cmp.Diff([]string{"Reading", "Templates", "Customers", "Packages", "Locations", "Users", "Administrators", "The service's own word"}, families); diff != "" {
		t.Errorf("families: %s", diff)
	}
	if _, ok := validate.Find("user-shoes"); ok {
		t.Error("a rule that is not there is found")
	}
}

// TestExamplesAreTrue looks every finding that an example shows up in the rule's archive.
func TestExamplesAreTrue(t *testing.T) {
	have := archived(t)
	for _, r := range validate.Rules() {
		shown := 0
		for line := range strings.Lines(r.Example) {
			severity, message, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if !ok || !slices.Contains([]string{"error", "warning", "note"}, severity) {
				continue
			}
			shown++
			if slices.Contains(have, r.ID) && !wanted(t, r.ID, severity, message) {
				t.Errorf("%s: no case of its archive shows %q", r.ID, line)
			}
		}
		if shown == 0 {
			t.Errorf("%s: the example does not show what the rule says", r.ID)
		}
	}
}

func wanted(t *testing.T, id, severity, message string) bool {
	t.Helper()
	for _, f := range readArchive(t, id).Files {
		if !strings.HasSuffix(f.Name, "want") {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			if strings.HasPrefix(line, severity+" "+id+" ") && strings.HasSuffix(line, " "+message+"\n") {
				return true
			}
		}
	}
	return false
}

// family names the chapter of a rule.
func family(id string) string {
	kind, _, _ := strings.Cut(id, "-")
	if name, ok := map[string]string{
		"template": "Templates", "customer": "Customers", "package": "Packages", "location": "Locations", "user": "Users", "admin": "Administrators", "online": "The service's own word",
	}[kind]; ok {
		return name
	}
	return "Reading"
}

const docsPage = "../docs/rules.md"

// TestRulesPage keeps docs/rules.md what the rules say; UPDATE_DOCS=1 writes it.
func TestRulesPage(t *testing.T) {
	page := rulesPage()
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(docsPage, page, 0o644); err != nil { //nolint:gosec // a page of the repository
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(docsPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page, have) {
		t.Errorf("docs/rules.md is not what the rules say; UPDATE_DOCS=1 go test ./validate writes it:\n%s", cmp.Diff(string(have), string(page)))
	}
}

func rulesPage() []byte {
	var b bytes.Buffer
	b.WriteString("# Rules\n\nWhat `muster check` looks for. `muster rules` lists the same, `muster rules ID` explains one. An error keeps a row from being\n" +
		"provisioned; warnings and notes do not. Ids keep their meaning.\n\nThis page is written by `UPDATE_DOCS=1 go test ./validate`.\n")
	rules := validate.Rules()
	for i := 0; i < len(rules); {
		name, n := family(rules[i].ID), i
		for n < len(rules) && family(rules[n].ID) == name {
			n++
		}
		fmt.Fprintf(&b, "\n## %s\n\n| Rule | Severity | What it asks for |\n| --- | --- | --- |\n", name)
		for _, r := range rules[i:n] {
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", r.ID, r.ID, r.Severity, inCell(r.Summary))
		}
		for _, r := range rules[i:n] {
			fmt.Fprintf(&b, "\n### %s\n\n%s.\n\n- Why: %s.\n- Fix: %s.\n\n```text\n%s\n```\n", r.ID, sentence(r.Summary), r.Why, r.Fix, r.Example)
		}
		i = n
	}
	return b.Bytes()
}

func inCell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
