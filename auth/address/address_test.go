package address_test

import (
	"testing"

	"muster/auth/address"
)

func TestInternal(t *testing.T) {
	for host, want := range map[string]bool{
		"login.partner.com": false, "LOGIN.PARTNER.COM.": false, "": false, "partner.local.com": false, "mylan": true, "xlan.com": false,
		"8.8.8.8": false, "172.15.0.1": false, "172.32.0.1": false, "100.63.255.255": false, "2001:db8::1": false, "fec0::1": false,
		"localhost": true, "idp": true, "idp.": true, "a.localhost": true, "idp.local": true, "IDP.Corp.Internal": true, "idp.lan": true, "idp.localdomain": true,
		"127.0.0.1": true, "127.9.9.9": true, "10.1.2.3": true, "172.16.0.1": true, "172.31.255.255": true, "192.168.0.1": true, "100.64.0.1": true,
		"169.254.1.1": true, "0.0.0.0": true, "::": true, "::1": true, "fe80::1": true, "fe80::1%eth0": true, "fd00::1": true, "::ffff:10.0.0.1": true,
		"8.8.8.8.": false, "10.0.0.1.": true,
	} {
		if got := address.Internal(host); got != want {
			t.Errorf("Internal(%q) = %t, want %t", host, got, want)
		}
	}
}
