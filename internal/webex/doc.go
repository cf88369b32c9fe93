// Package webex speaks the service's REST API: one budget, one judge of every answer, typed errors.
//
// A [Client] is made once per run by [New] and shared by all workers:
//
//	client, err := webex.New(webex.Options{
//		BaseURL: "https://webexapis.com/v1",
//		HTTP:    &http.Client{Transport: webex.Transport(workers)},
//		Tokens:  webex.StaticToken(token),
//		Budget:  webex.NewBudget(webex.BudgetOptions{Start: 5}),
//	})
//
// Every resource has a file of its own, named after its page in the service's documentation. Every call goes the same
// way: it waits for the [Budget], is sent with a tracking id of ours, and its answer is judged in one place, which makes
// an [*Error] of everything that is not a success. What is worth another try is decided in retry.go alone.
//
// Creates are never sent twice unless the service said that it did nothing (429, 423, 403) or the request never left.
// Every other failure of a create comes back at once with [Error.Unclear] set: the caller looks the object up by its
// natural key before it sends anything again.
//
// Lists are iterators that fetch page by page. The error, if there is one, is the last pair they yield.
package webex
