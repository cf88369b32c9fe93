package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/sandbox"
)

// What is not there yet when it is asked for is asked for again, and found when it has come.
func TestVerifyAsksAgain(t *testing.T) {
	dir := t.TempDir()
	server, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(dir, "sandbox.db"), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	target, err := url.Parse(l.URL())
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{})
	var once sync.Once
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: target.Scheme, Host: target.Host}) },
		ModifyResponse: func(r *http.Response) error {
			if strings.HasSuffix(r.Request.URL.Path, "/wholesale/customers") {
				once.Do(func() { close(asked) })
			}
			return nil
		},
	}
	front := httptest.NewServer(proxy)
	defer front.Close()
	book := filepath.Join(samplesDir, "languages", "en.xlsx")
	verified := make(chan told)
	go func() {
		verified <- muster(t, "verify", book, "--state", filepath.Join(dir, "a"), "--target", front.URL+target.Path, "--rate", "1000/s", "--settle", "1m", "--format", "json")
	}()
	<-asked // it has been told that nothing is there
	if r := muster(t, "apply", book, "--state", filepath.Join(dir, "b"), "--target", l.URL(), "--rate", "1000/s", "--yes", "--progress", "none"); r.code != 0 {
		t.Errorf("apply exits with %d: %s %s", r.code, r.out, r.talk)
	}
	r := <-verified
	if r.code != 0 || !strings.Contains(r.out, `"different":0,"missing":0,"gone":0,"waiting":0,"not_checked":0,`) {
		t.Errorf("verify exits with %d: %s %s", r.code, r.out[:min(len(r.out), 600)], r.talk)
	}
}
