package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/blank"
)

func initCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "init",
		Usage: "write an empty workbook: headings in your language, drop-downs, notes, an example row",
		Description: "The example stands above the headings, where nothing is read. Fill the rows below, then run `muster check`.\n" +
			"A file that is there is not overwritten without --force.",
		Flags: []cli.Flag{
			configFlag(),
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "book.xlsx", Usage: "write the workbook to `FILE`"},
			langFlag(),
			&cli.BoolFlag{Name: "force", Usage: "overwrite the file"},
		},
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return initBook(c, s) },
	}
}

func initBook(c *cli.Context, s streams) error {
	path := c.String("out")
	switch {
	case c.Args().Present():
		return hintedError{usagef("init reads no input, and %q is one", c.Args().First()), "--out names the file to write"}
	case !strings.EqualFold(filepath.Ext(path), ".xlsx"):
		return hintedError{usagef("--out %q does not end with .xlsx", path), "for example --out book.xlsx"}
	}
	t := loadTables()
	lang, err := language(c, t.words)
	if err != nil {
		return err
	}
	if err := writable("out", path, nil); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil && !c.Bool("force") {
		return hintedError{usageError{fmt.Errorf("--out %q is there already", path)}, "choose another name, or overwrite it with --force"}
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("look for --out %q: %w", path, err)
	}
	err = replace(path, func(w io.Writer) error {
		return blank.Write(w, blank.Options{Facts: t.facts, Words: t.words, Language: lang, Made: time.Now()})
	})
	if err != nil {
		return fmt.Errorf("write --out %q: %w", path, err)
	}
	fmt.Fprintf(s.err, "wrote %s: fill it below the headings, then run `muster check %s`\n", path, path)
	return nil
}
