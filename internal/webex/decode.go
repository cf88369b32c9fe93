package webex

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The service spells some values in two ways. The types of this file read both and refuse neither: a strange value
// becomes the zero value, because an unreadable answer to a create would leave open whether it was carried out.

// code is an error code: a number since January 2024, a string before and in other places.
type code string

func (c *code) UnmarshalJSON(b []byte) error {
	var t text
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	if *c = code(strings.TrimSpace(string(t))); *c == "" && len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*c = code(b)
	}
	return nil
}

// text is a string; everything else reads as empty.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	if len(b) == 0 || b[0] != '"' {
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// Flag is a boolean that some answers spell as a string ("true").
type Flag bool

// UnmarshalJSON accepts true, "true" and their opposites; everything else is false.
func (f *Flag) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseBool(string(bytes.Trim(b, `"`)))
	*f = Flag(err == nil && v)
	return nil
}

// Time is a moment as the service writes it: ISO 8601 with up to nine digits of a second, or milliseconds since 1970.
type Time struct{ time.Time }

// UnmarshalJSON reads a moment; what cannot be read is the zero time.
func (t *Time) UnmarshalJSON(b []byte) error {
	s := string(bytes.Trim(b, `"`))
	t.Time = time.Time{}
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		t.Time = time.UnixMilli(ms).UTC()
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999"} {
		if v, err := time.Parse(layout, s); err == nil {
			t.Time = v.UTC()
			return nil
		}
	}
	return nil
}

// oneOrMany reads a list, or a single value as a list of one.
type oneOrMany[T any] []T

func (l *oneOrMany[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	switch {
	case bytes.Equal(b, []byte("null")):
		return nil
	case len(b) > 0 && b[0] == '[':
		return json.Unmarshal(b, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*l = oneOrMany[T]{one}
	return nil
}

// UnmarshalJSON reads a complaint in every spelling in use, or a bare string as its description.
func (it *Item) UnmarshalJSON(b []byte) error {
	*it = Item{}
	if len(b) == 0 || b[0] != '{' {
		var t text
		err := t.UnmarshalJSON(b)
		it.Description = string(t)
		return err
	}
	var w struct {
		FieldName    text `json:"fieldName"`
		Number       text `json:"number"`
		ErrorCode    code `json:"errorCode"`
		InfoCode     code `json:"infoCode"`
		Code         code `json:"code"`
		Description  text `json:"description"`
		ErrorMessage text `json:"errorMessage"`
		Message      text `json:"message"`
		ErrorTitle   text `json:"errorTitle"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	it.Field = firstText(string(w.FieldName), string(w.Number))
	it.Code = firstText(string(w.ErrorCode), string(w.InfoCode), string(w.Code))
	it.Description = firstText(string(w.Description), string(w.ErrorMessage), string(w.Message), string(w.ErrorTitle))
	return nil
}
