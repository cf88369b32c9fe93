package rehearse

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestSecretIsNotPrinted(t *testing.T) {
	o := OIDCOptions{ClientSecret: plantedSecret}
	document, err := json.Marshal(map[string]Secret{"secret": o.ClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(o.ClientSecret), fmt.Sprintf("%+v", o), fmt.Sprintf("%#v", o), fmt.Sprintf("%q %x", o.ClientSecret, o.ClientSecret), string(document)} {
		if strings.Contains(text, plantedSecret) || !strings.Contains(text, redacted) {
			t.Errorf("%s", text)
		}
	}
}
