package rehearse

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	crewsaml "github.com/crewjam/saml"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// samlChecks is the catalogue of the SAML rehearsal.
func samlChecks() []check.Check {
	return []check.Check{
		{
			ID: "LIVE-SAML-01", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Webex, check.Standard},
			Source: "Partner SSO article d33her; SAML2Core 2.2.5", Title: "the issuer of the response and of the assertion is the entity ID",
			Why: "The service looks the provider up by its entity ID; another issuer is a stranger.",
			Fix: "put the entity ID that the provider really sends into the template and the metadata",
		},
		{
			ID: "LIVE-SAML-02", Levels: []check.Level{check.Blocker, check.Warn}, Evidence: []check.Evidence{check.Standard},
			Source: "SAML2Core 5; SAML2Prof 4.1.4.3", Title: "the signature verifies with a certificate of the metadata",
			Why: "A response whose signature cannot be verified is refused.",
			Fix: "export the metadata again after the last change of the signing certificate, and let the provider sign with a valid one",
		},
		{
			ID: "LIVE-SAML-03", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Webex, check.Measured},
			Source: "help article lfu88u, requirements for identity providers", Title: "the NameID has the format that was asked for",
			Why: "Some providers answer every request with one format, whatever was asked for.",
			Fix: "let the provider's application send a NameID of the format transient",
		},
		{
			ID: "LIVE-SAML-04", Levels: []check.Level{check.Error, check.Warn, check.Info}, Evidence: []check.Evidence{check.Webex},
			Source: "help article lfu88u, requirements for identity providers", Title: "the attribute mail holds the address as provisioned",
			Why: "Partner sign-in finds the user by the attribute named mail.",
			Fix: `let the provider send the e-mail address as provisioned in Webex in an attribute named exactly "mail"`,
		},
		{
			ID: "LIVE-SAML-05", Levels: []check.Level{check.Error, check.Warn, check.Info}, Evidence: []check.Evidence{check.Standard},
			Source: "SAML2Prof 4.1.4.2, 4.1.4.3", Title: "the answer is for this service, for this request and for now",
			Why: "A response for another address, audience, request or time is refused as a replay or a mix-up.",
			Fix: "compare the addresses and the entity ID of the application at the provider with the metadata of the service, and the clocks",
		},
		{
			ID: "LIVE-SAML-06", Levels: []check.Level{check.Warn, check.Info}, Evidence: []check.Evidence{check.Profile},
			Source: "RFC 9231; SAML2Int 2.0", Title: "the answer is signed, with a current algorithm",
			Why: "SHA-1 signatures are refused by more and more services.",
			Fix: "let the provider sign with RSA and SHA-256 or better",
		},
		{
			ID: "LIVE-SAML-07", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Webex},
			Source: "help article lfu88u, requirements for identity providers", Title: "several assertion consumer services are served, by address and by index",
			Why: "Partner sign-in needs several addresses; a provider with a single one serves some entries of Webex and not others.",
			Fix: "allow several assertion consumer service addresses for the application (by index, or as requestable addresses)",
		},
		{
			ID: "LIVE-SAML-08", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Webex},
			Source: "help article ixe4v9", Title: "the provider offers single logout and takes a logout request",
			Why: "Without it, users are told to close the browser.",
			Fix: "let the metadata offer a SingleLogoutService",
		},
	}
}

// samlExpectation is what answers are measured against.
type samlExpectation struct {
	Issuer       string    // entity ID of the provider
	Audience     string    // entity ID of our service provider
	NameIDFormat string    // asked for
	Email        string    // as provisioned; empty when it is not to be compared
	Endpoints    [2]string // addresses of our assertion consumer services
	Logout       string    // address of our single logout service
}

// tolerance is the difference of clocks that the catalogue takes as harmless.
const tolerance = 5 * time.Minute

// samlJudge is one walk over what arrived.
type samlJudge struct {
	ledger
	expect samlExpectation
}

// judgeSAML says of the answers what the service would trip over. Without an answer to the first request there is nothing
// to say.
func judgeSAML(e samlExpectation, answers []samlAnswer, requests []Request) []check.Finding {
	i := slices.IndexFunc(answers, func(a samlAnswer) bool { return a.Request == samlSignIn })
	if i < 0 {
		return nil
	}
	j := &samlJudge{expect: e}
	a := &answers[i]
	j.issuer(a)
	j.signature(a)
	if a.Assertion == nil {
		j.unreadable(a)
	} else {
		j.nameID(a)
		j.mail(a)
	}
	j.confirmation(a)
	j.times(a)
	j.refusal(a)
	j.algorithms(a)
	j.endpoints(answers, requests)
	slices.SortStableFunc(j.found, func(a, b check.Finding) int { return strings.Compare(a.ID, b.ID) })
	return j.found
}

func (j *samlJudge) issuer(a *samlAnswer) {
	if a.Issuer == nil && a.Assertion == nil {
		j.say("LIVE-SAML-01", check.Checklist, "", remark{message: onboarding.T("the response names no issuer and holds no assertion that can be read")})
	}
	hint := onboarding.T("compare letter by letter: case, scheme and a final slash count")
	if a.Issuer != nil && strings.TrimSpace(*a.Issuer) != j.expect.Issuer {
		j.say("LIVE-SAML-01", check.Blocker, *a.Issuer, remark{onboarding.T("the issuer of the response is %q, not the entity ID %q", *a.Issuer, j.expect.Issuer), hint})
	}
	if a.Assertion != nil && a.Assertion.Issuer.Value != j.expect.Issuer {
		v := a.Assertion.Issuer.Value
		j.say("LIVE-SAML-01", check.Blocker, v, remark{onboarding.T("the issuer of the assertion is %q, not the entity ID %q", v, j.expect.Issuer), hint})
	}
}

// signature judges the first signature that was looked at; one that counts is enough.
func (j *samlJudge) signature(a *samlAnswer) {
	if len(a.Signatures) == 0 {
		j.unsigned(a)
		return
	}
	s := a.Signatures[0]
	switch {
	case s.Cert == nil:
		j.say("LIVE-SAML-02", check.Blocker, "", remark{
			onboarding.T("the signature of the %s verifies with no signing certificate of the metadata", strings.ToLower(s.Element)),
			onboarding.T("export the metadata again: the provider signs with another key, or the message was changed on its way"),
		})
	case a.At.After(s.Cert.NotAfter) || a.At.Before(s.Cert.NotBefore):
		j.say("LIVE-SAML-02", check.Blocker, day(s.Cert.NotAfter), remark{
			onboarding.T("the signature is right, but its certificate is valid from %s until %s only", day(s.Cert.NotBefore), day(s.Cert.NotAfter)),
			onboarding.T("renew the signing certificate at the provider and give its new metadata to Webex"),
		})
	case s.Position > 1:
		j.say("LIVE-SAML-02", check.Warn, fingerprint(s.Cert), remark{
			onboarding.T("the signature verifies with signing certificate %d of the metadata, not with the first", s.Position),
			onboarding.T("put the certificate in use first: some services read only the first"),
		})
	}
}

// unsigned tells a response that should have a signature from one in which none can be seen.
func (j *samlJudge) unsigned(a *samlAnswer) {
	none := remark{message: onboarding.T("there is no signature to look at")}
	j.say("LIVE-SAML-06", check.Checklist, "", none)
	if a.Assertion == nil && (a.Assertions > 0 || a.Status.Code.Value != crewsaml.StatusSuccess) {
		j.say("LIVE-SAML-02", check.Checklist, "", none)
		return
	}
	j.say("LIVE-SAML-02", check.Blocker, "", remark{
		onboarding.T("neither the response nor the assertion is signed"), onboarding.T("let the provider sign the assertion or the response"),
	})
}

// unreadable says what could not be looked at.
func (j *samlJudge) unreadable(a *samlAnswer) {
	why := onboarding.T("the response holds no assertion")
	if a.Encrypted {
		why = onboarding.T("the assertion is encrypted and could not be opened")
	}
	for _, id := range []string{"LIVE-SAML-03", "LIVE-SAML-04"} {
		j.say(id, check.Checklist, "", remark{message: why})
	}
}

func (j *samlJudge) nameID(a *samlAnswer) {
	if a.Assertion.Subject == nil || a.Assertion.Subject.NameID == nil {
		j.say("LIVE-SAML-03", check.Warn, "", remark{onboarding.T("the assertion has no NameID"), onboarding.T("let the provider send a NameID of the format %q", j.expect.NameIDFormat)})
		return
	}
	if got := a.Assertion.Subject.NameID.Format; got != j.expect.NameIDFormat {
		j.say("LIVE-SAML-03", check.Warn, got, remark{
			onboarding.T("the NameID has the format %q; %q was asked for", got, j.expect.NameIDFormat),
			onboarding.T("Webex documents transient; unspecified and emailAddress of SAML 1.1 are said to work too"),
		})
	}
}

// mail judges the attribute by which partner sign-in finds the user.
func (j *samlJudge) mail(a *samlAnswer) {
	const id = "LIVE-SAML-04"
	var values []string
	present := false
	for _, at := range attributes(a.Assertion) {
		if at.Name == "mail" {
			present = true
			values = append(values, at.Values...)
		}
	}
	switch {
	case !present:
		j.noMail(a)
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		j.say(id, check.Error, "", remark{onboarding.T(`the attribute "mail" is empty`), onboarding.T("fill the e-mail address of the user at the provider")})
	case len(values) > 1:
		j.say(id, check.Error, strings.Join(values, " "), remark{
			onboarding.T(`the attribute "mail" has %d values; one is right`, len(values)), onboarding.T("let the provider send the main address only"),
		})
	case !isAddress(values[0]):
		j.say(id, check.Error, values[0], remark{onboarding.T(`the attribute "mail" holds %q, which is no e-mail address`, values[0]), onboarding.T("map the e-mail address to the attribute")})
	default:
		j.compareEmail(id, `the attribute "mail"`, values[0], j.expect.Email)
	}
}

func isAddress(v string) bool {
	a, err := mail.ParseAddress(v)
	return err == nil && a.Address == v && a.Name == ""
}

// compareEmail measures an address against the one that is provisioned. A difference in case alone is told as such.
func (l *ledger) compareEmail(id, where, got, want string) {
	switch {
	case want == "":
		l.say(id, check.Info, got, remark{
			onboarding.T("%s holds %q; it was not compared", where, got), onboarding.T("--expect-email compares it with the address provisioned in Webex"),
		})
	case got == want:
	case strings.EqualFold(got, want):
		l.say(id, check.Error, got, remark{
			onboarding.T("%s holds %q; expected is %q, which differs in upper and lower case", where, got, want),
			onboarding.T("write the address the same way at the provider and in Webex"),
		})
	default:
		l.say(id, check.Error, got, remark{
			onboarding.T("%s holds %q; expected is %q", where, got, want),
			onboarding.T("let the provider send the address that is provisioned in Webex, or sign in as the user who has it"),
		})
	}
}

// noMail names what looks like the address under another name.
func (j *samlJudge) noMail(a *samlAnswer) {
	const id = "LIVE-SAML-04"
	var near, all []string
	for _, at := range attributes(a.Assertion) {
		all = append(all, at.Name)
		if nearMail(at, j.expect.Email) {
			near = append(near, at.Name)
		}
	}
	hint := onboarding.T(`name the attribute exactly "mail", lower-case and without a prefix`)
	switch {
	case len(near) > 0:
		j.say(id, check.Error, strings.Join(near, " "), remark{onboarding.T(`there is no attribute "mail"; the address seems to arrive as %q`, near), hint})
	case len(all) > 0:
		j.say(id, check.Error, strings.Join(all, " "), remark{onboarding.T(`there is no attribute "mail" among %q`, all), hint})
	default:
		j.say(id, check.Error, "", remark{onboarding.T("the assertion has no attributes at all"), hint})
	}
}

// nearMail reports whether an attribute is the address under another name.
func nearMail(a Attribute, expected string) bool {
	for _, name := range []string{a.Name, a.FriendlyName} {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "mail", "email", "e-mail", "emailaddress", "email_address", "user.mail", "user.email",
			"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
			"urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:1.2.840.113549.1.9.1", "urn:mace:dir:attribute-def:mail":
			return true
		}
	}
	return expected != "" && slices.ContainsFunc(a.Values, func(v string) bool { return strings.EqualFold(v, expected) })
}

// attributes flattens the statements of an assertion.
func attributes(a *crewsaml.Assertion) []Attribute {
	var out []Attribute
	for _, s := range a.AttributeStatements {
		for _, at := range s.Attributes {
			values := []string{}
			for _, v := range at.Values {
				values = append(values, strings.TrimSpace(v.Value))
			}
			out = append(out, Attribute{Name: at.Name, FriendlyName: at.FriendlyName, Format: at.NameFormat, Values: values})
		}
	}
	return out
}

// confirmation judges for whom the answer is.
func (j *samlJudge) confirmation(a *samlAnswer) {
	const id = "LIVE-SAML-05"
	here := j.expect.Endpoints[a.Endpoint]
	if a.Destination != "" && a.Destination != here {
		j.say(id, check.Error, a.Destination, remark{
			onboarding.T("the response is destined for %q, but arrived at %q", a.Destination, here), onboarding.T("give the provider the metadata of the service again"),
		})
	}
	if code := a.Status.Code; code.Value != crewsaml.StatusSuccess {
		j.say(id, check.Error, code.Value, remark{
			onboarding.T("the provider refuses: status %q, %q, message %q", code.Value, code.Inner.Value, strings.TrimSpace(a.Status.Message)),
			onboarding.T("look into the provider's log; a status that ends in InvalidNameIDPolicy means that it knows no transient NameID"),
		})
	}
	if a.Assertion == nil {
		return
	}
	j.bearer(a, here)
	if c := a.Assertion.Conditions; c != nil {
		j.audience(c)
	} else {
		j.say(id, check.Error, "", remark{onboarding.T("the assertion has no Conditions"), onboarding.T("the web browser profile asks for an audience and an end of its validity")})
	}
}

// bearer judges the confirmations of the subject.
func (j *samlJudge) bearer(a *samlAnswer, here string) {
	const id = "LIVE-SAML-05"
	if a.Assertion.Subject == nil || len(a.Assertion.Subject.SubjectConfirmations) == 0 {
		j.say(id, check.Error, "", remark{onboarding.T("the assertion has no SubjectConfirmation"), onboarding.T("the web browser profile asks for one of the method bearer")})
		return
	}
	for _, c := range a.Assertion.Subject.SubjectConfirmations {
		d := c.SubjectConfirmationData
		if d == nil {
			j.say(id, check.Error, "", remark{onboarding.T("a SubjectConfirmation has no data"), onboarding.T("the web browser profile asks for a recipient and an end of its validity")})
			continue
		}
		if d.Recipient != here {
			j.say(id, check.Error, d.Recipient, remark{
				onboarding.T("the recipient is %q, but the answer arrived at %q", d.Recipient, here), onboarding.T("give the provider the metadata of the service again"),
			})
		}
		if d.InResponseTo != a.MessageID {
			j.say(id, check.Error, d.InResponseTo, remark{
				onboarding.T("the assertion answers %q, not the request %q", d.InResponseTo, a.MessageID), onboarding.T("the provider must repeat the id of the request in InResponseTo"),
			})
		}
	}
}

func (j *samlJudge) audience(c *crewsaml.Conditions) {
	const id = "LIVE-SAML-05"
	var got []string
	for _, r := range c.AudienceRestrictions {
		got = append(got, r.Audience.Value)
	}
	switch {
	case len(got) == 0:
		j.say(id, check.Error, "", remark{onboarding.T("the assertion names no audience; %q would be right", j.expect.Audience), onboarding.T("the web browser profile asks for the entity ID of the service as the audience")})
	case !slices.Contains(got, j.expect.Audience):
		j.say(id, check.Error, strings.Join(got, " "), remark{
			onboarding.T("the audience is %q, not the entity ID %q of the service", got, j.expect.Audience), onboarding.T("correct the entity ID (audience) of the application at the provider"),
		})
	}
}

// times judges the moments that an answer names, against the clock of this computer.
func (j *samlJudge) times(a *samlAnswer) {
	const id = "LIVE-SAML-05"
	if skew := a.skew(); skew.Abs() >= 5*time.Second {
		level := check.Info
		if skew.Abs() > time.Minute {
			level = check.Warn
		}
		j.say(id, level, skew.String(), remark{
			onboarding.T("the clock of the provider differs by %s from the one of this computer", skew.Round(time.Second)), onboarding.T("keep both clocks in step (NTP)"),
		})
	}
	if a.Assertion == nil {
		return
	}
	if c := a.Assertion.Conditions; c != nil {
		j.window(a.At, c.NotBefore, c.NotOnOrAfter)
	}
	if a.Assertion.Subject == nil {
		return
	}
	for _, c := range a.Assertion.Subject.SubjectConfirmations {
		if d := c.SubjectConfirmationData; d != nil {
			j.window(a.At, d.NotBefore, d.NotOnOrAfter)
		}
	}
}

// skew is by how much the provider's clock is ahead, the way of the message included.
func (a *samlAnswer) skew() time.Duration {
	if a.Issued.IsZero() {
		return 0
	}
	return a.Issued.Sub(a.At)
}

// window judges a span of validity: within the tolerance of the catalogue it is a warning, beyond it an error.
func (j *samlJudge) window(now, from, until time.Time) {
	off := time.Duration(0)
	switch {
	case now.Before(from):
		off = from.Sub(now)
	case !until.IsZero() && !now.Before(until):
		off = now.Sub(until)
	}
	if off == 0 {
		return
	}
	level := check.Warn
	if off > tolerance {
		level = check.Error
	}
	j.say("LIVE-SAML-05", level, "", remark{
		onboarding.T("the answer is valid from %s until %s; this computer says %s, %s outside", clockTime(from), clockTime(until), clockTime(now), off.Round(time.Second)),
		onboarding.T("keep the clocks of both sides in step (NTP)"),
	})
}

func clockTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// refusal makes sure that a response which the library refuses is never called fine.
func (j *samlJudge) refusal(a *samlAnswer) {
	if a.Refusal == nil || j.worst() >= check.Error {
		return
	}
	j.say("LIVE-SAML-05", check.Error, "", remark{
		onboarding.T("the response was refused: %v", a.Refusal), onboarding.T("look into the provider's log and compare its application with the metadata of the service"),
	})
}

func (j *samlJudge) algorithms(a *samlAnswer) {
	const id = "LIVE-SAML-06"
	for _, s := range a.Signatures {
		if strings.HasSuffix(s.Algorithm, "sha1") || strings.HasSuffix(s.Digest, "sha1") {
			j.say(id, check.Warn, s.Algorithm, remark{
				onboarding.T("the %s is signed with %q and %q, which rests on SHA-1", strings.ToLower(s.Element), s.Algorithm, s.Digest),
				onboarding.T("let the provider sign with SHA-256"),
			})
		}
	}
	if a.Encrypted {
		j.say(id, check.Info, "", remark{onboarding.T("the assertion is encrypted"), onboarding.T("ask TAC whether the set-up for Webex takes encrypted assertions")})
	}
}

// endpoints judges whether the provider answers at the assertion consumer service that a request names.
func (j *samlJudge) endpoints(answers []samlAnswer, requests []Request) {
	const id = "LIVE-SAML-07"
	for _, r := range requests {
		if r.ID != samlByURL && r.ID != samlByIndex {
			continue
		}
		i := slices.IndexFunc(answers, func(a samlAnswer) bool { return a.Request == r.ID })
		switch {
		case i >= 0:
			j.endpoint(r, &answers[i])
		case r.State == Begun:
			j.say(id, check.Error, r.ID, remark{
				onboarding.T("%s: no answer came", r.Title), onboarding.T("what the provider showed instead says why; allow several assertion consumer service addresses for the application"),
			})
		default:
			j.say(id, check.Checklist, r.ID, remark{onboarding.T("%s: not tried", r.Title), onboarding.T("follow the further links on the page after the first sign-in")})
		}
	}
}

func (j *samlJudge) endpoint(r Request, a *samlAnswer) {
	const id = "LIVE-SAML-07"
	hint := onboarding.T("allow several assertion consumer service addresses for the application (by index, or as requestable addresses)")
	switch {
	case a.Endpoint != a.Asked:
		j.say(id, check.Error, j.expect.Endpoints[a.Endpoint], remark{
			onboarding.T("%s: the answer came to assertion consumer service %d at %q", r.Title, a.Endpoint, j.expect.Endpoints[a.Endpoint]), hint,
		})
	case a.Refusal != nil:
		j.say(id, check.Error, r.ID, remark{onboarding.T("%s: the answer was refused: %v", r.Title, a.Refusal), hint})
	}
}

// judgeLogout tells how the provider took a LogoutRequest.
func judgeLogout(status *samlStatus, requests []Request) []check.Finding {
	const id = "LIVE-SAML-08"
	var l ledger
	i := slices.IndexFunc(requests, func(r Request) bool { return r.ID == samlLogout })
	switch {
	case i < 0:
		l.say(id, check.Info, "", remark{
			onboarding.T("the metadata offers no single logout"), onboarding.T("Webex recommends it; without it users are told to close the browser"),
		})
	case status != nil && status.Code.Value != crewsaml.StatusSuccess:
		l.say(id, check.Info, status.Code.Value, remark{
			onboarding.T("the provider refuses the logout: status %q, message %q", status.Code.Value, strings.TrimSpace(status.Message)), onboarding.T("look into the provider's log"),
		})
	case status == nil && requests[i].State == Begun:
		l.say(id, check.Info, "", remark{
			onboarding.T("no answer to the logout came"), onboarding.T("what the provider showed instead says why; some take only signed logout requests"),
		})
	case status == nil:
		l.say(id, check.Checklist, "", remark{message: onboarding.T("the metadata offers single logout; it was not tried")})
	}
	return l.found
}
