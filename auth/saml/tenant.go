package saml

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// entityIDTenant compares the tenant in the entity ID with that of each sign-on URL, for products that write it into both.
func (j *judge) entityIDTenant() {
	id, err := url.Parse(j.entity.ID)
	if err != nil {
		return
	}
	for _, role := range j.entity.IDPs {
		var told []string
		for _, e := range role.SignOn {
			at, err := url.Parse(e.Location)
			if err != nil {
				continue
			}
			mine, its := tenants(id, at)
			if mine != "" && its != "" && !strings.EqualFold(mine, its) && !slices.Contains(told, its) {
				told = append(told, its)
				j.say(check.Warn, e.Line, e.Location, onboarding.T("the entityID belongs to %q, the sign-on URL to %q", clip(mine), clip(its)))
			}
		}
	}
}

// tenants gives the tenants that an entity ID and a sign-on URL of one product name; "" where it cannot be told.
func tenants(id, at *url.URL) (mine, its string) {
	switch {
	case entraHost(id.Hostname()) && entraHost(at.Hostname()):
		return guid(id.Path), guid(at.Path)
	case id.Hostname() == "accounts.google.com" && at.Hostname() == "accounts.google.com":
		return id.Query().Get("idpid"), at.Query().Get("idpid")
	case id.Hostname() == "www.okta.com":
		// https://partner.okta.com/app/NAME/KEY/sso/saml
		parts := strings.Split(at.Path, "/")
		if sso := slices.Index(parts, "sso"); sso > 1 && parts[1] == "app" {
			return strings.Trim(id.Path, "/"), parts[sso-1]
		}
	}
	return "", ""
}

// entraHost reports whether a host is one of Entra's in its national clouds.
func entraHost(host string) bool {
	return slices.Contains([]string{
		"sts.windows.net", "sts.chinacloudapi.cn", "login.microsoftonline.com", "login.windows.net", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
	}, strings.ToLower(host))
}

func guid(path string) string {
	return regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`).FindString(path)
}
