package provision_test

import (
	"testing"

	"muster/importer/provision"
)

func moment(t *testing.T, text string) provision.Moment {
	t.Helper()
	m, err := provision.ParseMoment(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
