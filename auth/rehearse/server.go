package rehearse

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Bounds of what the server takes from a browser.
const (
	maxBody   = 1 << 20 // bytes of one answer; real SAML responses have some ten thousand
	maxHeader = 64 << 10
)

// server is the loopback side of a rehearsal: the operator's page, and the addresses at which answers arrive.
type server struct {
	http     *http.Server
	listener net.Listener
	base     string   // "http://127.0.0.1:4711"
	hosts    []string // values of the Host header that are ours
	home     string   // "/random/"
	single   bool

	mu    sync.Mutex // guards party and ended
	party party
	ended bool

	done   chan struct{} // closed when there is nothing left to wait for
	served chan struct{} // closed when the serving goroutine has ended
}

// CheckListen refuses addresses that other computers could reach, and those that are none.
func CheckListen(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen on %q: the address must have the form HOST:PORT, such as 127.0.0.1:8443", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("listen on %q: only loopback addresses such as 127.0.0.1:8443 are served", address)
	}
	return nil
}

// listen opens the port, so that the addresses to register are known. Nothing is served yet.
func listen(o Options) (*server, error) {
	if err := CheckListen(o.Listen); err != nil {
		return nil, err
	}
	var config net.ListenConfig
	socket, err := config.Listen(context.Background(), "tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", o.Listen, err)
	}
	_, port, err := net.SplitHostPort(socket.Addr().String())
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	host, _, _ := net.SplitHostPort(o.Listen) // checked above
	scheme := "http"
	if o.HTTPS {
		scheme, host = "https", "localhost"
		certificate, err := selfSigned(o.Clock())
		if err != nil {
			return nil, errors.Join(err, socket.Close())
		}
		socket = tls.NewListener(socket, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	}
	return &server{
		listener: socket, base: scheme + "://" + net.JoinHostPort(host, port), home: "/" + rand.Text() + "/", single: o.Single,
		hosts: []string{net.JoinHostPort(host, port), net.JoinHostPort("localhost", port), net.JoinHostPort("127.0.0.1", port)},
		done:  make(chan struct{}), served: make(chan struct{}),
	}, nil
}

// selfSigned makes a certificate for the loopback names that lives for a day.
func selfSigned(now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a key for https: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate for https: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// serve begins to answer browsers on behalf of a relying party.
func (s *server) serve(p party) {
	s.party = p
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+s.home+"{$}", s.show)
	mux.HandleFunc("GET "+s.home+"start/{id}", s.start)
	mux.HandleFunc("POST "+s.home+"finish", s.finish)
	for _, pattern := range p.routes() {
		mux.HandleFunc(pattern, s.receive)
	}
	s.http = &http.Server{
		Handler: s.guard(mux), MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute,
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(s.listener) // ends with ErrServerClosed; browsers see every other end
	}()
}

// guard refuses requests for other hosts, which is how a foreign page would reach us by rebinding its name, and bounds and
// seals the rest.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		if !slices.Contains(s.hosts, r.Host) {
			http.Error(w, "this address is served for the operator's own computer alone", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

func (s *server) show(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.render(w, http.StatusOK, "")
}

// start sends the browser to the provider with a fresh request. An earlier one of the same kind is void from then on.
func (s *server) start(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		s.render(w, http.StatusGone, "the rehearsal is over")
		return
	}
	d, err := s.party.begin(r.PathValue("id"))
	if err != nil {
		s.render(w, http.StatusConflict, err.Error())
		return
	}
	if len(d.fields) == 0 {
		w.Header().Set("Location", d.url)
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	s.renderForm(w, d)
}

// receive takes an answer of the provider. What was not taken is told with status 403.
func (s *server) receive(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		s.render(w, http.StatusGone, "the rehearsal is over; this answer was not read")
		return
	}
	if err := s.party.receive(r); err != nil {
		s.render(w, http.StatusForbidden, err.Error())
		return
	}
	if s.complete() {
		s.end()
	}
	s.render(w, http.StatusOK, "")
}

func (s *server) finish(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end()
	s.render(w, http.StatusOK, "")
}

// complete reports whether every wished request has its answer.
func (s *server) complete() bool {
	list := s.party.requests()
	if s.single {
		list = list[:1]
	}
	return !slices.ContainsFunc(list, func(r Request) bool { return r.State != Answered })
}

func (s *server) end() {
	if !s.ended {
		s.ended = true
		close(s.done)
	}
}

func (s *server) report() *Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.party.report()
}

// close lets pages that are being written reach the browser, for two seconds.
func (s *server) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.served
	return err
}
