package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"strings"
)

// counting counts and hashes what is written.
type counting struct {
	to    io.Writer
	hash  hash.Hash
	bytes int64
}

// Write hands on.
func (n *counting) Write(p []byte) (int, error) {
	n.bytes += int64(len(p))
	n.hash.Write(p)
	return n.to.Write(p)
}

// readme says what is in the archive.
func (b *bundling) readme(w io.Writer) error {
	_, err := io.WriteString(w, strings.NewReplacer("RUN", b.info.ID, "VERSION", b.facts.Version).Replace(`Support archive of run RUN, made by muster VERSION

Everything here is redacted: names of companies and people, addresses, telephone numbers, emails, customer
ids, hosts and names of files are pseudonyms. One value has one pseudonym in all files of this archive and in
all reports of the same state directory. Its owner can find the value behind a pseudonym, nobody else can.

  user-xxxxxxxx@domain-xxxxxxxx.example   an email address; one domain, one pseudonym
  +49bkrtnzqwm                            a telephone number: country code and length are true, small
                                          letters stand for digits
  XKbB dQD                                a postal code or short id: capitals stand for letters, small
                                          letters for digits
  anon-xxxxxxxx                           any other text

Ids of the service, tracking ids, statuses, codes, packages, countries, counts, rows and columns are as they were.

  MANIFEST.json     facts of the run; name, size and SHA-256 of each file
  rows.ndjson       each planned row: how far it came, intents, status, the service's id
  calls.ndjson      each call that was to change something: when, what about, the answer, its tracking id
  failures.ndjson   rows that failed: the error, and the body that was sent and answered (8 KiB of each)
  tracking-ids.txt  tracking id, time, HTTP status, kind and key of the calls that failed
  report.json       the report of the run (schema muster/run/1, of an undo muster/undo/1)
  report.html       the same for people
  log.txt           the end of the log, where one was written
`))
	return err
}

// logTail is how much of a log is packed, in bytes.
const logTail = 1 << 20

// log packs the end of the log: the file that is named, else the one that the run was told to write.
func (b *bundling) log() error {
	path := b.c.String("log-file")
	if path == "" {
		var flags map[string][]string
		if json.Unmarshal([]byte(b.facts.Flags), &flags) != nil || len(flags["log-file"]) != 1 {
			return nil
		}
		path = flags["log-file"][0]
	}
	text, err := tail(path, logTail)
	if errors.Is(err, fs.ErrNotExist) && b.c.String("log-file") == "" {
		return nil // it was put away
	}
	if err != nil {
		return usageError{err}
	}
	return b.add("log.txt", func(w io.Writer) error {
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, logTail+1)
		for lines.Scan() {
			if _, err := io.WriteString(w, b.redactor.LogLine(lines.Text())+"\n"); err != nil {
				return err
			}
		}
		return lines.Err()
	})
}

// tail gives the last whole lines of a file, at most so many bytes.
func tail(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.Size() > most {
		if _, err := f.Seek(-most, io.SeekEnd); err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(io.LimitReader(f, most))
	if i := bytes.IndexByte(text, '\n'); st.Size() > most && i >= 0 {
		text = text[i+1:]
	}
	return text, err
}
