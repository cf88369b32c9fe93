package webex

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// shelf is a paged list of customers with ids 1 to n.
type shelf struct {
	n, ceiling int
	link       func(offset, size int) string // nil: no Link header
}

func (s shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	size, _ := strconv.Atoi(r.URL.Query().Get("max"))
	size = min(size, s.ceiling)
	from, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	to := min(from+size, s.n)
	var rows []string
	for i := from; i < to; i++ {
		rows = append(rows, fmt.Sprintf(`{"id":"%d"}`, i+1))
	}
	if s.link != nil && to < s.n {
		w.Header().Set("Link", s.link(to, size))
	}
	fmt.Fprintf(w, `{"items":[%s]}`, strings.Join(rows, ","))
}

func (s shelf) ids() []string {
	ids := make([]string, 0, s.n)
	for i := range s.n {
		ids = append(ids, strconv.Itoa(i+1))
	}
	return ids
}

func idsOf(all []Customer) []string {
	ids := make([]string, 0, len(all))
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestListsWalkTheirPages(t *testing.T) {
	var url string // of the service, for links
	on := func(base *string, more string) func(int, int) string {
		return func(offset, size int) string {
			return fmt.Sprintf(`<%s/wholesale/customers?max=%d&offset=%d%s>; rel="next"`, *base, size, offset, more)
		}
	}
	foreign, none := "https://webexapis.com/v1", ""
	cases := map[string]struct {
		shelf shelf
		calls int
	}{
		"linked":                           {shelf{250, 100, on(&url, "")}, 3},
		"linked, pages smaller than asked": {shelf{250, 40, on(&url, "")}, 7},
		"linked by a host behind a proxy":  {shelf{250, 100, on(&foreign, "")}, 3},
		"linked by a path":                 {shelf{250, 100, on(&none, "")}, 3},
		"linked, last page full":           {shelf{200, 100, on(&url, "")}, 2},
		"not linked":                       {shelf{250, 100, nil}, 3},
		"not linked, last page full":       {shelf{200, 100, nil}, 3},
		"empty":                            {shelf{0, 100, nil}, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t, func(o *Options) { o.SubPartner = "SUB" })
			url = b.url
			b.mux.Handle("GET /wholesale/customers", tc.shelf)
			all := gather(t, b.ListCustomers(t.Context(), CustomerFilter{}))
			diff(t, tc.shelf.ids(), idsOf(all))
			if len(b.seen) != tc.calls {
				t.Errorf("%d calls, want %d", len(b.seen), tc.calls)
			}
			for _, w := range b.seen {
				if !strings.Contains(w.Query, "onBehalfOfSubPartnerOrgId=SUB") {
					t.Errorf("page %q is asked on the partner's own level", w.Query)
				}
			}
		})
	}
}

func TestTokenStaysWithItsHost(t *testing.T) {
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was called") }))
	defer thief.Close()
	for _, address := range []string{thief.URL + "/v1/x?offset=1", "http://user@" + strings.TrimPrefix(thief.URL, "http://") + "/?offset=1"} {
		b := setup(t)
		b.answer("GET /wholesale/customers", reply{
			status: 200, body: `{"items":[{"id":"1"}]}`,
			header: map[string]string{"Link": "<" + address + `>; rel="next"`},
		}, ok(`{"items":[]}`))
		gather(t, b.ListCustomers(t.Context(), CustomerFilter{}))
		diff(t, "offset=1", b.seen[1].Query)
	}
}

func TestListsDoNotRunInCircles(t *testing.T) {
	b := setup(t)
	for _, link := range []string{"<?offset=1>; rel=next", "<http://[::1>; rel=next"} {
		b.mux = http.NewServeMux()
		b.answer("GET /wholesale/customers", reply{status: 200, body: `{"items":[{"id":"1"}]}`, header: map[string]string{"Link": link}})
		rows, last := 0, error(nil)
		for _, err := range b.ListCustomers(t.Context(), CustomerFilter{}) {
			rows, last = rows+1, err
		}
		diff(t, kindProtocol, asError(t, last).Failure().Kind)
		if rows > 3 {
			t.Errorf("%d rows before the circle was noticed", rows)
		}
	}
}

func TestListsStopWhenTheReaderDoes(t *testing.T) {
	b := setup(t)
	b.mux.Handle("GET /wholesale/customers", shelf{n: 250, ceiling: 100})
	for range b.ListCustomers(t.Context(), CustomerFilter{}) {
		break
	}
	if len(b.seen) != 1 {
		t.Errorf("%d calls, want 1", len(b.seen))
	}
}

func TestAListFailsOnce(t *testing.T) {
	b := setup(t)
	b.answer("GET /wholesale/customers", failing(400))
	n := 0
	for c, err := range b.ListCustomers(t.Context(), CustomerFilter{}) {
		n++
		if c.ID != "" || err == nil {
			t.Errorf("got %v, %v", c, err)
		}
	}
	if n != 1 {
		t.Errorf("%d pairs, want 1", n)
	}
}

func TestNextLink(t *testing.T) {
	for header, want := range map[string]string{
		`<https://x/?a=1,2>; rel="next"`:                               "https://x/?a=1,2",
		`<https://x/1>; rel="first", <https://x/2>; rel="next"`:        "https://x/2",
		`<https://x/1>; title="a, b"; rel=prev,<https://x/2>;rel=NEXT`: "https://x/2",
		`<https://x/2>; rel="last next"`:                               "https://x/2",
		`<https://x/2>; rel="nextish"`:                                 "",
		`<https://x/2>; rev="next"`:                                    "",
		`https://x/2; rel="next"`:                                      "",
		`<https://x/2`:                                                 "",
		``:                                                             "",
	} {
		diff(t, want, nextLink([]string{header}))
	}
	diff(t, "b", nextLink([]string{`<a>; rel="prev"`, `<b>; rel="next"`}))
}

func FuzzNextLink(f *testing.F) {
	f.Add(`<https://x/1>; rel="first", <https://x/2>; rel="next"`)
	f.Add(`<>;,"<`)
	f.Fuzz(func(t *testing.T, h string) {
		got := nextLink([]string{h})
		if got != "" && !strings.Contains(h, "<"+got+">") {
			t.Errorf("%q is not a target in %q", got, h)
		}
	})
}
