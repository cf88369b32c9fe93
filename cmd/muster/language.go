package main

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"muster/internal/locale"
	"muster/internal/onboarding"
)

// langFlag names the language of people.
func langFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "lang", Usage: "`LANGUAGE` of what is written for people: en, zh-TW, de, es, ar or ja", DefaultText: "as LC_ALL, LC_MESSAGES or LANG say",
		EnvVars: []string{"MUSTER_LANG"},
	}
}

// language reads --lang.
func language(c *cli.Context, w *locale.Words) (string, error) {
	want := c.String("lang")
	if want == "" {
		return w.Preferred(os.Getenv), nil
	}
	if lang, ok := w.Language(want); ok {
		return lang, nil
	}
	return "", hintedError{usagef("--lang %q is not known", want), "one of " + strings.Join(w.Languages(), ", ")}
}

// voice says texts for people in the language of --lang.
func voice(c *cli.Context) (onboarding.Voice, error) {
	lang, err := language(c, locale.Load())
	if err != nil {
		return nil, err
	}
	return locale.Speak(lang), nil
}
