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

// customerLangFlag names the language of those to whom a page is handed on.
func customerLangFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "lang-customer", Usage: "tell findings on an HTML page in this `LANGUAGE`, too", EnvVars: []string{"MUSTER_LANG_CUSTOMER"},
	}
}

// language reads --lang.
func language(c *cli.Context, w *locale.Words) (string, error) {
	if c.String("lang") == "" {
		return w.Preferred(os.Getenv), nil
	}
	return languageOf(c, w, "lang")
}

func languageOf(c *cli.Context, w *locale.Words, flag string) (string, error) {
	if lang, ok := w.Language(c.String(flag)); ok {
		return lang, nil
	}
	return "", hintedError{usagef("--%s %q is not known", flag, c.String(flag)), "one of " + strings.Join(w.Languages(), ", ")}
}

// speak chooses the languages of an output's readers. The same language twice is told once.
func (o *output) speak(c *cli.Context) (err error) {
	if o.voice, err = voice(c); err != nil || c.String("lang-customer") == "" {
		return err
	}
	lang, err := languageOf(c, locale.Load(), "lang-customer")
	if err == nil && lang != o.voice.Language() {
		o.second = voiceOf(c, lang)
	}
	return err
}

// speaker is the name under which the program is handed what makes the voice of a language.
const speaker = "speaker"

// voiceOf gives the voice of a language.
func voiceOf(c *cli.Context, lang string) onboarding.Voice {
	return c.App.Metadata[speaker].(func(string) onboarding.Voice)(lang)
}

// voice says texts for people in the language of --lang.
func voice(c *cli.Context) (onboarding.Voice, error) {
	lang, err := language(c, locale.Load())
	if err != nil {
		return nil, err
	}
	return voiceOf(c, lang), nil
}
