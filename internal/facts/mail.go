package facts

import "strings"

// FreeMail reports whether a domain belongs to a free mail provider. People there often have a free Webex account
// already, which must first agree to move.
func (t *Tables) FreeMail(domain string) bool {
	switch strings.ToLower(domain) {
	case "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.co.jp", "yahoo.es", "yahoo.de", "yahoo.com.tw", "yahoo.com.mx",
		"icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.at", "web.de", "t-online.de", "freenet.de", "mail.com", "proton.me", "protonmail.com",
		"qq.com", "163.com", "126.com", "naver.com", "hotmail.es", "hotmail.de", "docomo.ne.jp", "ezweb.ne.jp", "pchome.com.tw", "mail.ru", "yandex.ru":
		return true
	}
	return false
}

// EmergencyNumber reports whether an extension is a number that must reach the emergency services, in the country or
// where calls to it are routed as such everywhere: 911, 933 and 1911 (E911 and its test), 112, 611 (repair service).
func (t *Tables) EmergencyNumber(extension, iso string) bool {
	switch extension {
	case "911", "1911", "933", "611", "112":
		return true
	}
	for _, n := range emergencyNumbers(iso) {
		if n == extension {
			return true
		}
	}
	return false
}

// emergencyNumbers lists the national ones of the countries in which customers of the service mostly sit.
func emergencyNumbers(iso string) []string {
	switch iso {
	case "GB", "IE", "MY", "SG", "HK", "AE", "SA", "QA", "KE", "BH":
		return []string{"999", "998", "997", "995"}
	case "DE":
		return []string{"110"}
	case "JP":
		return []string{"110", "118", "119"}
	case "TW", "CN":
		return []string{"110", "119", "120"}
	case "ES":
		return []string{"061", "062", "080", "085", "091", "092"}
	case "MX":
		return []string{"060", "065", "066", "068"}
	case "FR":
		return []string{"15", "17", "18", "114", "115"}
	case "AU":
		return []string{"000", "106"}
	case "NZ":
		return []string{"111"}
	case "BR":
		return []string{"190", "192", "193"}
	case "IN":
		return []string{"100", "101", "102", "108"}
	}
	return nil
}
