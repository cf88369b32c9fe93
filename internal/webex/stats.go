package webex

import (
	"context"
	"net/http"
	"sync/atomic"
)

// Stats counts the exchanges of a Client. Every exchange is counted once: as a retry when it repeats an earlier one, as a
// poll when its context came from AsPoll, else as a call.
type Stats struct {
	Calls, Retries, Polls int64
	Refused429            int64 // exchanges answered 429, whatever else they were counted as
}

type counters struct{ calls, retries, polls, refused atomic.Int64 }

func (c *counters) sent(ctx context.Context, try int) {
	switch {
	case try > 0:
		c.retries.Add(1)
	case isPoll(ctx):
		c.polls.Add(1)
	default:
		c.calls.Add(1)
	}
}

func (c *counters) answered(status int) {
	if status == http.StatusTooManyRequests {
		c.refused.Add(1)
	}
}

// Stats gives the counts so far.
func (c *Client) Stats() Stats {
	return Stats{
		Calls: c.counts.calls.Load(), Retries: c.counts.retries.Load(), Polls: c.counts.polls.Load(),
		Refused429: c.counts.refused.Load(),
	}
}

type pollKey struct{}

// AsPoll marks the calls made with the context as polls: questions whether background work has finished.
func AsPoll(ctx context.Context) context.Context { return context.WithValue(ctx, pollKey{}, true) }

func isPoll(ctx context.Context) bool { return ctx.Value(pollKey{}) != nil }
