package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"go.yaml.in/yaml/v3"

	"muster/internal/onboarding"
)

// configName is the file that is read when none is named.
const configName = "muster.yaml"

// configFlag names the file of settings.
func configFlag() cli.Flag {
	return &cli.StringFlag{Name: "config", Usage: "read settings from `FILE` (default: muster.yaml, if it is there)", EnvVars: []string{"MUSTER_CONFIG"}}
}

// configKey is under which the settings of a command are kept in its context.
const configKey = "config"

// settings gives what the file of settings says beside values of flags.
func settings(c *cli.Context) config {
	cfg, _ := c.App.Metadata[configKey].(config)
	return cfg
}

// config is what muster.yaml says beside values of flags.
type config struct {
	severity map[string]onboarding.Severity
	waivers  []waiver
}

// waiver lets findings pass for a reason and a time.
type waiver struct {
	Rule   string `yaml:"rule"`
	File   string `yaml:"file"`
	Sheet  string `yaml:"sheet"`
	Cell   string `yaml:"cell"`
	Value  string `yaml:"value"`
	Reason string `yaml:"reason"`
	Until  string `yaml:"until"`

	end time.Time // the waiver is over at this moment
}

// readConfig sets the flags of a command that neither the command line nor the environment has set, and keeps the rest. Then
// it is known whether values may be told.
func readConfig(c *cli.Context) error {
	path := c.String("config")
	text, err := os.ReadFile(cmp.Or(path, configName))
	if errors.Is(err, fs.ErrNotExist) && path == "" {
		c.App.Metadata[configKey] = config{}
		return beginRedaction(c)
	}
	if err != nil {
		return usageError{fmt.Errorf("read settings: %w", err)}
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&doc); err != nil && len(bytes.TrimSpace(text)) > 0 {
		return usagef("read settings %q: %v", cmp.Or(path, configName), err)
	}
	cfg, err := applyConfig(c, &doc)
	if err != nil {
		return usagef("read settings %q: %v", cmp.Or(path, configName), err)
	}
	c.App.Metadata[configKey] = cfg
	return beginRedaction(c)
}

func applyConfig(c *cli.Context, doc *yaml.Node) (config, error) {
	cfg := config{severity: make(map[string]onboarding.Severity)}
	if len(doc.Content) == 0 {
		return cfg, nil
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return cfg, fmt.Errorf("line %d: the file must be a list of names and values", top.Line)
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		name, value := top.Content[i], top.Content[i+1]
		var err error
		switch name.Value {
		case "severity":
			err = cfg.readSeverities(value)
		case "waive":
			err = cfg.readWaivers(value)
		default:
			err = setFlag(c, name.Value, value)
		}
		if err != nil {
			return cfg, fmt.Errorf("line %d: %w", name.Line, err)
		}
	}
	return cfg, nil
}

// setFlag gives a flag its value from the file, unless the command line or the environment did. Flags of other commands
// are passed over, since one file serves all.
func setFlag(c *cli.Context, name string, value *yaml.Node) error {
	if !knownFlag(c.App, name) {
		return fmt.Errorf("%q is no setting; the names are those of the flags, severity and waive", name)
	}
	own := slices.ContainsFunc(c.Command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
	if !own || c.IsSet(name) {
		return nil
	}
	values, err := flatten(value)
	if err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	for _, v := range values {
		if err := c.Set(name, v); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	return nil
}

func knownFlag(app *cli.App, name string) bool {
	return name != "config" && takes(app.Commands, name)
}

// takes reports whether any of the commands, or of those below them, has a flag of this name.
func takes(commands []*cli.Command, name string) bool {
	return slices.ContainsFunc(commands, func(cmd *cli.Command) bool {
		return takes(cmd.Subcommands, name) || slices.ContainsFunc(cmd.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), name) })
	})
}

// flatten gives the values of a setting: one, a list, or names and values as NAME=VALUE.
func flatten(n *yaml.Node) ([]string, error) {
	var out []string
	switch n.Kind {
	case yaml.ScalarNode:
		return []string{n.Value}, nil
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, errors.New("a list holds plain values only")
			}
			out = append(out, item.Value)
		}
		return out, nil
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = append(out, n.Content[i].Value+"="+n.Content[i+1].Value)
		}
		return out, nil
	}
	return nil, errors.New("its value is not plain")
}

func (cfg *config) readSeverities(n *yaml.Node) error {
	var words map[string]string
	if err := n.Decode(&words); err != nil {
		return errors.New("severity must name rules with error, warning or note")
	}
	for rule, word := range words {
		if _, ok := findRule(rule); !ok {
			return fmt.Errorf("there is no rule %q; `muster rules` lists them", rule)
		}
		switch word {
		case "error":
			cfg.severity[rule] = onboarding.Error
		case "warning":
			cfg.severity[rule] = onboarding.Warning
		case "note":
			cfg.severity[rule] = onboarding.Note
		default:
			return fmt.Errorf("the severity %q of %s is none of error, warning, note", word, rule)
		}
	}
	return nil
}

// readWaivers reads the findings to let pass. Each needs a rule, a reason and a last day.
func (cfg *config) readWaivers(n *yaml.Node) error {
	if err := n.Decode(&cfg.waivers); err != nil {
		return fmt.Errorf("waive must be a list of rule, reason and until: %w", err)
	}
	if err := knownKeys(n); err != nil {
		return err
	}
	for i := range cfg.waivers {
		w := &cfg.waivers[i]
		if _, ok := findRule(w.Rule); !ok {
			return fmt.Errorf("waiver %d: there is no rule %q; `muster rules` lists them", i+1, w.Rule)
		}
		if strings.TrimSpace(w.Reason) == "" {
			return fmt.Errorf("waiver %d, of %s, has no reason", i+1, w.Rule)
		}
		day, err := time.ParseInLocation(time.DateOnly, w.Until, time.Local)
		if err != nil {
			return fmt.Errorf("waiver %d, of %s: until %q is no day such as 2026-12-31", i+1, w.Rule, w.Until)
		}
		w.end = day.AddDate(0, 0, 1)
	}
	return nil
}

// knownKeys refuses a key of a waiver that means nothing: a misspelt one would make the waiver wider than it is meant.
func knownKeys(list *yaml.Node) error {
	for i, item := range list.Content {
		for k := 0; k+1 < len(item.Content); k += 2 {
			switch name := item.Content[k].Value; name {
			case "rule", "file", "sheet", "cell", "value", "reason", "until":
			default:
				return fmt.Errorf("waiver %d has the key %q; its keys are rule, file, sheet, cell, value, reason and until", i+1, name)
			}
		}
	}
	return nil
}

// adjust gives a finding the severity that the settings want, and waives it when they say so.
func (cfg config) adjust(now time.Time) func(*onboarding.Finding) {
	return func(f *onboarding.Finding) {
		if s, ok := cfg.severity[f.Rule]; ok {
			f.Severity = s
		}
		f.Waived = slices.ContainsFunc(cfg.waivers, func(w waiver) bool { return now.Before(w.end) && w.fits(f) })
	}
}

func (w waiver) fits(f *onboarding.Finding) bool {
	file, sheet := "", ""
	if s := f.Place.Source; s != nil {
		file, sheet = s.File, s.Sheet
	}
	return w.Rule == f.Rule && (w.File == "" || w.File == file) && (w.Sheet == "" || w.Sheet == sheet) &&
		(w.Cell == "" || w.Cell == f.Place.Cell()) && (w.Value == "" || w.Value == f.Value)
}
