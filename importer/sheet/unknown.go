package sheet

import "muster/internal/onboarding"

// vague reports whether a cell of the column may say that nobody knows its value: the service returns no such fact of a
// customer that somebody else has made. What names a record, or places it, must be known.
func vague(k onboarding.Kind, f onboarding.Field) bool {
	switch k {
	case onboarding.Templates:
		return f == "provisioning_id" || f == "saml_metadata"
	case onboarding.Customers:
		switch f {
		case "name", "admin_email", "template", "customer_language", "supported_location_confirmed", "hq_location", "timezone", "language":
			return true
		}
	case onboarding.Packages:
		return f == "package_quantity"
	case onboarding.Locations:
		return f == "timezone" || f == "language"
	case onboarding.Users:
		switch f {
		case "first_name", "last_name", "location", "phone_number", "extension", "role":
			return true
		}
	}
	return false
}

// unknown recognises the word for a value that nobody knows, in any of the languages: the only place that does.
func (l *line) unknown(text string) bool {
	if text == "" || text[0] != '(' {
		return false
	}
	field, _, ok := l.words.Field("word", text)
	return ok && field == "unknown"
}
