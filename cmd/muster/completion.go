package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// completionScripts ask the program itself for completions, which the command line library answers.
func completionScripts() map[string]string {
	return map[string]string{
		"bash": `_muster() { local cur; cur="${COMP_WORDS[COMP_CWORD]}"; COMPREPLY=($(compgen -W "$("${COMP_WORDS[@]:0:$COMP_CWORD}" --generate-bash-completion 2>/dev/null)" -- "$cur") $(compgen -f -- "$cur")); }
complete -o filenames -F _muster muster
`,
		"zsh": `#compdef muster
_muster() { local -a opts; opts=("${(@f)$(${words[@]:0:#words[@]-1} --generate-bash-completion 2>/dev/null)}"); _describe 'values' opts || _files; _files; }
compdef _muster muster
`,
		"fish": `complete -c muster -a '(set -l words (commandline -opc); $words --generate-bash-completion 2>/dev/null)'
`,
		"powershell": `Register-ArgumentCompleter -Native -CommandName muster -ScriptBlock { param($word, $ast, $pos) Invoke-Expression "$ast --generate-bash-completion" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) } }
`,
	}
}

func completionCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:         "completion",
		Usage:        "print the completion script of a shell",
		ArgsUsage:    "bash|zsh|fish|powershell",
		OnUsageError: onUsageError,
		Action: func(c *cli.Context) error {
			script, ok := completionScripts()[c.Args().First()]
			if !ok {
				return hintedError{usagef("there is no completion for %q", c.Args().First()), "one of bash, zsh, fish, powershell"}
			}
			_, err := fmt.Fprint(s.out, script)
			return err
		},
	}
}
