package provision

import (
	"context"
	"strings"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// ready sees to it that the service has finished the customer, or sets the customer aside until it has.
func (t *tenant) ready(ctx context.Context) (stepResult, error) {
	if t.org != "" {
		return goOn, nil
	}
	live, err := t.service.Customer(ctx, t.id)
	if err != nil {
		return t.refused(ctx, err)
	}
	switch live.Status {
	case webex.CustomerProvisioned:
		t.org = live.OrgID
		return goOn, nil
	case webex.CustomerProvisionedWithErrors:
		return t.partly(ctx, live)
	case webex.CustomerError:
		return t.setUpFailed(ctx, live)
	case webex.CustomerPendingReview:
		return ends, t.leaveWaiting(ctx, onboarding.ReasonReview)
	}
	if t.e.opt.Clock().Sub(t.since) >= t.e.opt.Wait {
		return ends, t.leaveWaiting(ctx, onboarding.ReasonProvisioning)
	}
	t.update = live.Status == webex.CustomerUpdating
	return t.await(ctx, onboarding.ReasonProvisioning)
}

// leaveWaiting ends the customer for this run: somebody else must act, or the service needs more time. A later run goes on.
func (t *tenant) leaveWaiting(ctx context.Context, why onboarding.Reason) error {
	o := onboarding.Outcome{Status: onboarding.Waiting, Reason: why, Since: t.since, ID: t.id}
	if why == onboarding.ReasonReview {
		o.OrgID = t.spec.OrgID
	}
	return t.end(ctx, o)
}

// packageFailed is the status of a package that could not be set up.
const packageFailed = "error"

// partly deals with a customer of which some packages could not be set up: the customer has failed, and what needs only
// the other packages goes on.
func (t *tenant) partly(ctx context.Context, live webex.Customer) (stepResult, error) {
	if !t.fresh && !t.retried {
		return t.setUpAgain(ctx, live)
	}
	t.org = live.OrgID
	t.broken = make(map[string]bool)
	f := onboarding.Explain("unavailable", onboarding.T("the customer is provisioned with errors"))
	for _, p := range live.ResourceDetails.Packages {
		if p.Status != packageFailed {
			continue
		}
		t.broken[p.Name] = true
		for _, e := range append(p.Errors, p.Warnings...) {
			f = &onboarding.Failure{Kind: f.Kind, Code: e.Code, Message: p.Name + ": " + e.Description}
		}
	}
	if err := t.e.record(ctx, t.item, onboarding.Outcome{Status: onboarding.Failed, ID: t.id, Error: f}); err != nil {
		return ends, err
	}
	if t.org == "" {
		return ends, t.hold(ctx, onboarding.ReasonParentFailed)
	}
	return goOn, nil
}

// setUpFailed deals with a customer whose set-up failed in the background. One that failed in an earlier run is sent
// once more, since its cause may be mended by now.
func (t *tenant) setUpFailed(ctx context.Context, live webex.Customer) (stepResult, error) {
	if !t.fresh && !t.retried {
		return t.setUpAgain(ctx, live)
	}
	return ends, t.fail(ctx, setUpError(live))
}

// setUpError is what the service says of background work that failed.
func setUpError(live webex.Customer) *onboarding.Failure {
	f := onboarding.Explain("refused", onboarding.T("the service could not set the customer up"))
	var texts []string
	for _, e := range live.Errors {
		f.Code = e.Code
		texts = append(texts, e.Description)
	}
	if len(texts) > 0 {
		f.Message, f.Said = strings.Join(texts, "; "), nil
	}
	return f
}

func (t *tenant) setUpAgain(ctx context.Context, live webex.Customer) (stepResult, error) {
	t.retried, t.update, t.since = true, true, t.e.opt.Clock()
	u, err := t.change(ctx, live)
	if err == nil {
		err = t.service.UpdateCustomer(ctx, t.id, u)
	}
	if err != nil {
		return t.refused(ctx, err)
	}
	return t.await(ctx, onboarding.ReasonProvisioning)
}

// visible reads the organization once: until a partner has done so, the service refuses calls about a new one.
func (t *tenant) visible(ctx context.Context) (stepResult, error) {
	if t.seen {
		return goOn, nil
	}
	if _, err := t.service.Organization(ctx, t.org); err != nil {
		return t.belowRefused(ctx, err)
	}
	t.seen = true
	return goOn, nil
}

// belowRefused holds what stands below a customer that is there but cannot be worked in, because of err.
func (t *tenant) belowRefused(ctx context.Context, err error) (stepResult, error) {
	f, fatal := verdict(err)
	if fatal != nil {
		return ends, fatal
	}
	return ends, t.fail(ctx, f)
}

// invites switches on that administrators are invited by mail when the customer's template says so: it is the one setting
// of a template that a call reaches, and only once the organization exists. It is done for customers that this run made or
// attached; a refusal fails nothing and is told with the row.
func (t *tenant) invites(ctx context.Context) (stepResult, error) {
	if !t.spec.AdminInvite || t.invited || t.settled.Status != onboarding.Created || final(t.item) {
		return goOn, nil
	}
	t.invited = true
	err := t.service.SetOrganizationSetting(ctx, t.org, webex.SettingAdminInviteEmails, true)
	if err == nil {
		return goOn, nil
	}
	f, fatal := verdict(err)
	if fatal != nil {
		return ends, fatal
	}
	t.settled.Differs = append(t.settled.Differs, onboarding.Difference{
		Field: "allow_admin_invite_emails", Sheet: "yes",
		Fixed: onboarding.T("the service refused the setting (%s): switch it on in Partner Hub, in the settings of the customer", f.Message),
	})
	return goOn, nil
}

// stand records that the customer stands, once, unless that is known or something is still to be changed.
func (t *tenant) stand(ctx context.Context) (stepResult, error) {
	if t.recorded || final(t.item) || t.broken != nil || len(t.leaving) > 0 {
		return goOn, nil
	}
	return goOn, t.stands(ctx)
}

func (t *tenant) stands(ctx context.Context) error {
	t.recorded = true
	return t.e.record(ctx, t.item, t.settled)
}
