package oidc

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"muster/auth/check"
	"muster/auth/fetch"
	"muster/internal/onboarding"
)

// Fetch gets what an input lacks: the discovery document at its URL, or at that of its issuer, and the key set that the
// document names. What does not come is recorded for Inspect. When the discovery URL does not answer, the places of RFC 8414
// are asked too, to say so; they are not read.
func Fetch(ctx context.Context, client *fetch.Client, in Input) Input {
	if address := in.address(); in.Discovery == nil && address != "" {
		in.FetchedDiscovery = get(ctx, client, address)
		if f := in.FetchedDiscovery; f.Answer != nil && f.Answer.Status != http.StatusOK {
			f.Instead = instead(ctx, client, in)
		}
	}
	if address := in.keySetURL(); in.Keys == nil && address != "" {
		in.FetchedKeys = get(ctx, client, address)
	}
	return in
}

func get(ctx context.Context, client *fetch.Client, address string) *Fetched {
	a, err := client.Get(ctx, address)
	return &Fetched{Answer: a, Err: err}
}

// instead gives the place of RFC 8414 that answers with an object of JSON; empty when none does.
func instead(ctx context.Context, client *fetch.Client, in Input) string {
	issuer := in.Issuer
	if issuer == "" {
		issuer = issuerOf(in.DiscoveryURL)
	}
	if issuer == "" {
		return ""
	}
	for _, place := range otherPlaces(issuer) {
		f := get(ctx, client, place)
		if b, ok := f.body(); ok && readJSON(onboarding.Text{}, b, in.Limits.filled()).root != nil {
			return place
		}
	}
	return ""
}

// keySetURL gives where the key set is: as the document says, else as the form does.
func (in Input) keySetURL() string {
	j := &judge{Input: in}
	j.read()
	switch {
	case j.doc != nil:
		return j.doc.KeySetURL
	case in.Form != nil:
		return in.Form.KeySetURL
	}
	return ""
}

// Network knocks at the provider's hosts and runs the checks of the family NET, over what Fetch got as well. The document is
// that of the result.
func Network(ctx context.Context, client *fetch.Client, in Input, res *Result) []check.Finding {
	j := &judge{Input: in, doc: res.Document}
	for _, f := range []*Fetched{in.FetchedDiscovery, in.FetchedKeys} {
		if f != nil && f.Answer != nil {
			j.network.answers = append(j.network.answers, f.Answer)
		}
	}
	if in.FetchedKeys != nil {
		j.network.keySet = in.FetchedKeys.Answer
	}
	for _, e := range targets(in, res.Document) {
		seen := knock(ctx, client, e.name, e.address)
		seen.servers = e.servers
		j.network.endpoints = append(j.network.endpoints, seen)
	}
	j.run(networkChecks())
	return j.found
}

// target is an address to knock at.
type target struct {
	name    onboarding.Word
	address string
	servers bool // Webex's servers call it
}

// targets gives one address for each host, those that Webex's servers call first.
func targets(in Input, d *Document) []target {
	all := []target{{"discovery URL", in.address(), false}}
	if d != nil {
		all = append([]target{
			{"token endpoint", d.TokenEndpoint, true},
			{"key set", d.KeySetURL, true},
			{"UserInfo endpoint", d.UserInfoEndpoint, true},
		}, append(all, target{"authorization endpoint", d.AuthorizationEndpoint, false})...)
	}
	var out []target
	seen := []string{""}
	for _, t := range all {
		u, err := url.Parse(t.address)
		if err != nil || u.Scheme != "https" || slices.Contains(seen, u.Host) {
			continue
		}
		seen = append(seen, u.Host)
		out = append(out, t)
	}
	return out
}
