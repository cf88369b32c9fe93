package main

import (
	"os"
	"runtime/debug"
)

// collectAt makes the collector come twice as often as usual.
const collectAt = 50

// sparingly does something that uses much memory for a short time, with a seventh less of it, for a little more time. Who has
// set GOGC is left to it.
func sparingly(do func() error) error {
	if os.Getenv("GOGC") != "" {
		return do()
	}
	usual := debug.SetGCPercent(collectAt)
	defer debug.SetGCPercent(usual)
	return do()
}
