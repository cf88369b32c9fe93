package webex

import (
	"net/url"
	"path"
)

const subPartnerParam = "onBehalfOfSubPartnerOrgId"

// onBehalf adds the sub-partner to the query of a wholesale call; without it the call works on the partner's own level.
func (c *Client) onBehalf(q url.Values) url.Values {
	if c.subPartner == "" {
		return q
	}
	return setQuery(q, subPartnerParam, c.subPartner)
}

// lastSegment gives the id at the end of an address, whatever its host; empty when there is none.
func lastSegment(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	id, err := url.PathUnescape(path.Base(u.EscapedPath()))
	if err != nil || id == "." || id == "/" {
		return ""
	}
	return id
}
