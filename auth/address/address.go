// Package address says whether a host can be reached from outside an office network, by its name or number alone, and how an
// address may be shown: nothing is looked up, nothing secret is told.
package address

import (
	"net/netip"
	"strings"
)

// Internal reports whether a host, as url.URL.Hostname gives it, looks reachable from inside only: a loopback, private
// (RFC 1918), shared (RFC 6598), link-local (RFC 3927, RFC 4291), unique local (RFC 4193) or unspecified address, a name of a single label,
// or a name below localhost, local (RFC 6762), internal, lan or localdomain. An empty host is not internal.
func Internal(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return internalIP(ip.Unmap().WithZone(""))
	}
	dot := strings.LastIndexByte(host, '.')
	if dot < 0 {
		return true
	}
	switch host[dot+1:] {
	case "localhost", "local", "internal", "lan", "localdomain":
		return true
	}
	return false
}

func internalIP(ip netip.Addr) bool {
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip)
}
