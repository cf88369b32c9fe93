package main

import (
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/journal"
	"muster/internal/locale"
	"muster/internal/wanted"
)

// taken gives the arguments of a command: rules, runs, shells, else files.
func (l *commandLine) taken() []candidate {
	switch takes := l.command.ArgsUsage; {
	case l.command.Name == "rules" && l.args == 0:
		return ruleIDs()
	case l.command.Name == "completion" && l.args == 0:
		return words("bash", "zsh", "fish", "powershell")
	case strings.Contains(takes, "RUN"):
		return l.runs()
	case strings.Contains(takes, "INPUT"), strings.Contains(takes, "PLAN"):
		return files()
	}
	return nil
}

// values gives what may stand behind a flag.
func (l *commandLine) values(flag string) []candidate {
	name := strings.TrimLeft(flag, "-")
	if all, ok := l.choices()[name]; ok {
		return words(all...)
	}
	switch name {
	case "customer":
		return l.planned(func(c wanted.Customer, key string) (string, string) { return key, c.Name })
	case "wave":
		return l.planned(func(c wanted.Customer, _ string) (string, string) { return c.Wave, "" })
	case "purge":
		return l.runs()
	case "only-failed":
		return append(l.runs(), files()...)
	case "limit":
		var out []candidate
		for _, limit := range append(xlsx.LimitNames(), "record-bytes", "record-columns") {
			out = append(out, candidate{limit + "=", ""})
		}
		return out
	}
	if placeholder := l.placeholder(name); placeholder == "PATH" || placeholder == "FILE" || placeholder == "DIR" {
		return files()
	}
	return nil
}

// choices are the words that a flag takes, by its name.
func (l *commandLine) choices() map[string][]string {
	languages := locale.Load().Languages()
	out := map[string][]string{
		"format": {"text", "json", "ndjson", "github"}, "lang": languages, "lang-customer": languages, "color": {"auto", "always", "never"},
		"progress": {"auto", "plain", "none"}, "numbers": {"add", "inactive", "existing"}, "target": {"sandbox", "webex"}, "split-by": {"customer"},
		"log-level": {"off", "error", "warn", "info", "debug"}, "log-format": {"text", "json"},
		"encoding": delimited.EncodingNames(), "delimiter": {"comma", "semicolon", "tab", "pipe"},
	}
	if !strings.Contains(l.usage("format"), "ndjson") {
		out["format"] = []string{"text", "json"}
	}
	return out
}

// flagNamed gives a flag of the command.
func (l *commandLine) flagNamed(name string) cli.DocGenerationFlag {
	if l.command == nil {
		return nil
	}
	i := slices.IndexFunc(l.command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
	if i < 0 {
		return nil
	}
	f, _ := l.command.Flags[i].(cli.DocGenerationFlag)
	return f
}

func (l *commandLine) usage(name string) string {
	if f := l.flagNamed(name); f != nil {
		return f.GetUsage()
	}
	return ""
}

// placeholder is the word in a flag's usage that stands for its value.
func (l *commandLine) placeholder(name string) string {
	_, rest, _ := strings.Cut(l.usage(name), "`")
	word, _, _ := strings.Cut(rest, "`")
	return word
}

func ruleIDs() []candidate {
	var out []candidate
	for _, r := range allRules() {
		out = append(out, candidate{r.ID, r.Summary.String()})
	}
	return out
}

func words(all ...string) []candidate {
	out := make([]candidate, len(all))
	for i, w := range all {
		out[i].value = w
	}
	return out
}

func files() []candidate { return []candidate{{filesMark, ""}} }

// state is the directory that the line names, or the environment, or the default.
func (l *commandLine) state() string {
	for i, w := range l.words {
		if name, value, joined := strings.Cut(w, "="); strings.TrimLeft(name, "-") == "state" && strings.HasPrefix(w, "-") {
			switch {
			case joined:
				return value
			case i+1 < len(l.words):
				return l.words[i+1]
			}
		}
	}
	if dir := os.Getenv("MUSTER_STATE"); dir != "" {
		return dir
	}
	return ".muster"
}

// journal opens the journal to look at it; nil when there is none.
func (l *commandLine) journal() *journal.Journal {
	j, err := journal.OpenReader(l.c.Context, l.state())
	if err != nil {
		return nil
	}
	return j
}

// mostCompleted is how many runs, or customers, are offered: more than anybody reads.
const mostCompleted = 200

// runs gives the runs of the journal, the latest first.
func (l *commandLine) runs() []candidate {
	j := l.journal()
	if j == nil {
		return nil
	}
	defer j.Close()
	all, err := j.Runs(l.c.Context)
	if err != nil {
		return nil
	}
	var out []candidate
	for _, r := range all[:min(len(all), mostCompleted)] {
		out = append(out, candidate{r.ID, did(r).String() + " on " + r.Scope.Target + ", " + string(r.State)})
	}
	return out
}

// planned gives a word of each customer of the latest run; pick gives it with its meaning.
func (l *commandLine) planned(pick func(c wanted.Customer, key string) (value, meaning string)) []candidate {
	j := l.journal()
	if j == nil {
		return nil
	}
	defer j.Close()
	all, err := j.Runs(l.c.Context)
	if err != nil || len(all) == 0 {
		return nil
	}
	run, err := j.RunByID(l.c.Context, all[0].ID)
	if err != nil {
		return nil
	}
	var out []candidate
	met := make(map[string]bool)
	for it, err := range run.Customers(l.c.Context) {
		if err != nil || len(out) == mostCompleted {
			break
		}
		c, _ := wanted.Decode[wanted.Customer](it.Spec) // a purged one has no name
		value, meaning := pick(c, it.Key)
		if value == "" || met[value] || !strings.HasPrefix(value, l.prefix()) {
			continue
		}
		met[value] = true
		out = append(out, candidate{printable(value), printable(meaning)})
	}
	return out
}

// prefix is what is written of a value.
func (l *commandLine) prefix() string {
	if _, value, joined := strings.Cut(l.last, "="); joined && strings.HasPrefix(l.last, "-") {
		return value
	}
	return l.last
}
