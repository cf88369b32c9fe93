// Command muster reads the command line, wires the rooms, draws progress, and turns the result into an exit code.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args, streams{os.Stdin, os.Stdout, os.Stderr}))
}
