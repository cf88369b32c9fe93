package provision

import (
	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// NewCustomer is the create of a customer with this external ID.
func NewCustomer(externalID string, s wanted.Customer) webex.NewCustomer {
	n := webex.NewCustomer{
		ProvisioningID: s.ProvisioningID, Packages: s.Packages, ExternalID: externalID, OrgID: s.OrgID, Address: wholesale(s.Address),
		ProvisioningParameters: parameters(s),
	}
	if s.OrgID == "" || s.Name != "" && s.AdminEmail != "" {
		n.CustomerInfo = &webex.CustomerInfo{Name: s.Name, PrimaryEmail: s.AdminEmail, Language: s.Language}
	}
	return n
}

func parameters(s wanted.Customer) webex.ProvisioningParameters {
	p := webex.ProvisioningParameters{Packages: webex.PackageParameters{Limits: s.Limits}}
	if s.HQ != nil {
		p.Calling = &webex.CallingParameters{Location: webex.Headquarters{
			Name: s.HQ.Name, Address: wholesale(s.HQ.Address), TimeZone: s.HQ.TimeZone, Language: s.HQ.Language,
			EmergencyLocationIdentifier: s.HQ.Emergency,
		}}
	}
	if s.Meetings && s.TimeZone != "" {
		p.Meetings = &webex.MeetingsParameters{TimeZone: s.TimeZone}
	}
	return p
}

func wholesale(a wanted.Address) webex.WholesaleAddress {
	return webex.WholesaleAddress{
		AddressLine1: a.Line1, AddressLine2: a.Line2, City: a.City, StateOrProvince: a.State, ZipOrPostalCode: a.Zip, Country: a.Country,
	}
}

// location is a location as it is created, and once more as it is enabled for calling.
func location(s wanted.Place, id string) webex.Location {
	return webex.Location{
		ID: id, Name: s.Name, TimeZone: s.TimeZone, PreferredLanguage: s.Language, AnnouncementLanguage: s.Language,
		Address: wholesale(s.Address).Location(),
	}
}

// newSubscriber is the create of a user. Number, extension and location are for calling packages alone.
func (t *tenant) newSubscriber(j job) webex.NewSubscriber {
	n := webex.NewSubscriber{
		CustomerID: t.id, Email: j.spec.Email, Packages: []string{j.spec.Package},
		ProvisioningParameters: webex.SubscriberParameters{FirstName: j.spec.FirstName, LastName: j.spec.LastName},
	}
	if j.spec.Calling && j.site != nil {
		calling(&n.ProvisioningParameters, j.spec, j.site)
	}
	return n
}

func calling(p *webex.SubscriberParameters, s wanted.User, site *place) {
	p.PrimaryPhoneNumber, p.Extension, p.LocationID = s.Phone, s.Extension, site.id
}

// subscriberUpdate is the change of a user's package. Number, extension and location are taken only when the user comes
// from a package without calls.
func (t *tenant) subscriberUpdate(it journal.Item, s wanted.User, now webex.Subscriber) webex.SubscriberUpdate {
	u := webex.SubscriberUpdate{Packages: []string{s.Package}}
	if site := t.places[it.Site]; s.Calling && compare.PackageOf(now) == noCalls && site != nil && site.id != "" {
		calling(&u.ProvisioningParameters, s, site)
	}
	return u
}

// noCalls is the one package of users that makes no calls.
const noCalls = "webex_meetings"
