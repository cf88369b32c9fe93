package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// List gives the work, in the order in which it is best done, customers in the order of their sheet.
func (c *Counter) List() []onboarding.HandOff {
	l := &list{Counter: c, used: make(map[*onboarding.Template]int)}
	for _, cu := range c.batch.Customers {
		if c.Chosen(cu) {
			l.used[cu.Resolved.Template]++
		}
	}
	for _, t := range c.batch.Templates {
		l.template(t)
	}
	users := 0
	for _, cu := range c.batch.Customers {
		if !c.Chosen(cu) {
			continue
		}
		users += cu.Totals.Users
		l.customer(cu)
		places := c.places(cu)
		l.numbers(cu, places)
		l.ports(cu, places)
		l.emergency(cu, places)
		for _, s := range cu.Seats {
			l.seat(cu, s)
		}
	}
	l.consent(users)
	for _, b := range c.Beside {
		l.beside(b)
	}
	slices.SortStableFunc(l.out, func(a, b onboarding.HandOff) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
	return l.out
}

// order is that of the kinds in the list.
func order() []onboarding.HandOffKind {
	return []onboarding.HandOffKind{
		onboarding.HandTemplate, onboarding.HandSignIn, onboarding.HandAttach, onboarding.HandAssist, onboarding.HandQuantity, onboarding.HandOrder,
		onboarding.HandMain, onboarding.HandPort, onboarding.HandConsent, onboarding.HandEmergency, onboarding.HandWorkspace, onboarding.HandAddOn,
		onboarding.HandHunt, onboarding.HandQueue, onboarding.HandAttendant, onboarding.HandPickup, onboarding.HandDevice,
	}
}

func rank(k onboarding.HandOffKind) int { return slices.Index(order(), k) }

// list gathers the work of one counter.
type list struct {
	*Counter
	used map[*onboarding.Template]int // chosen customers
	out  []onboarding.HandOff
}

// add says who does a piece of work, and where.
func (l *list) add(h onboarding.HandOff) {
	h.Who, h.Where = people(h.Kind)
	l.out = append(l.out, h)
}

func (l *list) template(t *onboarding.Template) {
	used := l.used[t]
	if used == 0 && len(l.batch.Customers) > 0 {
		return // nobody waits for it
	}
	if t.ProvisioningID == "" {
		l.add(onboarding.HandOff{
			Kind: onboarding.HandTemplate, Count: l.Settings[t], Unit: "settings", Place: t.Cell("provisioning_id"),
			Do: onboarding.T("make the template %q (customers that use it: %d) and copy its Provisioning ID into the sheet; `muster templates` shows every click", t.Name, used),
		})
	}
	if m := t.Resolved.AuthMode; m == onboarding.AuthSAML || m == onboarding.AuthOIDC {
		field := map[onboarding.AuthMode]onboarding.Field{onboarding.AuthSAML: "idp_entity_id", onboarding.AuthOIDC: "oidc_idp_entity_id"}[m]
		l.add(onboarding.HandOff{
			Kind: onboarding.HandSignIn, Count: used, Unit: "customers", Place: t.Cell(field),
			Do: onboarding.T("have the identity provider of the template %q set up and proven; `muster auth check --tac-form` writes what TAC asks for", t.Name),
		})
	}
}

func (l *list) customer(cu *onboarding.Customer) {
	if cu.OrganizationID != "" && (l.Attached == nil || !l.Attached(cu)) {
		l.add(onboarding.HandOff{
			Kind: onboarding.HandAttach, Customer: cu.ExternalID, Count: cu.Totals.Users, Unit: "users", Wave: cu.Wave, Place: cu.Cell("organization_id"),
			Do: onboarding.T("have an administrator of the organization %q approve the attachment: asked for when it has 100 or more users, or a verified or claimed domain (%s)", cu.OrganizationID, l.invites(cu)),
		})
	}
	if l.yes(cu.SetupAssist) {
		l.add(onboarding.HandOff{
			Kind: onboarding.HandAssist, Customer: cu.ExternalID, Count: max(1, len(l.places(cu))), Unit: "locations", Wave: cu.Wave, Place: cu.Cell("setup_assist"),
			Do: onboarding.T("send the request form; `muster handoff --setup-assist FILE` writes its data"),
		})
	}
	if l.ByHand || l.yes(cu.SetupAssist) {
		l.quantities(cu)
	}
}

func (l *list) yes(word string) bool {
	yes, _ := l.Facts.YesNo(word)
	return yes
}

// invites tells whether the customer's administrator gets a mail about it.
func (l *list) invites(cu *onboarding.Customer) onboarding.Text {
	if t := cu.Resolved.Template; t != nil && l.yes(t.AllowAdminInvite) {
		return onboarding.T("the template sends the administrator a mail")
	}
	return onboarding.T("the template sends no mail: tell the administrator")
}

// quantities lists what is typed where a customer is made in Partner Hub.
func (l *list) quantities(cu *onboarding.Customer) {
	if !cu.Resolved.Limited {
		return
	}
	var parts onboarding.List
	var at onboarding.Place
	for _, s := range cu.Seats {
		if p, ok := l.Facts.Package(s.Label); ok && s.Numeric && p.Quantity {
			parts = append(parts, fmt.Sprintf("%s %d", p.Display, s.Limit))
			if at.Source == nil {
				at = s.Place
			}
		}
	}
	if len(parts) > 0 {
		l.add(onboarding.HandOff{
			Kind: onboarding.HandQuantity, Customer: cu.ExternalID, Count: len(parts), Unit: "quantities", Wave: cu.Wave, Place: at,
			Do: onboarding.T("type the quantities: %s", parts),
		})
	}
}

// numbers lists the locations whose numbers come by ordering, and the main numbers that wait for theirs.
func (l *list) numbers(cu *onboarding.Customer, places []place) {
	plan := calledByPlan(cu)
	for _, p := range places {
		at := p.row.Cell("pstn_connection")
		if at.Column == 0 {
			at = p.row.Cell(p.nameAt)
		}
		ordered := l.ordered(p, plan)
		if ordered {
			name := p.pstn
			if name == "" {
				name = "Cisco Calling Plan"
			}
			l.add(onboarding.HandOff{
				Kind: onboarding.HandOrder, Customer: cu.ExternalID, Count: p.count.numbers, Unit: "numbers", Wave: cu.Wave, Place: at,
				Do: onboarding.T("order the numbers of the location %q from %q (users concerned: %d); users with an extension are made without their number: give it to each in Control Hub > Management > Users > the user > Calling > Numbers; users without one are made by the next apply", p.name, name, p.count.users),
			})
		}
		if p.main != "" && (ordered || len(p.count.ports) > 0 || l.Preload) {
			l.add(onboarding.HandOff{
				Kind: onboarding.HandMain, Customer: cu.ExternalID, Count: 1, Unit: "numbers", Wave: cu.Wave, Place: p.row.Cell("main_number"),
				Do: onboarding.T("%s becomes the main number of %q only once it is active there; apply again then, or set it by hand", p.main, p.name),
			})
		}
	}
}

// calledByPlan reports whether the numbers of locations that name no provider are ordered from Cisco.
func calledByPlan(cu *onboarding.Customer) bool {
	return slices.ContainsFunc(cu.Seats, func(s onboarding.Seat) bool { return s.Package == "cisco_calling_plan" })
}

// ordered reports whether the numbers of a location come by ordering.
func (l *list) ordered(p place, plan bool) bool {
	return l.Facts.Ordered(p.pstn) || plan && p.pstn == ""
}

// ports lists the days on which numbers of a customer are switched on.
func (l *list) ports(cu *onboarding.Customer, places []place) {
	var all tally
	plan := calledByPlan(cu)
	for _, p := range places {
		if l.ordered(p, plan) {
			continue // nothing is preloaded there
		}
		for _, port := range p.count.ports {
			all.add(port)
		}
		if n := p.undated(); l.Preload && n > 0 {
			l.preloaded(cu, p, n)
		}
	}
	slices.SortFunc(all.ports, func(a, b porting) int { return a.day.Compare(b.day) })
	for _, p := range all.ports {
		do := onboarding.T("switch the numbers on when they are ported: %s", activate(cu))
		if p.day.IsZero() {
			do = onboarding.T("find out when these numbers are ported: what is written is no date; then %s", activate(cu))
		}
		l.add(onboarding.HandOff{
			Kind: onboarding.HandPort, Customer: cu.ExternalID, Count: p.numbers, Unit: "numbers", Wave: cu.Wave, Date: p.day, Place: p.first.Cell("port_date"), Do: do,
		})
	}
}

// preloaded lists numbers of a location that are added switched off and have no day on which they are switched on.
func (l *list) preloaded(cu *onboarding.Customer, p place, n int) {
	at := p.count.undatedAt.Cell("phone_number")
	if at.Column == 0 {
		at = p.row.Cell("main_number")
	}
	l.add(onboarding.HandOff{
		Kind: onboarding.HandPort, Customer: cu.ExternalID, Count: n, Unit: "numbers", Wave: cu.Wave, Place: at,
		Do: onboarding.T("switch the numbers of %q on that --numbers inactive adds and that have no Port date: %s", p.name, activate(cu)),
	})
}

func activate(cu *onboarding.Customer) string {
	if cu.Wave == "" {
		return fmt.Sprintf("muster activate --customer %s", cu.ExternalID)
	}
	return fmt.Sprintf("muster activate --wave %s", cu.Wave)
}

// emergency lists the locations whose addresses emergency services get.
func (l *list) emergency(cu *onboarding.Customer, places []place) {
	n := 0
	var at onboarding.Place
	for _, p := range places {
		if p.country != "US" && p.country != "CA" {
			continue
		}
		if n++; n == 1 {
			at = p.row.Cell("line1")
		}
	}
	if n > 0 {
		l.add(onboarding.HandOff{
			Kind: onboarding.HandEmergency, Customer: cu.ExternalID, Count: n, Unit: "locations", Wave: cu.Wave, Place: at,
			Do: onboarding.T("check the addresses with the customer before go-live: RedSky is switched on by itself, and its mails to users and administrators cannot be switched off"),
		})
	}
}

func (l *list) consent(users int) {
	if users > 0 {
		l.add(onboarding.HandOff{
			Kind: onboarding.HandConsent, Count: users, Unit: "users",
			Do: onboarding.T("tell them: whoever has a free Webex account with the address gets a mail and must agree to move, within 14 days. Who that is, no one knows before; `muster status` shows who waits"),
		})
	}
}

// seat lists what a package of a customer leaves to people.
func (l *list) seat(cu *onboarding.Customer, s onboarding.Seat) {
	h := onboarding.HandOff{Customer: cu.ExternalID, Count: s.Limit, Unit: "seats", Wave: cu.Wave, Place: s.Place}
	p, ok := l.Facts.Package(s.Label)
	switch {
	case !ok:
		return
	case p.API == "common_area_calling":
		h.Kind, h.Do = onboarding.HandWorkspace, onboarding.T("make the workspaces and give each a seat of %s", p.Display)
	case p.API == "attendant_console":
		h.Kind, h.Do = onboarding.HandAddOn, onboarding.T("assign %s to each user who gets it, beside the base package", p.Display)
	case p.AddOn && p.API != "cisco_calling_plan":
		h.Kind, h.Do = onboarding.HandAddOn, onboarding.T("set up %s", p.Display)
	default:
		return
	}
	if !s.Numeric {
		h.Do = onboarding.T("%s (no quantity is given)", h.Do)
	}
	l.add(h)
}

// beside lists the rows of a sheet of what the service's calls cannot make, by customer.
func (l *list) beside(b onboarding.Beside) {
	kinds := map[string]onboarding.HandOffKind{
		"workspaces": onboarding.HandWorkspace, "hunt_groups": onboarding.HandHunt, "call_queues": onboarding.HandQueue,
		"auto_attendants": onboarding.HandAttendant, "pickup_groups": onboarding.HandPickup, "devices": onboarding.HandDevice,
	}
	what := strings.ReplaceAll(b.What, "_", " ")
	place := onboarding.Place{Source: b.Source, Row: b.Source.HeaderRow}
	known := make(map[string]bool, len(l.batch.Customers))
	put := func(id, wave string) {
		if n := b.Customers[id]; n > 0 {
			l.add(onboarding.HandOff{Kind: kinds[b.What], Customer: id, Count: n, Unit: what, Wave: wave, Place: place, Do: onboarding.T("make the %s of the sheet; the service's calls cannot", onboarding.BesideWord(b.What))})
		}
	}
	narrowed := false
	for _, cu := range l.batch.Customers {
		if known[cu.ExternalID] {
			continue
		}
		known[cu.ExternalID] = true
		if !l.Chosen(cu) {
			narrowed = true
			continue
		}
		put(cu.ExternalID, cu.Wave)
	}
	var strays []string
	for id := range b.Customers {
		if !known[id] && (!narrowed || id == "") {
			strays = append(strays, id)
		}
	}
	slices.Sort(strays)
	for _, id := range strays {
		put(id, "")
	}
}

// people says who does a kind of work, and where.
func people(k onboarding.HandOffKind) (who, where onboarding.Text) {
	partner, admin := onboarding.T("partner administrator"), onboarding.T("partner or customer administrator")
	switch k {
	case onboarding.HandTemplate:
		return onboarding.T("partner administrator (Full administrator and Webex for Wholesale administrator)"), onboarding.T("Partner Hub > Customers > Onboarding templates")
	case onboarding.HandSignIn:
		return onboarding.T("identity engineer"), onboarding.T("a case at Cisco TAC, and the identity provider")
	case onboarding.HandAttach:
		return onboarding.T("administrator of the customer's organization"), onboarding.T("the mail or notice in Control Hub")
	case onboarding.HandAssist:
		return partner, onboarding.T("the request form of Wholesale Setup Assist")
	case onboarding.HandQuantity:
		return partner, onboarding.T("Partner Hub > Customers > Create customer > packages and add-ons")
	case onboarding.HandOrder:
		return admin, onboarding.T("Control Hub > Calling > Numbers, or the portal of the provider")
	case onboarding.HandMain:
		return admin, onboarding.T("Control Hub > Calling > Locations")
	case onboarding.HandPort:
		return onboarding.T("operator of the cut-over"), onboarding.T("muster, at port time")
	case onboarding.HandConsent:
		return onboarding.T("the users concerned"), onboarding.T("the mail from Webex")
	case onboarding.HandEmergency:
		return admin, onboarding.T("the sheet, and Control Hub > Calling > Locations > emergency calling")
	case onboarding.HandWorkspace:
		return admin, onboarding.T("Control Hub > Workspaces")
	case onboarding.HandAddOn:
		return admin, onboarding.T("Control Hub > Users > licences")
	case onboarding.HandDevice:
		return admin, onboarding.T("Control Hub > Devices")
	}
	return admin, onboarding.T("Control Hub > Calling > Features")
}
