package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// onInterrupt makes the first Ctrl-C call halt, which begins nothing new, and the second one cancel. The result ends the
// watch and tells whether there was one.
func onInterrupt(people speech, halt, cancel func()) (interrupted func() bool) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	var hit bool
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			select {
			case <-done:
				return
			case <-signals:
			}
			if hit {
				cancel()
				return
			}
			hit = true
			fmt.Fprintln(people)
			people.line("stopping: what is in flight is finished; interrupt again to stop at once")
			halt()
		}
	}()
	return func() bool {
		signal.Stop(signals)
		close(done)
		<-over
		return hit
	}
}
