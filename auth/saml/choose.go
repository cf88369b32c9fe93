package saml

import (
	"cmp"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/auth/likeness"
	"muster/internal/onboarding"
)

// mostRepeated bounds how many repeated entity IDs are told one by one.
const mostRepeated = 20

// choose picks the entity that the template names, and reads it in full. It leaves j.entity nil, and a blocker, when no
// choice is right.
func (j *judge) choose() {
	at := j.pick()
	if at < 0 {
		j.aggregate(nil)
		j.refuseChoice()
		j.repeated()
		return
	}
	item := &j.doc.Entities[at]
	j.aggregate(item)
	j.repeated()
	entity, err := readEntity(j.doc, item, j.Limits)
	if err != nil {
		j.block(err)
		return
	}
	j.item, j.entity = item, entity
}

// pick gives the place of the entity to judge, or -1 when nothing says which. A document of one entity leaves no choice; whether its
// name is the template's is then for the checks of the entity ID to say.
func (j *judge) pick() int {
	all := j.doc.Entities
	if len(all) == 1 {
		return 0
	}
	providers := j.providers()
	equal := func(it Item) bool { return j.HasEntityID && it.HasID && it.ID == j.EntityID }
	if at := slices.IndexFunc(all, func(it Item) bool { return equal(it) && it.IDP }); at >= 0 {
		return at
	}
	if at := slices.IndexFunc(all, equal); at >= 0 {
		return at
	}
	switch {
	case len(providers) == 1:
		return providers[0]
	case len(all) > 0 && len(providers) == 0:
		return 0 // that it is no identity provider is for the checks of the role to say
	}
	return -1
}

// providers gives the places of the entities with the role of an identity provider.
func (j *judge) providers() []int {
	var out []int
	for i, it := range j.doc.Entities {
		if it.IDP {
			out = append(out, i)
		}
	}
	return out
}

// refuseChoice says why no entity is chosen, and which come close.
func (j *judge) refuseChoice() {
	providers := j.providers()
	most := j.MaxClosest
	if most <= 0 {
		most = defaultClosest
	}
	ids := make([]string, 0, len(providers))
	for _, at := range providers {
		ids = append(ids, j.doc.Entities[at].ID)
	}
	why := refuse("SAML-SEL-002", 0, j.EntityID, onboarding.Text{})
	switch {
	case len(j.doc.Entities) == 0:
		why.message = onboarding.T("the aggregate holds no entity")
		why.hint = onboarding.T("export the metadata of the identity provider")
	case !j.HasEntityID:
		why.message = onboarding.T("the aggregate holds %d identity providers, and no entity ID says which to take", len(ids))
		why.hint = onboarding.T("give the entity ID, for example %s", quotedList(ids[:min(most, len(ids))]))
	default:
		why.message = onboarding.T("none of the %d entities in this aggregate is %q", len(j.doc.Entities), clip(j.EntityID))
		why.hint = j.adviseClosest(likeness.Closest(j.EntityID, ids, most))
	}
	j.find(check.Blocker, why)
	if j.HasEntityID && len(j.doc.Entities) > 0 {
		j.found[len(j.found)-1].Subject = check.EntityID
	}
}

// adviseClosest names the entities that come close to the template's value, and how the first is missed.
func (j *judge) adviseClosest(closest []string) onboarding.Text {
	if owner := j.ownerOf(j.EntityID); owner != "" {
		return onboarding.T("that is the address of a service, not a name; it belongs to entity %q", owner)
	}
	if causes := likeness.Compare(j.EntityID, closest[0], likeness.Known{}); len(causes) > 0 {
		return onboarding.T("the closest: %s; the first is a near miss: %s", quotedList(closest), causes[0].Text)
	}
	return onboarding.T("the closest: %s", quotedList(closest))
}

// ownerOf gives the entity that has an address among its sign-on and logout services.
func (j *judge) ownerOf(address string) string {
	for _, it := range j.doc.Entities {
		if slices.Contains(it.Locations, address) {
			return it.ID
		}
	}
	return ""
}

// aggregate says that the file holds more than Webex takes. The item is the chosen one, if any.
func (j *judge) aggregate(item *Item) {
	if !j.doc.Group {
		return
	}
	providers, level := len(j.providers()), check.Info
	if providers > 1 {
		level = check.Warn
	}
	why := refuse("SAML-SEL-001", 1, "", onboarding.T("the file is an aggregate; entities: %d, identity providers among them: %d", len(j.doc.Entities), providers))
	if item != nil {
		why.line = item.Line
		why.hint = onboarding.T("send TAC only the entity %q", item.ID)
	}
	j.find(level, why)
}

// repeated tells the entity IDs that occur more than once, at the second occurrence.
func (j *judge) repeated() {
	count, second := map[string]int{}, map[string]int{}
	for _, it := range j.doc.Entities {
		if it.ID == "" {
			continue
		}
		if count[it.ID]++; count[it.ID] == 2 {
			second[it.ID] = it.Line
		}
	}
	ids := make([]string, 0, len(second))
	for id := range second {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(second[a], second[b]), strings.Compare(a, b)) })
	for i, id := range ids {
		if i == mostRepeated {
			j.find(check.Error, refuse("SAML-SEL-003", second[id], "", onboarding.T("further entity IDs occur more than once: %d", len(ids)-i)))
			return
		}
		j.find(check.Error, refuse("SAML-SEL-003", second[id], id, onboarding.T("entity ID %q occurs %d times", clip(id), count[id])))
	}
}
