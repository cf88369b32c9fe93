package main

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
)

// keyed keeps lists of rows on disk, one of each key, so that those of a million rows are never held. A list that is put
// again replaces the one before. The keys keep the order in which they were named first.
type keyed[R any] struct {
	file *os.File
	at   map[string]extent
	keys []string
	end  int64
}

type extent struct{ from, length int64 }

// newKeyed makes the file in a folder, where nobody else can read it; it is gone with the process.
func newKeyed[R any](dir string) (*keyed[R], error) {
	f, err := os.CreateTemp(dir, ".rows-*")
	if err != nil {
		return nil, fmt.Errorf("keep rows on disk: %w", err)
	}
	_ = os.Remove(f.Name()) // where an open file can be removed; else Close does it
	return &keyed[R]{file: f, at: make(map[string]extent)}, nil
}

// Close lets the file go.
func (s *keyed[R]) Close() error {
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// name gives a key its place in the order.
func (s *keyed[R]) name(key string) {
	if _, ok := s.at[key]; !ok {
		s.at[key] = extent{}
		s.keys = append(s.keys, key)
	}
}

// put keeps the rows of a key.
func (s *keyed[R]) put(key string, rows []R) error {
	s.name(key)
	keepTexts()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(rows); err != nil {
		return fmt.Errorf("keep rows on disk: %w", err)
	}
	if _, err := s.file.WriteAt(b.Bytes(), s.end); err != nil {
		return fmt.Errorf("keep rows on disk: %w", err)
	}
	s.at[key] = extent{s.end, int64(b.Len())}
	s.end += int64(b.Len())
	return nil
}

// all gives every row, by key.
func (s *keyed[R]) all() iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for _, key := range s.keys {
			rows, err := s.of(key)
			if err != nil {
				var none R
				yield(none, err)
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// of gives the rows of a key.
func (s *keyed[R]) of(key string) (rows []R, err error) {
	at := s.at[key]
	if at.length == 0 {
		return nil, nil
	}
	if err := gob.NewDecoder(io.NewSectionReader(s.file, at.from, at.length)).Decode(&rows); err != nil {
		return nil, fmt.Errorf("read rows back from disk: %w", err)
	}
	return rows, nil
}
