package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"time"
)

// TLS is what a server showed of itself in a handshake.
type TLS struct {
	Version  uint16                // tls.VersionTLS12 …
	Served   []*x509.Certificate   // as the server sent them, its own first
	Verified [][]*x509.Certificate // the chains to a trusted root; none when Err is set
	Err      error                 // why the certificate does not verify for the host now; nil: it does
}

// Earliest gives the certificate among those served that ends first. When a chain verifies, only those of a chain count, and of
// several chains the one that lives longest. Nil when the server sent none.
func (t *TLS) Earliest() *x509.Certificate {
	if len(t.Verified) == 0 {
		return earliest(t.Served)
	}
	var best *x509.Certificate
	for _, chain := range t.Verified {
		var served []*x509.Certificate
		for _, c := range chain {
			if contains(t.Served, c) {
				served = append(served, c)
			}
		}
		if c := earliest(served); c != nil && (best == nil || c.NotAfter.After(best.NotAfter)) {
			best = c
		}
	}
	return best
}

func contains(list []*x509.Certificate, c *x509.Certificate) bool {
	for _, o := range list {
		if o.Equal(c) {
			return true
		}
	}
	return false
}

func earliest(list []*x509.Certificate) *x509.Certificate {
	var out *x509.Certificate
	for _, c := range list {
		if out == nil || c.NotAfter.Before(out.NotAfter) {
			out = c
		}
	}
	return out
}

// Probe makes a TLS handshake with the host of an https address and sends nothing else. It goes on with a certificate that
// does not verify and with versions from TLS 1.0 on, so that what is wrong can be told; both stand in the answer. Hosts are
// connected to directly, also when there is a proxy.
func (c *Client) Probe(ctx context.Context, address string) (*TLS, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	u, err := c.parse(address)
	if err != nil {
		return nil, err
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	raw, err := c.dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, explain(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host}, err)
	}
	defer func() { _ = raw.Close() }() // nothing was sent
	conn := tls.Client(raw, &tls.Config{
		ServerName:         u.Hostname(),
		MinVersion:         tls.VersionTLS10,
		InsecureSkipVerify: true, // verified below; nothing is sent before or after
		Time:               c.options.Now,
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, explain(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host}, err)
	}
	state := conn.ConnectionState()
	return verify(state, u.Hostname(), c.options.Roots, c.options.Now()), nil
}

func verify(state tls.ConnectionState, host string, roots *x509.CertPool, now time.Time) *TLS {
	out := &TLS{Version: state.Version, Served: state.PeerCertificates}
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	out.Verified, out.Err = state.PeerCertificates[0].Verify(x509.VerifyOptions{
		DNSName: host, Roots: roots, Intermediates: between, CurrentTime: now,
	})
	return out
}
