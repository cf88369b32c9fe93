package sandbox

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// maxBody bounds what a request may send.
const maxBody = 4 << 20

// request is what a handler gets.
type request struct {
	*http.Request
	s       *Server
	now     time.Time
	body    []byte
	prefix  string // "/v1" or empty, as the client spelled it
	subject string // natural key, for the log
	values  url.Values
}

// query gives the parsed query.
func (q *request) query() url.Values {
	if q.values == nil {
		q.values = q.URL.Query()
	}
	return q.values
}

// base is where the URLs in answers begin.
func (q *request) base() string {
	if q.s.set.PublicURL != "" {
		return strings.TrimSuffix(q.s.set.PublicURL, "/")
	}
	return "http://" + q.Host + q.prefix
}

// partner names the sub-partner on whose behalf the call is made; empty for the partner itself.
func (q *request) partner() string { return q.query().Get("onBehalfOfSubPartnerOrgId") }

var (
	errMedia = errors.New("content type must be application/json")
	errBody  = errors.New("the body is not what this call takes")
)

// readBody reads the whole body; every operation needs it before it looks at anything.
func (q *request) readBody(w http.ResponseWriter) error {
	if q.ContentLength == 0 {
		return nil
	}
	if n := q.ContentLength; n > 0 && n <= maxBody {
		q.body = make([]byte, n)
		_, err := io.ReadFull(q.Body, q.body)
		return err
	}
	var err error
	q.body, err = io.ReadAll(http.MaxBytesReader(w, q.Body, maxBody))
	return err
}

// jsonMedia reports whether the request says that its body is JSON.
func (q *request) jsonMedia() bool {
	header := q.Header.Get("Content-Type")
	if header == "application/json" {
		return true
	}
	media, _, err := mime.ParseMediaType(header)
	return err == nil && media == "application/json"
}

// decode reads the JSON body into v.
func (q *request) decode(v any) error {
	if !q.jsonMedia() {
		return errMedia
	}
	if !q.s.set.StrictFields {
		return q.decodeLoose(v)
	}
	d := json.NewDecoder(bytes.NewReader(q.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return badBody(err)
	}
	return nil
}

// decodeLoose reads the body into v, which need not know every field.
func (q *request) decodeLoose(v any) error {
	if err := json.Unmarshal(q.body, v); err != nil {
		return badBody(err)
	}
	return nil
}

// badBody says in the words of JSON what is wrong with a body: whoever sent it knows no types of ours.
func badBody(err error) error {
	var typed *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it is empty", errBody)
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is no JSON: %w", errBody, err)
	case errors.As(err, &typed):
		where := "it"
		if member := strings.TrimPrefix(typed.Field, "Fault."); member != "" { // a type of ours that stands within another
			where = fmt.Sprintf("the member %q", member)
		}
		return fmt.Errorf("%w: %s holds a JSON %s where %s belongs", errBody, where, typed.Value, jsonType(typed.Type))
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return fmt.Errorf("%w: no member is called %s here", errBody, name)
	}
	return fmt.Errorf("%w: %w", errBody, err)
}

// jsonType names what JSON calls the values that a type of ours takes.
func jsonType(t reflect.Type) string {
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return "a string"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Pointer:
		return jsonType(t.Elem())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number from 0 on"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

// unreadable turns an error of decode or paging into an answer.
func unreadable(err error) answer {
	if errors.Is(err, errMedia) {
		return refuse(http.StatusUnsupportedMediaType, flaw{text: err.Error()})
	}
	return invalid(err.Error())
}

// broken answers for a database that does not.
func broken(err error) answer {
	return refuse(http.StatusInternalServerError, flaw{text: err.Error()})
}
