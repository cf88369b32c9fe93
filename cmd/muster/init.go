package main

import (
	"cmp"
	"fmt"
	"io"
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
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "book.xlsx", Usage: "write the workbook to `FILE`; - for standard output"},
			langFlag(),
			forceFlag(),
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
	case path != "-" && !strings.EqualFold(filepath.Ext(path), ".xlsx"):
		return hintedError{usagef("--out %q does not end with .xlsx", path), "for example --out book.xlsx"}
	}
	t := loadTables()
	lang, err := language(c, t.words)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		return blank.Write(w, blank.Options{Facts: t.facts, Words: t.words, Language: lang, Made: time.Now()})
	}
	if path == "-" {
		return write(s.out)
	}
	if err := cmp.Or(writable("out", path, nil), absent("out", path, c.Bool("force"))); err != nil {
		return err
	}
	if err := replaceAs(path, shared, write); err != nil {
		return fmt.Errorf("write --out %q: %w", path, err)
	}
	speechOf(c, s).line("wrote %s: fill it below the headings, then run `muster check %s`", path, path)
	return nil
}
