package sandbox

import (
	"fmt"
	"net/http"
	"slices"
)

// checkSubscriber gives the package of a POST and the findings about it.
func (s *Server) checkSubscriber(b *subscriberBody) (string, []flaw) {
	var flaws []flaw
	if b.CustomerID == "" {
		flaws = append(flaws, missing("customerId"))
	}
	if b.Parameters == nil {
		flaws = append(flaws, missing("provisioningParameters"))
	}
	flaws = append(flaws, emailFlaws(b.Email)...)
	name, packageFlaws := s.packageOf(b)
	flaws = append(flaws, packageFlaws...)
	if b.Parameters != nil {
		flaws = append(flaws, s.checkSeating(*b.Parameters, name)...)
	}
	return name, flaws
}

func emailFlaws(email string) []flaw {
	switch {
	case email == "":
		return []flaw{missing("email")}
	case !emailShaped(email):
		return []flaw{{text: fmt.Sprintf("email %q is not an e-mail address", email), field: "email"}}
	}
	return nil
}

// packageOf reads the package from package or packages, of which exactly one must be there.
func (s *Server) packageOf(b *subscriberBody) (string, []flaw) {
	name := b.Package
	switch {
	case b.Packages != nil && b.Package != "":
		return "", []flaw{{text: "send packages or package, not both", field: "packages"}}
	case b.Packages == nil && b.Package == "":
		return "", []flaw{missing("packages")}
	case b.Packages != nil && len(*b.Packages) != 1:
		return "", []flaw{{text: "packages must hold exactly one package", field: "packages"}}
	case b.Packages != nil:
		name = (*b.Packages)[0]
	case !s.packs[name].legacy:
		return "", []flaw{{text: fmt.Sprintf("package %q is unknown", name), field: "package"}}
	}
	if !s.packs[name].user {
		return "", []flaw{{text: fmt.Sprintf("package %q cannot be given to a subscriber", name), field: "packages"}}
	}
	return name, nil
}

// checkSeating gives the findings about number, extension and location that need no look at the organization.
func (s *Server) checkSeating(p seating, name string) []flaw {
	if !s.packs[name].calling {
		return nil
	}
	var flaws []flaw
	if p.Phone == "" && p.Extension == "" {
		flaws = append(flaws, flaw{text: "a calling package needs primaryPhoneNumber, extension or both", field: "provisioningParameters"})
	}
	if p.LocationID == "" {
		flaws = append(flaws, missing("provisioningParameters.locationId"))
	}
	if p.Phone != "" && e164(p.Phone) == 0 {
		flaws = append(flaws, flaw{text: fmt.Sprintf("primaryPhoneNumber %q is not an E.164 number", p.Phone), field: "provisioningParameters.primaryPhoneNumber"})
	}
	if p.Extension != "" && !extensionShaped(p.Extension) {
		flaws = append(flaws, flaw{text: fmt.Sprintf("extension %q is not 2 to 10 digits, or an emergency number", p.Extension), field: "provisioningParameters.extension"})
	}
	return flaws
}

// extensionShaped reports whether a text can be an extension.
func extensionShaped(text string) bool {
	return digits(text) && len(text) >= 2 && len(text) <= 10 && !slices.Contains([]string{"911", "1911", "933", "611", "112"}, text)
}

// place puts a user at a location with number and extension. It gives the numbers that change.
func (s *Server) place(q *request, u *user, m *members, p seating) ([]any, answer, bool) {
	refused := func(format string, args ...any) ([]any, answer, bool) {
		return nil, refuse(http.StatusBadRequest, flaw{text: fmt.Sprintf(format, args...), field: "provisioningParameters"}), true
	}
	org, n, valid := s.locate(kindLocation, p.LocationID)
	l := s.locationN[n]
	if !valid || org != u.Org || l == nil || l.Deleted {
		return refused("locationId names no location of the customer's organization")
	}
	if !l.Calling {
		return refused("location %q is not enabled for calling", l.Name)
	}
	if holder, taken := m.extensions[extensionKey(p.Extension)]; taken && holder != u.N {
		return refused("extension %s is already in use", p.Extension)
	}
	if p.Phone != "" {
		if err := s.loadNumbers(q.Context()); err != nil {
			return nil, broken(err), true
		}
	}
	phone := e164(p.Phone)
	d, held := s.numbers[phone]
	switch {
	case phone == 0:
	case !held || d.Org != u.Org || d.Location != n:
		return refused("number %s does not exist in location %q", p.Phone, l.Name)
	case d.Owner != 0 && d.Owner != u.N:
		return refused("number %s is already in use", p.Phone)
	case d.TollFree:
		return refused("number %s is toll-free and cannot be given to a user", p.Phone)
	}
	u.Phone, u.Extension, u.Location = phone, p.Extension, n
	return []any{phone}, answer{}, false
}

// own makes the user the owner of the numbers that place has found.
func (s *Server) own(phones []any, u *user) []any {
	var changed []any
	for _, phone := range phones {
		if key := phone.(uint64); key != 0 {
			changed = append(changed, s.assign(key, u.N))
		}
	}
	return changed
}

// free takes number, extension and location from a user.
func (s *Server) free(q *request, u *user) ([]any, error) {
	var changed []any
	if u.Phone != 0 {
		if err := s.loadNumbers(q.Context()); err != nil {
			return nil, err
		}
		changed = append(changed, s.assign(u.Phone, 0))
	}
	u.Phone, u.Extension, u.Location = 0, "", 0
	return changed, nil
}

func (s *Server) precheckSubscriber(q *request) answer {
	var body subscriberBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	q.subject = body.Email
	flaws := emailFlaws(body.Email)
	if body.Package != "" || body.Packages != nil {
		name, packageFlaws := s.packageOf(&body)
		flaws = append(flaws, packageFlaws...)
		if body.Parameters != nil && body.CustomerID != "" {
			flaws = append(flaws, s.checkSeating(*body.Parameters, name)...)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if body.CustomerID != "" && s.customerAt(q, body.CustomerID) == nil {
		flaws = append(flaws, flaw{text: "customerId names no customer of the caller", field: "customerId"})
	}
	if len(flaws) == 0 {
		taken, err := s.known(q.Context(), body.Email)
		if err != nil {
			return broken(err)
		}
		if taken || localMarked(body.Email, MarkClaimed) {
			return conflict("the e-mail is already tied to an existing user", codeEmail)
		}
	}
	return s.precheck(flaws)
}
