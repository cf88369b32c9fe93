// Command gen writes the sample workbooks, the same bytes on each run.
package main

import (
	"bytes"
	"encoding/csv"
	"log"
	"os"
	"path/filepath"

	"muster/internal/locale"
)

func main() {
	log.SetFlags(0)
	if err := generate("."); err != nil {
		log.Fatal(err)
	}
}

// generate writes every sample under dir.
func generate(dir string) error {
	w := writer{locale.Load()}
	files := make(map[string][]byte)
	var err error
	if files["migration.xlsx"], err = w.xlsx(migration(), "en"); err != nil {
		return err
	}
	if err := w.broken(files); err != nil {
		return err
	}
	for _, d := range dictionaries() {
		if files["languages/"+d.lang+".xlsx"], err = w.xlsx(d.small(), d.lang); err != nil {
			return err
		}
	}
	for _, s := range dictionaries()[0].small() {
		if files["csv/"+s.kind.String()+".csv"], err = w.csv(s, "en"); err != nil {
			return err
		}
	}
	for _, folder := range []string{"", "languages/", "csv/"} {
		files[folder+"idp-metadata.xml"] = []byte(metadata)
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// broken writes the workbook with planted errors and the list of them.
func (w writer) broken(files map[string][]byte) error {
	b := migration()
	list := plant(&b, w)
	var err error
	if files["broken.xlsx"], err = w.xlsx(b, "en"); err != nil {
		return err
	}
	var out bytes.Buffer
	c := csv.NewWriter(&out)
	if err := c.Write([]string{"rule", "severity", "cell"}); err != nil {
		return err
	}
	for _, e := range list {
		if err := c.Write([]string{e.rule, e.severity, e.cell}); err != nil {
			return err
		}
	}
	c.Flush()
	files["broken.expected.csv"] = out.Bytes()
	return c.Error()
}
