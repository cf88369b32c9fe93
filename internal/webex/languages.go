package webex

import (
	"context"
	"net/http"
)

// AnnouncementLanguages gives the codes of the languages in which locations of an organization can speak, as ll_cc in lower
// case.
func (c *Client) AnnouncementLanguages(ctx context.Context, orgID string) ([]string, error) {
	var found struct {
		Languages []struct {
			Code string `json:"code"`
		} `json:"languages"`
	}
	_, err := c.do(ctx, request{method: http.MethodGet, route: "/telephony/config/announcementLanguages", query: query("orgId", orgID), org: orgID}, &found)
	codes := make([]string, len(found.Languages))
	for i, l := range found.Languages {
		codes[i] = l.Code
	}
	return codes, err
}
