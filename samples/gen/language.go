package main

import (
	"slices"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"muster/internal/onboarding"
)

// dictionary is how people write the words with a meaning in a language.
type dictionary struct {
	lang, yes, webex, saml, oidc, admin, readOnly, unlimited string
}

func dictionaries() []dictionary {
	return []dictionary{
		{"en", "yes", "Webex", "Partner SAML", "Partner OpenID Connect", "Full administrator", "Read-only administrator", "unlimited"},
		{"zh-TW", "是", "Webex 驗證", "合作夥伴驗證", "使用 OpenID Connect 進行合作夥伴驗證", "完全管理員", "唯讀管理員", "無限制"},
		{"de", "ja", "Webex-Authentifizierung", "Partnerauthentifizierung", "Partnerauthentifizierung mit OpenID Connect", "Volladministrator", "Schreibgeschützter Administrator", "unbegrenzt"},
		{"es", "sí", "Autenticación de Webex", "Autenticación de socio", "Autenticación de socios con OpenID Connect", "Administrador completo", "Administrador de solo lectura", "ilimitado"},
		{"ar", "نعم", "مصادقة Webex", "مصادقة الشريك", "مصادقة الشريك باستخدام OpenID Connect", "المسؤول الكامل", "المسؤول للقراءة فقط", "غير محدود"},
		{"ja", "はい", "Webex 認証", "パートナー認証", "OpenID Connect を使用したパートナー認証", "フル管理者", "読み取り専用管理者", "無制限"},
	}
}

// country gives the name of a country in the language.
func (d dictionary) country(iso string) string {
	if d.lang == "en" {
		return iso
	}
	return display.Regions(language.MustParse(d.lang)).Name(language.MustParseRegion(iso))
}

// small is the workbook that is there in every language: the same customers, the words in that language.
func (d dictionary) small() book {
	all := companies()
	chosen := []company{cut(all[0], 8, 1), cut(all[4], 8, 1), cut(all[8], 6, 1)}
	t := templates()
	for _, r := range t.rows {
		r[t.column("country")] = d.country(r[t.column("country")].(string))
		r[t.column("allow_admin_invite_emails")] = d.yes
	}
	for i, word := range []string{d.webex, d.saml, d.oidc} {
		t.rows[i][t.column("auth_mode")] = word
	}
	customers := &sheet{kind: onboarding.Customers, heads: fields(
		"external_id", "name", "admin_email", "country", "template", "line1", "city", "state", "zip", "customer_language",
		"supported_location_confirmed", "hq_location", "timezone", "language", "wave", "go_live")}
	packs := &sheet{kind: onboarding.Packages, heads: fields("external_id", "package", "package_quantity")}
	locations := &sheet{kind: onboarding.Locations, heads: fields(
		"external_id", "name", "line1", "city", "state", "zip", "country", "timezone", "language", "main_number")}
	users := &sheet{kind: onboarding.Users, heads: userHeads()}
	for i, c := range chosen {
		customers.add(c.id, c.name, c.admin(), d.country(c.country), c.template, c.line1, c.city, c.state, c.zip, c.language,
			d.yes, c.hq, c.zone, c.announce, c.wave, c.goLive)
		for _, s := range c.seats {
			var quantity any = s.holders + 2
			if i == 2 {
				quantity = d.unlimited
			}
			packs.add(c.id, s.pack, quantity)
		}
		c.addLocations(locations)
		c.addUsers(users)
	}
	d.localise(locations, users)
	return book{t, customers, packs, locations, users}
}

func (d dictionary) localise(locations, users *sheet) {
	for _, r := range locations.rows {
		r[locations.column("country")] = d.country(r[locations.column("country")].(string))
	}
	at := users.column("role")
	for _, r := range users.rows {
		switch r[at] {
		case "Full administrator":
			r[at] = d.admin
		case "Read-only administrator":
			r[at] = d.readOnly
		}
	}
}

// cut makes a small company of a large one.
func cut(c company, users, sites int) company {
	c.users, c.sites = users, c.sites[:sites]
	c.seats = slices.Clone(c.seats[:2])
	c.seats[0].holders, c.seats[1].holders = 2, users-2
	c.goLive = day(2027, time.January, 16)
	return c
}
