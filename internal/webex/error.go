package webex

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// ErrWaitTooLong is wrapped by the error of a call that the service wants to be repeated later than a run should wait:
// stop, and go on with the same command at that time.
var ErrWaitTooLong = errors.New("the service asks for a longer wait than a run should make")

// errToken is wrapped by every error of a token that cannot be had or renewed.
var errToken = errors.New("access token")

// Error is every failure of a call. Its text and its fields never hold a token, and no query of an address.
type Error struct {
	Method     string
	Route      string // path with the ids left out, as documented: /wholesale/customers/{customerId}
	Status     int    // HTTP status; 0 when no answer came
	Code       string // the most telling code of the answer; empty when it gave none
	Codes      []string
	Message    string // of the answer; the first 2 kB of a body that is not JSON
	Items      []Item // single complaints, mostly one per field
	TrackingID string // the service's, to be quoted to its support; ours when no answer came
	RetryAfter time.Duration
	Unclear    bool // a create that may have been carried out: look it up before it is sent again
	Err        error

	unsent  bool   // the request certainly never left
	request []byte // body that was sent
	answer  string // body that came, clipped
}

// Item is one complaint of an answer or of background work.
type Item struct {
	Field       string // name of the refused field, or the refused number
	Code        string
	Description string
}

// Error names the call, the status, what the service said and its tracking id.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: ", e.Method, e.Route)
	if e.Status == 0 {
		b.WriteString("no answer")
	} else {
		fmt.Fprintf(&b, "answered %d", e.Status)
	}
	if e.Code != "" {
		fmt.Fprintf(&b, ", code %q", e.Code)
	}
	if said := e.said(); said != "" {
		fmt.Fprintf(&b, ": %q", said)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Unclear {
		b.WriteString("; it may have been carried out")
	}
	if e.TrackingID != "" {
		fmt.Fprintf(&b, " (tracking id %q)", e.TrackingID)
	}
	return b.String()
}

// said joins the message and the single complaints, leaving out what repeats.
func (e *Error) said() string {
	parts := make([]string, 0, 1+len(e.Items))
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	for _, it := range e.Items {
		text := it.Description
		if it.Field != "" && !strings.Contains(text, it.Field) {
			text = strings.TrimSuffix(it.Field+": "+text, ": ")
		}
		if text != "" && !strings.Contains(e.Message, text) {
			parts = append(parts, text)
		}
	}
	for i := range parts[:max(0, len(parts)-1)] {
		parts[i] = strings.TrimRight(parts[i], ". ")
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the cause, if there is one beside the answer.
func (e *Error) Unwrap() error { return e.Err }

// Conflict reports whether the object is there already or another operation holds it: look it up, then adopt or wait.
func Conflict(err error) bool { return hasKind(err, kindConflict) }

// NotFound reports whether the service answered 404.
func NotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// Refused reports whether the caller's rights ended the call: the token is gone for good (401 after a renewal) or lacks a
// right (403 after the organization was made visible). It ends a run, because every further call would meet the same.
func Refused(err error) bool { return hasKind(err, kindRefused) }

// Unclear reports whether a create may have been carried out although it failed.
func Unclear(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Unclear
}

func hasKind(err error, kind string) bool {
	var e *Error
	return errors.As(err, &e) && e.kind() == kind
}
