package main

import (
	"bufio"
	"encoding/gob"
	"errors"
	"io"
	"iter"
	"os"

	"muster/internal/onboarding"
)

// changeLog keeps the changes of a repair in a temporary file, since there may be more of them than memory holds. Close it.
type changeLog struct {
	file    *os.File
	buf     *bufio.Writer
	enc     *gob.Encoder
	sources map[int]*onboarding.Source

	cells, left int
}

// loggedChange is a change whose sheet is named by its order.
type loggedChange struct {
	Source, Row, Column int
	Field               onboarding.Field
	Old, New            string
	Reason              onboarding.Text
	Left                bool
}

func newChangeLog() (*changeLog, error) {
	f, err := os.CreateTemp("", "muster-changes-*")
	if err != nil {
		return nil, err
	}
	keepTexts()
	b := bufio.NewWriter(f)
	return &changeLog{file: f, buf: b, enc: gob.NewEncoder(b), sources: make(map[int]*onboarding.Source)}, nil
}

func (l *changeLog) add(c onboarding.Change) error {
	if c.Left {
		l.left++
	} else {
		l.cells++
	}
	l.sources[c.Place.Source.Order] = c.Place.Source
	return l.enc.Encode(loggedChange{c.Place.Source.Order, c.Place.Row, c.Place.Column, c.Field, c.Old, c.New, plain(c.Reason), c.Left})
}

// all gives the changes in the order in which they were made, once the buffer is flushed.
func (l *changeLog) all() iter.Seq2[onboarding.Change, error] {
	return func(yield func(onboarding.Change, error) bool) {
		if _, err := l.file.Seek(0, io.SeekStart); err != nil {
			yield(onboarding.Change{}, err)
			return
		}
		dec := gob.NewDecoder(bufio.NewReader(l.file))
		for {
			var c loggedChange
			err := dec.Decode(&c)
			if errors.Is(err, io.EOF) {
				return
			}
			place := onboarding.Place{Source: l.sources[c.Source], Row: c.Row, Column: c.Column}
			if !yield(onboarding.Change{Place: place, Field: c.Field, Old: c.Old, New: c.New, Reason: c.Reason, Left: c.Left}, err) || err != nil {
				return
			}
		}
	}
}

func (l *changeLog) Close() error {
	return errors.Join(l.file.Close(), os.Remove(l.file.Name()))
}
