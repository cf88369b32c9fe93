package redact

import (
	"strings"

	"muster/internal/onboarding"
)

// treatment is what becomes of a text in a document.
type treatment uint8

const (
	asValue    treatment = iota // replaced unless harmless; also of every member that is not named below
	asIs                        // ids of the service, codes, hashes: they tell of nobody
	asSentence                  // the values in it are replaced
	asFile
	asSheet
)

// treatments names the members of documents that are no values, as Type.Member where others of that name are.
func treatments() map[string]treatment {
	out := make(map[string]treatment)
	for how, names := range map[treatment][]string{
		asIs: {
			"ID", "Of", "Run", "Undoes", "Undone", "Org", "Organization", "OrganizationID", "SubPartner", "Target", "Version", "SHA256", "Language",
			"State", "Schema", "Rule", "Severity", "Kind", "Status", "Reason", "Code", "TrackingID", "Package", "Field", "Column", "Action",
			"Verdict", "Tone", "List", "Type", "Item", "Unit", "Method", "Use", "Wave", "Port", "Started", "Ended", "Since", "Made", "AsOf", "Date",
			"RateFrom", "Command", "Actor", "Route", "Sent", "Answer", "Wave.Name", "Wave.First", "Wave.Last", "ProviderEndpoint.Name", "DiffRow.Change", "Beside.What",
			"Failure.Kind", "Repair.Reason", "Change.Reason", "Format", "Progress", "At",
		},
		asSentence: {"Screen.Reports", "Message", "Hint", "Why", "Stopped", "Remains", "Fixed", "Held"},
		asFile:     {"File", "Path", "Repair.Path"},
		asSheet:    {"Sheet"},
	} {
		for _, name := range names {
			out[name] = how
		}
	}
	return out
}

// openField reports whether the cells of a field tell of nobody: packages, countries, languages, days, switches.
func openField(f onboarding.Field) bool {
	name := string(f)
	switch name {
	case "provisioning_id", "country", "default_email_language", "ccp_provider", "auth_mode", "allow_admin_invite_emails",
		"allow_webex_to_webex_calling", "platforms", "customer_language", "supported_location_confirmed", "packages", "activate_quantity",
		"organization_id", "timezone", "language", "wave", "go_live", "sub_partner", "setup_assist", "package", "package_quantity",
		"pstn_connection", "role", "port_date":
		return true
	}
	return strings.HasPrefix(name, "package")
}
