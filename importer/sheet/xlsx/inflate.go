package xlsx

import "io"

const (
	chunkSize   = 128 * kib
	chunkHead   = 32 * kib // room before the bytes of a chunk for the rest of the one before
	chunksAhead = 6
)

// chunk is a piece of an unpacked part. Its bytes stand after chunkHead free ones.
type chunk struct {
	buf []byte
	err error // that ended the part after these bytes; io.EOF: whole, checksum right
}

// inflater unpacks a part ahead of its reader, in a goroutine of its own.
type inflater struct {
	full chan chunk
	free chan []byte
	stop chan struct{}
	done chan struct{}
}

// inflate starts to unpack. size is how many bytes are expected; a wrong one does no harm.
func inflate(src io.ReadCloser, size int64) *inflater {
	in := &inflater{
		full: make(chan chunk, chunksAhead),
		free: make(chan []byte, chunksAhead),
		stop: make(chan struct{}),
		done: make(chan struct{}),
	}
	for range chunksAhead {
		in.free <- nil
	}
	// One byte more than expected lets the first chunk see the end.
	go in.run(src, int(min(chunkSize, max(size, 0)+1)))
	return in
}

func (in *inflater) run(src io.ReadCloser, size int) {
	defer close(in.done)
	defer src.Close() // it has nothing to tell that reading did not
	for {
		var buf []byte
		select {
		case buf = <-in.free:
		case <-in.stop:
			return
		}
		if buf == nil {
			buf = make([]byte, chunkHead+size)
		}
		n, err := fill(src, buf[chunkHead:])
		select {
		case in.full <- chunk{buf[:chunkHead+n], err}:
		case <-in.stop:
			return
		}
		if err != nil {
			return
		}
	}
}

// fill is io.ReadFull, except that the source's own error comes through.
func fill(src io.Reader, buf []byte) (n int, err error) {
	for idle := 0; n < len(buf) && err == nil; {
		var m int
		m, err = src.Read(buf[n:])
		n += m
		if idle++; m > 0 {
			idle = 0
		} else if idle > 100 && err == nil {
			err = io.ErrNoProgress
		}
	}
	return n, err
}

// recycle gives the buffer of a chunk back. It never blocks: there are no more buffers than free has room for.
func (in *inflater) recycle(buf []byte) { in.free <- buf[:cap(buf)] }

// close stops the goroutine and waits for its end. It may be called more than once, by one goroutine.
func (in *inflater) close() {
	select {
	case <-in.stop:
	default:
		close(in.stop)
	}
	<-in.done
}
