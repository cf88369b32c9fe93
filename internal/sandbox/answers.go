package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is what a handler wants to say. It is sent once everything it saw is on disk.
type answer struct {
	status   int
	body     any    // JSON; nil for an empty body
	raw      []byte // sent as it stands instead of body
	mime     string // of raw
	location string // header Location
	link     string // header Link
	retry    string // header Retry-After
	errCodes string // header cisco-spark-error-codes
}

// flaw is one finding about a request.
type flaw struct {
	text  string
	code  int
	field string
}

// errorItem is one element of an error body.
type errorItem struct {
	Description string `json:"description"`
	Code        any    `json:"errorCode,omitempty"`
	Field       string `json:"fieldName,omitempty"`
}

// problem becomes the error body with the tracking id when it is sent.
type problem struct {
	Message    string      `json:"message"`
	Code       int         `json:"errorCode,omitempty"`
	Errors     []errorItem `json:"errors"`
	TrackingID string      `json:"trackingId"`
}

const (
	codeMissing  = 1001
	codeLength   = 1002
	codeMaintain = 2560
	codeEmail    = 10022
)

func ok(body any) answer      { return answer{status: http.StatusOK, body: body} }
func created(body any) answer { return answer{status: http.StatusCreated, body: body} }
func noContent() answer       { return answer{status: http.StatusNoContent} }
func notFound(what string) answer {
	return refuse(http.StatusNotFound, flaw{text: what + " does not exist or is not visible"})
}

// refuse answers with an error body; the message says the status in words.
func refuse(status int, flaws ...flaw) answer {
	p := &problem{Message: messageOf(status), Errors: make([]errorItem, 0, len(flaws))}
	for _, f := range flaws {
		item := errorItem{Description: f.text, Field: f.field}
		if f.code != 0 {
			item.Code = f.code
		}
		p.Errors = append(p.Errors, item)
	}
	return answer{status: status, body: p}
}

// invalid refuses a request for what it says.
func invalid(text string) answer { return refuse(http.StatusBadRequest, flaw{text: text}) }

// conflict refuses a request for what is already there.
func conflict(text string, code int) answer {
	return refuse(http.StatusConflict, flaw{text: text, code: code})
}

func messageOf(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "Request refused: one or more fields are not valid."
	case http.StatusConflict:
		return "Request refused: it conflicts with what is already there."
	}
	return "Request refused: " + http.StatusText(status) + "."
}

// missing is the finding about an absent mandatory field.
func missing(field string) flaw {
	return flaw{text: field + " is mandatory", code: codeMissing, field: field}
}

// finish fills what depends on the exchange: the tracking id and the spelling of codes.
func (p *problem) finish(tracking string, stringCodes bool) {
	p.TrackingID = tracking
	if !stringCodes {
		return
	}
	for i := range p.Errors {
		if code, isNumber := p.Errors[i].Code.(int); isNumber {
			p.Errors[i].Code = strconv.Itoa(code)
		}
	}
}

// encode gives the bytes of the body.
func (a answer) encode(tracking string, stringCodes bool) ([]byte, error) {
	if a.raw != nil || a.body == nil {
		return a.raw, nil
	}
	if p, isProblem := a.body.(*problem); isProblem {
		p.finish(tracking, stringCodes)
	}
	return json.Marshal(a.body)
}

// send writes the answer.
func (a answer) send(w http.ResponseWriter, body []byte) {
	h := w.Header()
	set := func(name, value string) {
		if value != "" {
			h.Set(name, value)
		}
	}
	set("Location", a.location)
	set("Link", a.link)
	set("Retry-After", a.retry)
	set("cisco-spark-error-codes", a.errCodes)
	if len(body) > 0 {
		mime := a.mime
		if mime == "" {
			mime = "application/json;charset=UTF-8"
		}
		h.Set("Content-Type", mime)
	}
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client is gone: nobody is left to tell
}
