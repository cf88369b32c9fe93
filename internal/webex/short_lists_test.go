package webex

import (
	"testing"
	"time"
)

func TestShortLists(t *testing.T) {
	b := setup(t)
	b.answer("GET /organizations", ok(`{"items":[{"id":"O1","displayName":"Bakery","created":"2026-01-15T09:30:00.062+00:00"}]}`))
	b.answer("GET /organizations/{id}", ok(`{"id":"O1"}`))
	b.answer("GET /roles", ok(`{"items":[{"id":"R1","name":"Full Administrator"}]}`))
	b.answer("GET /licenses", ok(`{"items":[{"id":"L1","name":"Webex Calling","totalUnits":25,"consumedUnits":3,"subscriptionId":"S"}]}`))
	b.answer("GET /telephony/config/announcementLanguages", ok(`{"languages":[{"name":"English","code":"en_us"},{"name":"German","code":"de_de"}]}`))
	b.answer("GET /authorizations/tokenExpiry", ok(`{"exp":1795212000000}`))
	b.answer("POST /settings/organizations/{id}/settings", reply{status: 204})
	ctx := t.Context()

	orgs, err := b.Organizations(ctx)
	must(t, err)
	diff(t, []Organization{{"O1", "Bakery", Time{time.Date(2026, 1, 15, 9, 30, 0, 62e6, time.UTC)}}}, orgs)
	org, err := b.Organization(ctx, "O1")
	must(t, err)
	diff(t, "O1", org.ID)
	roles, err := b.Roles(ctx, "O1")
	must(t, err)
	diff(t, []Role{{"R1", "Full Administrator"}}, roles)
	licenses, err := b.Licenses(ctx, "O1")
	must(t, err)
	diff(t, []License{{"L1", "Webex Calling", 25, 3, "S"}}, licenses)
	languages, err := b.AnnouncementLanguages(ctx, "O1")
	must(t, err)
	diff(t, []string{"en_us", "de_de"}, languages)
	end, err := b.TokenExpiry(ctx)
	must(t, err)
	diff(t, time.UnixMilli(1795212000000).UTC(), end)
	must(t, b.SetOrganizationSetting(ctx, "O1", SettingAdminInviteEmails, true))
	b.want(
		wire{Line: "GET /organizations"}, wire{Line: "GET /organizations/O1"}, wire{Line: "GET /roles"},
		wire{Line: "GET /licenses", Query: "orgId=O1"}, wire{Line: "GET /telephony/config/announcementLanguages", Query: "orgId=O1"}, wire{Line: "GET /authorizations/tokenExpiry"},
		wire{Line: "POST /settings/organizations/O1/settings", Body: `{"key":"allow-admin-invite-emails","value":true}`},
	)
}

func TestSubPartnersUnderBothKeys(t *testing.T) {
	for _, key := range []string{"items", "subPartners"} {
		b := setup(t, func(o *Options) { o.SubPartner = "SUB" })
		b.answer("GET /wholesale/subPartners", ok(`{"`+key+`":[{"orgId":"O9","subscriptionId":"S","provisioningState":"suspended"}]}`))
		diff(t, []SubPartner{{"O9", "S", "suspended"}}, gather(t, b.SubPartners(t.Context())))
		b.want(wire{Line: "GET /wholesale/subPartners", Query: "max=100"})
	}
}
