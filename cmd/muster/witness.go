package main

import (
	"context"
	"errors"
	"sync"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
)

// witness keeps every call that is to change something in the journal, for `muster audit`.
type witness struct {
	actor   webex.Person
	command string
	runOf   func(customer string) *journal.Run // nil: the call belongs to no run

	mu  sync.Mutex
	err error
}

// begins says that the calls from now on belong to a run: the log names it, and the journal keeps what they change.
func (s *service) begins(command string, run *journal.Run) {
	id := run.ID()
	s.log.run.Store(&id)
	s.trace.begins(id)
	s.testify(command, func(string) *journal.Run { return run })
}

// testify keeps what is changed from now on in the run that runOf names. It is called before work begins.
func (s *service) testify(command string, runOf func(customer string) *journal.Run) {
	s.witness = &witness{actor: s.me, command: command, runOf: runOf}
}

// saw is told of every call.
func (s *service) saw(call webex.Call) {
	s.witness.saw(&call)
	s.trace.saw(&call)
}

// saw keeps a call that was to change something.
func (w *witness) saw(call *webex.Call) {
	if w == nil || !call.Writes() {
		return
	}
	run := w.runOf(call.About.Customer)
	if run == nil {
		return
	}
	d := journal.Deed{
		Actor: w.actor.ID, Name: emailOf(w.actor), Command: w.command, Method: call.Method, Route: call.Route,
		Kind: onboarding.ObjectKind(call.About.Kind), Customer: call.About.Customer, Key: call.About.Key, Seq: call.About.Row,
		Sent: call.Sent, Took: call.Took, Try: call.Try, Status: call.Status, Code: call.Code, TrackingID: call.TrackingID,
	}
	if d.TrackingID == "" {
		d.TrackingID = call.RequestID
	}
	if err := run.Audit(context.Background(), d); err != nil { // what was sent is kept, whoever lost interest
		w.mu.Lock()
		defer w.mu.Unlock()
		w.err = errors.Join(w.err, err)
	}
}

// failed gives the error that kept a call from being recorded.
func (w *witness) failed() error {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// emailOf is the first email of a person; empty when the service tells none.
func emailOf(p webex.Person) string {
	for _, email := range p.Emails {
		return email
	}
	return ""
}
