package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

const (
	magicOLE2 = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	magicZip  = "PK\x03\x04"

	// encryptedStream is the name of the stream that holds a protected workbook, as UTF-16.
	encryptedStream = "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
)

// container is the zip file of a workbook.
type container struct {
	parts  map[string]*zip.File // by name without regard to case, as the packaging rules want
	limits Limits
}

func openContainer(r io.ReaderAt, size int64, limits Limits) (*container, error) {
	magic := make([]byte, 8)
	n, err := r.ReadAt(magic, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	magic = magic[:n]
	if string(magic) == magicOLE2 {
		return nil, legacyOrPassword(io.NewSectionReader(r, 0, size))
	}
	z, err := zip.NewReader(r, size)
	switch {
	case err == nil:
	case bytes.HasPrefix(magic, []byte(magicZip)):
		return nil, damagedZip("", "the directory at the end of the file cannot be read, the file is cut short or overwritten", err)
	case errors.Is(err, zip.ErrFormat):
		return nil, ErrNotZip
	default:
		return nil, damagedZip("", "the zip directory cannot be read", err)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	return newContainer(z, limits)
}

// legacyOrPassword tells a protected workbook from an old one: both are OLE2 files.
func legacyOrPassword(r io.Reader) error {
	const overlap = len(encryptedStream) - 1
	buf := make([]byte, 64*kib)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		have := kept + n
		if bytes.Contains(buf[:have], []byte(encryptedStream)) {
			return ErrPassword
		}
		if errors.Is(err, io.EOF) {
			return ErrLegacy
		}
		if err != nil {
			return err
		}
		kept = copy(buf, buf[max(0, have-overlap):have])
	}
}

func newContainer(z *zip.Reader, limits Limits) (*container, error) {
	c := &container{parts: make(map[string]*zip.File, len(z.File)), limits: limits}
	if err := within("parts", int64(len(z.File)), limits.Parts, ""); err != nil {
		return nil, err
	}
	var total uint64
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		key := partKey(f.Name)
		if c.parts[key] != nil {
			return nil, damagedZip(f.Name, "the part is in the file twice", nil)
		}
		c.parts[key] = f
		// A declared size near 2^64 must not wrap around.
		total += min(f.UncompressedSize64, 1<<48)
		if err := within("bytes", int64(total), limits.Bytes, ""); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// partKey folds the name of a part. Some programs write backslashes.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (c *container) has(name string) bool { return c.parts[partKey(name)] != nil }

// size is what the directory says a part unpacks to.
func (c *container) size(name string) int64 {
	if f := c.parts[partKey(name)]; f != nil {
		return int64(f.UncompressedSize64)
	}
	return 0
}

// resolve gives the name of the part that a relationship of the part from points to.
func resolve(from, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return path.Clean(target)[1:]
	}
	return path.Join(path.Dir(from), target)
}

// relsOf is the part that holds the relationships of a part; the empty name stands for the package itself.
func relsOf(part string) string {
	if part == "" {
		return "_rels/.rels"
	}
	return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
}

// open gives the unpacked bytes of a part. Their checksum is checked when they are read to the end.
func (c *container) open(name string) (io.ReadCloser, error) {
	f := c.parts[partKey(name)]
	if f == nil {
		return nil, damagedZip(name, "the part is missing", nil)
	}
	if f.Flags&1 != 0 {
		return nil, ErrPassword
	}
	if int64(f.UncompressedSize64) > c.limits.RatioFloor {
		ratio := int64(f.UncompressedSize64 / max(1, f.CompressedSize64))
		if err := within("ratio", ratio, c.limits.Ratio, f.Name); err != nil {
			return nil, err
		}
	}
	r, err := f.Open()
	if err != nil {
		return nil, damagedZip(f.Name, "the part cannot be unpacked", err)
	}
	if f.CRC32 == 0 {
		r = &summed{ReadCloser: r}
	}
	return r, nil
}

// summed checks a part whose checksum is given as zero, which archive/zip takes for "not given".
type summed struct {
	io.ReadCloser
	sum uint32
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	if errors.Is(err, io.EOF) && s.sum != 0 {
		err = zip.ErrChecksum
	}
	return n, err
}
