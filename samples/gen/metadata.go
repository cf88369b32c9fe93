package main

// entityID is the name of the sample's SAML identity provider. No such host is meant to exist.
const entityID = "https://idp.muster-sample.net/saml/metadata"

// issuer is the sample's OpenID provider.
const issuer = "https://login.muster-sample.net"

// metadata is what an identity provider exports: https addresses, transient first, one certificate that ends in 2036. Its
// private key was thrown away.
const metadata = `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="` + entityID + `" validUntil="2036-11-01T00:00:00Z">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <ds:KeyInfo>
        <ds:X509Data>
          <ds:X509Certificate>
MIIDNTCCAh2gAwIBAgIUMy4KbiJLsg0uEE12yk1Li2HxDYQwDQYJKoZIhvcNAQELBQAwKjEoMCYG
A1UEAwwfTXVzdGVyIHNhbXBsZSBpZGVudGl0eSBwcm92aWRlcjAeFw0yNjExMjEwOTQ4NTZaFw0z
NjExMTgwOTQ4NTZaMCoxKDAmBgNVBAMMH011c3RlciBzYW1wbGUgaWRlbnRpdHkgcHJvdmlkZXIw
ggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCtFt/yalmR54nY0wewUT/OSz0DK9UCJzHm
3TwWBuLbk5KtQ0R/pO/zWR2B5rZ4bUGN+Gs9hPSk0+O/3VNWksaORlsNEN2kA+6IZ108cXioIXyE
4F8nZcQNTSNarMbpZSdezfYzzIb3pu3pihtHJdZNBoLJQCFkRcLF8asb9E//QX/c4W4HoEJgwgTn
lPNBT81e0X1MajBvefuCa3Fxxl7aLKW4aHZYVSGHEVBQJeSeRYxBagNtcB1tCqbK6HWkjV3VN1DZ
H5lIXjgxPU9NRr0+mtwUD4szj32ZNKZNZ8ZqFLuJoZ6N2ny+Gm5RPrze/gJ/RvF/aPQMgKaZYNqc
Gv1dAgMBAAGjUzBRMB0GA1UdDgQWBBSxPh5mqhqdX5EAuaRPy5UBHRQg1DAfBgNVHSMEGDAWgBSx
Ph5mqhqdX5EAuaRPy5UBHRQg1DAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQAn
JgmZpiaNdy5qyPyPtQsDyIxvn5kmVt5CouzU/2OwYMBu0dH9QuKQ/jw92bVqjEF2RNzH01VvkHQQ
oE8lRhAoCf0NcJRegVDnNhKxRFXRe4yd8GeBMqpk0KWz0iEGEXQH3Dz0DWp/RE6lxlREXKUMKGRQ
M+FfehnPVmKmEyxMTT1BJn7bWzxAivVaUXAX1K0EmIET5GSlBKMBpNGfAUCpFDRzqsETGMxmXsWs
dV7W5cqa9srrLnqbmdiqBOzZD6/HRVxhAnxsyHsTIs1w5xaz2PcYr91T8SD3GWGWfkQAEuU00kKy
6AR/f+QSK+SgKKORZtDTyyCgXQbINqEZwkhd
          </ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </KeyDescriptor>
    <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.muster-sample.net/saml/logout"/>
    <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.muster-sample.net/saml/sso"/>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.muster-sample.net/saml/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>
`
