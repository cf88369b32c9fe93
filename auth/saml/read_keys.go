package saml

import "slices"

// keyInfo is what one KeyInfo holds.
type keyInfo struct {
	use          string
	certificates bool // one at least that everybody sees
	strays       []StrayKey
}

// keyDescriptor reads the keys of a KeyDescriptor.
func (r *entityReader) keyDescriptor(e *element) error {
	use := e.value("use")
	return r.children(func(e *element) error {
		if e.Local != "KeyInfo" {
			return r.skip(e)
		}
		return r.keyInfo(e, use)
	})
}

// keyInfo reads a KeyInfo of any namespace: what stands outside that of XML signatures is kept as stray. Names and bare keys
// are told only where no certificate stands beside them, unless they give away a private key.
func (r *entityReader) keyInfo(e *element, use string) error {
	info := &keyInfo{use: use}
	if e.Space != spaceSignature {
		stray := StrayKey{Line: e.line, Use: use, Space: e.Space, Element: "KeyInfo"}
		err := r.children(r.private(&stray))
		r.role.StrayKeys = append(r.role.StrayKeys, stray)
		return err
	}
	err := r.children(func(e *element) error { return r.keyMaterial(e, info) })
	r.role.StrayKeys = append(r.role.StrayKeys, slices.DeleteFunc(info.strays, func(s StrayKey) bool {
		return info.certificates && s.Element != "X509Certificate" && !s.Private
	})...)
	return err
}

// keyMaterial reads a child of a KeyInfo.
func (r *entityReader) keyMaterial(e *element, info *keyInfo) error {
	switch {
	case e.Local == "X509Data":
		return r.children(func(in *element) error { return r.certificate(in, e.Space, info) })
	case e.Local == "X509Certificate": // belongs into X509Data
		info.strays = append(info.strays, StrayKey{Line: e.line, Use: info.use, Space: e.Space, Element: "X509Certificate"})
		return r.skip(e)
	}
	stray := StrayKey{Line: e.line, Use: info.use, Space: e.Space, Element: e.Local}
	read := r.private(&stray)
	stray.Private = privatePart(e.Local)
	err := r.children(read)
	if e.Local == "KeyName" || e.Local == "KeyValue" || stray.Private {
		info.strays = append(info.strays, stray)
	}
	return err
}

// certificate reads a child of X509Data.
func (r *entityReader) certificate(e *element, outer string, info *keyInfo) error {
	if e.Local != "X509Certificate" {
		return r.skip(e)
	}
	for _, space := range []string{outer, e.Space} {
		if space != spaceSignature {
			info.strays = append(info.strays, StrayKey{Line: e.line, Use: info.use, Space: space, Element: "X509Certificate"})
			return r.skip(e)
		}
	}
	info.certificates = true
	text, err := r.content()
	r.role.Keys = append(r.role.Keys, Key{Line: e.line, Use: info.use, Text: text})
	return err
}

// private gives a reader of elements at any depth that notes private parts.
func (r *entityReader) private(stray *StrayKey) func(*element) error {
	var read func(*element) error
	read = func(e *element) error {
		stray.Private = stray.Private || privatePart(e.Local)
		return r.children(read)
	}
	return read
}

// privatePart reports whether an element of that name holds a private key, or a part of one (XKMS and kindred formats).
func privatePart(local string) bool {
	return slices.Contains([]string{"RSAKeyPair", "DSAKeyPair", "ECKeyPair", "PrivateKey", "D", "DP", "DQ", "InverseQ"}, local)
}
