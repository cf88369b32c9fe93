package main

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"reflect"

	"muster/internal/onboarding"
)

// spool keeps a list that may be too long for memory in a file of its own, to be read more than once. It is written by one
// goroutine, and read only when all is written.
type spool[T any] struct {
	file *os.File
	out  *bufio.Writer
	enc  *gob.Encoder
	size int64
}

// newSpool makes the file in a folder, where nobody else can read it; it is gone with the process.
func newSpool[T any](dir string) (*spool[T], error) {
	f, err := os.CreateTemp(dir, ".list-*")
	if err != nil {
		return nil, fmt.Errorf("make a file for the plan: %w", err)
	}
	_ = os.Remove(f.Name()) // where an open file can be removed; else Close does it
	keepTexts()
	out := bufio.NewWriterSize(f, 64<<10)
	return &spool[T]{file: f, out: out, enc: gob.NewEncoder(out)}, nil
}

// add appends an item.
func (s *spool[T]) add(item T) error { return s.enc.Encode(&item) }

// done ends the writing.
func (s *spool[T]) done() (err error) {
	if err := s.out.Flush(); err != nil {
		return err
	}
	s.size, err = s.file.Seek(0, io.SeekEnd)
	return err
}

// all gives the items in their order.
func (s *spool[T]) all() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		dec := gob.NewDecoder(bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.size), 64<<10))
		for {
			var item T
			err := dec.Decode(&item)
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// Close lets the file go.
func (s *spool[T]) Close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}

// keepTexts tells the encoder what the texts of a step hold.
func keepTexts() {
	for _, kind := range []any{
		onboarding.Text{}, onboarding.List{}, onboarding.Clauses{}, onboarding.Word(""), onboarding.Field(""), onboarding.FieldName(""), onboarding.Number(0), onboarding.Country{},
	} {
		gob.Register(kind)
	}
}

// portable gives a step whose texts hold nothing but plain values and texts of ours, so that they can be kept.
func portable(s onboarding.Step) onboarding.Step {
	s.Why = plain(s.Why)
	for i := range s.Changes {
		s.Changes[i].Fixed, s.Changes[i].Asked = plain(s.Changes[i].Fixed), plain(s.Changes[i].Asked)
	}
	for i := range s.Drift {
		s.Drift[i].Fixed = plain(s.Drift[i].Fixed)
	}
	return s
}

func plain(t onboarding.Text) onboarding.Text {
	if len(t.Args) == 0 {
		return t
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = plainValue(a)
	}
	return onboarding.Text{Format: t.Format, Args: args}
}

func plainValue(a any) any {
	switch a := a.(type) {
	case onboarding.Word, onboarding.Field, onboarding.FieldName, onboarding.Number, onboarding.Country:
		return a
	case onboarding.Text:
		return plain(a)
	case onboarding.Clauses:
		out := make(onboarding.Clauses, len(a))
		for i, t := range a {
			out[i] = plain(t)
		}
		return out
	case onboarding.List:
		out := make(onboarding.List, len(a))
		for i, item := range a {
			out[i] = plainValue(item)
		}
		return out
	}
	switch v := reflect.ValueOf(a); {
	case !v.IsValid():
		return ""
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return v.Uint()
	case v.CanFloat():
		return v.Float()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	}
	return fmt.Sprint(a)
}
