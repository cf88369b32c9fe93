package oidc

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"muster/auth/check"
	"muster/auth/published"
	"muster/internal/onboarding"
)

// keySetChecks lists the checks of the key set. Every key is judged on its own.
func keySetChecks() []entry { return slices.Concat(keyChecks(), setChecks()) }

// keyChecks lists those of the set as it is found and of its keys.
func keyChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-JWKS-001", Levels: at(check.Error), Evidence: by(check.Standard), Source: "RFC 7517 section 5",
			Title: "the key set is a JSON object with a list of keys, answered with status 200 and at most 1 MiB long",
			Why:   "without keys no token can be verified",
			Fix:   "make the provider answer at jwks_uri with its key set",
		}, (*judge).keySet},
		{check.Check{
			ID: "OIDC-JWKS-002", Levels: at(check.Blocker), Evidence: by(check.Standard), Source: "RFC 7517 section 4; RFC 7518 section 3.1",
			Title: "the key set has a key that verifies ID tokens",
			Why:   "signatures cannot be verified, so nobody can sign in",
			Fix:   "publish the public key that signs ID tokens, with use \"sig\"",
		}, (*judge).keyUsable},
		{check.Check{
			ID: "OIDC-JWKS-003", Levels: at(check.Error), Evidence: by(check.Standard, check.Measured), Source: "RFC 7518 section 3.3",
			Title: "RSA keys have at least 2048 bits, EC keys are on P-256, P-384 or P-521",
			Why:   "weaker keys are refused by some clients, and taken without a word by others",
			Fix:   "sign with an RSA key of 2048 bits or more, or with P-256",
		}, (*judge).keySizes},
		{check.Check{
			ID: "OIDC-JWKS-004", Levels: at(check.Error), Evidence: by(check.Standard, check.Measured), Source: "RFC 7517 section 5; go-oidc issue 490",
			Title: "every key is well-formed",
			Why:   "readers should skip a malformed key, but some clients reject the whole set for it",
			Fix:   "correct or remove the key at the provider: some clients reject the whole set for it",
		}, (*judge).keysFormed},
	}
}

// setChecks lists those of the keys beside each other and of what they give away.
func setChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-JWKS-005", Levels: at(check.Warn, check.Info), Evidence: by(check.Judgement), Source: "OpenID Connect Discovery 1.0 section 3",
			Title: "there are keys for the algorithms that the provider lists",
			Why:   "a client that asks for a listed algorithm, RS256 unless told otherwise, gets a token it cannot verify",
			Fix:   "publish a key for the algorithm, or take it off the list",
		}, (*judge).keysCover},
		{check.Check{
			ID: "OIDC-JWKS-006", Levels: at(check.Warn), Evidence: by(check.Standard), Source: "OpenID Connect Core 1.0 section 10.1",
			Title: "keys have IDs when there are several, and no two the same",
			Why:   "a client picks the wrong key",
			Fix:   "give every key a kid of its own",
		}, (*judge).keyIDs},
		{check.Check{
			ID: "OIDC-JWKS-007", Levels: at(check.Blocker), Evidence: by(check.Standard), Source: "RFC 7518 sections 6.2.2, 6.3.2 and 6.4",
			Title: "the key set holds no secrets",
			Why:   "everybody who reads the set can sign tokens as the provider",
			Fix:   "replace the key now, and publish the public part of the new one only",
		}, (*judge).keySecrets},
		{check.Check{
			ID: "OIDC-JWKS-008", Levels: at(check.Blocker), Evidence: by(check.Measured), Source: "published test keys, sums computed by us",
			Title: "no key is a published test key",
			Why:   "everybody can sign tokens with it",
			Fix:   "make a key pair of your own at the provider",
		}, (*judge).keyTests},
		{check.Check{
			ID: "OIDC-JWKS-009", Levels: at(check.Info), Evidence: by(check.Standard), Source: "RFC 7517 section 4.7",
			Title: "certificates of keys are valid beyond go-live",
			Why:   "some clients look at them",
			Fix:   "renew the certificate with the next key",
		}, (*judge).keyCertificates},
		{check.Check{
			ID: "OIDC-JWKS-010", Levels: at(check.Info), Evidence: by(check.Standard), Source: "RFC 7517 section 5",
			Title: "keys are of kinds that clients know",
			Why:   "clients skip keys of other kinds",
			Fix:   "nothing to do while another key signs",
		}, (*judge).keyKinds},
	}
}

func (j *judge) keySet() {
	r := remark{level: check.Error, subject: check.Issuer}
	j.tellFaults(j.set, tooLong, r)
	j.tellFaults(j.set, unreadable, r)
	switch f := j.FetchedKeys; {
	case f == nil:
	case f.Err != nil:
		r.message = onboarding.T("the key set does not come: %s", f.Err.Error())
		j.say(r)
	case f.Answer.Status != http.StatusOK:
		r.message = onboarding.T("the address of the key set %q answers with status %d instead of 200", shown(f.Answer.URL), f.Answer.Status)
		j.say(r)
	}
	if j.set != nil && j.set.root != nil && !j.hasKeys {
		r.message = onboarding.T("the key set has no list %q", "keys")
		if j.set.root.get("issuer") != nil {
			r.message = onboarding.T("a discovery document is given in place of the key set")
		}
		j.say(r)
	}
}

// advertised gives the algorithms with public keys that the document lists; none when there is no document.
func (j *judge) advertised() []string {
	if j.doc == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(j.doc.Algorithms), func(a string) bool { return !asymmetric(a) })
}

// fits reports whether a key verifies ID tokens, as far as the algorithms are known.
func (j *judge) fits(k *KeyInfo) bool {
	algorithms := j.advertised()
	return k.usable() && (len(algorithms) == 0 || slices.ContainsFunc(algorithms, k.suits))
}

func (j *judge) keyUsable() {
	if !j.hasKeys {
		return
	}
	for i := range j.keys {
		if j.fits(&j.keys[i]) {
			return
		}
	}
	r := remark{level: check.Blocker, subject: check.Issuer, message: onboarding.T("no key of the set verifies ID tokens")}
	if algorithms := j.advertised(); len(algorithms) > 0 {
		r.message = onboarding.T("no key of the set verifies ID tokens signed with %s", quoted(algorithms))
	}
	if len(j.keys) == 0 {
		r.message = onboarding.T("the key set is empty")
	}
	j.say(r)
}

// keyRemark makes a remark about one key.
func keyRemark(level check.Level, k *KeyInfo) remark {
	return remark{level: level, subject: check.Issuer, line: k.Line, value: k.ID}
}

func (j *judge) keySizes() {
	const least = 2048 // bits, RFC 7518 section 3.3
	for i := range j.keys {
		k := &j.keys[i]
		r := keyRemark(check.Error, k)
		switch {
		case !k.signs():
			continue
		case k.Type == "RSA" && k.SPKI != "" && k.Bits < least:
			r.message = onboarding.T("%s is RSA with %d bits; at least %d are needed", k.label(), k.Bits, least)
		case k.Type == "EC" && (k.Curve == "P-192" || k.Curve == "P-224"):
			r.message = onboarding.T("%s is on the curve %s, which is too small", k.label(), k.Curve)
		default:
			continue
		}
		j.say(r)
	}
}

func (j *judge) keysFormed() {
	for i := range j.keys {
		if k := &j.keys[i]; !k.fault.Empty() {
			r := keyRemark(check.Error, k)
			r.message = onboarding.T("%s: %s", k.label(), k.fault)
			j.say(r)
		}
	}
}

// keysCover looks at every listed algorithm. RS256 weighs more, for clients use it unless they were told another.
func (j *judge) keysCover() {
	if !slices.ContainsFunc(j.keys, func(k KeyInfo) bool { return j.fits(&k) }) {
		return // OIDC-JWKS-002 says so
	}
	var bare []string
	for _, alg := range j.advertised() {
		covered := slices.ContainsFunc(j.keys, func(k KeyInfo) bool { return k.usable() && k.suits(alg) })
		if !covered {
			bare = append(bare, alg)
		}
	}
	if bare == nil {
		return
	}
	r := remark{level: check.Info, subject: check.Issuer, message: onboarding.T("the provider lists %s, and no key of the set fits", quoted(bare))}
	if slices.Contains(bare, "RS256") {
		r.level = check.Warn
	}
	j.say(r)
}

func (j *judge) keyIDs() {
	seen := map[string]bool{}
	for i := range j.keys {
		k := &j.keys[i]
		r := keyRemark(check.Warn, k)
		switch {
		case k.ID == "" && len(j.keys) > 1:
			r.message = onboarding.T("%s has no kid, and there are %d keys", k.label(), len(j.keys))
			j.say(r)
		case k.ID != "" && seen[k.ID]:
			r.message = onboarding.T("the kid %q stands at several keys", short(k.ID))
			j.say(r)
		}
		seen[k.ID] = true
	}
}

func (j *judge) keySecrets() {
	for i := range j.keys {
		k := &j.keys[i]
		r := keyRemark(check.Blocker, k)
		switch {
		case k.Type == "oct":
			r.message = onboarding.T("%s is symmetric: its secret is published", k.label())
		case k.private != nil:
			r.message = onboarding.T("%s has the private members %s: the private key is published", k.label(), quoted(k.private))
		default:
			continue
		}
		j.say(r)
	}
}

func (j *judge) keyTests() {
	for i := range j.keys {
		k := &j.keys[i]
		r := keyRemark(check.Blocker, k)
		switch where := published.Where(k.SPKI); {
		case k.SPKI != "" && where != "":
			r.message = onboarding.T("the private part of %s is published with the %s", k.label(), where)
		case placeholder(k.ID):
			r.message = onboarding.T("the kid %q is that of an example: its private part is probably published", short(k.ID))
		default:
			continue
		}
		j.say(r)
	}
}

// placeholder tells key IDs that ask to be changed, such as keystore-CHANGE-ME.
func placeholder(id string) bool {
	bare := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(id))
	return strings.Contains(bare, "changeme")
}

func (j *judge) keyCertificates() {
	const window = 90 // days after go-live
	for i := range j.keys {
		k := &j.keys[i]
		if k.CertificateExpiry.IsZero() || k.CertificateExpiry.After(j.GoLive.AddDate(0, 0, window)) {
			continue
		}
		r := keyRemark(check.Info, k)
		day := k.CertificateExpiry.UTC().Format(time.DateOnly)
		r.message = onboarding.T("the certificate of %s ends on %s, %s", k.label(), day, daysAfter(k.CertificateExpiry, j.GoLive))
		j.say(r)
	}
}

// daysAfter says how far a moment is from go-live, in whole days.
func daysAfter(t, goLive time.Time) onboarding.Text {
	const day = 24 * time.Hour
	if t.Before(goLive) {
		return onboarding.T("before go-live on %s", goLive.UTC().Format(time.DateOnly))
	}
	return onboarding.T("%d days after go-live", int(t.Sub(goLive)/day))
}

func (j *judge) keyKinds() {
	for i := range j.keys {
		if k := &j.keys[i]; !k.unknown.Empty() {
			r := keyRemark(check.Info, k)
			r.message = onboarding.T("%s is skipped by clients that do not know %s", k.label(), k.unknown)
			j.say(r)
		}
	}
}
