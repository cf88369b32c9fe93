package live

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"maps"
	"slices"

	"muster/importer/compare"
	"muster/internal/onboarding"
	"muster/internal/webex"
)

// Digest is a short hash of what stands of one object. Equal states give equal digests, whatever the order of the lists they
// were read from.
type Digest struct {
	Kind onboarding.ObjectKind
	Key  string // numbers: the location that holds them
	Sum  string // 16 hexadecimal digits
}

// Digests gives a digest of the customer and of each of its locations, of the numbers of a location together, and of each
// user with its roles, in this order. What changes by itself is left out: times, and whether an invitation is pending. A nil
// state has none.
func (s *State) Digests() iter.Seq[Digest] {
	return func(yield func(Digest) bool) {
		if s == nil {
			return
		}
		for _, part := range []iter.Seq[Digest]{s.customerDigest, s.siteDigests, s.numberDigests, s.userDigests} {
			for d := range part {
				if !yield(d) {
					return
				}
			}
		}
	}
}

func (s *State) customerDigest(yield func(Digest) bool) {
	h := newDigest()
	c := s.Customer
	h.add(c.ID, c.OrgID, c.Status, c.Address, slices.Sorted(slices.Values(c.Packages)))
	for _, p := range slices.Sorted(maps.Keys(s.Limits)) {
		h.add(p, s.Limits[p])
	}
	yield(h.of(onboarding.ObjectCustomer, c.ExternalID))
}

func (s *State) siteDigests(yield func(Digest) bool) {
	for _, l := range s.Sites {
		h := newDigest()
		h.add(l.ID, l.Name, l.TimeZone, l.PreferredLanguage, l.AnnouncementLanguage, l.Address, l.Calling, l.Main)
		if !yield(h.of(onboarding.ObjectLocation, l.Name)) {
			return
		}
	}
}

func (s *State) numberDigests(yield func(Digest) bool) {
	bySite := make(map[string][]string)
	for _, n := range s.Numbers {
		owner := webex.NumberOwner{}
		if n.Owner != nil {
			owner = *n.Owner
		}
		bySite[n.Location.Name] = append(bySite[n.Location.Name], fmt.Sprintf("%q %q %q %v %q %q", n.PhoneNumber, n.Extension, n.State, n.MainNumber, owner.ID, owner.Type))
	}
	for _, site := range slices.Sorted(maps.Keys(bySite)) {
		h := newDigest()
		h.add(slices.Sorted(slices.Values(bySite[site])))
		if !yield(h.of(onboarding.ObjectNumbers, site)) {
			return
		}
	}
}

func (s *State) userDigests(yield func(Digest) bool) {
	for _, u := range s.Users {
		h := newDigest()
		h.add(u.ID, fold(u.Email), u.Status, u.PersonID, compare.PackageOf(u.Subscriber), u.Site, u.Phone, slices.Sorted(slices.Values(u.Roles)))
		if u.Person != nil {
			h.add(u.Person.FirstName, u.Person.LastName, u.Person.Extension)
		}
		if !yield(h.of(onboarding.ObjectUser, u.Email)) {
			return
		}
	}
}

// Digest is a short hash of what a run would do about the customer, step by step.
func (c *Customer) Digest() string {
	h := newDigest()
	for _, s := range c.Steps {
		h.add(s.Kind, s.Key, s.Action, s.Reason, s.ID)
		for _, d := range s.Changes {
			h.add(d.Field, d.Sheet, d.Live, d.Removal, d.Fixed.Empty(), d.Unknown)
		}
	}
	return h.of("", "").Sum
}

// digester hashes values so that no two lists of values look alike.
type digester struct{ sum hash.Hash }

func newDigest() digester { return digester{sha256.New()} }

func (d digester) add(values ...any) {
	for _, v := range values {
		fmt.Fprintf(d.sum, "%#v\x00", v)
	}
}

func (d digester) of(kind onboarding.ObjectKind, key string) Digest {
	const short = 8 // bytes: enough to tell two states of one object apart
	return Digest{kind, key, hex.EncodeToString(d.sum.Sum(nil)[:short])}
}
