package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mailsOn reads who gets which mail from a page.
func mailsOn(t *testing.T, path string) map[string]string {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`(?s)<section class="card" id="mails".*?</section>`).Find(page)
	out := make(map[string]string)
	for _, row := range regexp.MustCompile(`<tr><th scope="row"><bdi>([^<]*)</bdi></th><td[^>]*>([^<]*)</td>`).FindAllSubmatch(section, -1) {
		out[string(row[1])] = string(row[2])
	}
	return out
}

// mailBook has a new customer in Germany with a location in the United States, where one user has yet to agree to move; and
// customers of existing organizations, one whose template sends mails to it and one whose template does not; and one in the United States whose administrator is no user
// of the sheet. A row has an error.
func mailBook(t *testing.T, dir string) string {
	t.Helper()
	book := filepath.Join(dir, "book")
	write(t, book, "templates.csv", "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription,Allow admin invite emails\n"+
		"Loud,ZjViMzYxODctYzhkZC00,admin@partner.example,DE,en_US,Sub-1,yes\nQuiet,ZjViMzYxODctYzhkZC01,admin@partner.example,DE,en_US,Sub-1,no\n")
	write(t, book, "customers.csv", "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code,Supported location confirmed,Webex Calling,Webex Meetings,Headquarters name,Time zone,Announcement language,Organization ID\n"+
		"crm-1,Example Bakery,ana@bakery.example,DE,Quiet,1 Example Street,Berlin,BE,10115,yes,x,,Berlin,Europe/Berlin,de_de,\n"+
		"crm-2,Example Mill,mia@mill.example,DE,Loud,2 Example Street,Berlin,BE,10115,yes,,x,,,,Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDE\n"+
		"crm-3,Example Inn,ina@inn.example,DE,Quiet,3 Example Street,Berlin,BE,10115,yes,,x,,,,Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi8wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDI\n"+
		"crm-4,Example Shop,sam@shop.example,US,Loud,4 Example Street,Austin,TX,78701,yes,,x,,,,\n")
	write(t, book, "locations.csv", "External customer ID,Location name,Address line 1,City,State or province,ZIP or postal code,Country,Time zone,Announcement language\n"+
		"crm-1,Austin,1 Example Street,Austin,TX,78701,US,America/Chicago,en_us\n")
	write(t, book, "users.csv", "External customer ID,First name,Last name,Email address,Package,Location,Extension\n"+
		"crm-1,Ana,Diaz,ana@bakery.example,Webex Calling,Berlin,1001\ncrm-1,Ben,Bush,ben@bakery.example,Webex Calling,Austin,1002\n"+
		"crm-1,Eva,Elm,eva@bakery.example,Webex Calling,Berlin,1003\ncrm-1,Cem,Kaya,sandbox-consent.cem@bakery.example,Webex Calling,Austin,1004\n"+
		"crm-1,Dee,Dahl,dee@,Webex Calling,Austin,1005\n"+
		"crm-2,Max,Moss,max@mill.example,Webex Meetings,,\ncrm-3,Ida,Imm,ida@inn.example,Webex Meetings,,\n")
	return book
}

// TestMailsOfEveryPage holds the pages of a check, a plan and a run to the same counts of mails.
func TestMailsOfEveryPage(t *testing.T) {
	dir := t.TempDir()
	book, service := mailBook(t, dir), []string{"--target", "sandbox", "--partial", "--state", filepath.Join(dir, "state")}
	ask := func(command string, flags ...string) map[string]string {
		return mailsOn(t, pageOf(t, dir, slices.Concat([]string{command, book}, flags)...))
	}
	ahead := map[string]string{"Welcome": "4", "No welcome": "1", "RedSky, emergency calls": "3", "Consent, of created users": "?"}
	for name, got := range map[string]map[string]string{"check": ask("check"), "plan": ask("plan", service...)} {
		if diff := cmp.Diff(ahead, got); diff != "" {
			t.Errorf("the page of %s (-want +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(map[string]string{"Welcome": "3", "No welcome": "1", "RedSky, emergency calls": "2", "Consent": "1"}, ask("apply", service...)); diff != "" {
		t.Errorf("the page of a run (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ahead, ask("check", "--online", "--target", "sandbox", "--state", filepath.Join(dir, "state"))); diff != "" {
		t.Errorf("the page of a check that asks the service, where all stands (-want +got):\n%s", diff)
	}
}
