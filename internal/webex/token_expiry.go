package webex

import (
	"context"
	"net/http"
	"time"
)

// TokenExpiry asks when the access token ends; the zero time when the service does not say.
func (c *Client) TokenExpiry(ctx context.Context) (time.Time, error) {
	var t struct {
		Exp Time `json:"exp"` // milliseconds since 1970
	}
	_, err := c.do(ctx, request{method: http.MethodGet, route: "/authorizations/tokenExpiry"}, &t)
	return t.Exp.Time, err
}
