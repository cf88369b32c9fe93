package saml

import "muster/auth/check"

// documentChecks lists the checks of the document itself. They run while it is read, so their entries hold no run.
func documentChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-DOC-001", Levels: []check.Level{check.Blocker, check.Error}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement",
			Title: "the metadata file can be read and is not empty",
			Why:   "there is nothing to import",
			Fix:   "export the metadata of the identity provider again",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-002", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Judgement, check.Measured}, Source: "our own judgement; crewjam/saml v0.5.1 reads without limit",
			Title: "the document stays within limits of size, depth and number",
			Why:   "a file beyond them is no identity provider's, and reading it can exhaust the memory of whoever imports it",
			Fix:   "extract the one EntityDescriptor of the identity provider, or raise the limit",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-003", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement; Sustainsys/Saml2 issue 1418",
			Title: "the file is not a web page",
			Why:   "a sign-in or error page was saved instead of the metadata",
			Fix:   "sign in to the console of the identity provider, then download the metadata file itself",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-004", Levels: []check.Level{check.Blocker, check.Warn}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "XML 1.0 4.3.3; crewjam/saml v0.5.1 refuses other encodings than UTF-8",
			Title: "the document is UTF-8 without byte-order mark",
			Why:   "importers differ in the encodings they read; text in another one than declared is read as something else or not at all",
			Fix:   "save the file as UTF-8 without byte-order mark before it is sent to TAC; a signed file has to be exported again instead",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-005", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Profile, check.Measured}, Source: "SAML2Int SDP-G03; OWASP on external entities",
			Title: "the document has no DOCTYPE",
			Why:   "a document type can fetch files, exhaust memory, and change the entity ID that a reader sees",
			Fix:   "export the metadata again from the identity provider: metadata never needs a DOCTYPE",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-006", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "XML 1.0; Namespaces in XML 1.0",
			Title: "the document is well-formed XML with namespaces",
			Why:   "strict readers refuse it; others read different things from it",
			Fix:   "do not edit the file by hand: export the metadata again",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-007", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "XML 1.0 2.1; crewjam/saml v0.5.1 reads the first root only",
			Title: "the file holds one document",
			Why:   "many readers take the first and do not see the rest",
			Fix:   "keep one of them, or put them into one EntitiesDescriptor",
		}, nil},
		{check.Check{
			ID: "SAML-DOC-008", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard}, Source: "SAML2Meta 2.3",
			Title: "the root element is that of SAML 2.0 metadata",
			Why:   "the file is something else",
			Fix:   "export the SAML 2.0 metadata of the identity provider: an XML file that begins with EntityDescriptor",
		}, nil},
	}
}
