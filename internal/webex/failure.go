package webex

import (
	"context"
	"errors"
	"net/http"

	"muster/internal/onboarding"
)

// The kinds of onboarding.Failure: who can do something about it.
const (
	kindInput       = "input"       // the row must change
	kindConflict    = "conflict"    // the object is there already, or busy
	kindRefused     = "refused"     // the token or its rights
	kindUnavailable = "unavailable" // later
	kindUnsettled   = "unsettled"   // look it up
	kindProtocol    = "protocol"    // the service and we do not understand each other
)

// kindOfCode knows the codes that say more than the status they come with: 10022 and 2560 are documented for wholesale
// objects, the others were observed with numbers and extensions.
func kindOfCode(code string) string {
	switch code {
	case "10022", "8363", "25223", "WXC-4201", "WXC-4202":
		return kindConflict
	case "2560":
		return kindUnavailable
	}
	return ""
}

// Failure says in the words of an outcome why the call failed.
func (e *Error) Failure() onboarding.Failure {
	f := onboarding.Failure{
		Kind: e.kind(), Code: e.Code, Message: e.said(), TrackingID: e.TrackingID, HTTPStatus: e.Status,
	}
	if sent := string(e.request[:min(len(e.request), maxKept)]); len(sent)+len(e.answer) > 0 && !e.unsent {
		f.Exchange = &onboarding.Exchange{Method: e.Method, Route: e.Route, Request: clip(sent, maxKept), Answer: e.answer}
	}
	if f.Kind == kindUnsettled {
		f.Code = kindUnsettled
	}
	switch {
	case f.Message == "" && e.Err != nil:
		f.Message = e.Err.Error()
	case f.Message == "":
		f.Message = http.StatusText(e.Status)
	}
	return f
}

// kind is the one switch from an answer to who can do something about it.
func (e *Error) kind() string {
	switch {
	case e.Unclear:
		return kindUnsettled
	case e.Status == 0, errors.Is(e.Err, errToken):
		return e.kindUnanswered()
	case e.Status >= 400 && e.Status < 500:
		for _, code := range e.Codes {
			if k := kindOfCode(code); k != "" {
				return k
			}
		}
	}
	return kindOfStatus(e.Status)
}

// kindUnanswered judges by the cause: no answer came, or the token for a repetition could not be had.
func (e *Error) kindUnanswered() string {
	var cause *Error
	switch {
	case errors.Is(e.Err, errBadRequest):
		return kindInput
	case !errors.Is(e.Err, errToken):
		return kindUnavailable
	case errors.As(e.Err, &cause) && cause.kind() == kindUnavailable:
		return kindUnavailable // the token endpoint is in trouble, the credentials may be good
	}
	return kindRefused
}

func kindOfStatus(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return kindRefused
	case http.StatusConflict:
		return kindConflict
	case http.StatusLocked, http.StatusTooManyRequests, http.StatusRequestTimeout:
		return kindUnavailable
	case http.StatusPartialContent:
		return kindInput
	case http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusUnsupportedMediaType, http.StatusPreconditionRequired:
		return kindProtocol
	}
	switch {
	case status >= 500:
		return kindUnavailable
	case status >= 400:
		return kindInput
	}
	return kindProtocol
}

// Verdict turns the error of a call into the failure of a row, or into the error that ends the run: a cancelled context, a
// refused token, an error that is no call's, a service that asks for too long a pause.
func Verdict(err error) (*onboarding.Failure, error) {
	var call *Error
	switch {
	case !errors.As(err, &call), errors.Is(err, context.Canceled), errors.Is(err, ErrWaitTooLong), errors.Is(err, ErrDown):
		return nil, err
	case Refused(err) && call.Status != http.StatusForbidden:
		return nil, err
	}
	f := call.Failure()
	return &f, nil
}
