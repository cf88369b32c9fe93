package saml

import (
	"cmp"
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// Horizon says how many days after go-live a certificate must last: one that ends earlier is an error, a warning, a note. Zeros
// stand for 30, 60 and 90 days. Metadata must last as long as a certificate without a warning.
type Horizon struct{ Error, Warn, Info int }

func (h Horizon) withDefaults() Horizon {
	return Horizon{cmp.Or(h.Error, 30), cmp.Or(h.Warn, 60), cmp.Or(h.Info, 90)}
}

// overlapDays is how long two keys should be valid together when one takes over from the other.
const overlapDays = 7

// keyTimeChecks lists those that compare a certificate's life with go-live.
func keyTimeChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-KEY-004", Levels: []check.Level{check.Error, check.Warn}, Evidence: []check.Evidence{check.Webex}, Source: "help article WBX9000037189 (SAML metadata interoperability, IIP-MD11, allows expired certificates)",
			Title: "no signing certificate has expired at go-live",
			Why:   "Webex lists an expired certificate of the identity provider among the causes of a lock-out",
			Fix:   "renew the signing certificate, then export the metadata again",
		}, (*judge).keyExpired},
		{check.Check{
			ID: "SAML-KEY-005", Levels: []check.Level{check.Error, check.Warn, check.Info}, Evidence: []check.Evidence{check.Webex}, Source: "help article WBX9000037189",
			Title: "no signing certificate expires soon after go-live",
			Why:   "sign-in breaks shortly after go-live",
			Fix:   "renew the certificate first, then export the metadata",
		}, (*judge).keyExpiring},
		{check.Check{
			ID: "SAML-KEY-006", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement",
			Title: "every signing certificate is valid already",
			Why:   "the new certificate was exported too early: what it signs is refused until then",
			Fix:   "export the metadata with the certificate that signs on go-live day",
		}, (*judge).keyEarly},
	}
}

// keyRolloverChecks lists the check of several keys.
func keyRolloverChecks() []entry {
	return []entry{{check.Check{
		ID: "SAML-KEY-010", Levels: []check.Level{check.Warn, check.Info}, Evidence: []check.Evidence{check.Profile}, Source: "SAML V2.0 Implementation Profile for Federation Interoperability, IIP-MD07",
		Title: "one key signs, or the keys of a rollover overlap",
		Why:   "the key that signs on go-live day decides; how Webex treats several keys of an identity provider is not documented",
		Fix:   "ask which key signs today and which on go-live day",
	}, (*judge).keyRollover}}
}

func (j *judge) keyExpired() {
	list := distinct(j.signing(), byCertificate)
	level := check.Error
	if slices.ContainsFunc(list, func(c Certificate) bool { return !c.NotAfter.Before(j.GoLive) && !j.early(c) }) {
		level = check.Warn
	}
	var faults []fault
	for _, c := range list {
		if c.NotAfter.Before(j.GoLive) {
			faults = append(faults, fault{c.Line, day(c.NotAfter), onboarding.T("signing certificate %q expired on %s, %s", subject(c), day(c.NotAfter), j.fromGoLive(c.NotAfter))})
		}
	}
	j.sayEach(level, faults)
}

func (j *judge) keyExpiring() {
	faults := map[check.Level][]fault{}
	for _, c := range distinct(j.signing(), byCertificate) {
		var level check.Level
		switch {
		case c.NotAfter.Before(j.GoLive):
			continue
		case j.within(c.NotAfter, j.Horizon.Error):
			level = check.Error
		case j.within(c.NotAfter, j.Horizon.Warn):
			level = check.Warn
		case j.within(c.NotAfter, j.Horizon.Info):
			level = check.Info
		default:
			continue
		}
		faults[level] = append(faults[level], fault{c.Line, day(c.NotAfter), onboarding.T("signing certificate %q expires on %s, %s", subject(c), day(c.NotAfter), j.fromGoLive(c.NotAfter))})
	}
	for _, level := range []check.Level{check.Error, check.Warn, check.Info} {
		j.sayEach(level, faults[level])
	}
}

// early reports whether a certificate is valid only from a day after that of go-live.
func (j *judge) early(c Certificate) bool { return dayNumber(c.NotBefore) > dayNumber(j.GoLive) }

func (j *judge) keyEarly() {
	var faults []fault
	for _, c := range distinct(j.signing(), byCertificate) {
		if j.early(c) {
			faults = append(faults, fault{c.Line, day(c.NotBefore), onboarding.T("signing certificate %q is valid only from %s, %s", subject(c), day(c.NotBefore), j.fromGoLive(c.NotBefore))})
		}
	}
	j.sayEach(check.Error, faults)
}

func (j *judge) keyRollover() {
	var twice, several, short []fault
	all := j.signing()
	for len(all) > 0 { // role by role: certificates stand in the order of the document
		end := slices.IndexFunc(all, func(c Certificate) bool { return c.role != all[0].role })
		if end < 0 {
			end = len(all)
		}
		twice = append(twice, repeated(all[:end])...)
		if keys := lastOfEachKey(all[:end]); len(keys) > 1 {
			several = append(several, fault{keys[0].Line, "", onboarding.T("%d signing keys: %s", len(keys), spans(keys))})
			short = append(short, j.shortOverlaps(keys)...)
		}
		all = all[end:]
	}
	j.sayEach(check.Warn, short)
	j.sayEach(check.Info, several)
	j.sayEach(check.Info, twice)
}

// repeated gives the certificates that stand in a role more than once.
func repeated(list []Certificate) []fault {
	var faults []fault
	first := map[string]int{}
	for _, c := range list {
		if line, seen := first[c.SHA256]; seen {
			faults = append(faults, fault{c.Line, "", onboarding.T("certificate %q stands here and on line %d", subject(c), line)})
		} else {
			first[c.SHA256] = c.Line
		}
	}
	return faults
}

// shortOverlaps compares each key that still works at go-live with the one that ends next.
func (j *judge) shortOverlaps(keys []Certificate) []fault {
	var faults []fault
	for i, a := range keys[:len(keys)-1] {
		b := keys[i+1]
		if a.NotAfter.Before(j.GoLive) || !b.NotBefore.AddDate(0, 0, overlapDays).After(a.NotAfter) {
			continue
		}
		faults = append(faults, fault{b.Line, "", onboarding.T("signing certificate %q ends on %s and its successor %q begins on %s: they should overlap by %d days",
			subject(a), day(a.NotAfter), subject(b), day(b.NotBefore), overlapDays)})
	}
	return faults
}

// lastOfEachKey gives of each key the certificate that ends last, sorted by that end.
func lastOfEachKey(list []Certificate) []Certificate {
	sorted := slices.SortedStableFunc(slices.Values(list), func(a, b Certificate) int { return b.NotAfter.Compare(a.NotAfter) })
	out := distinct(sorted, byKey)
	slices.SortStableFunc(out, func(a, b Certificate) int { return cmp.Or(a.NotAfter.Compare(b.NotAfter), cmp.Compare(a.Line, b.Line)) })
	return out
}

func spans(list []Certificate) onboarding.Text {
	var parts onboarding.List
	for _, c := range list[:min(len(list), mostListed)] {
		parts = append(parts, onboarding.T("%s to %s (%s)", day(c.NotBefore), day(c.NotAfter), c.Key))
	}
	if more := len(list) - mostListed; more > 0 {
		return onboarding.T("%s and %s more", parts, onboarding.Number(more))
	}
	return onboarding.T("%s", parts)
}
