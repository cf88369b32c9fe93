package webex

// WholesaleAddress is an address in the words of the wholesale calls: billing, and headquarters in a customer's parameters.
type WholesaleAddress struct {
	AddressLine1    string `json:"addressLine1"` // at most 50 characters, like line 2
	AddressLine2    string `json:"addressLine2,omitempty"`
	City            string `json:"city"`
	StateOrProvince string `json:"stateOrProvince,omitempty"` // ISO 3166-2 without the country
	ZipOrPostalCode string `json:"zipOrPostalCode,omitempty"`
	Country         string `json:"country"` // ISO 3166-1 alpha-2
}

// LocationAddress is an address in the words of the location calls.
type LocationAddress struct {
	Address1   string `json:"address1"`
	Address2   string `json:"address2,omitempty"`
	City       string `json:"city"`
	State      string `json:"state,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country"`
}

// Location says the same address in the words of the location calls.
func (a WholesaleAddress) Location() LocationAddress {
	return LocationAddress{
		Address1: a.AddressLine1, Address2: a.AddressLine2, City: a.City,
		State: a.StateOrProvince, PostalCode: a.ZipOrPostalCode, Country: a.Country,
	}
}
