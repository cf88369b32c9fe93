package saml

// choose picks the entity that the template names.
func (j *judge) choose() {}
