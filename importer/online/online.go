// Package online asks the service beforehand what would become of rows: customers, users and numbers that do not stand yet.
//
// Questions are asked beside each other and answered in their order; nothing is changed at the service. A question that
// could not be asked is an answer, too: it must not keep anybody from going on.
package online

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// At is a row of the inputs.
type At struct {
	Customer    string // external ID
	File, Sheet string
	Row         int
}

// Question is one precheck: of a customer, a user, numbers, a country or the languages of announcements. Exactly one of these
// is set.
type Question struct {
	Customer  *webex.NewCustomer
	User      *webex.NewSubscriber
	Numbers   []string // E.164, at most webex.MaxNumbersPerCheck
	Country   string   // ISO 3166-1, two letters
	Languages bool

	Org        string // of numbers, countries and languages
	SubPartner string // on whose behalf to ask; empty: as the client does
	At         []At   // the row; of numbers one row for each
}

// Answer is what the service says to a question.
type Answer struct {
	Question  Question
	Against   []Complaint
	Remarks   []string       // of a precheck that passed
	Country   *webex.Country // of a country
	Languages []string       // ll_cc in lower case, to the question for them
	Unasked   error          // no answer came, or the service does not answer this caller
}

// Complaint is one thing that speaks against a row.
type Complaint struct {
	At      At
	Field   onboarding.Field // empty when the answer names none that is a column
	Message string
}

// block is how many questions are asked before the first of them is handed on.
const block = 512

// Ask asks the questions, so many at once, and gives the answers in the order of the questions. An error is the last pair:
// of the questions, of the context, or of a token that is refused.
func Ask(ctx context.Context, service *webex.Client, workers int, questions iter.Seq2[Question, error]) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		var waiting []Question
		for q, err := range questions {
			if err != nil {
				yield(Answer{}, err)
				return
			}
			if waiting = append(waiting, q); len(waiting) < block {
				continue
			}
			if !giveBlock(ctx, service, workers, waiting, yield) {
				return
			}
			waiting = waiting[:0]
		}
		giveBlock(ctx, service, workers, waiting, yield)
	}
}

// giveBlock asks a block of questions and hands the answers on; it tells whether there may be more.
func giveBlock(ctx context.Context, service *webex.Client, workers int, questions []Question, yield func(Answer, error) bool) bool {
	answers, err := askBlock(ctx, service, workers, questions)
	if err != nil {
		yield(Answer{}, err)
		return false
	}
	for _, a := range answers {
		if !yield(a, nil) {
			return false
		}
	}
	return true
}

func askBlock(ctx context.Context, service *webex.Client, workers int, questions []Question) ([]Answer, error) {
	answers := make([]Answer, len(questions))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(workers, 1))
	for i, q := range questions {
		g.Go(func() (err error) {
			answers[i], err = ask(ctx, service, q)
			return err
		})
	}
	return answers, g.Wait()
}

func ask(ctx context.Context, service *webex.Client, q Question) (Answer, error) {
	if q.SubPartner != "" {
		service = service.OnBehalf(q.SubPartner)
	}
	a := Answer{Question: q}
	var err error
	switch {
	case q.Customer != nil:
		err = a.precheck(service.PrecheckCustomer(ctx, *q.Customer))
	case q.User != nil:
		err = a.precheck(service.PrecheckSubscriber(ctx, *q.User))
	case len(q.Numbers) > 0:
		err = a.numbers(service.ValidateNumbers(ctx, q.Org, q.Numbers))
	case q.Country != "":
		var c webex.Country
		if c, err = service.Country(ctx, q.Org, q.Country); err == nil {
			a.Country = &c
		}
	case q.Languages:
		a.Languages, err = service.AnnouncementLanguages(ctx, q.Org)
	}
	return a, a.unasked(ctx, err)
}

// passed is the info code of a precheck without any remark.
const passed = "100"

// precheck reads the answer about a customer or user: a refusal speaks against the row, unknown info codes are remarks.
func (a *Answer) precheck(p webex.Precheck, err error) error {
	for _, info := range p.Info {
		if info.Code != passed {
			a.Remarks = append(a.Remarks, strings.TrimSpace(info.Code+" "+info.Description))
		}
	}
	var e *webex.Error
	if !errors.As(err, &e) || e.Status != http.StatusBadRequest && e.Status != http.StatusConflict && e.Status != http.StatusUnprocessableEntity {
		return err
	}
	at := a.Question.At[0]
	for _, it := range e.Items {
		if it.Description != "" {
			a.Against = append(a.Against, Complaint{at, a.column(it.Field), it.Description})
		}
	}
	if len(a.Against) == 0 {
		a.Against = append(a.Against, Complaint{at, "", e.Failure().Message})
	}
	return nil
}

// column is the column that a field of a request is filled from, by its last name.
func (a *Answer) column(field string) onboarding.Field {
	columns := map[string]onboarding.Field{"email": "email", "packages": "package", "package": "package", "primaryPhoneNumber": "phone_number", "extension": "extension", "locationId": "location", "firstName": "first_name", "lastName": "last_name"}
	if a.Question.Customer != nil {
		columns = map[string]onboarding.Field{
			"provisioningId": "template", "externalId": "external_id", "orgId": "organization_id", "packages": "packages", "primaryEmail": "admin_email", "name": "name",
			"addressLine1": "line1", "addressLine2": "line2", "city": "city", "stateOrProvince": "state", "zipOrPostalCode": "zip", "country": "country",
			"timezone": "timezone", "language": "language", "emergencyLocationIdentifier": "emergency_location_identifier",
		}
		switch {
		case strings.HasSuffix(field, "location.name"):
			return "hq_location"
		case strings.HasSuffix(field, "customerInfo.language"):
			return "customer_language"
		}
	}
	return columns[field[strings.LastIndexByte(field, '.')+1:]]
}

// numbers reads the answer about numbers. That one stands twice in a question is told by the sheet's own rules.
func (a *Answer) numbers(checks []webex.NumberCheck, err error) error {
	if err != nil {
		return err
	}
	at := make(map[string]At, len(a.Question.Numbers))
	for i, n := range a.Question.Numbers {
		at[n] = a.Question.At[i]
	}
	for _, c := range checks {
		if where, asked := at[c.Number]; asked && !c.Available() && c.State != "Duplicate In List" {
			a.Against = append(a.Against, Complaint{where, "phone_number", strings.TrimSpace(c.State + ": " + strings.Join(c.Detail, "; "))})
		}
	}
	return nil
}

// unasked keeps an error that is about the question, and gives one that ends everything: a cancelled context, a refused token.
func (a *Answer) unasked(ctx context.Context, err error) error {
	var e *webex.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil, !errors.As(err, &e), errors.Is(err, webex.ErrWaitTooLong), e.Status == http.StatusUnauthorized:
		return err
	}
	a.Unasked = err
	return nil
}
