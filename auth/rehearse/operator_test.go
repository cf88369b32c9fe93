package rehearse

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// operator plays the person at the browser: it follows links, redirects and forms, and fills in who it is.
type operator struct {
	t      *testing.T
	client *http.Client
	user   string
	pass   string
	tamper func(target string, fields url.Values) string // may change what a form sends, and whereto
}

// screen is what the operator sees.
type screen struct {
	url    *url.URL
	status int
	text   string
	header http.Header
}

func newOperator(t *testing.T) *operator {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &operator{
		t: t, user: "ada@example.com", pass: "lovelace",
		client: &http.Client{
			Jar: jar, Timeout: 30 * time.Second,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // the rehearsal's own certificate
		},
	}
}

func (o *operator) open(address string) screen {
	o.t.Helper()
	return o.read(o.client.Get(address))
}

func (o *operator) read(res *http.Response, err error) screen {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() {
		if err := res.Body.Close(); err != nil {
			o.t.Error(err)
		}
	}()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return screen{res.Request.URL, res.StatusCode, string(text), res.Header}
}

// follow opens a request of the rehearsal and goes on until the rehearsal answers, or the provider shows something that
// holds no form.
func (o *operator) follow(r *Rehearsal, request string) screen {
	o.t.Helper()
	home, err := url.Parse(r.Invitation().Address)
	if err != nil {
		o.t.Fatal(err)
	}
	s := o.open(r.Invitation().Address + "start/" + request)
	for range 12 {
		if s.url.Host == home.Host && !strings.Contains(s.text, "To the identity provider") {
			return s
		}
		action, fields := o.form(s)
		if action == "" {
			return s
		}
		if o.tamper != nil {
			action = o.tamper(action, fields)
		}
		s = o.read(o.client.PostForm(action, fields))
	}
	o.t.Fatalf("the sign-in does not end; the last page is %s:\n%s", s.url, s.text)
	return s
}

// form gives the first form of a page, filled in.
func (o *operator) form(s screen) (action string, fields url.Values) {
	o.t.Helper()
	doc, err := html.Parse(strings.NewReader(s.text))
	if err != nil {
		o.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		target, err := s.url.Parse(attribute(n, "action"))
		if err != nil {
			o.t.Fatal(err)
		}
		return target.String(), o.fill(n)
	}
	return "", nil
}

func (o *operator) fill(form *html.Node) url.Values {
	fields := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || n.Data != "input" && n.Data != "button" || name == "" {
			continue
		}
		switch value := attribute(n, "value"); {
		case attribute(n, "type") == "password":
			fields.Set(name, o.pass)
		case attribute(n, "type") == "checkbox":
		case value == "" && attribute(n, "type") != "hidden" && n.Data == "input":
			fields.Set(name, o.user)
		default:
			fields.Set(name, value)
		}
	}
	return fields
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
