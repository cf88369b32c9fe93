package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/importer/sheet"
	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/journal"
	"muster/report"
)

// Exit codes, as scripts know them.
const (
	exitDone        = 0
	exitUnexpected  = 1
	exitUsage       = 2
	exitFindings    = 3
	exitRowsFailed  = 4
	exitStopped     = 5
	exitChanges     = 6 // only with --detailed-exitcode
	exitUnusable    = 7
	exitInterrupted = 130
)

// usageError says that the command line was not understood.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// stoppedError says that a guard, a refused token, a held lock or a stale plan stopped the run.
type stoppedError struct{ err error }

func (e stoppedError) Error() string { return e.err.Error() }
func (e stoppedError) Unwrap() error { return e.err }

// statusError ends a command whose output has been written with an exit code of its own.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// hintedError carries a line of advice below the error.
type hintedError struct {
	err  error
	hint string
}

func (e hintedError) Error() string { return e.err.Error() }
func (e hintedError) Unwrap() error { return e.err }

// exitCode is the one switch from an error to an exit code.
func exitCode(err error) int {
	var (
		status  statusError
		usage   usageError
		file    *sheet.FileError
		stopped stoppedError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &stopped), errors.Is(err, journal.ErrLocked):
		return exitStopped
	case errors.As(err, &file):
		return exitUnusable
	case errors.As(err, &usage), errors.Is(err, journal.ErrNoJournal):
		return exitUsage
	}
	return exitUnexpected
}

// explain writes an error for a person: what happened on the first line, each hint on a line of its own.
func explain(s streams, err error) {
	var status statusError
	if err == nil || errors.As(err, &status) {
		return
	}
	text := strings.ReplaceAll(err.Error(), "\nhint: ", "\n  hint: ")
	fmt.Fprintf(s.err, "muster: %s\n", printable(text))
	var (
		hinted hintedError
		book   *xlsx.LimitError
		record *delimited.LimitError
	)
	switch {
	case errors.As(err, &hinted):
		fmt.Fprintf(s.err, "  hint: %s\n", hinted.hint)
	case errors.As(err, &book):
		fmt.Fprintf(s.err, "  hint: --limit %s=%d lets it pass\n", book.Limit, book.Value)
	case errors.As(err, &record):
		fmt.Fprintf(s.err, "  hint: --limit record-%s=NUMBER raises it\n", strings.TrimPrefix(record.Limit, "record "))
	}
}

// printable shows control characters of foreign texts instead of sending them to the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && report.Visible(string(r)) != string(r) {
			return '\ufffd'
		}
		return r
	}, s)
}
