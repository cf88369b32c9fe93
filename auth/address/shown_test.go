package address

import "testing"

func TestShown(t *testing.T) {
	tests := map[string]string{
		"https://idp.partner.net/a":                                   "https://idp.partner.net/a",
		"https://u:p@idp.partner.net":                                 "https://idp.partner.net",
		"https://u:p@x@idp.partner.net/?a=@b":                         "https://idp.partner.net/?a=@b",
		"https://idp.partner.net?m=a@b":                               "https://idp.partner.net?m=a@b",
		"idp.xml":                                                     "idp.xml",
		"https://idp.partner.net/m?appid=7&access_token=s3cret&sig=x": "https://idp.partner.net/m?appid=7&access_token=***&sig=***",
		"https://idp.partner.net/m?design=1&codec=2":                  "https://idp.partner.net/m?design=1&codec=2",
		"a@b": "a@b",
		"":    "",
	}
	for text, want := range tests {
		if got := Shown(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
