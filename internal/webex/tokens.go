package webex

import (
	"context"
	"errors"
)

// TokenSource gives the access token of every call. It is used by many goroutines at once.
type TokenSource interface {
	// Token gives a token that is good for the next call, as far as the source knows.
	Token(ctx context.Context) (string, error)
	// Refresh is called after the service refused the token. An error means that there is no other.
	Refresh(ctx context.Context) error
}

type staticToken struct {
	hidden
	token string
}

// StaticToken is a token that cannot be renewed.
func StaticToken(token string) TokenSource { return &staticToken{token: token} }

func (s *staticToken) Token(context.Context) (string, error) {
	if s.token == "" {
		return "", errors.New("it is empty")
	}
	return s.token, nil
}

func (s *staticToken) Refresh(context.Context) error {
	return errors.New("it was refused and cannot be renewed; hand in a fresh one")
}
