package onboarding

import "time"

// Provider is what is known of one identity provider before go-live: the card that reports show.
type Provider struct {
	Method    string   // "Webex", "SAML 2.0", "OpenID Connect"
	Name      string   // entity ID, or name of the identity provider; empty for Webex
	Templates []string // that name it
	Customers int      // of these templates
	GoLive    time.Time
	Proven    bool // its metadata or discovery document was looked at
	Summary   Summary
	Blockers  int // of the errors
	Keys      []ProviderKey
	Endpoints []ProviderEndpoint
	Checklist []Text // open: nobody can prove it from files
}

// ProviderKey is one key that signs, or a certificate.
type ProviderKey struct {
	Use         string    // "signing", "encryption", "signing and encryption"
	Type        string    // "RSA-2048", "EC P-256"
	Fingerprint string    // SHA-256 of the certificate, or of the key where there is none
	Expiry      time.Time // zero when the key has none
}

// ProviderEndpoint is an address of the provider.
type ProviderEndpoint struct {
	Name string // "sign-on", "logout", "token"
	URL  string
}

// DaysFrom counts the whole days from one day to the key's last; negative when it has passed, be it by a minute. It counts
// seconds of the Unix clock, because certificates last until the year 9999 and a time.Duration does not.
func (k ProviderKey) DaysFrom(day time.Time) int {
	const secondsOfDay = 24 * 60 * 60
	seconds := k.Expiry.Unix() - day.Unix()
	days := seconds / secondsOfDay
	if seconds%secondsOfDay < 0 {
		days--
	}
	return int(days)
}

// Verdict says in a sentence whether sign-in is ready.
func (p *Provider) Verdict() Text {
	switch {
	case p.Method == "Webex":
		return T("nothing to check: Webex signs users in")
	case p.Blockers > 0:
		return T("nobody can sign in: %d of %d errors are blockers", p.Blockers, p.Summary.Errors)
	case p.Summary.Errors > 0:
		return T("not ready: errors to mend: %d", p.Summary.Errors)
	case !p.Proven:
		return T("not proven: neither metadata nor a discovery document was looked at")
	case p.Summary.Warnings > 0:
		return T("ready, with warnings to look at: %d", p.Summary.Warnings)
	}
	return T("ready, once the checklist is done")
}
