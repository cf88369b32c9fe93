package rehearse

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const redacted = "[redacted]"

// Secret is a text that no print or JSON document shows. Convert it to a string to use it.
type Secret string

// Format writes a placeholder, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText gives a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// mask keeps of a value only how long it is.
func mask(value string) string {
	return fmt.Sprintf("*** (%d characters)", utf8.RuneCountInString(value))
}

// scrub takes secrets out of a text of the provider, should it have echoed the request.
func scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, redacted)
		}
	}
	return text
}
