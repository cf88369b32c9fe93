package online_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/importer/online"
	"muster/internal/webex"
)

// service answers by what it is asked: addresses of users and names of customers say what is to come.
func service(t *testing.T) *webex.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		say := func(status int, text string) {
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
		switch body := string(b); {
		case strings.Contains(r.URL.Path, "countries"):
			say(200, `{"stateRequired":true,"zipCodeRequired":false,"states":[{"code":"TX","name":"Texas"}],"timeZones":["America/Chicago"]}`)
		case strings.Contains(r.URL.Path, "validateNumbers"):
			say(200, `{"status":"ERRORS","numbers":[{"number":"+1","state":"Available","detail":[]},{"number":"+2","state":"Duplicate","detail":["[Error 8363] DN is in use : +2"]},{"number":"+1","state":"Duplicate In List","detail":[]}]}`)
		case strings.Contains(body, "taken"):
			say(409, `{"message":"no","errors":[{"errorCode":10022,"description":"tied to an existing user"}]}`)
		case strings.Contains(body, "flawed"):
			say(400, `{"message":"bad","errors":[{"errorCode":1001,"description":"state is missing","fieldName":"address.stateOrProvince"},{"errorCode":1002,"description":"name too long","fieldName":"provisioningParameters.calling.location.name"}]}`)
		case strings.Contains(body, "secret"):
			say(403, `{"message":"not yours"}`)
		case strings.Contains(body, "remark"):
			say(200, `{"message":"success","info":[{"infoCode":100,"description":"fine"},{"infoCode":117,"description":"a free account exists"}]}`)
		case strings.Contains(body, "expired"):
			say(401, `{"message":"token"}`)
		default:
			say(200, `{"message":"success","info":[{"infoCode":100,"description":"fine"}]}`)
		}
	}))
	t.Cleanup(server.Close)
	c, err := webex.New(webex.Options{BaseURL: server.URL, Clock: time.Now, Sleep: func(context.Context, time.Duration) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func user(email string, row int) online.Question {
	return online.Question{User: &webex.NewSubscriber{Email: email}, At: []online.At{{File: "u.csv", Row: row}}}
}

func customer(name string, row int) online.Question {
	return online.Question{Customer: &webex.NewCustomer{CustomerInfo: &webex.CustomerInfo{Name: name, PrimaryEmail: "a@b.example"}}, At: []online.At{{File: "c.csv", Row: row}}}
}

func of(questions ...online.Question) iter.Seq2[online.Question, error] {
	return func(yield func(online.Question, error) bool) {
		for _, q := range questions {
			if !yield(q, nil) {
				return
			}
		}
	}
}

func text(a online.Answer) string {
	out := []string{fmt.Sprint(a.Question.At[0].File, ":", a.Question.At[0].Row)}
	for _, c := range a.Against {
		out = append(out, fmt.Sprintf("%d %s: %s", c.At.Row, c.Field, c.Message))
	}
	out = append(out, a.Remarks...)
	if a.Unasked != nil {
		out = append(out, "unasked")
	}
	if a.Country != nil {
		out = append(out, fmt.Sprintf("%+v", *a.Country))
	}
	return strings.Join(out, " | ")
}

// Every kind of answer, in the order of the questions.
func TestAnswers(t *testing.T) {
	questions := []online.Question{
		user("fine@x.example", 2), user("taken@x.example", 3), user("remark@x.example", 4), user("secret@x.example", 5), customer("flawed", 6), customer("fine", 7),
		{Numbers: []string{"+1", "+2"}, At: []online.At{{File: "u.csv", Row: 8}, {File: "u.csv", Row: 9}}},
		{Country: "US", At: []online.At{{}}},
	}
	var got []string
	for a, err := range online.Ask(t.Context(), service(t), 4, of(questions...)) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, text(a))
	}
	want := []string{
		"u.csv:2", "u.csv:3 | 3 : tied to an existing user", "u.csv:4 | 117 a free account exists", "u.csv:5 | unasked",
		"c.csv:6 | 6 state: state is missing | 6 hq_location: name too long", "c.csv:7", "u.csv:8 | 9 phone_number: Duplicate: [Error 8363] DN is in use : +2",
		":0 | {StateRequired:true ZipRequired:false States:[{Code:TX Name:Texas}] TimeZones:[America/Chicago]}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Many questions keep their order, and who stops early is asked nothing more.
func TestOrder(t *testing.T) {
	var questions []online.Question
	for i := range 1200 {
		questions = append(questions, user("fine@x.example", i))
	}
	var rows []int
	for a, err := range online.Ask(t.Context(), service(t), 8, of(questions...)) {
		if err != nil {
			t.Fatal(err)
		}
		if rows = append(rows, a.Question.At[0].Row); len(rows) == 1100 {
			break
		}
	}
	if len(rows) != 1100 || !slices.IsSorted(rows) {
		t.Errorf("%d answers, sorted %v", len(rows), slices.IsSorted(rows))
	}
}

// A refused token ends everything, and so does an error of the questions.
func TestEnds(t *testing.T) {
	for _, err := range online.Ask(t.Context(), service(t), 1, of(user("expired@x.example", 1))) {
		if !webex.Refused(err) {
			t.Errorf("%v is no refused token", err)
		}
	}
	broken := errors.New("broken")
	for _, err := range online.Ask(t.Context(), service(t), 1, func(yield func(online.Question, error) bool) { yield(online.Question{}, broken) }) {
		if !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
	}
}
