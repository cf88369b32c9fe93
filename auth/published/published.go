// Package published knows keys whose private half anybody can read, so that no identity provider goes live with one.
package published

import (
	_ "embed"
	"strings"
)

//go:embed keys.txt
var list string

// Where says where the private half of a key is published, by the SHA-256 of its SubjectPublicKeyInfo in lower-case hex;
// empty when the key is not known to be. Add a line to keys.txt for another.
func Where(spki string) string {
	for line := range strings.Lines(list) {
		if hash, where, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok && hash == spki {
			return where
		}
	}
	return ""
}
