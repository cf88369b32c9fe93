package xlsx

import (
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

var errUTF16 = errors.New("the text is not valid UTF-16")

// decodeText takes the byte order mark off a part and turns UTF-16 into UTF-8. wide tells that it was UTF-16.
func decodeText(src io.ReadCloser) (out io.ReadCloser, wide bool, err error) {
	head := make([]byte, 4)
	n, err := fill(src, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	back := &replay{head: head[:n], end: err, ReadCloser: src}
	switch {
	case n >= 3 && string(head[:3]) == "\xEF\xBB\xBF":
		back.head = back.head[3:]
	case n >= 2 && (string(head[:2]) == "\xFF\xFE" || string(head[:2]) == "\xFE\xFF"):
		back.head = back.head[2:]
		return &utf16Reader{ReadCloser: back, big: head[0] == 0xFE}, true, nil
	case n >= 2 && (head[0] == 0) != (head[1] == 0):
		return &utf16Reader{ReadCloser: back, big: head[0] == 0}, true, nil
	}
	return back, false, nil
}

// replay gives bytes that were looked at once more, then the rest.
type replay struct {
	head []byte
	end  error // met while looking
	io.ReadCloser
}

func (r *replay) Read(p []byte) (int, error) {
	if len(r.head) > 0 {
		n := copy(p, r.head)
		r.head = r.head[n:]
		return n, nil
	}
	if r.end != nil {
		return 0, r.end
	}
	return r.ReadCloser.Read(p)
}

// utf16Reader turns UTF-16 into UTF-8 and refuses half characters.
type utf16Reader struct {
	io.ReadCloser
	big  bool
	in   []byte // read, not yet turned
	out  []byte // turned, not yet given; a part of text
	text []byte
	buf  [4 * kib]byte
	high rune // first half of a pair; 0: none
	err  error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		n, err := u.ReadCloser.Read(u.buf[len(u.in):])
		u.in = u.buf[:len(u.in)+n]
		u.err = err
		if bad := u.turn(); bad != nil {
			u.err = bad
		} else if errors.Is(err, io.EOF) && (len(u.in) > 0 || u.high != 0) {
			u.err = errUTF16
		}
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// turn turns all whole units of in and keeps an odd byte.
func (u *utf16Reader) turn() error {
	u.text = u.text[:0]
	for len(u.in) >= 2 {
		r := rune(u.in[0]) | rune(u.in[1])<<8
		if u.big {
			r = rune(u.in[0])<<8 | rune(u.in[1])
		}
		u.in = u.in[2:]
		if err := u.unit(r); err != nil {
			return err
		}
	}
	u.in = u.buf[:copy(u.buf[:], u.in)]
	u.out = u.text
	return nil
}

func (u *utf16Reader) unit(r rune) error {
	switch {
	case u.high != 0:
		pair := utf16.DecodeRune(u.high, r)
		if pair == utf8.RuneError {
			return errUTF16
		}
		u.high = 0
		u.text = utf8.AppendRune(u.text, pair)
	case r >= 0xD800 && r < 0xDC00:
		u.high = r
	case r >= 0xDC00 && r < 0xE000:
		return errUTF16
	default:
		u.text = utf8.AppendRune(u.text, r)
	}
	return nil
}
