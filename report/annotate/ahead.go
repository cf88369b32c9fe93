package annotate

import (
	"errors"
	"io"
)

// ahead reads a part in pieces beside the one who uses them: unpacking and packing take about the same time. Close it.
type ahead struct {
	pieces chan piece
	free   chan []byte
	stop   chan struct{}
	now    piece
	at     int
}

type piece struct {
	b   []byte
	err error
}

// pieceSize and aheadBy are how much is read ahead.
const (
	pieceSize = 256 << 10
	aheadBy   = 4
)

func readAhead(in io.Reader) *ahead {
	a := &ahead{pieces: make(chan piece, aheadBy), free: make(chan []byte, aheadBy+2), stop: make(chan struct{})}
	for range aheadBy + 2 {
		a.free <- make([]byte, pieceSize)
	}
	go a.run(in)
	return a
}

func (a *ahead) run(in io.Reader) {
	defer close(a.pieces)
	for {
		var b []byte
		select {
		case b = <-a.free:
		case <-a.stop:
			return
		}
		n, err := io.ReadFull(in, b[:pieceSize])
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		select {
		case a.pieces <- piece{b[:n], err}:
		case <-a.stop:
			return
		}
		if err != nil {
			return
		}
	}
}

// Read gives what was read ahead.
func (a *ahead) Read(b []byte) (int, error) {
	for a.at == len(a.now.b) {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.b != nil {
			a.free <- a.now.b
		}
		a.now, a.at = <-a.pieces, 0
	}
	n := copy(b, a.now.b[a.at:])
	a.at += n
	return n, nil
}

// Close ends the reading and waits for it.
func (a *ahead) Close() error {
	close(a.stop)
	for range a.pieces { // until it has ended
	}
	return nil
}
