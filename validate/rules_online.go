package validate

import "muster/internal/onboarding"

// onlineRules describes the findings that `plan --online` and `check --online` make of the service's own answers, so that one list tells them all.
func onlineRules() []Rule {
	const why = "the service itself was asked; what it checks beforehand is not documented in full, so a pass promises nothing"
	return []Rule{
		{ID: "online-customer", Severity: onboarding.Error, Summary: "the service's precheck takes a customer that is to be created", Why: why, Fix: "correct the cell that the answer names", Example: "Administrator email of another organization\nerror: the service's precheck refuses the row: the e-mail is already tied to an existing user"},
		{ID: "online-user", Severity: onboarding.Error, Summary: "the service's precheck takes a user who is to be created", Why: why, Fix: "correct the cell that the answer names", Example: "Email address of a user of another organization\nerror: the service's precheck refuses the row: the e-mail is already tied to an existing user"},
		{ID: "online-number", Severity: onboarding.Error, Summary: "the service would take a number that is to be added", Why: why, Fix: "correct the number, or free it where it is in use", Example: "Phone number: +15125550100, which another organization holds\nerror: the service's precheck refuses the row: Duplicate: [Error 8363] Duplicate : +15125550100"},
		{ID: "online-address", Severity: onboarding.Error, Summary: "state, postal code and time zone are what the calling platform asks for in a country", Why: "the platform itself was asked once for the country; its answer overrules what follows from postal convention", Fix: "write what the message names", Example: "Country: US, State or province: TZ\nerror: the calling platform knows no state or province \"TZ\" in US"},
		{ID: "online-language", Severity: onboarding.Warning, Summary: "the calling platform makes announcements in the language of a location that is to be created", Why: "the platform itself was asked, once for all; it answers for the partner's organization, and may offer a customer's more", Fix: "choose a language that the message lists", Example: "Announcement language: Danish\nwarning: the calling platform lists no announcements in \"da_dk\""},
	}
}
