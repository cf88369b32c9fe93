package report

import (
	"iter"
	"strconv"
	"time"

	"muster/internal/onboarding"
)

// Audit is the record of every call that was to change something at the service.
type Audit struct {
	Run     string // empty: of all runs
	Sandbox bool
	Summary AuditSummary
	Entries func() iter.Seq2[AuditEntry, error] // may be read more than once
	Voice   onboarding.Voice                    // of the reader; nil: English
}

// AuditSummary counts calls by what came of them.
type AuditSummary struct {
	Calls      int `json:"calls"`
	CarriedOut int `json:"carried_out"`
	Refused    int `json:"refused"`   // answered 3xx or 4xx
	Failed     int `json:"failed"`    // answered 5xx
	NoAnswer   int `json:"no_answer"` // none came, or nobody lived to keep it
}

// AuditEntry is one call.
type AuditEntry struct {
	Run        string `json:"run"`
	Command    string `json:"command"`
	Actor      string `json:"actor"`       // the service's ID of the person whose token it was
	ActorName  string `json:"actor_email"` // empty for a call whose process did not live to keep the answer
	Method     string `json:"method"`
	Route      string `json:"route"`
	Kind       string `json:"kind"`
	Customer   string `json:"customer"`
	Key        string `json:"key"`
	Sent       string `json:"sent"` // RFC 3339
	Millis     int64  `json:"milliseconds"`
	Try        int    `json:"try"` // 0 for the first
	Answer     string `json:"answer"`
	HTTPStatus int    `json:"http_status"` // 0 when no answer came
	Code       string `json:"code"`
	TrackingID string `json:"tracking_id"`
}

// Answers of calls, as documents say them.
const (
	answerDone    = "carried_out"
	answerRefused = "refused"
	answerFailed  = "failed"
	answerNone    = "no_answer"
	answerLost    = "not_known"
)

// NewAuditEntry completes a call by its status: of HTTP, 0 when no answer came, negative when nobody lived to keep it.
func NewAuditEntry(e AuditEntry, sent time.Time, status int) AuditEntry {
	e.Sent, e.HTTPStatus = sent.UTC().Format("2006-01-02T15:04:05.000Z07:00"), max(status, 0)
	switch {
	case status < 0:
		e.Answer = answerLost
	case status == 0:
		e.Answer = answerNone
	case status < 300:
		e.Answer = answerDone
	case status < 500:
		e.Answer = answerRefused
	default:
		e.Answer = answerFailed
	}
	return e
}

// Count adds one call.
func (s *AuditSummary) Count(e AuditEntry) {
	s.Calls++
	switch e.Answer {
	case answerDone:
		s.CarriedOut++
	case answerRefused:
		s.Refused++
	case answerFailed:
		s.Failed++
	default:
		s.NoAnswer++
	}
}

type auditHead struct {
	Schema  string       `json:"schema"`
	Run     string       `json:"run"`
	Summary AuditSummary `json:"summary"`
}

// Listing gives the record as a list.
func (a *Audit) Listing() *Listing {
	s := a.Summary
	return &Listing{
		Title: onboarding.T("calls that change something"), Sandbox: a.Sandbox, Voice: a.Voice, Whole: true, Type: "audit", List: "calls", Item: "call",
		Counts: onboarding.T("%s carried out, %s refused, %s failed, %s without an answer",
			onboarding.Number(s.CarriedOut), onboarding.Number(s.Refused), onboarding.Number(s.Failed), onboarding.Number(s.NoAnswer)),
		Verdict: onboarding.Count(s.Calls, "%s call is on record", "%s calls are on record"), Tone: "good",
		Columns: []onboarding.Word{"Answer", "Sent", "Actor", "Command", "Method", "Route", "Kind", "Customer", "Key", "Try", "Milliseconds", "HTTP status", "Code", "Tracking ID", "Run"},
		Head:    auditHead{"muster/audit/1", a.Run, s}, Rows: a.lines,
	}
}

func (a *Audit) lines() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for e, err := range a.Entries() {
			who := e.ActorName
			if who == "" {
				who = e.Actor
			}
			cells := []any{
				e.word(), e.Sent, who, e.Command, e.Method, e.Route, e.Kind, e.Customer, e.Key, strconv.Itoa(e.Try), strconv.FormatInt(e.Millis, 10),
				strconv.Itoa(e.HTTPStatus), e.Code, e.TrackingID, e.Run,
			}
			if !yield(Line{Doc: e, Cells: cells, Listed: true}, err) || err != nil {
				return
			}
		}
	}
}

// word is the answer for people.
func (e AuditEntry) word() onboarding.Word {
	switch e.Answer {
	case answerDone:
		return "carried out"
	case answerRefused:
		return "refused"
	case answerFailed:
		return "failed"
	case answerNone:
		return "no answer"
	}
	return "answer not known"
}
