package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// flagsFirst moves the flags of a command before its arguments: people write them behind, and the library stops to look
// for flags at the first argument. What follows "--" stays an argument.
func flagsFirst(app *cli.App, args []string) []string {
	if len(args) < 2 || args[1] == completeName {
		return args
	}
	known, at := app.Flags, 1
	for commands := app.Commands; at < len(args); at++ {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[at]) })
		if i < 0 {
			break
		}
		known, commands = commands[i].Flags, commands[i].Subcommands
	}
	out := slices.Clone(args[:at])
	var inputs []string
	for rest := args[at:]; len(rest) > 0; {
		word := rest[0]
		if word == "--" {
			inputs = append(inputs, rest[1:]...)
			break
		}
		n := 1
		switch {
		case word == "-" || !strings.HasPrefix(word, "-"):
			inputs = append(inputs, word)
		case takesValue(known, word) && len(rest) > 1:
			n = 2
			fallthrough
		default:
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	if len(inputs) == 0 {
		return out
	}
	return append(append(out, "--"), inputs...)
}

// takesValue tells a flag whose value is the next word from a switch, and from --flag=value.
func takesValue(known []cli.Flag, word string) bool {
	name := strings.TrimLeft(word, "-")
	if strings.Contains(name, "=") {
		return false
	}
	i := slices.IndexFunc(known, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
	if i < 0 {
		return false
	}
	_, isSwitch := known[i].(*cli.BoolFlag)
	return !isSwitch
}
