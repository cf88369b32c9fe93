package oidc

import (
	"bytes"
	"testing"

	"muster/auth/check"
)

// bounded makes sure that findings can be shown: lines within the text, not many of one kind, a message each.
func bounded(t *testing.T, text []byte, found []check.Finding) {
	t.Helper()
	const longest = 16 << 10 // bytes, of which a quoted character may need ten
	lines := bytes.Count(text, []byte("\n")) + 1
	count := map[string]int{}
	for _, f := range found {
		count[f.ID]++
		if f.Line < 0 || f.Line > lines {
			t.Errorf("%s: line %d of %d", f.ID, f.Line, lines)
		}
		if f.Message.Empty() || f.Hint.Empty() || f.Level == 0 || len(f.Message.String())+len(f.Hint.String()) > longest {
			t.Errorf("%s: %d %q %q", f.ID, f.Level, f.Message, f.Hint)
		}
	}
	for id, n := range count {
		if n > mostRemarks+1 {
			t.Errorf("%s: %d findings", id, n)
		}
	}
}

func FuzzDiscovery(f *testing.F) {
	for _, changes := range [][]string{nil, {`issuer="https://idp.contoso.com/{tenantid}/"`}, {`scopes_supported=["openid"]`, `-claims_supported`}} {
		text, err := healthy(changes...)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(text), "https://idp.contoso.com/.well-known/openid-configuration", "")
	}
	f.Add([]byte("\ufeff\n{\"issuer\": 1, \"issuer\": [null, {}]}\n{}"), "http://127.0.0.1/", "https://u:p@idp.contoso.com")
	f.Add([]byte("<html><TITLE>a\nb</title>"), "https://a/.well-known/oauth-authorization-server/b", "x")
	f.Fuzz(func(t *testing.T, text []byte, address, issuer string) {
		got := Inspect(Input{Discovery: text, DiscoveryURL: address, Issuer: issuer, GoLive: today, Limits: Limits{Bytes: 1 << 16}})
		bounded(t, text, got.Findings)
		if len(text) > 1<<16 && got.Document != nil {
			t.Error("a document over the limit was read")
		}
	})
}

func FuzzKeySet(f *testing.F) {
	for _, name := range []string{"rsa2048", "p256", "ed25519"} {
		key, err := jwk(name)
		if err != nil {
			f.Fatal(err)
		}
		chain, err := x5c(name, "2026-01-01", "2028-01-01")
		if err != nil {
			f.Fatal(err)
		}
		certified, err := jwk(name, "x5c="+chain, `key_ops=["verify"]`, `alg="RS256"`)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(`{"keys": [` + key + ",\n" + certified + `]}`))
	}
	f.Add([]byte(`{"keys": [{"kty": "oct", "k": "AQAB"}, {"kty": "RSA", "n": "AQ", "e": "Aw", "d": ""}, 1, {"kty": "EC", "crv": "P-256"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := Inspect(Input{Keys: text, GoLive: today, Limits: Limits{Bytes: 1 << 16}})
		bounded(t, text, got.Findings)
		for _, k := range got.Keys {
			if k.Line < 1 || (k.SPKI != "") != (len(k.SPKI) == 64) {
				t.Errorf("%+v", k)
			}
		}
	})
}

func FuzzName(f *testing.F) {
	f.Add("contoso-idp", "Contoso-IdP", "contoso-idp")
	f.Add("https://idp.contoso.com/%zz", "contoso\u200b", "")
	f.Add("72f988bf-86f1-41af-91ab-2d7cd011db47", "m\xfcller", "a@b")
	f.Fuzz(func(t *testing.T, name, tac, other string) {
		got := Inspect(Input{Name: name, HasName: true, TACName: tac, HasTACName: true, OtherNames: []string{other}})
		bounded(t, nil, without(got.Findings))
		told := func(id string) bool {
			for _, f := range got.Findings {
				if f.ID == id {
					return true
				}
			}
			return false
		}
		if differ := name != "" && tac != "" && name != tac; differ != told("OIDC-NAME-003") {
			t.Errorf("%q and %q: told %t", name, tac, !differ)
		}
	})
}

// without drops lines, which findings about a name do not have.
func without(found []check.Finding) []check.Finding {
	for _, f := range found {
		if f.Line != 0 {
			return []check.Finding{f}
		}
	}
	return found
}
