package main

import (
	"fmt"
	"io"
	"time"

	"muster/internal/webex"
)

// tellOutages says on standard error that the service went down, and that it is back: meanwhile nothing else is told.
func tellOutages(to io.Writer, clock func() time.Time) func(webex.Outage) {
	return func(o webex.Outage) {
		if o.Down {
			fmt.Fprintf(to, "\nthe service is down, everything waits for it: %s\n", printable(o.Cause.Error()))
			return
		}
		fmt.Fprintf(to, "the service is back after %v\n", clock().Sub(o.Since).Round(time.Second))
	}
}
