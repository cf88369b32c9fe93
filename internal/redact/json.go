package redact

import (
	"bytes"
	"encoding/json"
	"strings"
)

// JSON replaces the values in a body that was sent to the service or came from it. One that is no JSON, as the page of a
// proxy, is a sentence. The members come in alphabetical order.
func (r *Redactor) JSON(body string) string {
	if r == nil || strings.TrimSpace(body) == "" {
		return body
	}
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	var doc any
	if d.Decode(&doc) != nil || d.More() {
		return r.broken(body)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(r.node("", doc)) != nil {
		return r.broken(body)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// broken is a body that is no JSON. One that begins like it was cut, and where its values stand nobody can say.
func (r *Redactor) broken(body string) string {
	if c := strings.TrimSpace(body)[0]; c == '{' || c == '[' {
		return "(not shown: it is no whole JSON document)"
	}
	return r.Free(body)
}

func (r *Redactor) node(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[r.memberName(k)] = r.node(k, item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = r.node(name, item)
		}
		return out
	case string:
		return r.wire(name, v)
	case json.Number:
		if isNumber(v.String()) {
			return r.number(v.String())
		}
	}
	return v
}

// memberName keeps names of members, and replaces values that are used as names.
func (r *Redactor) memberName(name string) string {
	if len(name) <= 40 && r.label.MatchString(name) && !r.known.has(name) {
		return name
	}
	return r.Value(name)
}

// wire replaces the value of a member as the service calls it. Ids, codes and words of its own lists stay.
func (r *Redactor) wire(name, s string) string {
	switch strings.ToLower(name) {
	case "id", "orgid", "customerid", "subscriberid", "locationid", "personid", "provisioningid", "trackingid", "status", "type", "code",
		"errorcode", "package", "packages", "language", "preferredlanguage", "announcementlanguage", "timezone",
		"country", "created", "lastupdated", "numbertype", "state", "roles", "licenses", "errortype", "fieldname", "field",
		"level", "time", "method", "route", "request_id", "tracking_id", "run":
		if !r.known.has(s) && !r.speaks(s) {
			return s
		}
	case "message", "description", "reason", "detail", "details", "errordescription", "error_description", "failurereason", "title", "errormessage", "errortitle",
		"error", "msg":
		return r.Free(s)
	}
	if s == "" || r.made.MatchString(s) || r.harmless(s) && !r.known.has(s) {
		return s
	}
	return r.pseudonym(s)
}
