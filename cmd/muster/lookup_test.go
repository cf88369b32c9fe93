package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/internal/sandbox"
)

// Few calls: of many customers one list, of each the locations that are not known; of known ones nothing.
func TestLookUpCalls(t *testing.T) {
	t.Parallel()
	const customers = 30
	g := newStage(t, sandbox.Settings{ProvisionDelay: time.Millisecond})
	var book, users strings.Builder
	book.WriteString("External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code,Supported location confirmed,Headquarters name,Time zone,Announcement language,Webex Calling\n")
	users.WriteString("External customer ID,First name,Last name,Email address,Package,Location,Extension\n")
	for i := range customers {
		fmt.Fprintf(&book, "crm-%d,Example %d,ana@c%d.example,US,Standard,1 Example Street,Austin,TX,78701,yes,Office %d,America/Chicago,en_us,x\n", i, i, i, i)
		for n := range 3 {
			fmt.Fprintf(&users, "crm-%d,Ana,Diaz,u%d@c%d.example,Webex Calling,Office %d,10%d\n", i, n, i, i, n)
		}
	}
	g.write("customers.csv", book.String())
	g.muster(0, "apply")
	g.remove("customers.csv", "templates.csv")
	g.write("users.csv", users.String())
	asked := func(call string) int { return g.server.Counts()[call] }

	lists, places := asked("GET /wholesale/customers"), asked("GET /locations")
	g.muster(0, "check", "--state", g.dir+"/nothing-known", "--online")
	// the look-up, and the comparison before the prechecks, read one list each
	if n := asked("GET /wholesale/customers") - lists; n != 2 {
		t.Errorf("customers were read in %d calls", n)
	}
	if n := asked("GET /locations") - places; n != 2*customers {
		t.Errorf("locations were read in %d calls", n)
	}

	lists, places = asked("GET /wholesale/customers"), asked("GET /locations")
	g.muster(0, "check", "--online")
	if n := asked("GET /wholesale/customers") - lists; n != 1 {
		t.Errorf("customers that the journal knows were read in %d calls", n)
	}
	if n := asked("GET /locations") - places; n != customers {
		t.Errorf("locations that the journal knows were read in %d calls", n)
	}
}
