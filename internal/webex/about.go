package webex

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
)

// Subject is what a call is about: a row of the caller's records.
type Subject struct {
	Kind     string // customer, location, numbers, user or role
	Customer string // external ID
	Key      string // natural key of the row
	Row      int64  // the caller's own number of it; 0 for none
}

type aboutKey struct{}

// About says of the calls made with the context what they are about. It is told to the log and to the observer, and never sent.
func About(ctx context.Context, s Subject) context.Context {
	return context.WithValue(ctx, aboutKey{}, s)
}

func subjectOf(ctx context.Context) Subject {
	s, _ := ctx.Value(aboutKey{}).(Subject)
	return s
}

// Writes reports whether the call was to change something at the service. Prechecks are sent as POST and change nothing.
func (c *Call) Writes() bool {
	return c.Method != http.MethodGet && !strings.HasSuffix(c.Route, "/validate") && !strings.HasSuffix(c.Route, "/invoke")
}

// level is how loudly the log speaks of the call: failures that are no answer to a look-up, then what was changed, then the rest.
func (c *Call) level() slog.Level {
	switch {
	case c.Err != nil && c.Status != http.StatusNotFound:
		return slog.LevelWarn
	case c.Writes():
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// log writes a line about the call.
func (c *Client) logCall(ctx context.Context, call *Call) {
	level := call.level()
	if !c.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 12)
	attrs = append(attrs,
		slog.String("method", call.Method), slog.String("route", call.Route), slog.Int("status", call.Status), slog.Int("try", call.Try),
		slog.Duration("took", call.Took), slog.String("request_id", call.RequestID), slog.String("tracking_id", call.TrackingID))
	if s := call.About; s != (Subject{}) {
		attrs = append(attrs, slog.String("kind", s.Kind), slog.String("customer", s.Customer), slog.String("row", s.Key))
	}
	if call.Err != nil {
		attrs = append(attrs, slog.Any("error", call.Err))
	}
	c.log.LogAttrs(ctx, level, "webex call", attrs...)
}
