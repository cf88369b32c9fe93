package webex

import (
	"encoding/json"
	"testing"
	"time"
)

func TestCode(t *testing.T) {
	for in, want := range map[string]code{`1001`: "1001", `"1001"`: "1001", `" WXC-4201 "`: "WXC-4201", `null`: "", `{}`: "", `-1`: "-1", `true`: ""} {
		var c code
		must(t, json.Unmarshal([]byte(in), &c))
		diff(t, want, c)
	}
}

func TestFlag(t *testing.T) {
	for in, want := range map[string]Flag{`true`: true, `"true"`: true, `false`: false, `"no"`: false, `null`: false, `{}`: false} {
		var f Flag
		must(t, json.Unmarshal([]byte(in), &f))
		diff(t, want, f)
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2021, 8, 6, 2, 5, 41, 791232e3, time.UTC)
	for in, want := range map[string]time.Time{
		`"2021-08-06T02:05:41.791232Z"`:      at,
		`"2021-08-06T04:05:41.791232+02:00"`: at,
		`"2021-08-06T02:05:41.791232+0000"`:  at,
		`"2021-08-06T02:05:41.791232"`:       at,
		`1628215541791`:                      at.Truncate(time.Millisecond),
		`"soon"`:                             {}, `null`: {}, `{}`: {},
	} {
		var got Time
		must(t, json.Unmarshal([]byte(in), &got))
		diff(t, want, got.Time)
	}
}

func TestOneOrMany(t *testing.T) {
	for in, want := range map[string]oneOrMany[int]{`[1,2]`: {1, 2}, `1`: {1}, `null`: nil, `[]`: {}} {
		var got oneOrMany[int]
		must(t, json.Unmarshal([]byte(in), &got))
		diff(t, want, got)
	}
	var got oneOrMany[int]
	if err := json.Unmarshal([]byte(`["a"]`), &got); err == nil {
		t.Error("a text was read as a number")
	}
}

// FuzzDecode feeds every answer we decode: none may panic, and what was read once reads the same again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"items":[{"id":"E1","status":"provisioned","packages":["webex_suite"],"errors":[{"errorCode":"1"}]}]}`))
	f.Add([]byte(`{"message":"success","info":{"infoCode":100}}`))
	f.Add([]byte(`{"id":"P1","roles":["R"],"invitePending":"true","phoneNumbers":[{"primary":"x"}]}`))
	f.Add([]byte(`{"numbers":[{"number":"+1","detail":"x"}],"created":5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, out := range []any{
			new(page[Customer]), new(page[Subscriber]), new(page[Number]), new(page[Person]), new(page[CallingLocation]),
			new(Precheck), new(NumberCheck), new(PSTNConnection), new(Organization),
		} {
			_ = decode(b, out)
		}
		var p Person
		if decode(b, &p) != nil || p.raw == nil {
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("a person that was read cannot be written: %v", err)
		}
		var q Person
		if err := decode(again, &q); err != nil {
			t.Fatalf("a person that was written cannot be read: %v", err)
		}
		diff(t, p.Roles, q.Roles)
		diff(t, p.ID, q.ID)
	})
}
