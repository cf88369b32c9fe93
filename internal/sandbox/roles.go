package sandbox

// fullAdmin is the role of a customer's administrators.
const fullAdmin = "Full Administrator"

// roleNames lists the roles; the position is the serial, from 1.
func roleNames() []string {
	return []string{
		fullAdmin, "Read-only Administrator", "User and Device Administrator", "Device Administrator", "Location Administrator",
		"Support Administrator", "Compliance Officer", "Advanced Troubleshooting Access", "Webex Site Administrator",
	}
}

func (s *Server) roleID(name string) string {
	for i, known := range roleNames() {
		if known == name {
			return s.ident(kindRole, 0, serial(i+1))
		}
	}
	return ""
}

// roleName gives the role of an identifier; empty when there is none.
func (s *Server) roleName(id string) string {
	_, n, valid := s.locate(kindRole, id)
	if names := roleNames(); valid && n >= 1 && int(n) <= len(names) {
		return names[n-1]
	}
	return ""
}

func (s *Server) listRoles(*request) answer {
	items := make([]reference, 0, len(roleNames()))
	for _, name := range roleNames() {
		items = append(items, reference{s.roleID(name), name})
	}
	return ok(map[string]any{"items": items})
}
