package rehearse

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"muster/auth/check"
)

// Verdict sums up what one check of the catalogue found.
type Verdict struct {
	ID       string
	Title    string
	Word     string // "passed", or the level of the heaviest finding: "blocker", "error", "warning", "info", "checklist"
	Findings []check.Finding
}

// Verdicts gives one verdict for every check of the rehearsed protocol, in the order of the catalogue. A check that could
// not be made is "checklist".
func (r *Report) Verdicts() []Verdict {
	got := answered(r.Requests)
	var out []Verdict
	for _, c := range Catalogue() {
		if !strings.HasPrefix(c.ID, "LIVE-"+strings.ToUpper(r.Protocol)+"-") {
			continue
		}
		v := Verdict{ID: c.ID, Title: c.Title, Word: "passed"}
		if !got {
			v.Word = check.Checklist.String()
		}
		var worst check.Level
		for _, f := range r.Findings {
			if f.ID == c.ID {
				v.Findings = append(v.Findings, f)
				worst = max(worst, f.Level)
			}
		}
		if worst > 0 {
			v.Word = worst.String()
		}
		out = append(out, v)
	}
	return out
}

// Section is a table of what arrived, for people.
type Section struct {
	Title string
	Rows  []Row
}

// Row is one line of a section.
type Row struct{ Name, Value string }

// Sections gives what arrived, for people.
func (r *Report) Sections() []Section {
	switch {
	case r.SAML != nil:
		return r.SAML.sections()
	case r.OIDC != nil:
		return r.OIDC.sections()
	}
	return nil
}

func (r *SAMLReceived) sections() []Section {
	rows := []Row{
		{"issuer", r.Issuer},
		{"NameID", r.NameID},
		{"NameID format", r.NameIDFormat},
		{"signed", orNone(strings.Join(r.Signed, ", "))},
		{"signature algorithm", orNone(r.Algorithm)},
		{"digest algorithm", orNone(r.Digest)},
	}
	if c := r.Certificate; c != nil {
		rows = append(rows,
			Row{"certificate", fmt.Sprintf("%s, number %d of the metadata, until %s", c.Subject, c.Position, c.NotAfter)}, Row{"certificate SHA-256", c.SHA256})
	}
	rows = append(rows, Row{"encrypted", strconv.FormatBool(r.Encrypted)}, Row{"clock of the provider", skewText(r.SkewSeconds)})
	for _, a := range r.Arrivals {
		value := fmt.Sprintf("asked for assertion consumer service %d, answered at %d", a.Asked, a.Arrived)
		if a.Refusal != "" {
			value += "; refused: " + a.Refusal
		}
		rows = append(rows, Row{a.Request, value})
	}
	attributes := Section{Title: "Attributes"}
	for _, a := range r.Attributes {
		attributes.Rows = append(attributes.Rows, Row{a.Name, strings.Join(a.Values, " | ")})
	}
	return []Section{{receivedTitle(r.Verified), rows}, attributes}
}

func (r *OIDCReceived) sections() []Section {
	rows := []Row{
		{"issuer", r.Issuer},
		{"subject", r.Subject},
		{"signature algorithm", orNone(r.Algorithm)},
		{"key ID", orNone(r.KeyID)},
		{"granted scope", orNone(r.Scope)},
		{"e-mail address in", r.Email},
		{"clock of the provider", skewText(r.Skew)},
	}
	return []Section{{receivedTitle(r.Verified), rows}, claimsSection("Claims of the ID token", r.IDToken), claimsSection("Claims of UserInfo", r.UserInfo)}
}

func claimsSection(title string, claims map[string]any) Section {
	s := Section{Title: title}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		value, isText := claims[name].(string)
		if !isText {
			b, err := json.Marshal(claims[name])
			if err != nil {
				continue // only values that came as JSON are in it
			}
			value = string(b)
		}
		s.Rows = append(s.Rows, Row{name, value})
	}
	return s
}

func receivedTitle(verified bool) string {
	if verified {
		return "Received"
	}
	return "Received, and refused: values are masked"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func skewText(seconds int) string {
	switch {
	case seconds > 0:
		return fmt.Sprintf("%d s ahead", seconds)
	case seconds < 0:
		return fmt.Sprintf("%d s behind", -seconds)
	}
	return "in step"
}
