package saml

import (
	"errors"
	"slices"
	"time"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// validityChecks lists the checks of how long the metadata may be used.
func validityChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-VAL-001", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Standard, check.Profile}, Source: "SAML2Meta 4.3.1; IIP-MD06",
			Title: "the metadata has not expired at go-live",
			Why:   "metadata must not be used after validUntil; the earliest of file, group, entity and role counts",
			Fix:   "download the metadata again",
		}, (*judge).validExpired},
		{check.Check{
			ID: "SAML-VAL-002", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Standard}, Source: "SAML2Meta 4.3.1",
			Title: "the metadata does not expire soon after go-live",
			Why:   "an importer that honours validUntil drops the identity provider on that day",
			Fix:   "ask when newer metadata appears, and plan its import (Google prints the certificate's end here)",
		}, (*judge).validExpiring},
		{check.Check{
			ID: "SAML-VAL-003", Levels: []check.Level{check.Warn, check.Info}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "XML Schema, dateTime and duration; crewjam/saml v0.5.1 refuses the whole file",
			Title: "validUntil and cacheDuration are written as XML Schema says",
			Why:   "importers stop at a date or duration they cannot read",
			Fix:   "write validUntil like 2027-03-01T00:00:00Z and cacheDuration like P7D or PT6H",
		}, (*judge).validSyntax},
		{check.Check{
			ID: "SAML-VAL-004", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Standard, check.Profile}, Source: "SAML2Meta 2.3.1 and 2.3.2, errata; SAML2Int SDP-MD03",
			Title: "the metadata says how long it may be used",
			Why:   "without validUntil and cacheDuration nobody notices when it is outdated",
			Fix:   "check the metadata again right before go-live",
		}, (*judge).validMissing},
	}
}

// lives gives what says how long the metadata may be used: of the entity and what is around it, or of the root alone when no
// entity could be chosen.
func (j *judge) lives() []Expiry {
	if j.entity == nil {
		return j.doc.Expiry
	}
	return j.entity.Expiry
}

// earliest gives the first end of validity and who sets it; nil when there is none that can be read.
func (j *judge) earliest() (*Expiry, time.Time) {
	var first *Expiry
	var end time.Time
	for _, e := range j.lives() {
		if e.ValidUntil == "" {
			continue
		}
		t, err := parseDateTime(e.ValidUntil)
		if (err == nil || errors.Is(err, errNoZone)) && (first == nil || t.Before(end)) {
			first, end = &e, t
		}
	}
	return first, end
}

func (j *judge) validExpired() {
	if e, end := j.earliest(); e != nil && end.Before(j.GoLive) {
		j.say(check.Error, e.Line, e.ValidUntil, onboarding.T("the metadata expired on %s, %s (validUntil of %s)", day(end), j.fromGoLive(end), e.Element))
	}
}

func (j *judge) validExpiring() {
	if e, end := j.earliest(); e != nil && !end.Before(j.GoLive) && j.within(end, j.Horizon.Warn) {
		j.say(check.Warn, e.Line, e.ValidUntil, onboarding.T("the metadata is valid until %s only, %s (validUntil of %s)", day(end), j.fromGoLive(end), e.Element))
	}
}

func (j *judge) validSyntax() {
	var wrong, local []fault
	for _, e := range j.lives() {
		if e.ValidUntil != "" {
			switch _, err := parseDateTime(e.ValidUntil); {
			case errors.Is(err, errNoZone):
				local = append(local, fault{e.Line, e.ValidUntil, onboarding.T("validUntil %q of %s has no time zone; it is taken as UTC", clip(e.ValidUntil), e.Element)})
			case err != nil:
				wrong = append(wrong, fault{e.Line, e.ValidUntil, onboarding.T("validUntil %q of %s is not an xs:dateTime: %v", clip(e.ValidUntil), e.Element, err)})
			}
		}
		if e.CacheDuration != "" {
			if err := checkDuration(e.CacheDuration); err != nil {
				wrong = append(wrong, fault{e.Line, e.CacheDuration, onboarding.T("cacheDuration %q of %s is not an xs:duration: %v", clip(e.CacheDuration), e.Element, err)})
			}
		}
	}
	j.sayEach(check.Warn, wrong)
	j.sayEach(check.Info, local)
}

func (j *judge) validMissing() {
	list := j.lives()
	if len(list) == 0 || slices.ContainsFunc(list, func(e Expiry) bool { return e.ValidUntil != "" || e.CacheDuration != "" }) {
		return
	}
	j.say(check.Info, list[0].Line, "", onboarding.T("the metadata carries neither validUntil nor cacheDuration"))
}
