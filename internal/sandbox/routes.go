package sandbox

import (
	"net/http"
	"slices"
)

// route is one operation of the service.
type route struct {
	pattern string // method and path, as faults, counts and the log name it
	scope   string // without the leading "spark-admin:"; empty when any token will do
	handle  func(*Server, *request) answer
}

// service lists the operations under /v1.
func service() []route {
	return slices.Concat(identityRoutes(), wholesaleRoutes(), officeRoutes(), numberRoutes(), peopleRoutes())
}

func identityRoutes() []route {
	return []route{
		{"GET /authorize", open, (*Server).consent},
		{"POST /access_token", open, (*Server).accessToken},
		{"POST /applications/{applicationId}/token", "", (*Server).appToken},
		{"GET /authorizations/tokenExpiry", "", (*Server).tokenExpiry},
		{"GET /people/me", "", (*Server).me},
	}
}

func wholesaleRoutes() []route {
	return []route{
		{"GET /wholesale/customers", "wholesale_customers_read", (*Server).listCustomers},
		{"POST /wholesale/customers", "wholesale_customers_write", (*Server).createCustomer},
		{"POST /wholesale/customers/validate", "wholesale_customers_write", (*Server).precheckCustomer},
		{"GET /wholesale/customers/{customerId}", "wholesale_customers_read", (*Server).getCustomer},
		{"PUT /wholesale/customers/{customerId}", "wholesale_customers_write", (*Server).updateCustomer},
		{"DELETE /wholesale/customers/{customerId}", "wholesale_customers_write", (*Server).deleteCustomer},
		{"GET /wholesale/subPartners", "wholesale_sub_partners_read", (*Server).listSubPartners},
		{"GET /wholesale/subscribers", "wholesale_subscribers_read", (*Server).listSubscribers},
		{"POST /wholesale/subscribers", "wholesale_subscribers_write", (*Server).createSubscriber},
		{"POST /wholesale/subscribers/validate", "wholesale_subscribers_write", (*Server).precheckSubscriber},
		{"GET /wholesale/subscribers/{subscriberId}", "wholesale_subscribers_read", (*Server).getSubscriber},
		{"PUT /wholesale/subscribers/{subscriberId}", "wholesale_subscribers_write", (*Server).updateSubscriber},
		{"DELETE /wholesale/subscribers/{subscriberId}", "wholesale_subscribers_write", (*Server).deleteSubscriber},
		{"POST /subscribers/{subscriberId}/emails/consentMove", "wholesale_subscribers_write", (*Server).remindConsent},
	}
}

func officeRoutes() []route {
	return []route{
		{"GET /organizations", "organizations_read", (*Server).listOrgs},
		{"GET /organizations/{orgId}", "organizations_read", (*Server).getOrg},
		{"POST /settings/organizations/{orgId}/settings", "organizations_write", (*Server).setOrgSetting},
		{"GET /settings/organizations/{orgId}/settings/{key}", "organizations_read", (*Server).getOrgSetting},
		{"GET /locations", "locations_read", (*Server).listLocations},
		{"POST /locations", "locations_write", (*Server).createLocation},
		{"GET /locations/{locationId}", "locations_read", (*Server).getLocation},
		{"PUT /locations/{locationId}", "locations_write", (*Server).updateLocation},
		{"DELETE /locations/{locationId}", "locations_write", (*Server).deleteLocation},
		{"GET /telephony/config/locations", "telephony_config_read", (*Server).listCalling},
		{"POST /telephony/config/locations", "telephony_config_write", (*Server).enableCalling},
		{"GET /telephony/config/locations/{locationId}", "telephony_config_read", (*Server).getCalling},
		{"PUT /telephony/config/locations/{locationId}", "telephony_config_write", (*Server).updateCalling},
		{"GET /telephony/config/countries/{country}", "telephony_config_read", (*Server).getCountry},
		{"GET /telephony/config/announcementLanguages", "telephony_config_read", (*Server).listLanguages},
	}
}

func numberRoutes() []route {
	return []route{
		{"GET /telephony/pstn/locations/{locationId}/connectionOptions", "telephony_pstn_read", (*Server).listConnections},
		{"GET /telephony/pstn/locations/{locationId}/connection", "telephony_pstn_read", (*Server).getConnection},
		{"PUT /telephony/pstn/locations/{locationId}/connection", "telephony_pstn_write", (*Server).setConnection},
		{"POST /telephony/config/locations/{locationId}/numbers", "telephony_config_write", (*Server).addNumbers},
		{"PUT /telephony/config/locations/{locationId}/numbers", "telephony_config_write", (*Server).switchNumbers},
		{"DELETE /telephony/config/locations/{locationId}/numbers", "telephony_config_write", (*Server).removeNumbers},
		{"GET /telephony/config/locations/{locationId}/availableNumbers", "telephony_config_read", (*Server).listAvailable},
		{"GET /telephony/config/numbers", "telephony_config_read", (*Server).listNumbers},
		{"POST /telephony/config/actions/validateNumbers/invoke", "telephony_config_write", (*Server).validateNumbers},
		{"POST /telephony/config/actions/validateExtensions/invoke", "telephony_config_write", (*Server).validateExtensions},
		{"POST /telephony/config/locations/{locationId}/actions/validateExtensions/invoke", "telephony_config_write", (*Server).validateExtensions},
	}
}

func peopleRoutes() []route {
	return []route{
		{"GET /people", "people_read", (*Server).listPeople},
		{"GET /people/{personId}", "people_read", (*Server).getPerson},
		{"PUT /people/{personId}", "people_write", (*Server).updatePerson},
		{"GET /roles", "roles_read", (*Server).listRoles},
		{"GET /licenses", "licenses_read", (*Server).listLicenses},
		{"PATCH /licenses/users", "people_write", (*Server).assignLicenses},
	}
}

// open marks the routes that need no token.
const open = "-"

// control lists the operations under /sandbox, which are not part of the service.
func control() []route {
	return []route{
		{"GET /sandbox/state", open, (*Server).showState},
		{"GET /sandbox/log", open, (*Server).showLog},
		{"GET /sandbox/faults", open, (*Server).showFaults},
		{"POST /sandbox/faults", open, (*Server).orderFaults},
		{"DELETE /sandbox/faults", open, (*Server).dropFaults},
		{"POST /sandbox/release", open, (*Server).release},
		{"POST /sandbox/reset", open, (*Server).resetAll},
	}
}

// routes joins the service, reachable with and without /v1, and the control endpoints.
func (s *Server) routes() http.Handler {
	api := http.NewServeMux()
	for _, r := range service() {
		s.traffic.know(r.pattern)
		api.Handle(r.pattern, &endpoint{s: s, route: r})
	}
	api.Handle("/", &endpoint{s: s, route: route{"*", open, unknownRoute(api)}})
	root := http.NewServeMux()
	for _, r := range control() {
		root.Handle(r.pattern, &endpoint{s: s, route: r, control: true})
	}
	root.Handle("/v1/", http.StripPrefix("/v1", api))
	root.Handle("/", api)
	return root
}

// unknownRoute answers 405 where another method would do, else 404.
func unknownRoute(api *http.ServeMux) func(*Server, *request) answer {
	return func(_ *Server, q *request) answer {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			probe := &http.Request{Method: method, URL: q.URL, Host: q.Host}
			if _, pattern := api.Handler(probe); pattern != "/" && pattern != "" {
				return refuse(http.StatusMethodNotAllowed, flaw{text: "method " + q.Method + " is not supported here"})
			}
		}
		return notFound("the resource " + q.URL.Path)
	}
}
