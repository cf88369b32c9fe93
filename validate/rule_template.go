package validate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/internal/onboarding"
)

// templateRequired refuses a template without what Partner Hub asks for.
func templateRequired() Rule {
	return Rule{
		ID: "template-required", Severity: onboarding.Error,
		Summary: "a template has a name, a service provider administrator, a country, a default email language and a subscription",
		Why:     "Partner Hub does not create a template without them (documented by the vendor)",
		Fix:     "fill the empty cell",
		Example: "Service provider administrator: (empty)\nerror: the service provider administrator is missing",
		Template: func(w *Walk, t *onboarding.Template) {
			w.required(t.Row, []requirement{
				{"name", t.Name, "template name"},
				{"service_provider_admin", t.ServiceProviderAdmin, "service provider administrator"},
				{"country", t.Country, "country or region"},
				{"default_email_language", t.DefaultEmailLanguage, "default email language"},
				{"subscription", t.Subscription, "Wholesale subscription"},
			})
		},
	}
}

// requirement is a field that must not be empty.
type requirement struct {
	field onboarding.Field
	value string
	name  onboarding.Word
}

// required reports every empty field whose column is there. A missing column is one finding of the reader.
func (w *Walk) required(row onboarding.Row, list []requirement) {
	for _, r := range list {
		if r.value == "" && row.Source.Column(r.field) != 0 {
			w.add(at(row, r.field, ""), onboarding.T("the %s is missing", r.name), onboarding.T("fill the cell"))
		}
	}
}

// templateDuplicate refuses a second template of one name.
func templateDuplicate() Rule {
	return Rule{
		ID: "template-duplicate", Severity: onboarding.Error,
		Summary: "a template's name stands once",
		Why:     "customers name their template, and two of one name cannot be told apart (our judgement)",
		Fix:     "rename one of the two, or delete the row",
		Example: "templates.csv:2 Template name: Europe\ntemplates.csv:3 Template name: europe\nerror: the template \"europe\" stands in templates.csv:2:1 already",
		Template: func(w *Walk, t *onboarding.Template) {
			if t.Name == "" {
				return
			}
			key := strings.ToLower(t.Name)
			if first, twice := w.templates[key]; twice {
				w.add(at(t.Row, "name", t.Name), onboarding.T("the template %q stands in %s already", t.Name, first.Cell("name").Cell()), onboarding.T("rename one of the two, or delete the row"))
				return
			}
			w.templates[key] = t
		},
	}
}

// templatePSTN warns of a PSTN vendor in the template.
func templatePSTN() Rule {
	return Rule{
		ID: "template-pstn", Severity: onboarding.Warning,
		Summary: "a template names no Cloud Connected PSTN vendor",
		Why:     "the vendor advises against it, since every customer of the template is then bound to it (documented by the vendor)",
		Fix:     "leave the cell empty, and choose the PSTN connection per location",
		Example: "Cloud Connected PSTN vendor: Partner Voice\nwarning: the template sets the PSTN vendor \"Partner Voice\" for all its customers",
		Template: func(w *Walk, t *onboarding.Template) {
			if t.CCPProvider != "" {
				w.add(at(t.Row, "ccp_provider", t.CCPProvider), onboarding.T("the template sets the PSTN vendor %q for all its customers", t.CCPProvider), onboarding.T("leave it empty, and choose the PSTN connection per location"))
			}
		},
	}
}

// templateWebexCalls warns of a switch that only templates of both platforms have.
func templateWebexCalls() Rule {
	return Rule{
		ID: "template-webex-calls", Severity: onboarding.Warning,
		Summary: "only a template for BroadWorks as well allows Webex to Webex calling",
		Why:     "Partner Hub shows the switch only when both platforms were chosen (documented by the vendor)",
		Fix:     "write no, or name both platforms",
		Example: "Allow Webex to Webex calling: ja, Platforms: Wholesale\nwarning: Webex to Webex calling is on, and the template is for Wholesale alone",
		Template: func(w *Walk, t *onboarding.Template) {
			if on, _ := w.Facts.YesNo(t.AllowWebexToWebex); on && !t.Resolved.BroadWork {
				w.add(at(t.Row, "allow_webex_to_webex_calling", t.AllowWebexToWebex), onboarding.T("Webex to Webex calling is on, and the template is for Wholesale alone"), onboarding.T("Partner Hub does not show this switch; write no, or name BroadWorks in Platforms"))
			}
		},
	}
}

// templateProvisioningID asks for the one value of a template that the service takes.
func templateProvisioningID() Rule {
	return Rule{
		ID: "template-provisioning-id", Severity: onboarding.Error,
		Summary: "a template that customers are provisioned with has its Provisioning ID",
		Why:     "it is the only value of a template that a customer is created with (documented by the vendor)",
		Fix:     "create the template in Partner Hub, and copy its Provisioning ID into the cell",
		Example: "Template name: New, Provisioning ID: (empty)\nnote: the template \"New\" has no Provisioning ID yet\nThe note is an error in `muster apply` when a selected customer uses the template.",
		Template: func(w *Walk, t *onboarding.Template) {
			if t.ProvisioningID != "" {
				if i := strings.IndexFunc(t.ProvisioningID, notInID); i >= 0 {
					w.add(at(t.Row, "provisioning_id", t.ProvisioningID), onboarding.T("the Provisioning ID %q holds the character %q", t.ProvisioningID, firstLetter(t.ProvisioningID[i:])), onboarding.T("copy it from Partner Hub again, as a whole"))
				}
				return
			}
			c := at(t.Row, "provisioning_id", "")
			if c.place().Column == 0 {
				c = heading(t.Row, "provisioning_id")
			}
			severity := onboarding.Note
			if w.Purpose == Apply && w.sends(t) {
				severity = onboarding.Error
			}
			w.addAs(severity, c, onboarding.T("the template %q has no Provisioning ID yet", t.Name), onboarding.T("create the template in Partner Hub, and copy its Provisioning ID into the cell"))
		},
	}
}

func firstLetter(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// notInID tells characters that no Provisioning ID has: they come from a torn copy or a spreadsheet program.
func notInID(r rune) bool { return unicode.IsSpace(r) || r > unicode.MaxASCII || r < ' ' }

// sends reports whether a customer that is about to be provisioned uses the template.
func (w *Walk) sends(t *onboarding.Template) bool {
	for _, c := range w.Options.Batch.Customers {
		if c.Resolved.Template == t && w.Selected(c) {
			return true
		}
	}
	return false
}

// templateCountry refuses a country that nobody knows.
func templateCountry() Rule {
	return Rule{
		ID: "template-country", Severity: onboarding.Error,
		Summary: "a template's country is an ISO 3166 code or a country's name",
		Why:     "Partner Hub offers a list of countries (documented by the vendor)",
		Fix:     "write the two letters of the country, such as US or DE",
		Example: "Country or region: Atlantis\nerror: \"Atlantis\" is no country",
		Template: func(w *Walk, t *onboarding.Template) {
			if t.Country != "" && t.Resolved.Country == "" {
				w.add(at(t.Row, "country", t.Country), onboarding.T("%q is no country", t.Country), onboarding.T("write the two letters of the country, such as US or DE"))
			}
		},
	}
}

// templateLanguage refuses a language that nobody knows.
func templateLanguage() Rule {
	return Rule{
		ID: "template-language", Severity: onboarding.Error,
		Summary: "a template's default email language is a language code or a language's name",
		Why:     "Partner Hub offers a list of languages (documented by the vendor); which ones is remembered only, so an unusual one is a warning",
		Fix:     "write a code such as en or en_US",
		Example: "Default email language: Klingon\nerror: \"Klingon\" is no language",
		Template: func(w *Walk, t *onboarding.Template) {
			if t.DefaultEmailLanguage != "" {
				code, known := w.Facts.OrgLanguage(t.DefaultEmailLanguage)
				w.language(at(t.Row, "default_email_language", t.DefaultEmailLanguage), code, known)
			}
		},
	}
}

// templateUnused notes a template that nobody names.
func templateUnused() Rule {
	return Rule{
		ID: "template-unused", Severity: onboarding.Note,
		Summary: "a template has a customer",
		Why:     "a template that no customer names may be a mistake in their column (our judgement)",
		Fix:     "delete the row, or correct the customers' column",
		Example: "Template name: Spare, and every customer names Europe\nnote: no customer uses the template \"Spare\"",
		Template: func(w *Walk, t *onboarding.Template) {
			doubled := w.Resolver.Template(t.Name) != t // another finding says so
			if t.Resolved.Users == 0 && t.Name != "" && !doubled && w.Options.Batch.Has(onboarding.Customers) {
				w.add(at(t.Row, "name", t.Name), onboarding.T("no customer uses the template %q", t.Name), no())
			}
		},
	}
}
