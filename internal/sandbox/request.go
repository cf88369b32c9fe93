package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
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
	errBody  = errors.New("body is not the JSON object that this call takes")
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
		return fmt.Errorf("%w: %w", errBody, err)
	}
	return nil
}

// decodeLoose reads the body into v, which need not know every field.
func (q *request) decodeLoose(v any) error {
	if err := json.Unmarshal(q.body, v); err != nil {
		return fmt.Errorf("%w: %w", errBody, err)
	}
	return nil
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
