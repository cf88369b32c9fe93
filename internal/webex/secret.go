package webex

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const redacted = "[redacted]"

// Secret is a text that no print, log or JSON document shows. Convert it to a string to use it.
type Secret string

// Format writes a placeholder, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue gives a placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText gives a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// hidden is embedded by what holds secrets, so that printing it shows none.
type hidden struct{}

func (hidden) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

func (hidden) LogValue() slog.Value { return slog.StringValue(redacted) }

// scrub takes secrets out of what an answer said, should the service or a proxy have echoed the request.
func (e *Error) scrub(secrets ...string) {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		clean := func(t *string) { *t = strings.ReplaceAll(*t, s, redacted) }
		clean(&e.Message)
		clean(&e.answer)
		clean(&e.TrackingID)
		clean(&e.Code)
		for i := range e.Codes {
			clean(&e.Codes[i])
		}
		for i := range e.Items {
			clean(&e.Items[i].Field)
			clean(&e.Items[i].Code)
			clean(&e.Items[i].Description)
		}
	}
}
