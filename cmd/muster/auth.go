package main

import "github.com/urfave/cli/v2"

// authCommand holds what concerns the sign-in of users.
func authCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:         "auth",
		Usage:        "prove that the identity provider works for Webex",
		OnUsageError: onUsageError,
		Subcommands: []*cli.Command{
			authRehearseCommand(s),
		},
	}
}
