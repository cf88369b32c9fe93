package sandbox

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// serial numbers the objects of one database in the order of their creation.
type serial uint32

// kind is the type in an identifier.
type kind string

const (
	kindOrg        kind = "ORGANIZATION"
	kindCustomer   kind = "ENTERPRISE"
	kindSubscriber kind = "SUBSCRIBER"
	kindPerson     kind = "PEOPLE"
	kindLocation   kind = "LOCATION"
	kindLicense    kind = "LICENSE"
	kindRole       kind = "ROLE"
	kindPSTN       kind = "PSTN_CONNECTION"
)

const idScheme = "ciscospark://us/"

// ident makes the opaque identifier of an object. The UUID inside holds the database's seed, the organization and
// the serial, so that no index is needed to find an object by its identifier.
func (s *Server) ident(k kind, org, n serial) string {
	var raw [16]byte
	binary.BigEndian.PutUint32(raw[0:], s.seed)
	binary.BigEndian.PutUint16(raw[4:], uint16(org>>16))
	raw[6], raw[8] = 0x80, 0x80
	binary.BigEndian.PutUint16(raw[10:], uint16(org))
	binary.BigEndian.PutUint32(raw[12:], uint32(n))
	text := make([]byte, 0, len(idScheme)+len(k)+1+36)
	text = append(append(append(text, idScheme...), k...), '/')
	for i, cut := range [...]int{4, 6, 8, 10, 16} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, raw[[...]int{0, 4, 6, 8, 10}[i]:cut])
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// locate reads an identifier that ident made; ok is false for every other text.
func (s *Server) locate(k kind, id string) (org, n serial, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return 0, 0, false
	}
	_, uuid, found := strings.Cut(string(text), idScheme+string(k)+"/")
	raw, err := hex.DecodeString(strings.ReplaceAll(uuid, "-", ""))
	if !found || err != nil || len(raw) != 16 {
		return 0, 0, false
	}
	org = serial(binary.BigEndian.Uint16(raw[4:]))<<16 | serial(binary.BigEndian.Uint16(raw[10:]))
	n = serial(binary.BigEndian.Uint32(raw[12:]))
	return org, n, s.ident(k, org, n) == id
}
