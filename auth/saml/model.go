package saml

import "time"

// Document is one metadata file, decoded and found well-formed.
type Document struct {
	Text     []byte   // UTF-8, without byte-order mark; line numbers of the findings count in it
	Group    bool     // the root is EntitiesDescriptor
	Entities []Item   // in document order, groups flattened
	Signed   bool     // the root has a child ds:Signature
	Expiry   []Expiry // what the root says of its life
}

// Item is where one EntityDescriptor stands in the text, so that only the chosen one is read in full.
type Item struct {
	ID         string // entityID after the normalisation of attributes; empty when absent
	HasID      bool
	Line       int
	Start, End int       // bytes of Document.Text
	IDP, SP    bool      // it has an IDPSSODescriptor, an SPSSODescriptor
	Locations  []string  // sign-on and logout addresses, for near misses
	Expiry     []Expiry  // of the groups around it, outermost first
	Namespaces []Binding // declared around it, by prefix
}

// Binding is a namespace prefix declared outside an entity that the entity may use.
type Binding struct{ Prefix, Space string }

// Expiry is what one element says of its own life.
type Expiry struct {
	Element       string // "EntitiesDescriptor", "EntityDescriptor", "IDPSSODescriptor"
	Line          int
	ValidUntil    string // as written; empty when absent
	CacheDuration string // as written; empty when absent
}

// Entity is the chosen EntityDescriptor.
type Entity struct {
	ID     string
	Line   int
	Expiry []Expiry // of the groups around it, itself and its roles, outermost first
	IDPs   []Role
	SPs    []Role
	Other  []string // local names of further roles
}

// Role is one IDPSSODescriptor or SPSSODescriptor.
type Role struct {
	Line          int
	Protocols     []string // protocolSupportEnumeration
	WantsSigned   bool     // WantAuthnRequestsSigned is true or 1
	SignOn        []Endpoint
	Logout        []Endpoint
	NameIDFormats []Format // in document order
	Attributes    []Attribute
	Keys          []Key
	StrayKeys     []StrayKey
	Signing       []string // Algorithm of alg:SigningMethod, of the entity and the role
	Digests       []string // Algorithm of alg:DigestMethod, of the entity and the role
}

// Endpoint is a SingleSignOnService or SingleLogoutService.
type Endpoint struct {
	Line                                int
	Binding, Location, ResponseLocation string
}

// Format is one NameIDFormat, white space around it removed.
type Format struct {
	Line int
	URI  string
}

// Attribute is one saml:Attribute that the role advertises.
type Attribute struct {
	Line               int
	Name, FriendlyName string
}

// Key is one ds:X509Certificate below a KeyDescriptor.
type Key struct {
	Line int
	Use  string // "signing", "encryption", or empty for both
	Text string // the content of X509Certificate as written
}

// StrayKey is key material that readers who look at namespaces do not see, or that holds no certificate.
type StrayKey struct {
	Line    int
	Use     string
	Space   string // namespace of the element, or of the X509Data around it where that is wrong
	Element string // "KeyInfo", "X509Certificate", "KeyName", "KeyValue"
	Private bool   // it has private parts
}

// Options of a judgement.
type Options struct {
	Limits      Limits
	EntityID    string    // the template's value; empty when there is none to compare
	HasEntityID bool      // a value was given, be it empty
	GoLive      time.Time // all time rules compare with it
	SourceURL   string    // where the metadata was fetched from; empty for a file
	Anchor      []byte    // certificate (PEM or DER) that the metadata must be signed with; empty when none is given
	Horizon     Horizon   // days that keys and metadata must last after go-live
	MaxClosest  int       // how many close entity IDs to name; 0 is 5
}

// Limits bound what a metadata file may hold. Zero values stand for the defaults of the catalogue.
type Limits struct {
	Bytes          int64 // 8 MiB
	Depth          int   // 64
	Elements       int   // 200,000
	Attributes     int   // 256 of one element
	AttributeBytes int   // 64 KiB of one value
}
