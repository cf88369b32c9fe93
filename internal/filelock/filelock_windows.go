package filelock

import (
	"os"

	"golang.org/x/sys/windows"
)

// try locks one byte far behind the text, which others may then still read.
func try(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: 1}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
}
