package webex

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp/cmpopts"
)

func response(status int, body string, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func TestJudge(t *testing.T) {
	cases := map[string]struct {
		status int
		body   string
		header http.Header
		want   Error
	}{
		"as documented": {
			400, `{"message":"refused","errors":[{"description":"Address line 1 is mandatory","errorCode":1001}],"trackingId":"T"}`, nil,
			Error{Code: "1001", Codes: []string{"1001"}, Message: "refused", Items: []Item{{Code: "1001", Description: "Address line 1 is mandatory"}}, TrackingID: "T"},
		},
		"codes as strings, fields named": {
			400, `{"errors":[{"errorMessage":"too long","errorCode":"1002","fieldName":"name"}]}`, nil,
			Error{Code: "1002", Codes: []string{"1002"}, Items: []Item{{"name", "1002", "too long"}}},
		},
		"key code": {
			404, `{"errors":[{"code":2024,"message":"no report"}]}`, nil,
			Error{Code: "2024", Codes: []string{"2024"}, Items: []Item{{Code: "2024", Description: "no report"}}},
		},
		"inner code before the outer": {
			409, `{"errorCode":25223,"errors":[{"errorCode":8363,"description":"in use"}]}`, nil,
			Error{Code: "8363", Codes: []string{"8363", "25223"}, Items: []Item{{Code: "8363", Description: "in use"}}},
		},
		"list": {
			400, `[{"errors":[{"number":"+1800","errorType":"ERROR","errorCode":"8362","errorMessage":"invalid","errorTitle":"t"}]}]`, nil,
			Error{Code: "8362", Codes: []string{"8362"}, Items: []Item{{"+1800", "8362", "invalid"}}},
		},
		"errors as an object": {
			400, `{"errors":{"description":"one"}}`, nil, Error{Items: []Item{{Description: "one"}}},
		},
		"errors as texts": {
			400, `{"errors":["one","two"]}`, nil, Error{Items: []Item{{Description: "one"}, {Description: "two"}}},
		},
		"in the words of OAuth": {
			400, `{"error":"invalid_grant","error_description":"the refresh token is gone"}`, nil,
			Error{Code: "invalid_grant", Codes: []string{"invalid_grant"}, Message: "the refresh token is gone"},
		},
		"code only in a header": {
			502, ``,
			http.Header{"Cisco-Spark-Error-Codes": {"4251, 4252"}},
			Error{Code: "4251", Codes: []string{"4251", "4252"}},
		},
		"HTML":         {503, "<html><h1>Busy</h1></html>\n", nil, Error{Message: "<html><h1>Busy</h1></html>"}},
		"text":         {503, "busy", nil, Error{Message: "busy"}},
		"broken JSON":  {500, `{"message":`, nil, Error{Message: `{"message":`}},
		"strange JSON": {500, `{"fault":{"reason":"x"}}`, nil, Error{Message: `{"fault":{"reason":"x"}}`}},
		"message is no text": {
			400, `{"message":{"a":1},"errors":[{"description":"b"}]}`, nil, Error{Items: []Item{{Description: "b"}}},
		},
		"header values": {
			429, ``, http.Header{"Retry-After": {"12"}, "Trackingid": {"H"}}, Error{RetryAfter: 12 * time.Second, TrackingID: "H"},
		},
		"partial": {206, `{"failureReason":"no such number"}`, nil, Error{Message: `"no such number"`}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.want.Status = tc.status
			diff(t, &tc.want, judge(response(tc.status, tc.body, tc.header), time.Time{}), cmpopts.IgnoreUnexported(Error{}))
		})
	}
}

func TestSuccessesAreNotJudged(t *testing.T) {
	for _, status := range []int{200, 201, 202, 204} {
		resp := response(status, "untouched", nil)
		if e := judge(resp, time.Time{}); e != nil {
			t.Errorf("%d: %v", status, e)
		}
		rest, _ := io.ReadAll(resp.Body)
		diff(t, "untouched", string(rest))
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "5": 5 * time.Second, " 5 ": 5 * time.Second, "0.5": 500 * time.Millisecond, "-1": 0, "NaN": 0, "1e300": 0, "soon": 0,
		now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		now.Add(-time.Second).Format(http.TimeFormat):     0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func TestLongTextsAreClippedBetweenCharacters(t *testing.T) {
	e := judge(response(500, strings.Repeat("日本", 2000), nil), time.Time{})
	if len(e.Message) > maxErrorText || len(e.Message) < maxErrorText-3 || !utf8.ValidString(e.Message) {
		t.Errorf("%d bytes, valid %v", len(e.Message), utf8.ValidString(e.Message))
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(400, `{"message":"m","errors":[{"description":"d","errorCode":1001}],"trackingId":"t"}`, "5")
	f.Add(400, `[{"errors":[{"number":"+1","errorCode":"8362"}]}]`, "")
	f.Add(502, "<html>\xff", "Fri, 20 Nov 2026 22:00:00 GMT")
	f.Add(409, `{"errors":{"errors":[]},"errorCode":{},"error":{"a":[]}}`, "1e99")
	f.Fuzz(func(t *testing.T, status int, body, wait string) {
		status = 300 + max(status, -status)%300
		e := judge(response(status, body, http.Header{"Retry-After": {wait}}), time.Time{})
		if e == nil || e.Status != status || e.RetryAfter < 0 || len(e.Message) > len(body)*3+maxErrorText {
			t.Fatalf("judged %+v", e)
		}
		if e.Failure().Kind == "" || e.Failure().Message == "" && http.StatusText(status) != "" {
			t.Errorf("failure %+v says nothing", e.Failure())
		}
		if !utf8.ValidString(e.Error()) {
			t.Errorf("error text %q is not UTF-8", e.Error())
		}
	})
}
