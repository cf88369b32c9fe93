package provision

import (
	"context"

	"muster/internal/onboarding"
)

// emailClaimed is the service's code for an email that belongs to an organization already (documented by the vendor).
const emailClaimed = "10022"

// recall looks up whether the organization of a customer that this journal took back remains: it claims the emails in it.
func (t *tenant) recall(ctx context.Context) (err error) {
	if t.spec.OrgID == "" {
		t.left, err = t.run.Remains(ctx, t.key)
	}
	return err
}

// claimed adds to the refusal of an email what the journal knows about who claims it.
func (t *tenant) claimed(f *onboarding.Failure) *onboarding.Failure {
	if t.left == "" || f == nil || f.Code != emailClaimed {
		return f
	}
	said := *f
	why := onboarding.Explain(f.Kind, onboarding.T("%s; this journal took the customer back: its Webex organization remains and claims the emails: put %s into Organization ID", f.Text(), t.left))
	said.Message, said.Said = why.Message, why.Said
	return &said
}
