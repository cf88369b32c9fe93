package rehearse

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
)

//go:embed page.html
var pageText string

//go:embed form.html
var formText string

type page struct {
	Title    string
	Nonce    string
	Note     string // why the last step was not taken
	Over     bool
	Requests []pageRequest
	Finish   string
	Verdicts []Verdict
	Sections []Section
	Limits   []string
}

type pageRequest struct {
	Title string
	State State
	Link  string // empty when it cannot be sent now
}

// render shows how far the rehearsal is. A page cannot be scripted, framed or fed from elsewhere.
func (s *server) render(w http.ResponseWriter, status int, note string) {
	report := s.party.report()
	p := page{
		Title: "muster: rehearsal of a sign-in", Nonce: rand.Text(), Note: note, Over: s.ended, Limits: Limits(), Sections: report.Sections(),
	}
	if answered(report.Requests) || len(report.Findings) > 0 {
		p.Verdicts = report.Verdicts()
	}
	first := slices.IndexFunc(report.Requests, func(r Request) bool { return r.State != Answered })
	for i, r := range report.Requests {
		entry := pageRequest{Title: r.Title, State: r.State}
		if !s.ended && r.State != Answered && (i == 0 || first != 0) {
			entry.Link = s.home + "start/" + r.ID
		}
		p.Requests = append(p.Requests, entry)
	}
	if !s.ended {
		p.Finish = s.home + "finish"
	}
	policy := fmt.Sprintf("default-src 'none'; style-src 'nonce-%s'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'", p.Nonce)
	write(w, status, policy, pageText, p)
}

// renderForm shows the form that carries a request to the provider. Browsers hold every redirect after a form to
// form-action, and a provider may send the user on to anywhere, so it is left out here.
func (s *server) renderForm(w http.ResponseWriter, d departure) {
	write(w, http.StatusOK, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'", formText, struct {
		URL    string
		Fields map[string]string
	}{d.url, d.fields})
}

func write(w http.ResponseWriter, status int, policy, text string, data any) {
	t, err := template.New("page").Parse(text)
	var out bytes.Buffer
	if err == nil {
		err = t.Execute(&out, data)
	}
	if err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // a browser that went away misses nothing that the terminal does not show
}
