package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/internal/sandbox"
)

func TestPagesFollowLink(t *testing.T) {
	for name, tt := range map[string]struct {
		set   sandbox.Settings
		query string
		pages []int
	}{
		"max":     {sandbox.Settings{}, "?max=3", []int{3, 2}},
		"ceiling": {sandbox.Settings{PageCeiling: map[string]int{sandbox.FamilySubscribers: 2}}, "?max=100", []int{2, 2, 1}},
		"short":   {sandbox.Settings{ShortPages: true}, "?max=4", []int{2, 2, 1}},
		"no link": {sandbox.Settings{LinkOff: true}, "?max=2", []int{2}},
		"default": {sandbox.Settings{}, "", []int{5}},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t, tt.set)
			x := f.provision("crm-1")
			for i := range 5 {
				f.want(200, "POST", "/wholesale/subscribers", x.userJSON(fmt.Sprintf("u%d@x.example", i), fmt.Sprintf("100%d", i)))
			}
			pages := f.follow("/wholesale/subscribers" + tt.query)
			if diff := cmp.Diff(tt.pages, pages); diff != "" {
				t.Error(diff)
			}
		})
	}
}

var nextLink = regexp.MustCompile(`^<(.*)>; rel="next"$`)

// follow reads a list page by page as Link says, and gives how many items each page had.
func (f *fixture) follow(path string) []int {
	f.t.Helper()
	var pages []int
	for url := f.http.URL + "/v1" + path; url != ""; {
		r, err := f.try("GET", url, "")
		if err != nil || r.status != 200 {
			f.t.Fatal(err, r.raw)
		}
		pages = append(pages, r.count("items"))
		url = ""
		if m := nextLink.FindStringSubmatch(r.header.Get("Link")); m != nil {
			url = m[1]
		}
	}
	return pages
}

func TestPagesOfEveryList(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	f.provision("crm-2")
	f.site(x, "Branch")
	f.want(201, "POST", "/telephony/config/locations/"+x.hq+"/numbers?orgId="+x.org, `{"phoneNumbers":["+15125550101","+15125550102"]}`)
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("a@x.example", "1001"))
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("b@x.example", "1002"))
	for _, path := range []string{
		"/wholesale/customers?", "/wholesale/subscribers?", "/locations?orgId=" + x.org, "/telephony/config/locations?orgId=" + x.org,
		"/telephony/config/numbers?orgId=" + x.org, "/telephony/config/locations/" + x.hq + "/availableNumbers?orgId=" + x.org, "/people?orgId=" + x.org,
	} {
		if r := f.want(200, "GET", path+"&max=1", ""); !strings.Contains(r.header.Get("Link"), `=1>; rel="next"`) && !strings.Contains(r.header.Get("Link"), "=1&") {
			t.Errorf("%s: Link %q", path, r.header.Get("Link"))
		}
		f.want(400, "GET", path+"&max=x", "")
	}
	f.want(400, "GET", "/wholesale/subPartners?offset=x", "")
}

func TestUnknownRoutesAndBodies(t *testing.T) {
	f := serve(t, sandbox.Settings{StrictFields: true})
	f.want(404, "GET", "/nothing", "")
	f.want(405, "PATCH", "/wholesale/customers", `{}`)
	f.want(400, "POST", "/wholesale/customers", `{`)
	f.want(400, "POST", "/wholesale/subscribers", `{"customer":"x"}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.http.URL+"/wholesale/customers", strings.NewReader("a=b"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer x")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("TrackingID", "mine")
	if r, err := f.send(req); err != nil || r.status != 415 || r.text("trackingId") != "mine" {
		t.Errorf("%v %+v", err, r)
	}
	if r, err := f.try("GET", f.http.URL+"/roles", ""); err != nil || r.status != 200 {
		t.Errorf("without /v1: %v %+v", err, r)
	}
}

func TestPublicURL(t *testing.T) {
	f := serve(t, sandbox.Settings{PublicURL: "https://service.example/v1/"})
	r := f.want(202, "POST", "/wholesale/customers", customerJSON("crm-1", "a@x.example", ""))
	if !strings.HasPrefix(r.header.Get("Location"), "https://service.example/v1/wholesale/customers/") {
		t.Error(r.header.Get("Location"))
	}
}

func TestStateSurvivesReopening(t *testing.T) {
	f := serveFile(t, filepath.Join(t.TempDir(), "a state #1?.db"), sandbox.Settings{})
	x := f.provision("crm-1")
	f.want(201, "POST", "/telephony/config/locations/"+x.hq+"/numbers?orgId="+x.org, `{"phoneNumbers":["+15125550101"]}`)
	user := strings.Replace(x.userJSON("ana@x.example", "1001"), `"extension"`, `"primaryPhoneNumber":"+15125550101","extension"`, 1)
	sub := f.want(200, "POST", "/wholesale/subscribers", user)
	type all struct {
		Customers   []sandbox.Customer
		Locations   []sandbox.Location
		Numbers     []sandbox.Number
		People      []sandbox.Person
		Subscribers []sandbox.Subscriber
	}
	snapshot := func(s *sandbox.Server) all {
		numbers, err1 := s.Numbers(t.Context())
		people, err2 := s.People(t.Context())
		subs, err3 := s.Subscribers(t.Context())
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		return all{s.Customers(), s.Locations(), numbers, people, subs}
	}
	before := snapshot(f.Server)
	f.reopen(sandbox.Settings{})
	if diff := cmp.Diff(before, snapshot(f.Server)); diff != "" {
		t.Error(diff)
	}
	f.want(409, "POST", "/wholesale/customers", customerJSON("crm-1", "z@x.example", ""))
	f.want(409, "POST", "/wholesale/subscribers", user)
	f.want(400, "POST", "/wholesale/subscribers", x.userJSON("bob@x.example", "1001"))
	f.want(409, "POST", "/telephony/config/locations/"+x.hq+"/numbers?orgId="+x.org, `{"phoneNumbers":["+15125550101"]}`)
	f.want(200, "GET", "/wholesale/subscribers/"+sub.text("id"), "")
	if r := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("bob@x.example", "1002")); r.text("id") == sub.text("id") {
		t.Error("an identifier was given twice")
	}
}

func TestAnOpenRefusesWhatItCannotRead(t *testing.T) {
	if _, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(t.TempDir(), "missing", "sandbox.db")}); err == nil {
		t.Error("a path without a folder was opened")
	}
}

func TestAnswersAfterCloseAreErrors(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.want(500, "POST", "/wholesale/customers", customerJSON("crm-1", "a@x.example", ""))
}

func TestListenerIsOnLoopbackOnly(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "example.org:80", "nonsense"} {
		if l, err := f.Listen(addr); err == nil {
			t.Errorf("%s is served", addr)
			_ = l.Close()
		}
	}
	l, err := f.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := f.try("GET", l.URL()+"/people/me", ""); err != nil || r.status != 200 {
		t.Errorf("%v %+v", err, r)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := f.try("GET", l.URL()+"/people/me", ""); err == nil {
		t.Error("a closed listener answers")
	}
}

// TestConcurrentCreates races creates of the same and of different users: each address ends once.
func TestConcurrentCreates(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	const clients, users = 8, 40
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := range users {
				r, err := f.try("POST", f.http.URL+"/v1/wholesale/subscribers", x.userJSON(fmt.Sprintf("u%d@x.example", i), fmt.Sprintf("%d", 1000+i)))
				if err != nil || r.status != 200 && r.status != 409 {
					t.Errorf("%v %d %s", err, r.status, r.raw)
				}
				f.call("GET", "/wholesale/subscribers?customerId="+x.id, "")
			}
		})
	}
	wg.Wait()
	subs, err := f.Subscribers(context.WithoutCancel(t.Context()))
	if len(subs) != users || err != nil || f.RefusedDuplicates() != (clients-1)*users {
		t.Errorf("%v: %d subscribers, %d refused", err, len(subs), f.RefusedDuplicates())
	}
}
