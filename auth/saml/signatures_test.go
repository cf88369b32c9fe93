package saml

import "text/template"

// signatureFuncs sign documents and make odd keys.
func signatureFuncs() template.FuncMap { return nil }
