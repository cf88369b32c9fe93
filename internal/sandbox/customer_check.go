package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// customerBody is what POST, PUT and the precheck of customers take.
type customerBody struct {
	ProvisioningID string   `json:"provisioningId"`
	Packages       []string `json:"packages"`
	OrgID          string   `json:"orgId"`
	ExternalID     string   `json:"externalId"`
	Address        *address `json:"address"`
	Info           *struct {
		Name         string `json:"name"`
		PrimaryEmail string `json:"primaryEmail"`
		Language     string `json:"language"`
	} `json:"customerInfo"`
	Parameters struct {
		Calling *struct {
			Location *struct {
				Name      string   `json:"name"`
				Address   *address `json:"address"`
				TimeZone  string   `json:"timezone"`
				Language  string   `json:"language"`
				Emergency string   `json:"emergencyLocationIdentifier"`
			} `json:"location"`
		} `json:"calling"`
		Meetings *struct {
			TimeZone string `json:"timezone"`
		} `json:"meetings"`
		Packages *struct {
			Limits map[string]float64 `json:"limits"`
		} `json:"packages"`
	} `json:"provisioningParameters"`
	SubPartnerAdminEmail string `json:"subPartnerAdminEmail"`
}

// customerCheck collects every finding about a request.
type customerCheck struct {
	s     *Server
	body  *customerBody
	flaws []flaw
}

func (c *customerCheck) add(f flaw) { c.flaws = append(c.flaws, f) }

func (c *customerCheck) require(field, value string) {
	if strings.TrimSpace(value) == "" {
		c.add(missing(field))
	}
}

// checkCreate gives the findings about a POST.
func (s *Server) checkCreate(b *customerBody) []flaw {
	c := &customerCheck{s: s, body: b}
	c.require("provisioningId", b.ProvisioningID)
	c.require("externalId", b.ExternalID)
	c.template()
	c.packages()
	if b.Address == nil {
		c.add(missing("address"))
	} else {
		c.address("address", *b.Address)
	}
	c.info(b.OrgID == "")
	c.calling(b.OrgID == "" || b.Parameters.Calling != nil)
	c.meetings()
	c.limits(b.Packages, nil)
	return c.flaws
}

// checkPrecheck gives the findings about a precheck, which may be sparse.
func (s *Server) checkPrecheck(b *customerBody) []flaw {
	c := &customerCheck{s: s, body: b}
	if b.Address == nil {
		c.add(missing("address"))
	} else {
		c.address("address", *b.Address)
	}
	c.template()
	if b.Info != nil {
		c.require("customerInfo.primaryEmail", b.Info.PrimaryEmail)
		c.email("customerInfo.primaryEmail", b.Info.PrimaryEmail)
		c.name(b.Info.Name)
	}
	if b.Packages != nil {
		c.packages()
		c.calling(b.Parameters.Calling != nil)
		c.limits(b.Packages, nil)
	}
	c.meetings()
	return c.flaws
}

// checkUpdate gives the findings about a PUT on a customer.
func (s *Server) checkUpdate(b *customerBody, old *customer) []flaw {
	c := &customerCheck{s: s, body: b}
	c.packages()
	if b.Address != nil {
		c.address("address", *b.Address)
	}
	c.calling(old.Headquarters == nil || b.Parameters.Calling != nil)
	c.meetings()
	c.limits(b.Packages, old)
	return c.flaws
}

func (c *customerCheck) template() {
	id := c.body.ProvisioningID
	if known := c.s.set.ProvisioningIDs; id != "" && len(known) > 0 && !slices.Contains(known, id) {
		c.add(flaw{text: fmt.Sprintf("provisioningId %q belongs to no onboarding template", id), field: "provisioningId"})
	}
}

func (c *customerCheck) packages() {
	names := c.body.Packages
	if len(names) == 0 {
		c.add(missing("packages"))
	}
	for i, name := range names {
		p, known := c.s.packs[name]
		switch {
		case !known:
			c.add(flaw{text: fmt.Sprintf("package %q is unknown", name), field: "packages"})
		case slices.Contains(names[:i], name):
			c.add(flaw{text: fmt.Sprintf("package %q is listed twice", name), field: "packages"})
		case p.needs != nil && !slices.ContainsFunc(names, func(n string) bool { return slices.Contains(p.needs, n) }):
			c.add(flaw{text: fmt.Sprintf("package %q needs one of %q beside it", name, p.needs), field: "packages"})
		}
	}
}

func (c *customerCheck) address(field string, a address) {
	c.require(field+".addressLine1", a.Line1)
	c.require(field+".city", a.City)
	c.require(field+".country", a.Country)
	for name, line := range map[string]string{".addressLine1": a.Line1, ".addressLine2": a.Line2} {
		c.length(field+name, line, 50)
	}
	c.flaws = append(c.flaws, c.s.geography.judge(field, a)...)
}

func (c *customerCheck) length(field, value string, most int) {
	if utf8.RuneCountInString(value) > most {
		c.add(flaw{text: fmt.Sprintf("%s is longer than %d characters", field, most), code: codeLength, field: field})
	}
}

func (c *customerCheck) info(mandatory bool) {
	info := c.body.Info
	if info == nil {
		if mandatory {
			c.add(missing("customerInfo"))
		}
		return
	}
	c.require("customerInfo.name", info.Name)
	c.name(info.Name)
	c.require("customerInfo.primaryEmail", info.PrimaryEmail)
	c.email("customerInfo.primaryEmail", info.PrimaryEmail)
	if info.Language != "" && !localeShaped(info.Language, true) {
		c.add(flaw{text: fmt.Sprintf("customerInfo.language %q is neither ll nor ll_CC", info.Language), field: "customerInfo.language"})
	}
}

func (c *customerCheck) name(name string) {
	if strings.Contains(name, "%") {
		c.add(flaw{text: "customerInfo.name must not contain %", field: "customerInfo.name"})
	}
}

func (c *customerCheck) email(field, email string) {
	if email != "" && !emailShaped(email) {
		c.add(flaw{text: fmt.Sprintf("%s %q is not an e-mail address", field, email), field: field})
	}
}

// calling checks the headquarters; mandatory when a calling package is asked for.
func (c *customerCheck) calling(mandatory bool) {
	const field = "provisioningParameters.calling.location"
	block := c.body.Parameters.Calling
	if block == nil || block.Location == nil {
		if mandatory && c.s.packs.calling(c.body.Packages) {
			c.add(missing(field))
		}
		return
	}
	l := block.Location
	c.require(field+".name", l.Name)
	c.length(field+".name", l.Name, 80)
	c.require(field+".timezone", l.TimeZone)
	c.zone(field+".timezone", l.TimeZone)
	c.require(field+".language", l.Language)
	if l.Language != "" && !localeShaped(l.Language, false) {
		c.add(flaw{text: fmt.Sprintf("%s.language %q is not ll_cc", field, l.Language), field: field + ".language"})
	}
	if l.Address == nil {
		c.add(missing(field + ".address"))
		return
	}
	c.address(field+".address", *l.Address)
	if l.Emergency != "" && !slices.Contains([]string{"BE", "DE", "FR"}, l.Address.Country) {
		c.add(flaw{text: "emergencyLocationIdentifier is for Belgium, Germany and France only", field: field + ".emergencyLocationIdentifier"})
	}
}

func (c *customerCheck) meetings() {
	if m := c.body.Parameters.Meetings; m != nil {
		c.zone("provisioningParameters.meetings.timezone", m.TimeZone)
	}
}

func (c *customerCheck) zone(field, zone string) {
	if zone != "" && !c.s.geography.zones[zone] {
		c.add(flaw{text: fmt.Sprintf("%s %q is not a time zone of the list", field, zone), field: field})
	}
}
