package webex

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/internal/onboarding"
)

func TestErrorTexts(t *testing.T) {
	call := Error{Method: "POST", Route: "/wholesale/customers"}
	with := func(change func(*Error)) *Error {
		e := call
		change(&e)
		return &e
	}
	for want, e := range map[string]*Error{
		`POST /wholesale/customers: no answer: connection reset; it may have been carried out (tracking id "M")`: with(func(e *Error) {
			e.Err, e.Unclear, e.TrackingID = errors.New("connection reset"), true, "M"
		}),
		`POST /wholesale/customers: answered 400, code "1001": "refused; name: is mandatory" (tracking id "T")`: with(func(e *Error) {
			e.Status, e.Code, e.Message, e.TrackingID = 400, "1001", "refused", "T"
			e.Items = []Item{{"name", "1001", "is mandatory"}, {"", "", "refused"}}
		}),
		`POST /wholesale/customers: answered 502`: with(func(e *Error) { e.Status = 502 }),
	} {
		diff(t, want, e.Error())
	}
}

func TestFailureKinds(t *testing.T) {
	coded := func(status int, codes ...string) *Error { return &Error{Status: status, Codes: codes} }
	token := fmt.Errorf("%w: %w", errToken, &Error{Status: 400})
	trouble := fmt.Errorf("%w: %w", errToken, &Error{Status: 503})
	cases := []struct {
		err  *Error
		want string
	}{
		{coded(400), kindInput},
		{coded(404), kindInput},
		{coded(410), kindInput},
		{coded(422), kindInput},
		{coded(400, "1001"), kindInput},
		{coded(400, "10022"), kindConflict},
		{coded(400, "x", "WXC-4201"), kindConflict},
		{coded(409), kindConflict},
		{coded(400, "2560"), kindUnavailable},
		{coded(500, "10022"), kindUnavailable},
		{coded(401), kindRefused},
		{coded(403), kindRefused},
		{&Error{Err: token}, kindRefused},
		{&Error{Err: trouble}, kindUnavailable},
		{&Error{Err: fmt.Errorf("%w: empty", errToken)}, kindRefused},
		{coded(423), kindUnavailable},
		{coded(429), kindUnavailable},
		{coded(503), kindUnavailable},
		{&Error{Err: context.Canceled}, kindUnavailable},
		{coded(405), kindProtocol},
		{coded(415), kindProtocol},
		{coded(428), kindProtocol},
		{coded(307), kindProtocol},
		{coded(200), kindProtocol},
		{&Error{Err: errBadRequest}, kindInput},
		{coded(206), kindInput},
		{&Error{Status: 503, Unclear: true}, kindUnsettled},
	}
	for _, tc := range cases {
		if got := tc.err.Failure().Kind; got != tc.want {
			t.Errorf("%d %v %v: %q, want %q", tc.err.Status, tc.err.Codes, tc.err.Err, got, tc.want)
		}
	}
}

func TestFailureSaysWhatIsKnown(t *testing.T) {
	diff(t, onboarding.Failure{Kind: "conflict", Code: "10022", Message: "taken", TrackingID: "T", HTTPStatus: 409},
		(&Error{Status: 409, Code: "10022", Codes: []string{"10022"}, Message: "taken", TrackingID: "T"}).Failure())
	diff(t, onboarding.Failure{Kind: "unsettled", Code: "unsettled", Message: "cut"}, (&Error{Unclear: true, Err: errors.New("cut")}).Failure())
	diff(t, onboarding.Failure{Kind: "unavailable", Message: "Bad Gateway", HTTPStatus: 502}, (&Error{Status: 502}).Failure())
}

func TestHelpersLookThroughWrapping(t *testing.T) {
	wrap := func(e Error) error { return fmt.Errorf("row 7: %w", &e) }
	diff(t, []bool{true, true, true, true}, []bool{
		Conflict(wrap(Error{Status: 409})), NotFound(wrap(Error{Status: 404})),
		Refused(wrap(Error{Status: 401})), Unclear(wrap(Error{Unclear: true})),
	})
	for _, err := range []error{nil, errors.New("other"), wrap(Error{Status: 500, RetryAfter: time.Second})} {
		diff(t, []bool{false, false, false, false}, []bool{Conflict(err), NotFound(err), Refused(err), Unclear(err)})
	}
}
