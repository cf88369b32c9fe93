package webex

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxErrorBody = 256 << 10 // bytes read of an answer that is not a success
	maxErrorText = 2 << 10   // bytes kept of one that is not JSON
	maxKept      = 8 << 10   // bytes kept of what was sent and came, of a call that failed
)

// judge makes an *Error of every answer that is not a success, and nil of the others. It reads the body only of the former.
//
// Error bodies come as an object with message and errors, as a list of such objects, in the words of OAuth, as text or
// HTML of a proxy, or not at all; codes come as numbers, strings, or only in a header.
func judge(resp *http.Response, now time.Time) *Error {
	if resp.StatusCode >= 200 && resp.StatusCode < 300 && resp.StatusCode != http.StatusPartialContent {
		return nil
	}
	e := &Error{Status: resp.StatusCode, TrackingID: resp.Header.Get("trackingId")}
	e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	e.answer = clip(string(body[:min(len(body), maxKept)]), maxKept)
	e.readBody(bytes.TrimSpace(body))
	for _, h := range resp.Header.Values("Cisco-Spark-Error-Codes") {
		for code := range strings.FieldsFuncSeq(h, func(r rune) bool { return r == ',' || r == ' ' }) {
			e.addCode(code)
		}
	}
	if len(e.Codes) > 0 {
		e.Code = e.Codes[0]
	}
	return e
}

// problem is the union of the error bodies in use.
type problem struct {
	Message       text            `json:"message"`
	Errors        oneOrMany[Item] `json:"errors"`
	Code          code            `json:"errorCode"`
	TrackingID    text            `json:"trackingId"`
	FailureReason json.RawMessage `json:"failureReason"` // of a 206
	OAuth         code            `json:"error"`
	OAuthText     text            `json:"error_description"`
}

func (e *Error) readBody(body []byte) {
	var ps oneOrMany[problem]
	if len(body) == 0 {
		return
	}
	if first := body[0]; first != '{' && first != '[' || json.Unmarshal(body, &ps) != nil {
		e.Message = clip(string(body), maxErrorText)
		return
	}
	var outer []string
	for _, p := range ps {
		e.Message = firstText(e.Message, string(p.Message), string(p.OAuthText), clip(string(p.FailureReason), maxErrorText))
		e.TrackingID = firstText(string(p.TrackingID), e.TrackingID)
		outer = append(outer, string(p.Code), string(p.OAuth))
		for _, it := range p.Errors {
			e.Items = append(e.Items, it)
			e.addCode(it.Code)
		}
	}
	for _, c := range outer { // the code of a single complaint tells more than the one around it
		e.addCode(c)
	}
	if e.Message == "" && len(e.Items) == 0 {
		e.Message = clip(string(body), maxErrorText)
	}
}

func (e *Error) addCode(c string) {
	if c != "" && !slices.Contains(e.Codes, c) {
		e.Codes = append(e.Codes, c)
	}
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// clip shortens to at most n bytes of valid UTF-8.
func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "�")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// retryAfter reads the header of that name, seconds or a date; 0 when it is missing, past or nonsense.
func retryAfter(h string, now time.Time) time.Duration {
	if h = strings.TrimSpace(h); h == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(h, 64); err == nil {
		if s > 0 && s < 1e9 {
			return time.Duration(s * float64(time.Second))
		}
		return 0
	}
	if t, err := http.ParseTime(h); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}
