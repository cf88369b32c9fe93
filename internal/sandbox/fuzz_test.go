package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/internal/sandbox"
)

// FuzzBodies throws bodies at every route that takes one: no panic, and every answer with a body is JSON.
func FuzzBodies(f *testing.F) {
	fx := serve(f, sandbox.Settings{ProvisionDelay: -1, FirstTouchOff: true})
	x := fx.provision("crm-1")
	q := "?orgId=" + x.org
	routes := [][2]string{
		{"POST", "/wholesale/customers"},
		{"POST", "/wholesale/customers/validate"},
		{"PUT", "/wholesale/customers/" + x.id},
		{"POST", "/wholesale/subscribers"},
		{"POST", "/wholesale/subscribers/validate"},
		{"POST", "/locations" + q},
		{"PUT", "/locations/" + x.hq + q},
		{"POST", "/telephony/config/locations" + q},
		{"PUT", "/telephony/config/locations/" + x.hq + q},
		{"PUT", "/telephony/pstn/locations/" + x.hq + "/connection" + q},
		{"POST", "/telephony/config/locations/" + x.hq + "/numbers" + q},
		{"PUT", "/telephony/config/locations/" + x.hq + "/numbers" + q},
		{"DELETE", "/telephony/config/locations/" + x.hq + "/numbers" + q},
		{"POST", "/telephony/config/actions/validateNumbers/invoke" + q},
		{"POST", "/telephony/config/actions/validateExtensions/invoke" + q},
		{"PATCH", "/licenses/users"},
		{"POST", "/settings/organizations/" + x.org + "/settings"},
		{"POST", "/applications/a/token"},
	}
	for _, seed := range []string{
		`{}`, `[]`, `null`, `{`, customerJSON("crm-2", "b@x.example", ""), x.userJSON("ana@x.example", "1001"), siteJSON(x.hq, "Branch"),
		`{"phoneNumbers":["+15125550101","+999",""]}`, `{"extensions":["1",""]}`, `{"email":"ana@x.example","licenses":[{}]}`,
		`{"packages":["webex_calling"],"provisioningParameters":{"calling":{"location":null},"packages":{"limits":{"webex_calling":1e300}}}}`,
		`{"callingLineId":{"phoneNumber":"+1"},"connection":{}}`, `{"key":"allow-admin-invite-emails","value":true}`, `{"premiseRouteType":"TRUNK"}`,
	} {
		for i := range routes {
			f.Add(uint8(i), seed)
		}
	}
	h := fx.Handler()
	f.Fuzz(func(t *testing.T, route uint8, body string) {
		r := routes[int(route)%len(routes)]
		req := httptest.NewRequest(r[0], "/v1"+r[1], strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer x")
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s answers %q", r[0], r[1], w.Body)
		}
		if w.Code >= http.StatusInternalServerError || w.Code >= 400 && w.Body.Len() == 0 {
			t.Errorf("%s %s: %d %s", r[0], r[1], w.Code, w.Body)
		}
	})
}
