package webex

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkCreateSubscriber is one client against a server in the same process, as many calls at once as a run makes.
func BenchmarkCreateSubscriber(b *testing.B) {
	answer := []byte(`{"id":"Y2lzY29zcGFyazovL3VzL1NVQlNDUklCRVIvMQ","email":"ana@bakery.example","status":"provisioned","packages":["webex_calling"]}`)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(answer)
	}))
	defer srv.Close()
	c, err := New(Options{BaseURL: srv.URL, HTTP: &http.Client{Transport: Transport(64)}})
	if err != nil {
		b.Fatal(err)
	}
	n := NewSubscriber{
		CustomerID: "E1", Email: "ana@bakery.example", Packages: []string{"webex_calling"},
		ProvisioningParameters: SubscriberParameters{"Ana", "Diaz", "+15125550101", "0101", "L1"},
	}
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.CreateSubscriber(b.Context(), n); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkBareClient is the same exchange without us.
func BenchmarkBareClient(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"id":"x"}`)
	}))
	defer srv.Close()
	h := &http.Client{Transport: Transport(64)}
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			resp, err := h.Post(srv.URL, "application/json", http.NoBody)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	})
}
