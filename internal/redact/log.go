package redact

import (
	"encoding/json"
	"strings"

	"muster/internal/onboarding"
)

// LogLine replaces the values in a line of a log of muster, in either of its forms. Its own words stay.
func (r *Redactor) LogLine(line string) string {
	var members map[string]any
	if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &members) == nil {
		return r.JSON(line)
	}
	const mark = ` msg="`
	before, rest, ok := strings.Cut(line, mark)
	if said, after, closed := strings.Cut(rest, `"`); ok && closed {
		return r.Free(before) + mark + said + `"` + r.Free(after)
	}
	return r.Free(line)
}

// LearnJSON learns every text in a document of the journal, but those of members that tell of nobody.
func (r *Redactor) LearnJSON(doc []byte) {
	var v any
	if r == nil || json.Unmarshal(doc, &v) != nil {
		return
	}
	r.learn("", v)
}

func (r *Redactor) learn(name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			r.learn(k, item)
		}
	case []any:
		for _, item := range v {
			r.learn(name, item)
		}
	case string:
		if !openMember(name) && !r.harmless(v) {
			r.Learn(v)
		}
	}
}

// openMember reports whether a member of a planned row tells of nobody.
func openMember(name string) bool {
	switch name {
	case "org_id", "time_zone", "state", "level", "limits", "announce", "announce_language", "authentication", "supported_location",
		"allow_admin_invite", "allow_webex_to_webex", "kind", "id", "license", "licenses", "unknown", "hq_stood", "country", "language":
		return true
	}
	return openField(onboarding.Field(name))
}
