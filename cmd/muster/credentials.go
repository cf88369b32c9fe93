package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"muster/internal/onboarding"
	"muster/internal/vault"
	"muster/internal/webex"
)

// credential is where the access token of a command comes from.
type credential struct {
	source webex.TokenSource
	from   onboarding.Text
	renews bool         // the token is renewed by itself
	login  *vault.Login // nil: the token is not from `muster login`
	given  bool         // somebody gave it: not that of a stand-in that takes any
}

// credentials finds the access token: never a flag's value, since command lines can be read by everybody on the machine.
func credentials(tokenFile string, o webex.Options) (credential, error) {
	if tokenFile != "" {
		src, err := webex.FileToken(tokenFile)
		if err != nil {
			return credential{}, stoppedError{err}
		}
		return credential{source: src, from: onboarding.T("the file %s", tokenFile), given: true}, nil
	}
	if t := os.Getenv("WEBEX_ACCESS_TOKEN"); t != "" {
		return credential{source: webex.StaticToken(t), from: onboarding.T("%s", "WEBEX_ACCESS_TOKEN"), given: true}, nil
	}
	v, noVault := openVault()
	renew := webex.RefreshOptions{
		BaseURL: o.BaseURL, ClientID: os.Getenv("WEBEX_CLIENT_ID"), ClientSecret: webex.Secret(os.Getenv("WEBEX_CLIENT_SECRET")),
		Grant: webex.Grant{RefreshToken: webex.Secret(os.Getenv("WEBEX_REFRESH_TOKEN"))}, HTTP: o.HTTP, Clock: o.Clock,
	}
	if renew.ClientID != "" && renew.ClientSecret != "" && renew.Grant.RefreshToken != "" {
		if noVault == nil {
			renew.Keeper = v.Credentials(loginTarget(o.BaseURL), renew.ClientID, renew.Grant.RefreshToken)
		}
		src, err := webex.RefreshToken(renew)
		return credential{source: src, from: onboarding.T("%s", "WEBEX_REFRESH_TOKEN"), renews: true, given: true}, err
	}
	if noVault == nil {
		if found, err := loggedIn(v, renew); err != nil || found.source != nil {
			return found, err
		}
	}
	if o.BaseURL != webexURL && loopback(o.BaseURL) {
		return credential{source: webex.StaticToken("sandbox"), from: onboarding.T("nowhere: a stand-in on this machine takes any")}, nil
	}
	return credential{}, stoppedError{hintedError{
		errors.New("no access token for the target"), "`muster login`, set WEBEX_ACCESS_TOKEN, or name a file of mode 0600 with --token-file",
	}}
}

// keptIn says where a login is: in the file, or in the keyring when there is none.
func keptIn(file string) onboarding.Text {
	if file == "" {
		return onboarding.T("the keyring of the system")
	}
	return onboarding.T("the file %s", file)
}

// loggedIn takes what `muster login` keeps for the target, if it does.
func loggedIn(v *vault.Vault, renew webex.RefreshOptions) (credential, error) {
	l, err := v.Load(loginTarget(renew.BaseURL))
	if err != nil {
		return credential{}, stoppedError{err}
	}
	if l == nil {
		return credential{}, nil
	}
	c := credential{from: keptIn(l.Kept), login: l, given: true}
	if l.Grant.RefreshToken == "" {
		c.source = webex.StaticToken(string(l.Grant.AccessToken))
		return c, nil
	}
	renew.ClientID, renew.ClientSecret, renew.Grant, renew.Keeper = l.ClientID, l.Secret, l.Grant, v.Keeper(l)
	c.renews = true
	c.source, err = webex.RefreshToken(renew)
	return c, err
}

// openVault names the folder of logins: muster below that of the user's settings.
func openVault() (*vault.Vault, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return nil, hintedError{errors.New("there is no folder for a login"), "set HOME or XDG_CONFIG_HOME"}
	}
	return vault.Open(filepath.Join(dir, "muster"), vault.SystemRing(os.Getenv), time.Now), nil
}

// loginTarget is under which name the login of a service is kept.
func loginTarget(base string) string { return strings.TrimRight(base, "/") }
