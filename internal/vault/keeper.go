package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"muster/internal/webex"
)

// keeper keeps what becomes of one login.
type keeper struct {
	vault *Vault
	name  string
	login Login // of which nothing is kept yet
}

// Keeper keeps the renewed grants of a login that was loaded, where it was.
func (v *Vault) Keeper(l *Login) webex.Keeper { return &keeper{v, l.Target, *l} }

// Credentials keeps what becomes of refresh credentials that are handed in from outside: a service may give a new refresh
// token with each renewal, and take the old one no more. Others handed in begin anew. The client's secret is not kept.
func (v *Vault) Credentials(target, clientID string, refresh webex.Secret) webex.Keeper {
	sum := sha256.Sum256([]byte(refresh))
	return &keeper{v, target + " " + clientID + " " + hex.EncodeToString(sum[:]), Login{Target: target, Method: ByCredential, ClientID: clientID}}
}

// Renew implements webex.Keeper.
func (k *keeper) Renew(ctx context.Context, have webex.Grant, renew func(webex.Grant) (webex.Grant, error)) (webex.Grant, error) {
	unlock, err := k.vault.lock(ctx, k.name)
	if err != nil {
		return webex.Grant{}, err
	}
	defer unlock()
	now, err := k.newest()
	if err != nil {
		return webex.Grant{}, err
	}
	keyring := false
	if now != nil {
		if g := now.Grant; g.AccessToken != "" && g.AccessToken != have.AccessToken && k.vault.good(g) {
			return g, nil // another process was faster
		}
		have, k.login, keyring = now.Grant, *now, now.Kept == inKeyring
	}
	g, err := renew(have)
	if err != nil {
		return webex.Grant{}, err
	}
	k.login.Grant = g
	_, err = k.vault.save(k.name, &k.login, keyring)
	return g, err
}

// newest reads what is kept. A login that somebody else has put in its place, or taken away, is not used: a run belongs to one
// person.
func (k *keeper) newest() (*Login, error) {
	now, err := k.vault.load(k.name)
	switch {
	case err != nil || k.login.Method == ByCredential:
		return now, err
	case now == nil:
		return nil, errors.New("somebody has logged out meanwhile")
	case now.Person != k.login.Person || now.Org != k.login.Org:
		return nil, errors.New("somebody else has logged in meanwhile")
	}
	return now, nil
}

// good reports whether a grant can still be used for a call.
func (v *Vault) good(g webex.Grant) bool {
	return g.Expires.IsZero() || g.Expires.After(v.clock())
}
