// Package filelock takes advisory locks of the operating system on open files, which end with their process whatever
// happens to it.
package filelock

import "os"

// Try takes the lock of a file, and gives an error at once when another open file has it. Closing the file gives it back.
func Try(f *os.File) error { return try(f) }
