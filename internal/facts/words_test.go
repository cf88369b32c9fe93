package facts

import "testing"

func TestOrdered(t *testing.T) {
	tables := Load()
	for word, want := range map[string]bool{
		"Cisco Calling Plan": true, "cisco_calling_plan": true, "CISCO_PSTN": true, "INTEGRATED_CCP": true, "Carrier (integrated)": true,
		"Integriert": true, "proveedor integrado": true, "整合": true, "統合 CCP": true, "متكامل": true, "Cisco コーリング プラン": true,
		"": false, "Example Carrier": false, "NON_INTEGRATED_CCP": false, "not integrated": false, "nicht integriert": false, "no integrado": false,
		"非統合": false, "غير متكامل": false, "Local gateway": false,
	} {
		if got := tables.Ordered(word); got != want {
			t.Errorf("Ordered(%q) = %v", word, got)
		}
	}
}
