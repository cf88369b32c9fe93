package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"

	"muster/auth/address"
)

// Kind says at which step a fetch ended.
type Kind uint8

// The kinds of an Error.
const (
	Network     Kind = iota // the name, the connection or the answer's form
	Address                 // it is not an https address that is asked
	Private                 // it leads to a network that is not asked
	Redirect                // a redirect that is not followed
	TooLarge                // the body is over the limit
	Timeout                 // no whole answer in time
	Certificate             // the server's certificate does not verify
	Handshake               // TLS failed otherwise, for example an old version
)

// Error says why there is no answer. Its text holds no credentials.
type Error struct {
	Kind Kind
	URL  string // as it may be shown; empty when it could not be read
	Err  error
}

// Error names the address and the reason.
func (e *Error) Error() string {
	if e.URL == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%q: %v", e.URL, e.Err)
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

type errText string

func (e errText) Error() string { return string(e) }

func newError(k Kind, u *url.URL, format string, args ...any) *Error {
	return &Error{Kind: k, URL: plain(u), Err: fmt.Errorf(format, args...)}
}

// plain gives an address as it may be shown.
func plain(u *url.URL) string { return address.Shown(u.String()) }

// explain types an error of the transport.
func explain(ctx context.Context, u *url.URL, err error) *Error {
	e := &Error{Kind: kindOf(err), URL: plain(u), Err: err}
	late, ok := errors.AsType[net.Error](err)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || ok && late.Timeout() { // a connection may notice before the context does
		e.Kind, e.Err = Timeout, fmt.Errorf("no whole answer in time: %w", context.DeadlineExceeded)
	}
	return e
}

func kindOf(err error) Kind {
	if _, ok := errors.AsType[*refused](err); ok {
		return Private
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return Certificate
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return Handshake
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		return Handshake
	}
	return Network
}
