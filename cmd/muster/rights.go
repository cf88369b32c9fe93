package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// rowsByKind counts rows that a command is about to deal with.
type rowsByKind map[onboarding.ObjectKind]int

// scopes are the least rights that these rows need, to be looked up or to be changed.
func (n rowsByKind) scopes(write bool) []string {
	needs := []string{webex.ScopeCustomersRead}
	add := func(kind onboarding.ObjectKind, read []string, change ...string) {
		if n[kind] == 0 {
			return
		}
		needs = append(needs, read...)
		if write {
			needs = append(needs, change...)
		}
	}
	add(onboarding.ObjectCustomer, []string{webex.ScopeOrgsRead}, webex.ScopeCustomersWrite)
	add(onboarding.ObjectLocation, []string{webex.ScopeLocationsRead, webex.ScopeCallingRead}, webex.ScopeLocationsWrite, webex.ScopeCallingWrite)
	add(onboarding.ObjectNumbers, []string{webex.ScopeCallingRead, webex.ScopePSTNRead}, webex.ScopeCallingWrite, webex.ScopePSTNWrite)
	add(onboarding.ObjectUser, []string{webex.ScopeSubscribersRead}, webex.ScopeSubscribersWrite)
	add(onboarding.ObjectRole, []string{webex.ScopePeopleRead, webex.ScopeRolesRead}, webex.ScopePeopleWrite)
	slices.Sort(needs)
	return slices.Compact(needs)
}

// calls is about how many calls carrying the rows out takes.
func (n rowsByKind) calls() int {
	return 1 + 6*n[onboarding.ObjectCustomer] + 4*n[onboarding.ObjectLocation] + 4*n[onboarding.ObjectNumbers] +
		n[onboarding.ObjectUser] + n[onboarding.ObjectUser]/10 + 3*n[onboarding.ObjectRole]
}

// entitled refuses a token that certainly lacks a right which the command needs, before anything is begun.
func (s *service) entitled(ctx context.Context, needs []string) error {
	if !s.credential.given {
		return nil
	}
	var asked []webex.Scope
	for _, scope := range webex.Scopes() {
		if slices.Contains(needs, scope.Name) {
			asked = append(asked, scope)
		}
	}
	have, err := s.rights(ctx, asked)
	if err != nil {
		return refusedToken(fmt.Errorf("find out the scopes of the token: %w", err))
	}
	var lacks []string
	for _, scope := range asked {
		if granted, known := have[scope.Name]; known && !granted {
			lacks = append(lacks, fmt.Sprintf("%s (%s)", scope.Name, scope.For))
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	return stoppedError{hintedError{
		fmt.Errorf("nothing was sent: the token lacks scopes that are needed: %s", strings.Join(lacks, ", ")),
		"get a token with these scopes; `muster whoami` shows those of the one in use, `muster login` asks for all",
	}}
}

// tellLifetime says when the token ends, where that may matter to work of so many calls.
func (s *service) tellLifetime(ctx context.Context, talk func(onboarding.Text), calls int, ceiling float64) {
	if !s.credential.given {
		return
	}
	ends, last := s.lifetime(ctx)
	if ends.IsZero() {
		return
	}
	needs := time.Duration(float64(calls) / cmp.Or(ceiling, firstRate) * float64(time.Second))
	if text := lifetimeText(time.Until(ends), needs, s.credential.renews, untilOrNever(last)); !text.Empty() {
		talk(text)
	}
}

// untilOrNever is how long a moment is ahead; the zero time is never reached.
func untilOrNever(t time.Time) time.Duration {
	if t.IsZero() {
		return 1<<63 - 1
	}
	return time.Until(t)
}

// lifetimeText holds what is left of a token against what a run needs; last is until when the token can be renewed.
func lifetimeText(left, needs time.Duration, renews bool, last time.Duration) onboarding.Text {
	run := onboarding.T("the run needs about %s", spoken(needs))
	switch {
	case renews && last < needs:
		return onboarding.T("warning: the token can be renewed for %s, and %s: it will stop then; `muster login` first", spoken(last), run)
	case renews && left < needs:
		return onboarding.T("the token ends in %s and is renewed by itself; %s", spoken(left), run)
	case renews:
		return onboarding.Text{}
	case left < needs:
		return onboarding.T("warning: the token ends in %s and cannot be renewed; %s: it will stop then, and the same command goes on with a fresh token", spoken(left), run)
	case left < 2*needs:
		return onboarding.T("the token ends in %s and cannot be renewed; %s", spoken(left), run)
	}
	return onboarding.Text{}
}

// spoken rounds a duration for people.
func spoken(d time.Duration) onboarding.Text {
	switch {
	case d < 0:
		return onboarding.T("%d s", 0)
	case d < 2*time.Minute:
		return onboarding.T("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return onboarding.T("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return onboarding.T("%d h", int(d.Hours()))
	}
	return onboarding.Count(int(d.Hours()/24), "%s day", "%s days")
}
