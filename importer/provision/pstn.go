package provision

import (
	"context"
	"strings"

	"muster/internal/wanted"
	"muster/internal/webex"
)

// connect sees to it that a location has a PSTN connection to which numbers can be added. ok is false when it has none
// and none can be chosen, or when its numbers come by ordering from the provider instead.
func (t *tenant) connect(ctx context.Context, spec wanted.Numbers, p *place) (ok bool, err error) {
	now, err := t.service.Connection(ctx, t.org, p.id)
	if err != nil {
		return false, err
	}
	if now != nil {
		return now.Type.TakesNumbers(), nil
	}
	option, err := t.chooseConnection(ctx, spec, p)
	if err != nil || option == "" {
		return false, err
	}
	if err := t.service.SetConnection(ctx, t.org, p.id, webex.PSTNChoice{ID: option}); err != nil {
		return false, err
	}
	now, err = t.service.Connection(ctx, t.org, p.id)
	return now != nil && now.Type.TakesNumbers(), err
}

// chooseConnection picks the provider that the sheet names, or the only one there is. With several to choose from and
// no word in the sheet, nothing is chosen: the wrong carrier is worse than none.
func (t *tenant) chooseConnection(ctx context.Context, spec wanted.Numbers, p *place) (id string, err error) {
	options, err := t.service.ConnectionOptions(ctx, t.org, p.id)
	if err != nil {
		return "", err
	}
	for _, o := range options {
		if spec.PSTN != "" && strings.EqualFold(o.DisplayName, spec.PSTN) {
			return o.ID, nil
		}
	}
	if spec.PSTN == "" && len(options) == 1 {
		return options[0].ID, nil
	}
	return "", nil
}
