package main

import (
	"fmt"
	"time"

	"muster/internal/webex"
)

// tellOutages says that the service went down, and that it is back: meanwhile nothing else is told.
func tellOutages(people speech, clock func() time.Time) func(webex.Outage) {
	return func(o webex.Outage) {
		if o.Down {
			fmt.Fprintln(people)
			people.line("the service is down, everything waits for it: %s", o.Cause.Error())
			return
		}
		people.line("the service is back after %s", clock().Sub(o.Since).Round(time.Second))
	}
}
