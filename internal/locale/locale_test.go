package locale

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// Every label that the vendor's pages use names its field.
func TestVendorLabels(t *testing.T) {
	f, err := os.Open("../../../shared/reference/data/header_labels.csv")
	if err != nil {
		t.Skip("the vendor's labels are not at hand:", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	w := Load()
	sections := map[string][]string{
		"template": {"templates"}, "customer": {"customers"}, "user": {"users"}, "location": {"locations"}, "address": {"customers", "locations"},
	}
	for _, r := range rows[1:] {
		section, field, _ := strings.Cut(r[0], ".")
		switch {
		case strings.Contains(field, "."), strings.HasSuffix(field, "_settings"), r[0] == "user.role", r[0] == "customer.package_quantity":
			continue // values, titles, and the quantity, which stands on a sheet of its own
		}
		for _, s := range sections[section] {
			for _, label := range r[2:8] {
				if label == "" {
					continue
				}
				if got, _, ok := w.Field(s, label); !ok || got != field {
					t.Errorf("%s: %q means %q, want %q", s, label, got, field)
				}
			}
		}
	}
}

// Every field has a label in every language, and each label names its field and its language.
func TestEveryLabelInEveryLanguage(t *testing.T) {
	w := Load()
	for k, names := range w.main {
		for _, lang := range w.Languages() {
			if names[lang] == "" {
				t.Errorf("%s.%s has no label in %s", k.section, k.field, lang)
			}
			if f, _, ok := w.Field(k.section, names[lang]); !ok || f != k.field {
				t.Errorf("%q of %s means %q, want %q", names[lang], k.section, f, k.field)
			}
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		" Email\u00a0Address * :": "email address",
		"E-Mail-Adresse":          "e-mail-adresse",
		"Größe":                   "grosse",
		"Línea  de dirección 1":   "linea de direccion 1",
		"ＩＤＰ エンティティ ID":           "idp エンティティ id",
		"بَرِيد":                  "بريد",
		"التحـــويلة":             "التحويلة",
		"\ufeffFirst\nname":       "first name",
		"":                        "",
		"パッケージ":                   "パッケージ",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	w := Load()
	for heading, want := range map[string]string{
		"Emial address": "email", "Phone numbr": "phone_number", "Shoe size": "", "Lst name": "last_name", "E": "", "": "",
	} {
		got, label, ok := w.Nearest("users", heading)
		if got != want || ok != (want != "") || ok && label == "" {
			t.Errorf("Nearest(%q) = %q %q %v, want %q", heading, got, label, ok, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Größe *")
	f.Add("التحـــويلة")
	f.Add("ﬁ\u0345İǅ")
	w := Load()
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		a, _, ok := w.Field("users", s)
		b, _, again := w.Field("users", once)
		if a != b || ok != again {
			t.Errorf("%q means %q, folded %q", s, a, b)
		}
		w.Nearest("users", s)
	})
}
