package saml

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// refusal is what a check of the families DOC and SEL has to say; as an error, why a file cannot be read.
type refusal struct {
	id            string
	line          int // 0 for the whole file
	value         string
	message, hint onboarding.Text // without hint, that of the check is given
}

func (r *refusal) Error() string { return r.message.String() }

// refuse makes a refusal with the hint of its check.
func refuse(id string, line int, value string, message onboarding.Text) *refusal {
	return &refusal{id: id, line: line, value: value, message: message}
}

// read reads and decodes the file and walks over it once. It leaves j.doc nil, and a blocker, when the file cannot be read.
func (j *judge) read(r io.Reader) {
	j.Limits = j.Limits.withDefaults()
	doc, warned, err := j.document(r)
	if warned != nil {
		j.find(check.Warn, warned)
	}
	if err == nil {
		j.doc = doc
		return
	}
	j.block(err)
}

// block records why the file cannot be read. Whatever is no refusal comes from its source.
func (j *judge) block(err error) {
	var why *refusal
	if !errors.As(err, &why) {
		why = refuse("SAML-DOC-001", 0, "", onboarding.T("the metadata cannot be read to its end: %v", err))
	}
	if why.id == "SAML-DOC-003" && j.SourceURL != "" {
		why.hint = onboarding.T("you were probably not signed in when %q was saved: download the metadata file itself", j.SourceURL)
	}
	j.find(check.Blocker, why)
}

// find records a finding of the check that a refusal names.
func (j *judge) find(level check.Level, why *refusal) {
	f := check.Finding{ID: why.id, Level: level, Message: why.message, Hint: why.hint, Line: why.line, Value: why.value, Subject: check.Metadata}
	if f.Hint.Empty() {
		f.Hint = onboarding.Text{Format: fix(why.id)}
	}
	j.found = append(j.found, f)
}

// fix gives what the checks that run while reading advise.
func fix(id string) string {
	for _, e := range slices.Concat(documentChecks(), selectionChecks()) {
		if e.ID == id {
			return e.Fix
		}
	}
	return ""
}

// document reads a document; warned is what is odd about its encoding, if anything.
func (j *judge) document(r io.Reader) (doc *Document, warned *refusal, err error) {
	raw, err := readLimited(r, j.Limits.Bytes)
	if err != nil {
		return nil, nil, err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil, refuse("SAML-DOC-001", 0, "", onboarding.T("the metadata file is empty"))
	}
	text, marked, err := unmark(raw)
	if err != nil {
		return nil, nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil, refuse("SAML-DOC-001", 0, "", onboarding.T("the metadata file holds a byte-order mark and nothing else"))
	}
	if why := otherFormat(text); why != nil {
		return nil, nil, why
	}
	text, warned, err = decode(text, marked)
	if err != nil {
		return nil, nil, err
	}
	if why := illegalCharacter(text); why != nil {
		return nil, warned, why
	}
	doc, err = survey(text, j.Limits)
	return doc, warned, err
}

// readLimited reads a whole file, and one byte more than is allowed to see that it is too long.
func readLimited(r io.Reader, limit int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > limit {
		return nil, refuse("SAML-DOC-002", 0, "", onboarding.T("the file is longer than %d bytes, the limit", limit))
	}
	return raw, nil
}
