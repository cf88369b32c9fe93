package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/sandbox"
	"muster/internal/webex"
)

// stage is a sandbox that a test changes behind the journal's back, and a folder of inputs.
type stage struct {
	t      *testing.T
	url    string
	dir    string
	client *webex.Client
	server *sandbox.Server
}

func newStage(t *testing.T, s sandbox.Settings) *stage {
	t.Helper()
	g := &stage{t: t, dir: t.TempDir()}
	server, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(g.dir, "sandbox.db"), Clock: time.Now, Settings: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.check(server.Close()) })
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.check(l.Close()) })
	g.url, g.server = l.URL(), server
	if g.client, err = webex.New(webex.Options{BaseURL: g.url, Clock: time.Now}); err != nil {
		t.Fatal(err)
	}
	g.write("templates.csv", `Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription
Standard,ZjViMzYxODctYzhkZC00,admin@partner.example,US,en_US,Sub-1
`)
	return g
}

func (g *stage) check(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Error(err)
	}
}

func (g *stage) remove(names ...string) {
	g.t.Helper()
	for _, name := range names {
		g.check(os.Remove(filepath.Join(g.dir, "book", name)))
	}
}

func (g *stage) write(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.dir, "book", name)
	g.check(os.MkdirAll(filepath.Dir(path), 0o700))
	g.check(os.WriteFile(path, []byte(text), 0o600))
}

// customer writes the sheet of customers: one with these seats of Webex Calling, and more columns.
func (g *stage) customer(seats, columns, cells string) {
	g.t.Helper()
	g.write("customers.csv", `External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code,Supported location confirmed,Headquarters name,Time zone,Announcement language,Webex Calling`+columns+`
crm-1,Example Bakery,ana@bakery.example,US,Standard,1 Example Street,Austin,TX,78701,yes,Head Office,America/Chicago,en_us,`+seats+cells+"\n")
}

// muster runs a command on the inputs, and gives what it printed.
func (g *stage) muster(want int, args ...string) string {
	g.t.Helper()
	return g.bare(want, append(args, filepath.Join(g.dir, "book"))...)
}

// bare runs a command without the inputs.
func (g *stage) bare(want int, args ...string) string {
	g.t.Helper()
	var out, talk bytes.Buffer
	if !slices.Contains(args, "--state") {
		args = append(args, "--state", filepath.Join(g.dir, "state"))
	}
	args = append(append([]string{"muster"}, args...), "--target", g.url)
	if args[1] == "apply" || args[1] == "undo" {
		args = append(args, "--yes")
	}
	// A process of its own: the library of the command line keeps flags that all commands of a process share.
	c := exec.CommandContext(g.t.Context(), args[0], args[1:]...)
	c.Stdout, c.Stderr = &out, &talk
	err := c.Run()
	if c.ProcessState == nil {
		g.t.Fatal(err)
	}
	if code := c.ProcessState.ExitCode(); code != want {
		g.t.Fatalf("%v exits with %d, not %d:\n%s%s", args[1:], code, want, &out, &talk)
	}
	return out.String() + talk.String()
}

func (g *stage) holds(text, part string, want bool) {
	g.t.Helper()
	if strings.Contains(text, part) != want {
		g.t.Errorf("%q should be there: %v, in\n%s", part, want, text)
	}
}

// find gives the customer as it stands.
func (g *stage) find() webex.Customer {
	g.t.Helper()
	c, err := g.client.FindCustomer(g.t.Context(), "crm-1")
	if err != nil || c == nil {
		g.t.Fatalf("find the customer: %v %v", c, err)
	}
	return *c
}

// Somebody raised the quantity elsewhere and gave the seats to users: the service wins over the journal.
func TestMoreSeatsThanTheJournalKnows(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("2", "", "")
	g.muster(0, "apply")
	g.raise(9)
	g.seat("1", "2", "3")
	g.customer("5", "", "")
	g.holds(g.muster(3, "plan"), "5 seats of Webex Calling are fewer than the 9 that the service has licences for", true)
	g.customer("9", "", "")
	g.holds(g.muster(0, "plan"), "package-quantity-lowered", false)
}

// raise gives the customer a quantity that the journal does not know of.
func (g *stage) raise(seats int) {
	g.t.Helper()
	c := g.find()
	update := webex.CustomerUpdate{Packages: c.Packages, ProvisioningParameters: webex.ProvisioningParameters{Packages: webex.PackageParameters{Limits: map[string]int{"webex_calling": seats}}}}
	g.check(g.client.UpdateCustomer(g.t.Context(), c.ID, update))
	for g.find().Status != webex.CustomerProvisioned {
		if g.t.Context().Err() != nil {
			g.t.Fatal("the customer is not updated")
		}
	}
}

// Somebody raised the quantity elsewhere, and nobody has the seats yet: the licences are looked at where the sheet changes
// the quantity, and not where it leaves it alone.
func TestSeatsRaisedElsewhere(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("2", "", "")
	g.muster(0, "apply")
	g.raise(9)
	asked := func() int { return g.server.Counts()["GET /licenses"] }
	g.holds(g.muster(0, "plan"), "package-quantity-lowered", false)
	if n := asked(); n != 0 {
		t.Errorf("licences were read %d times for a customer that the sheet leaves alone", n)
	}
	g.customer("5", "", "")
	g.holds(g.muster(3, "plan"), "5 seats of Webex Calling are fewer than the 9 that the service has licences for", true)
	if n := asked(); n != 1 {
		t.Errorf("licences were read %d times", n)
	}
	g.customer("12", "", "")
	g.holds(g.muster(0, "plan", "--format", "json"), `"live":"webex_calling: 9"`, true)
}

// remake deletes the customer and makes another one of the same external ID, with three seats of Webex Calling.
func (g *stage) remake() {
	g.t.Helper()
	ctx := g.t.Context()
	g.check(g.client.DeleteCustomer(ctx, g.find().ID))
	for {
		left, err := g.client.FindCustomer(ctx, "crm-1")
		if err != nil {
			g.t.Fatal(err)
		}
		if left == nil {
			break
		}
	}
	address := webex.WholesaleAddress{AddressLine1: "1 Example Street", City: "Austin", StateOrProvince: "TX", ZipOrPostalCode: "78701", Country: "US"}
	_, err := g.client.CreateCustomer(ctx, webex.NewCustomer{
		ProvisioningID: "ZjViMzYxODctYzhkZC00", Packages: []string{"webex_calling"}, ExternalID: "crm-1", Address: address,
		CustomerInfo: &webex.CustomerInfo{Name: "Example Bakery", PrimaryEmail: "ann@bakery.example"},
		ProvisioningParameters: webex.ProvisioningParameters{
			Calling:  &webex.CallingParameters{Location: webex.Headquarters{Name: "Head Office", Address: address, TimeZone: "America/Chicago", Language: "en_us"}},
			Packages: webex.PackageParameters{Limits: map[string]int{"webex_calling": 3}},
		},
	})
	g.check(err)
	for g.find().Status != webex.CustomerProvisioned {
		if ctx.Err() != nil {
			g.t.Fatal("the customer is not made")
		}
	}
}

// The customer was deleted and made again: what the journal knew of it holds no more.
func TestAnotherCustomerOfTheSameKey(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("9", "", "")
	g.muster(0, "apply")
	g.remake()
	g.customer("5", "", "")
	text := g.muster(0, "plan", "--format", "json")
	g.holds(text, "fewer than the 9", false)
	g.holds(text, "under another identifier than this journal made", true)
	g.customer("2", "", "")
	g.holds(g.muster(3, "plan", "--format", "json"), "fewer than the 3 that the service has licences for", true)
}

// The level that the journal knows binds the administrator as long as the customer is the one that the journal made.
func TestLevelOfAnotherCustomer(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("3", ",Webex Suite", ",1")
	g.muster(0, "apply")
	g.write("users.csv", "External customer ID,First name,Last name,Email address,Package,Location,Extension,Role\n"+
		"crm-1,Ann,Diaz,ann@bakery.example,Webex Calling,Head Office,1001,Full administrator\n")
	g.customer("3", "", "")
	text := g.muster(3, "plan", "--format", "json")
	g.holds(text, "the administrator has Webex Calling, and the level of the customer is Webex Suite", true)
	g.holds(text, `"action":"hold"`, true)
	g.remake()
	text = g.muster(0, "plan", "--format", "json")
	g.holds(text, "admin-package-parity", false)
	g.holds(text, `"action":"hold"`, false)
}
