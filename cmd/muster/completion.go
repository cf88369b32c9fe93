package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completeName is the hidden command that the scripts ask.
const completeName = "__complete"

// The scripts give every shell a function that asks the program itself, with the words of the line up to the cursor. It
// answers with a line for each word that may stand there, what it means behind a tab, and ":files" where a file may.
const (
	bashScript = `_muster() {
  local cur="${COMP_WORDS[COMP_CWORD]}" line files=
  [ "$cur" = "=" ] && cur=""
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) files=1 ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ -n "$files" ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
  elif [ "${#COMPREPLY[@]}" -eq 1 ] && [ "${COMPREPLY[0]: -1}" = "=" ]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _muster muster
`
	zshScript = `#compdef muster
_muster() {
  local line files= value
  local -a rows
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      value=${${line%%$'\t'*}//:/\\:}
      [[ $line == *$'\t'* ]] && value+=":${line#*$'\t'}"
      rows+=("$value")
    fi
  done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( ${#rows} )) && _describe -V muster rows
  if [[ -n $files ]]; then
    compset -P '--*='
    _files
  fi
}
if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi
`
	fishScript = `function __muster_complete
  set -l words (commandline -opc)
  for line in ($words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c muster -f -a '(__muster_complete)'
`
	powerShellScript = `Register-ArgumentCompleter -Native -CommandName muster -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $position } | ForEach-Object { $_.ToString() })
  & $ast.CommandElements[0].ToString() __complete @words $word 2>$null | ForEach-Object {
    if ($_ -eq ':files') {
      Get-ChildItem "$word*" | ForEach-Object { [System.Management.Automation.CompletionResult]::new((Resolve-Path -Relative $_.FullName), $_.Name, 'ProviderItem', $_.Name) }
    } else {
      $value, $meaning = $_ -split [char]9, 2
      if (-not $meaning) { $meaning = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
    }
  }
}
`
)

// completionScripts are the scripts by the names of the shells.
func completionScripts() map[string]string {
	return map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript, "powershell": powerShellScript, "pwsh": powerShellScript}
}

func completionCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script of a shell",
		ArgsUsage: "bash|zsh|fish|powershell",
		Description: "Commands, flags and their values are completed: rules, languages, formats, and the runs, customers and waves of the\n" +
			"journal. Load it with\n\n" +
			"  bash        source <(muster completion bash)\n" +
			"  zsh         source <(muster completion zsh), after compinit\n" +
			"  fish        muster completion fish | source\n" +
			"  PowerShell  muster completion powershell | Out-String | Invoke-Expression",
		OnUsageError: onUsageError,
		Action: func(c *cli.Context) error {
			shell := c.Args().First()
			script, ok := completionScripts()[shell]
			if !ok {
				return hintedError{usagef("there is no completion for %q", shell), "one of bash, zsh, fish, powershell"}
			}
			_, err := fmt.Fprint(s.out, script)
			return err
		},
	}
}

// completeCommand answers the scripts. It says nothing of what goes wrong: a line that is being written is often wrong.
func completeCommand(s streams) *cli.Command {
	return &cli.Command{
		Name: completeName, Hidden: true, SkipFlagParsing: true, HideHelp: true,
		Action: func(c *cli.Context) error {
			l := newCommandLine(c, c.Args().Slice())
			for _, w := range l.candidates() {
				if w.value != filesMark && !strings.HasPrefix(w.value, l.last) {
					continue
				}
				if w.meaning != "" {
					w.value += "\t" + w.meaning
				}
				fmt.Fprintln(s.out, w.value)
			}
			return nil
		},
	}
}

// candidate is a word that may stand at the cursor, and what it means.
type candidate struct{ value, meaning string }

// filesMark stands for the files and folders that the shell knows best.
const filesMark = ":files"

// commandLine is a line that is being written.
type commandLine struct {
	c        *cli.Context
	words    []string // before the one at the cursor, without those that are part of it
	last     string   // as far as it is written
	commands []*cli.Command
	command  *cli.Command // nil: none is named yet
	args     int          // that are no flags, before the last word
	plain    bool         // "--" was met: all words are arguments
}

func newCommandLine(c *cli.Context, words []string) *commandLine {
	l := &commandLine{c: c, commands: c.App.Commands}
	if n := len(words); n > 0 {
		l.words, l.last = words[:n-1], words[n-1]
	}
	if l.last == "=" { // bash makes a word of it
		l.last = ""
	} else if n := len(l.words); n > 1 && l.words[n-1] == "=" {
		l.words = l.words[:n-1]
	}
	for i := 0; i < len(l.words); i++ {
		switch word := l.words[i]; {
		case l.plain || word == "-" || !strings.HasPrefix(word, "-"):
			l.take(word)
		case word == "--":
			l.plain = true
		case l.command != nil && takesValue(l.command.Flags, word):
			i++
		}
	}
	return l
}

// take takes a word that is no flag: the name of a command, or an argument.
func (l *commandLine) take(word string) {
	i := slices.IndexFunc(l.commands, func(c *cli.Command) bool { return c.HasName(word) })
	if i < 0 || l.plain {
		l.args++
		l.commands = nil
		return
	}
	l.command, l.commands = l.commands[i], l.commands[i].Subcommands
}

// candidates gives what may stand at the cursor, the start of which is not compared yet.
func (l *commandLine) candidates() []candidate {
	n := len(l.words)
	switch name, _, joined := strings.Cut(l.last, "="); {
	case l.plain:
		return l.arguments()
	case joined && strings.HasPrefix(name, "-"):
		values := l.values(name)
		for i := range values {
			if values[i].value != filesMark {
				values[i].value = name + "=" + values[i].value
			}
		}
		return values
	case n > 0 && l.command != nil && strings.HasPrefix(l.words[n-1], "-") && takesValue(l.command.Flags, l.words[n-1]):
		return l.values(l.words[n-1])
	case strings.HasPrefix(l.last, "-"):
		return l.flags()
	}
	return l.arguments()
}

// flags gives those of the command, or of the program.
func (l *commandLine) flags() []candidate {
	flags := []cli.Flag{cli.HelpFlag, cli.VersionFlag}
	if l.command != nil {
		flags = append(slices.Clone(l.command.Flags), cli.HelpFlag)
	}
	var out []candidate
	for _, f := range flags {
		meaning := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			meaning = inBrief(d.GetUsage())
		}
		out = append(out, candidate{"--" + f.Names()[0], meaning})
	}
	slices.SortFunc(out, func(a, b candidate) int { return strings.Compare(a.value, b.value) })
	return slices.CompactFunc(out, func(a, b candidate) bool { return a.value == b.value })
}

// inBrief is the part of a flag's or command's usage that fits beside its name.
func inBrief(usage string) string {
	usage = strings.ReplaceAll(usage, "`", "")
	if i := strings.IndexAny(usage, ":;"); i > 0 {
		usage = usage[:i]
	}
	return usage
}

// arguments gives commands, and what a command takes.
func (l *commandLine) arguments() []candidate {
	var out []candidate
	for _, c := range l.commands {
		if !c.Hidden {
			out = append(out, candidate{c.Name, inBrief(c.Usage)})
		}
	}
	if len(out) > 0 || l.command == nil {
		return out
	}
	return l.taken()
}
