package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"muster/internal/filelock"
)

// ErrLocked is the error of every attempt to write a journal that another process has open.
var ErrLocked = errors.New("the state directory is in use by another run")

// LockedError says who holds the lock.
type LockedError struct {
	Dir    string
	Holder string // what the holder wrote of itself
}

// Error names the directory and the holder.
func (e *LockedError) Error() string {
	return fmt.Sprintf("%v: %q is held by %s\nhint: wait for it to end, or use another --state", ErrLocked, e.Dir, e.Holder)
}

// Is makes the error an ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// lock is an advisory lock of the operating system on a file, which ends with the process whatever happens to it.
type lock struct{ file *os.File }

func takeLock(dir string, o Options) (*lock, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := filelock.Try(f); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 200))
		return nil, errors.Join(&LockedError{dir, describe(string(holder))}, f.Close())
	}
	text := fmt.Sprintf("process %d, `muster %s`, since %s\n", os.Getpid(), o.Command, o.Clock().Format(time.RFC3339))
	if err := errors.Join(f.Truncate(0), writeAt(f, text)); err != nil {
		return nil, errors.Join(fmt.Errorf("write lock: %w", err), f.Close())
	}
	return &lock{f}, nil
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

func describe(holder string) string {
	if holder = strings.TrimSpace(holder); holder == "" {
		return "another process"
	}
	return holder
}

// release gives the lock back. The file stays: removing it would let two processes lock two files of one name.
func (l *lock) release() error { return errors.Join(l.file.Truncate(0), l.file.Close()) }

// held reports whether some process holds the lock of a directory.
func held(dir string) bool {
	f, err := os.Open(filepath.Join(dir, "lock"))
	if err != nil {
		return false
	}
	defer f.Close()
	return filelock.Try(f) != nil
}
