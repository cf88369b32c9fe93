package sheet

import (
	"slices"
	"strings"

	"muster/importer/sheet/xlsx"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// form is a sheet of users in the shape of another system. It is taken as it is: its own headings mean fields of ours.
type form struct {
	name   onboarding.Text
	marks  []string                    // headings by which it is known; it has them all
	fields map[string]onboarding.Field // headings of its own that no sheet of ours has
	types  bool                        // a row of types may stand below the headings
}

// forms lists the known ones; the first that fits is taken. The user export of Control Hub has a column of TRUE and FALSE
// for each service (documented by the vendor); the user sheet of BroadWorks was seen in the field.
func forms() []form {
	return []form{
		{name: onboarding.T("a user export of Control Hub"), marks: []string{"User ID/Email (Required)", "Display Name"}},
		{
			name: onboarding.T("a user sheet of BroadWorks"), marks: []string{"operation", "serviceProviderId", "groupId", "userId"}, types: true,
			fields: map[string]onboarding.Field{"emailAddress": "email", "phoneNumber": "phone_number"},
		},
		{
			name: onboarding.T("a phone list"), marks: []string{"User ID", "Number"},
			fields: map[string]onboarding.Field{"User ID": "email", "Number": "phone_number"},
		},
	}
}

// fits reports whether a row of headings has all marks of the form.
func (f *form) fits(h *heading) bool {
	for _, mark := range f.marks {
		if !slices.ContainsFunc(h.cells, func(c headingCell) bool { return locale.Fold(c.text) == locale.Fold(mark) }) {
			return false
		}
	}
	return true
}

// takeForm gives the headings of a form of another system their meaning.
func (h *heading) takeForm() {
	all := forms()
	i := slices.IndexFunc(all, func(f form) bool { return f.fits(h) })
	if i < 0 {
		return
	}
	h.form = &all[i]
	for mark, field := range h.form.fields {
		if h.has(field) {
			continue
		}
		for j := range h.cells {
			if c := &h.cells[j]; c.means() == nil && locale.Fold(c.text) == locale.Fold(mark) {
				c.field = field
			}
		}
	}
}

// isTypes tells the row of types that stands below the headings of some forms: its cells name types, not values.
func (h *heading) isTypes(r row) bool {
	if h.form == nil || !h.form.types {
		return false
	}
	types := 0
	for i, c := range r.cells {
		switch {
		case c.Text == "" || i == 0: // the operation, as user.create
		case isTypes(c.Text):
			types++
		default:
			return false
		}
	}
	return types > 2
}

// isTypes tells a list of types such as "none | string", in the spellings that occur.
func isTypes(text string) bool {
	for _, word := range strings.Split(text, "|") {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "none", "string", "stirng", "int", "integer", "boolean", "number", "list", "date":
		default:
			return false
		}
	}
	return true
}

// formNote says as what a sheet was taken.
func (b *Book) formNote(s *sheetIn) {
	if f := s.head.form; f != nil {
		b.say(onboarding.Finding{
			Rule: "form-recognised", Severity: onboarding.Note, Place: onboarding.Place{Source: s.source, Row: s.head.row},
			Message: onboarding.T("read as %s", f.name),
			Hint:    onboarding.T("--customer, --package and --location say what such a sheet leaves out"),
		})
	}
}

// packageColumns gives the columns of a sheet of users that stand for a package each.
func (h *heading) packageColumns() []int {
	var out []int
	for i, c := range h.cells {
		if c.pack != nil && c.twice == 0 {
			out = append(out, i)
		}
	}
	return out
}

// packageOf gives the package that a row of users says yes to in its column. Add-ons beside it are left out; two packages
// are an error, since a user has one.
func (b *Book) packageOf(h *heading, columns []int, l *line) string {
	chosen := -1
	for _, i := range columns {
		if i >= len(l.cells) || !b.says(l.cells[i]) {
			continue
		}
		pack := h.cells[i].pack
		switch {
		case chosen < 0:
			chosen = i
		case pack.AddOn:
		case h.cells[chosen].pack.AddOn:
			chosen = i
		default:
			return l.damaged("package", i+1, l.cells[i].Text, remark{
				"user-package", onboarding.Error,
				onboarding.T("the user has both %s and %s", h.cells[chosen].pack.Display, pack.Display),
				onboarding.T("leave one of the two, or add a column Package"),
			})
		}
	}
	switch {
	case chosen >= 0:
		return h.cells[chosen].pack.API
	case len(columns) == 0 || b.opt.Package != "":
		return ""
	}
	return l.damaged("package", columns[0]+1, "", remark{
		"user-required", onboarding.Error, onboarding.T("the package is missing: no column of a package says yes"), onboarding.T("say yes in one of them, or add a column Package"),
	})
}

// says reports whether a cell says yes.
func (b *Book) says(c xlsx.Cell) bool {
	text, _ := normalise(c.Text, Code)
	yes, _ := b.words.facts.YesNo(text)
	return yes
}
