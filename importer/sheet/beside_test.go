package sheet_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// Sheets of what the service's calls cannot make are told by their name or a heading, in every language, and counted.
func TestBeside(t *testing.T) {
	tests := []struct {
		name, text, what string
		rows             int
		customers        map[string]int
	}{
		{"Hunt groups", "External customer ID,Name,Extension\nc1,Sales,100\n\nc1,Service,101\nc2,Sales,100\n", "hunt_groups", 3, map[string]int{"c1": 2, "c2": 1}},
		{"Geräte", "Modell,Standort\nDesk Phone,Berlin\n", "devices", 1, map[string]int{"": 1}},
		{"rooms of the bank", "a title\n,\nWorkspace name,Location\nLobby,Berlin\nHall,Berlin\n", "workspaces", 2, map[string]int{"": 2}},
		{"list", "Kunde,MAC-Adresse\nc1,00:11\n", "devices", 1, map[string]int{"": 1}},
		{"コール キュー", "外部顧客 ID,キュー名\nc1,営業\n", "call_queues", 1, map[string]int{"c1": 1}},
		{"自動總機", "外部客戶 ID,自動總機名稱\nc1,大廳\nc1,夜間\n", "auto_attendants", 2, map[string]int{"c1": 2}},
		{"الأجهزة", "معرف العميل الخارجي,الطراز\nc1,8841\n", "devices", 1, map[string]int{"c1": 1}},
		{"Grupos de captura", "ID de cliente externo,Nombre\nc1,Ventas\n", "pickup_groups", 1, map[string]int{"c1": 1}},
		{"Devices", "External customer ID,First name,Last name,Email,Package\nc1,Ana,Diaz,ana@c1.example,Webex Calling\n", "", 0, nil}, // users all the same
		{"Devices of users", "Email,First name,MAC address\nana@c1.example,Ana,00:11\n", "", 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.name+".csv")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := sheet.Open([]string{path}, sheet.Options{Facts: factTables, Words: wordTable})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			var found []string
			if _, err := b.Batch(func(f onboarding.Finding) { found = append(found, f.Rule) }); err != nil {
				t.Fatal(err)
			}
			got, err := b.Beside()
			if err != nil {
				t.Fatal(err)
			}
			if tt.what == "" {
				if len(got) > 0 {
					t.Errorf("taken for %q", got[0].What)
				}
				return
			}
			if len(got) != 1 || got[0].What != tt.what || got[0].Rows != tt.rows || !maps.Equal(got[0].Customers, tt.customers) {
				t.Errorf("got %+v, findings %v, want %d %s of %v", got, found, tt.rows, tt.what, tt.customers)
			}
		})
	}
}

// The user's word reads such a sheet as a kind of ours.
func TestBesideByWord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Workspaces.csv")
	if err := os.WriteFile(path, []byte("External customer ID,Location name,Time zone\nc1,Lobby,Europe/Berlin\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := sheet.Open([]string{path}, sheet.Options{Facts: factTables, Words: wordTable, Kinds: map[string]onboarding.Kind{"Workspaces.csv": onboarding.Locations}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	batch, err := b.Batch(func(onboarding.Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	if beside, err := b.Beside(); err != nil || len(beside) > 0 || len(batch.Locations) != 1 {
		t.Errorf("%v, %d locations, %v", beside, len(batch.Locations), err)
	}
}
