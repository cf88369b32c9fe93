package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Listener serves a sandbox on a loopback address.
type Listener struct {
	server *http.Server
	addr   net.Addr
	done   chan struct{}
}

// Listen serves on a loopback address such as "127.0.0.1:0" and refuses every other, because the sandbox lets anybody
// in.
func (s *Server) Listen(addr string) (*Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: use HOST:PORT: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %q: only loopback addresses such as 127.0.0.1:8080 are served", addr)
	}
	var config net.ListenConfig
	socket, err := config.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	l := &Listener{
		server: &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second},
		addr:   socket.Addr(), done: make(chan struct{}),
	}
	go func() {
		defer close(l.done)
		_ = l.server.Serve(socket) // ends with ErrServerClosed; clients see every other end
	}()
	return l, nil
}

// URL is the base URL for clients.
func (l *Listener) URL() string { return "http://" + l.addr.String() + "/v1" }

// Close lets requests in flight end for two seconds, then drops them.
func (l *Listener) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := l.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = l.server.Close()
	}
	<-l.done
	return err
}
