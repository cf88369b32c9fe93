package torture

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// network is a loopback that lives in memory: what waits on it waits in virtual time.
type network struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newNetwork() *network { return &network{conns: make(chan net.Conn), done: make(chan struct{})} }

func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.done:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error {
	n.once.Do(func() { close(n.done) })
	return nil
}

func (n *network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// dial gives one end of a pipe to the server and the other to the client.
func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case n.conns <- far:
		return near, nil
	case <-n.done:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// transport is an HTTP transport over the network.
func (n *network) transport(t *http.Transport) *http.Transport {
	t.DialContext, t.Proxy = n.dial, nil
	return t
}
