package sandbox

import (
	"strconv"
	"sync"
	"time"
)

// bucket is a token bucket. It gives perMinute calls a minute and burst calls at once.
type bucket struct {
	perMinute, burst int

	mu    sync.Mutex
	level float64
	seen  time.Time
}

// take gives 0 when a call may pass, else how long until the next one may.
func (b *bucket) take(now time.Time) time.Duration {
	if b.perMinute <= 0 {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	perSecond := float64(b.perMinute) / 60
	if b.seen.IsZero() {
		b.level = float64(b.burst)
	} else if past := now.Sub(b.seen); past > 0 {
		b.level = min(float64(b.burst), b.level+past.Seconds()*perSecond)
	}
	b.seen = now
	if b.level >= 1 {
		b.level--
		return 0
	}
	return max(time.Nanosecond, time.Duration((1-b.level)/perSecond*float64(time.Second)))
}

// wholeSeconds is a Retry-After: at least one second.
func wholeSeconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}
