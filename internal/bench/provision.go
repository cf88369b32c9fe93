package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/internal/sandbox"
)

// workers is how many calls are under way at once, in both programs.
const workers = 64

// benchProvisioning lets a bare client and muster take turns: each makes the same customers and users on a new sandbox
// of its own, in a process of its own.
func benchProvisioning(ctx context.Context, dir string, users, rounds int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, "provision")
	if err := (shape{users: users}).writeCSV(folder); err != nil {
		return err
	}
	var bare, ours []float64
	for i := range rounds {
		rate, err := bareRound(ctx, self, filepath.Join(dir, fmt.Sprintf("bare%d", i)), users)
		if err != nil {
			return err
		}
		bare = append(bare, rate)
		if rate, err = musterRound(ctx, dir, folder, i); err != nil {
			return err
		}
		ours = append(ours, rate)
	}
	slices.Sort(bare)
	slices.Sort(ours)
	fmt.Printf("provisioning %d users on the sandbox, %d workers\n", users, workers)
	fmt.Printf("  %-38s %9.0f calls/s  (%.0f to %.0f)\n", "bare net/http client, no journal", bare[rounds/2], bare[0], bare[rounds-1])
	fmt.Printf("  %-38s %9.0f calls/s  (%.0f to %.0f)  %.2f x\n", "muster apply, journal on", ours[rounds/2], ours[0], ours[rounds-1], ours[rounds/2]/bare[rounds/2])
	return nil
}

func bareRound(ctx context.Context, self, dir string, users int) (rate float64, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, self, "-provision", strconv.Itoa(users), "-part", "bare-client", dir).Output()
	if err != nil {
		return 0, fmt.Errorf("bare client: %w", err)
	}
	return strconv.ParseFloat(string(bytes.TrimSpace(out)), 64)
}

func musterRound(ctx context.Context, dir, folder string, i int) (rate float64, err error) {
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "muster"), "apply", folder, "--state", filepath.Join(dir, fmt.Sprintf("state%d", i)),
		"--concurrency", strconv.Itoa(workers), "--format", "ndjson", "--progress", "none")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("muster apply: %w: %s", err, errs.String())
	}
	var last struct{ Calls, Seconds float64 }
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
		return 0, err
	}
	return last.Calls / last.Seconds, nil
}

// bareClient sends the creates that muster sends, from a loop, and prints how many calls it made a second.
func bareClient(ctx context.Context, dir string, users int) (err error) {
	server, err := sandbox.Open(ctx, sandbox.Options{Path: filepath.Join(dir, "sandbox.db"), Clock: time.Now})
	if err != nil {
		return err
	}
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		return errors.Join(err, server.Close())
	}
	transport := &http.Transport{MaxIdleConnsPerHost: workers, MaxConnsPerHost: workers}
	b := &bare{base: l.URL(), http: &http.Client{Transport: transport}}
	defer func() {
		transport.CloseIdleConnections()
		err = errors.Join(err, l.Close(), server.Close())
	}()
	places, err := b.customers(ctx, shape{users: users})
	if err != nil {
		return err
	}
	began := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for n := range users {
		g.Go(func() error { return b.user(ctx, places[n/usersEach], n) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	fmt.Printf("%.1f\n", float64(users)/time.Since(began).Seconds())
	return nil
}

// bare is the client that does nothing but send.
type bare struct {
	base string
	http *http.Client
}

// place is where users are put.
type place struct{ customer, location string }

// customers makes the customers, before the time is taken.
func (b *bare) customers(ctx context.Context, s shape) ([]place, error) {
	for n := range s.customers() {
		row := customer(n)
		address := map[string]any{"addressLine1": row[5], "city": row[6], "stateOrProvince": row[7], "zipOrPostalCode": row[8], "country": row[3]}
		err := b.send(ctx, "POST", "/wholesale/customers", map[string]any{
			"provisioningId": templates()[1][1], "packages": []string{"webex_calling"}, "externalId": row[0], "address": address,
			"customerInfo": map[string]any{"name": row[1], "primaryEmail": row[2]},
			"provisioningParameters": map[string]any{"calling": map[string]any{"location": map[string]any{
				"name": row[11], "address": address, "timezone": row[12], "language": row[13],
			}}},
		}, nil)
		if err != nil {
			return nil, err
		}
	}
	places := make([]place, s.customers())
	for n := range places {
		var err error
		if places[n], err = b.place(ctx, customer(n)[0]); err != nil {
			return nil, err
		}
	}
	return places, nil
}

// place waits until a customer is there with its headquarters.
func (b *bare) place(ctx context.Context, externalID string) (p place, err error) {
	var list struct {
		Items []struct{ ID, OrgID, Status string }
	}
	for tries := 0; len(list.Items) != 1 || list.Items[0].Status != "provisioned"; tries++ {
		if tries > 100 {
			return p, fmt.Errorf("customer %s is not there", externalID)
		}
		if err := b.send(ctx, "GET", "/wholesale/customers?externalId="+externalID, nil, &list); err != nil {
			return p, err
		}
		time.Sleep(10 * time.Millisecond)
	}
	org := list.Items[0].OrgID
	if err := b.send(ctx, "GET", "/organizations/"+org, nil, nil); err != nil {
		return p, err
	}
	var sites struct{ Items []struct{ ID string } }
	if err := b.send(ctx, "GET", "/locations?orgId="+org, nil, &sites); err != nil {
		return p, err
	}
	if len(sites.Items) == 0 {
		return p, fmt.Errorf("customer %s has no headquarters", externalID)
	}
	return place{list.Items[0].ID, sites.Items[0].ID}, nil
}

func (b *bare) user(ctx context.Context, p place, n int) error {
	row := user(n)
	return b.send(ctx, "POST", "/wholesale/subscribers", map[string]any{
		"customerId": p.customer, "email": row[3], "packages": []string{"webex_calling"},
		"provisioningParameters": map[string]any{"firstName": row[1], "lastName": row[2], "extension": row[7], "locationId": p.location},
	}, nil)
}

func (b *bare) send(ctx context.Context, method, path string, body, into any) error {
	var r io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, b.base+path, r)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer bench")
	req.Header.Set("Content-Type", "application/json")
	res, err := b.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, data)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}
