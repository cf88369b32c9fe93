package repair

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/flate"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// workbook copies the parts of a workbook as they are packed, but for the worksheets that change.
func (r *Repairer) workbook(w io.Writer, f *os.File, tables []sheet.Table, say func(onboarding.Change) error) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	in, err := zip.NewReader(f, st.Size())
	if err != nil {
		return err
	}
	in.RegisterDecompressor(zip.Deflate, flate.NewReader)
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.DefaultCompression)
	})
	if err := out.SetComment(in.Comment); err != nil {
		return err
	}
	for _, part := range in.File {
		if err := r.part(out, part, tables, say); err != nil {
			return fmt.Errorf("part %q: %w", part.Name, err)
		}
	}
	return out.Close()
}

func (r *Repairer) part(out *zip.Writer, part *zip.File, tables []sheet.Table, say func(onboarding.Change) error) error {
	for _, t := range tables {
		if t.Part() != part.Name {
			continue
		}
		changes, err := r.changes(t)
		if err != nil {
			return err
		}
		if changes {
			return r.worksheet(out, part, t, say)
		}
	}
	return out.Copy(part)
}

// worksheet writes a part anew, with the changes in place.
func (r *Repairer) worksheet(out *zip.Writer, part *zip.File, t sheet.Table, say func(onboarding.Change) error) (err error) {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	w, err := out.CreateHeader(&zip.FileHeader{
		Name: part.Name, Comment: part.Comment, NonUTF8: part.NonUTF8, Modified: part.Modified, Method: zip.Deflate,
		CreatorVersion: part.CreatorVersion, ExternalAttrs: part.ExternalAttrs,
	})
	if err != nil {
		return err
	}
	next, stop := r.pulled(t)
	defer stop()
	b := bufio.NewWriterSize(w, chunk)
	if err := rewriteGrid(b, in, editor{next, say}); err != nil {
		return err
	}
	return b.Flush()
}
