package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"muster/internal/sandbox"
)

// BenchmarkCreateSubscriber measures 64 clients that create users in a durable sandbox over loopback.
func BenchmarkCreateSubscriber(b *testing.B) {
	f := serveFile(b, filepath.Join(b.TempDir(), "sandbox.db"), sandbox.Settings{})
	tenants := make([]tenant, 16)
	for i := range tenants {
		tenants[i] = f.provision(fmt.Sprintf("crm-%d", i))
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			t := tenants[i%16]
			body := t.userJSON(fmt.Sprintf("user%07d@c%d.example", i, i%16), fmt.Sprintf("%07d", i))
			req, _ := http.NewRequest(http.MethodPost, f.http.URL+"/v1/wholesale/subscribers", strings.NewReader(body))
			req.Header.Set("Authorization", "Bearer x")
			req.Header.Set("Content-Type", "application/json")
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				b.Errorf("status %d", resp.StatusCode)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}
