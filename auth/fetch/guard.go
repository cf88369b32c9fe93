package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// parse reads an address and judges it.
func (c *Client) parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" {
		return nil, &Error{Kind: Address, Err: errText("what is given is no address of the form https://host/path")}
	}
	return u, c.judge(u)
}

// judge says whether an address may be asked at all, before its name is resolved.
func (c *Client) judge(u *url.URL) error {
	host := u.Hostname()
	switch {
	case host == "":
		return newError(Address, u, "no host; an address of the form https://host/path is needed")
	case u.User != nil:
		return newError(Address, u, "holds a user name or a password, which is not sent")
	case u.Scheme == "http" && c.options.AllowHTTP && loopback(host):
	case u.Scheme != "https":
		return newError(Address, u, "is %q; only https is asked", u.Scheme)
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if err := c.guard(ip.AsSlice()); err != nil {
			return &Error{Kind: Private, URL: plain(u), Err: err}
		}
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

// dial connects to an address that the guard lets pass. The guard sees what the name was resolved to and what is
// connected to, so a name that resolves otherwise the next time does not pass it.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return &refused{address, "of a kind that is not known"}
		}
		return c.guard(to.Addr().AsSlice())
	}}
	return d.DialContext(ctx, network, address)
}

// refused says why an IP address is not asked.
type refused struct{ address, kind string }

func (r *refused) Error() string {
	return fmt.Sprintf("the address %s is %s, which is not asked", r.address, r.kind)
}

// guard gives the judgement of IP addresses. Private networks and loopback pass when they are allowed; what only leads to
// the machine's own surroundings, or to nobody, never does.
func guard(private bool) func(net.IP) error {
	never, sometimes := neverAsked(), privateNetworks()
	return func(b net.IP) error {
		ip, ok := netip.AddrFromSlice(b)
		if !ok {
			return &refused{b.String(), "none"}
		}
		ip = ip.Unmap()
		if kind := find(never, ip); kind != "" && !ip.IsLoopback() {
			return &refused{ip.String(), kind}
		}
		if kind := find(sometimes, ip); kind != "" && !private {
			return &refused{ip.String(), kind}
		}
		return nil
	}
}

// network is a block of addresses of one kind.
type network struct {
	prefix netip.Prefix
	kind   string
}

func find(networks []network, ip netip.Addr) string {
	for _, n := range networks {
		if n.prefix.Contains(ip) {
			return n.kind
		}
	}
	return ""
}

// privateNetworks come from RFC 1918, RFC 4193, RFC 6598 and the loopback blocks of RFC 6890.
func privateNetworks() []network {
	return []network{
		{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
		{netip.MustParsePrefix("::1/128"), "loopback"},
		{netip.MustParsePrefix("10.0.0.0/8"), "private"},
		{netip.MustParsePrefix("172.16.0.0/12"), "private"},
		{netip.MustParsePrefix("192.168.0.0/16"), "private"},
		{netip.MustParsePrefix("fc00::/7"), "private"},
		{netip.MustParsePrefix("100.64.0.0/10"), "shared by a provider's customers"},
	}
}

// neverAsked holds the rest of RFC 6890 that is not global, the services of clouds that hand out credentials, and the IPv6
// blocks that carry an IPv4 address inside.
func neverAsked() []network {
	return []network{
		{netip.MustParsePrefix("168.63.129.16/32"), "a service of the cloud for its machines"},
		{netip.MustParsePrefix("100.100.100.200/32"), "a service of the cloud for its machines"},
		{netip.MustParsePrefix("169.254.169.254/32"), "a service of the cloud for its machines"},
		{netip.MustParsePrefix("fd00:ec2::254/128"), "a service of the cloud for its machines"},
		{netip.MustParsePrefix("169.254.0.0/16"), "link-local"},
		{netip.MustParsePrefix("fe80::/10"), "link-local"},
		{netip.MustParsePrefix("0.0.0.0/8"), "unspecified"},
		{netip.MustParsePrefix("::/128"), "unspecified"},
		{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
		{netip.MustParsePrefix("ff00::/8"), "multicast"},
		{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
		{netip.MustParsePrefix("192.0.2.0/24"), "reserved for documentation"},
		{netip.MustParsePrefix("198.51.100.0/24"), "reserved for documentation"},
		{netip.MustParsePrefix("203.0.113.0/24"), "reserved for documentation"},
		{netip.MustParsePrefix("2001:db8::/32"), "reserved for documentation"},
		{netip.MustParsePrefix("198.18.0.0/15"), "reserved for measurements"},
		{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
		{netip.MustParsePrefix("64:ff9b::/96"), "a translated IPv4 address"},
		{netip.MustParsePrefix("64:ff9b:1::/48"), "a translated IPv4 address"},
		{netip.MustParsePrefix("2001::/32"), "a tunnelled IPv4 address"},
		{netip.MustParsePrefix("2002::/16"), "a tunnelled IPv4 address"},
		{netip.MustParsePrefix("::/96"), "an embedded IPv4 address"},
	}
}
