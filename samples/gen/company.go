package main

import (
	"fmt"
	"slices"
	"time"

	"muster/internal/onboarding"
)

// company is a customer that is migrated.
type company struct {
	id, name, domain, template string
	country, line1, city       string
	state, zip                 string
	language, zone, announce   string
	wave                       int
	goLive                     time.Time
	hq                         string
	seats                      []seat
	phones                     phoneBlock // of the headquarters
	sites                      []site
	users                      int
	people                     string // whose names
}

// seat is a package and how many people hold it; free seats come on top. unlimited packages have no quantity.
type seat struct {
	pack      string
	holders   int
	unlimited bool
}

// site is a further location.
type site struct {
	name, line1, city, state, zip, zone string
	phones                              phoneBlock
}

// phoneBlock is a run of numbers: a prefix in the form the sheet shows, and how many digits are counted up behind it.
type phoneBlock struct {
	prefix string
	digits int
	first  int
}

func (b phoneBlock) number(i int) string { return fmt.Sprintf("%s%0*d", b.prefix, b.digits, b.first+i) }

const (
	calling  = "Webex Calling"
	suite    = "Webex Suite"
	voice    = "Webex Voice"
	meetings = "Webex Meetings"
	assist   = "Customer Assist"
	standard = "Webex Calling Standard"
)

// companies are those of the migration, with addresses of the seven countries and numbers that are free or kept for fiction
// wherever the country's plan keeps some.
func companies() []company {
	return slices.Concat(americans(), europeans(), asians())
}

// The go-live dates of the waves.
func first() time.Time  { return day(2027, time.January, 16) }
func second() time.Time { return day(2027, time.January, 30) }
func third() time.Time  { return day(2027, time.February, 13) }

func americans() []company {
	return []company{
		{
			id: "crm-004711", name: "Harbor Light Bakery", domain: "harborlight.example", template: "United States standard", country: "US",
			line1: "1200 Congress Avenue", city: "Austin", state: "TX", zip: "78701", language: "en_US", zone: "America/Chicago", announce: "en_us",
			wave: 1, goLive: first(), hq: "Austin Head Office", phones: phoneBlock{"+1 512 555 0", 3, 100}, users: 58, people: "US",
			seats: []seat{{pack: suite, holders: 12}, {pack: calling, holders: 40}, {pack: meetings, holders: 6}},
			sites: []site{
				{"Dallas Bakery", "400 Main Street", "Dallas", "TX", "75202", "America/Chicago", phoneBlock{"+1 214 555 0", 3, 100}},
				{"Houston Bakery", "811 Louisiana Street", "Houston", "TX", "77002", "America/Chicago", phoneBlock{"+1 713 555 0", 3, 100}},
				{"Denver Bakery", "1700 Lincoln Street", "Denver", "CO", "80203", "America/Denver", phoneBlock{"+1 303 555 0", 3, 100}},
			},
		},
		{
			id: "crm-004712", name: "Cascade Dental Group", domain: "cascadedental.example", template: "United States standard", country: "US",
			line1: "900 SW Fifth Avenue", city: "Portland", state: "OR", zip: "97204", language: "en_US", zone: "America/Los_Angeles", announce: "en_us",
			wave: 1, goLive: first(), hq: "Portland Clinic", phones: phoneBlock{"+1 503 555 0", 3, 100}, users: 34, people: "US",
			seats: []seat{{pack: calling, holders: 30}, {pack: meetings, holders: 4}},
			sites: []site{
				{"Seattle Clinic", "1420 Fifth Avenue", "Seattle", "WA", "98101", "America/Los_Angeles", phoneBlock{"+1 206 555 0", 3, 100}},
				{"Boise Clinic", "950 West Bannock Street", "Boise", "ID", "83702", "America/Denver", phoneBlock{"+1 208 555 0", 3, 100}},
			},
		},
		{
			id: "crm-004713", name: "Prairie Legal Partners", domain: "prairielegal.example", template: "United States standard", country: "US",
			line1: "233 South Wacker Drive", city: "Chicago", state: "IL", zip: "60606", language: "en_US", zone: "America/Chicago", announce: "en_us",
			wave: 2, goLive: second(), hq: "Chicago Office", phones: phoneBlock{"+1 312 555 0", 3, 100}, users: 22, people: "US",
			seats: []seat{{pack: suite, holders: 22, unlimited: true}},
		},
		{
			id: "crm-005301", name: "Café del Valle S.A. de C.V.", domain: "cafedelvalle.example", template: "United States standard", country: "MX",
			line1: "Avenida Paseo de la Reforma 222", city: "Ciudad de México", state: "CDMX", zip: "06600", language: "es_MX", zone: "America/Mexico_City", announce: "es_mx",
			wave: 2, goLive: second(), hq: "Reforma", phones: phoneBlock{"+52 55 5080 1", 3, 100}, users: 26, people: "ES",
			seats: []seat{{pack: calling, holders: 26}},
			sites: []site{
				{"Guadalajara", "Avenida Vallarta 1300", "Guadalajara", "JAL", "44160", "America/Mexico_City", phoneBlock{"+52 33 3880 1", 3, 100}},
				{"Monterrey", "Avenida Constitución 400", "Monterrey", "NLE", "64000", "America/Monterrey", phoneBlock{"+52 81 8150 1", 3, 100}},
			},
		},
	}
}

func europeans() []company {
	return []company{
		{
			id: "crm-005101", name: "Bäckerei Sonnenschein GmbH", domain: "sonnenschein.example", template: "Europe with SSO", country: "DE",
			line1: "Friedrichstraße 68", city: "Berlin", zip: "10117", language: "de_DE", zone: "Europe/Berlin", announce: "de_de",
			wave: 1, goLive: first(), hq: "Zentrale Berlin", phones: phoneBlock{"030 23125 ", 3, 100}, users: 36, people: "DE",
			seats: []seat{{pack: suite, holders: 6}, {pack: calling, holders: 26}, {pack: assist, holders: 4}},
			sites: []site{
				{"Filiale München", "Sendlinger Straße 12", "München", "", "80331", "Europe/Berlin", phoneBlock{"089 99998 ", 3, 100}},
				{"Filiale Hamburg", "Mönckebergstraße 7", "Hamburg", "", "20095", "Europe/Berlin", phoneBlock{"040 66969 ", 3, 100}},
			},
		},
		{
			id: "crm-005102", name: "Rheinwerk Maschinenbau AG", domain: "rheinwerk.example", template: "Europe with SSO", country: "DE",
			line1: "Hohe Straße 124", city: "Köln", zip: "50667", language: "de_DE", zone: "Europe/Berlin", announce: "de_de",
			wave: 2, goLive: second(), hq: "Werk Köln", phones: phoneBlock{"+49 221 4710 ", 3, 100}, users: 24, people: "DE",
			seats: []seat{{pack: calling, holders: 24, unlimited: true}},
			sites: []site{{"Werk Frankfurt", "Hanauer Landstraße 190", "Frankfurt am Main", "", "60314", "Europe/Berlin", phoneBlock{"+49 69 90009 ", 3, 100}}},
		},
		{
			id: "crm-005201", name: "Librería Cervantes S.L.", domain: "cervantes.example", template: "Europe with SSO", country: "ES",
			line1: "Calle de Alcalá 45", city: "Madrid", state: "M", zip: "28014", language: "es_ES", zone: "Europe/Madrid", announce: "es_es",
			wave: 2, goLive: second(), hq: "Madrid Centro", phones: phoneBlock{"+34 910 555 ", 3, 100}, users: 18, people: "ES",
			seats: []seat{{pack: voice, holders: 16}, {pack: meetings, holders: 2}},
			sites: []site{
				{"Barcelona", "Passeig de Gràcia 20", "Barcelona", "B", "08007", "Europe/Madrid", phoneBlock{"+34 930 555 ", 3, 100}},
				{"Las Palmas", "Calle Triana 30", "Las Palmas de Gran Canaria", "GC", "35002", "Atlantic/Canary", phoneBlock{"+34 928 555 ", 3, 100}},
			},
		},
		{
			id: "crm-005202", name: "Clínica Santa Lucía", domain: "santalucia.example", template: "Europe with SSO", country: "ES",
			line1: "Avenida de la Constitución 10", city: "Sevilla", state: "SE", zip: "41001", language: "es_ES", zone: "Europe/Madrid", announce: "es_es",
			wave: 2, goLive: second(), hq: "Sevilla", phones: phoneBlock{"+34 954 555 ", 3, 100}, users: 14, people: "ES",
			seats: []seat{{pack: suite, holders: 4}, {pack: standard, holders: 10}},
		},
	}
}

func asians() []company {
	return []company{
		{
			id: "crm-006101", name: "株式会社さくら製作所", domain: "sakura.example", template: "Asia with OpenID Connect", country: "JP",
			line1: "丸の内1-9-2", city: "千代田区", state: "13", zip: "100-0005", language: "ja_JP", zone: "Asia/Tokyo", announce: "ja_jp",
			wave: 3, goLive: third(), hq: "東京本社", phones: phoneBlock{"03-5555-1", 3, 100}, users: 28, people: "JP",
			seats: []seat{{pack: suite, holders: 8}, {pack: calling, holders: 20}},
			sites: []site{
				{"大阪支店", "梅田2-5-25", "大阪市", "27", "530-0001", "Asia/Tokyo", phoneBlock{"06-5555-1", 3, 100}},
				{"名古屋工場", "錦3-6-5", "名古屋市", "23", "460-0003", "Asia/Tokyo", phoneBlock{"052-555-1", 3, 100}},
			},
		},
		{
			id: "crm-006102", name: "北海商事株式会社", domain: "hokkai.example", template: "Asia with OpenID Connect", country: "JP",
			line1: "北一条西2-1", city: "札幌市", state: "01", zip: "060-0001", language: "ja_JP", zone: "Asia/Tokyo", announce: "ja_jp",
			wave: 3, goLive: third(), hq: "札幌本店", phones: phoneBlock{"011-555-1", 3, 100}, users: 12, people: "JP",
			seats: []seat{{pack: calling, holders: 12}},
		},
		{
			id: "crm-006201", name: "晨光科技股份有限公司", domain: "chenguang.example", template: "Asia with OpenID Connect", country: "TW",
			line1: "信義路五段7號", city: "台北市", state: "TPE", zip: "110", language: "zh_TW", zone: "Asia/Taipei", announce: "zh_tw",
			wave: 3, goLive: third(), hq: "台北總部", phones: phoneBlock{"02-2555-1", 3, 100}, users: 24, people: "TW",
			seats: []seat{{pack: suite, holders: 5}, {pack: calling, holders: 19}},
			sites: []site{{"高雄分公司", "中山二路260號", "高雄市", "KHH", "806", "Asia/Taipei", phoneBlock{"07-255-1", 3, 100}}},
		},
		{
			id: "crm-006202", name: "海風國際有限公司", domain: "haifeng.example", template: "Asia with OpenID Connect", country: "TW",
			line1: "公益路二段51號", city: "台中市", state: "TXG", zip: "408", language: "zh_TW", zone: "Asia/Taipei", announce: "zh_tw",
			wave: 3, goLive: third(), hq: "台中總部", phones: phoneBlock{"04-2255-1", 3, 100}, users: 10, people: "TW",
			seats: []seat{{pack: calling, holders: 10, unlimited: true}},
			sites: []site{{"新竹辦公室", "光復路二段101號", "新竹市", "HSZ", "300", "Asia/Taipei", phoneBlock{"03-555-1", 3, 100}}},
		},
		{
			id: "crm-006301", name: "شركة الواحة للتجارة", domain: "alwaha.example", template: "Asia with OpenID Connect", country: "AE",
			line1: "شارع الشيخ زايد 100", city: "دبي", state: "DU", language: "ar_SA", zone: "Asia/Dubai", announce: "ar_sa",
			wave: 3, goLive: third(), hq: "المكتب الرئيسي دبي", phones: phoneBlock{"+971 4 555 1", 3, 100}, users: 20, people: "AE",
			seats: []seat{{pack: suite, holders: 4}, {pack: calling, holders: 16}},
			sites: []site{{"فرع أبوظبي", "شارع الكورنيش 20", "أبوظبي", "AZ", "", "Asia/Dubai", phoneBlock{"+971 2 555 1", 3, 100}}},
		},
	}
}

// templates are the onboarding templates, one for each authentication method.
func templates() *sheet {
	s := &sheet{kind: onboarding.Templates, heads: fields(
		"name", "provisioning_id", "service_provider_admin", "country", "default_email_language", "subscription", "ccp_provider",
		"auth_mode", "idp_entity_id", "saml_metadata", "oidc_idp_entity_id", "tac_idp_name", "oidc_issuer", "allow_admin_invite_emails", "platforms")}
	s.add("United States standard", "ZjViMzYxODctYzhkZC00NzI3LTgz", "onboarding@partner.example", "US", "en_US", "Sub-104001", "",
		"Webex", "", "", "", "", "", "yes", "Wholesale")
	s.add("Europe with SSO", "OGI2NjQxYTItMGE1Zi00ZDc0LWE5", "onboarding@partner.example", "DE", "de_DE", "Sub-104001", "",
		"Partner SAML", entityID, "idp-metadata.xml", "", "", "", "yes", "Wholesale")
	s.add("Asia with OpenID Connect", "Y2E3ZjVkNjAtOWU0Yi00YjE4LWIy", "onboarding@partner.example", "JP", "ja_JP", "Sub-104002", "",
		"Partner OpenID Connect", "", "", "partner-oidc-asia", "partner-oidc-asia", issuer, "no", "Wholesale")
	return s
}
