package facts

import "strings"

// words are those with a meaning, in six languages, by their folded form.
type words struct {
	yesNo     map[string]bool
	unlimited map[string]bool
	auth      map[string]int
	platforms map[string]string
	roles     map[string]string
}

func newWords() words {
	return words{
		yesNo: merge(
			folded(true, "yes", "y", "true", "1", "x", "on", "ok", "✓", "✔", "☑", "☒", "ja", "j", "wahr", "sí", "si", "s", "verdadero", "نعم", "صحيح", "はい", "有", "○", "是", "對", "真", "enabled", "aktiviert"),
			folded(false, "no", "n", "false", "0", "off", "-", "☐", "✗", "✘", "nein", "falsch", "falso", "لا", "خطأ", "いいえ", "無", "×", "否", "不", "假", "disabled", "deaktiviert"),
		),
		unlimited: folded(true, "unlimited", "∞", "no limit", "unbegrenzt", "unbeschränkt", "ilimitado", "sin límite", "غير محدود", "بلا حدود", "無限制", "不限", "无限制", "無制限"),
		auth: merge(
			folded(0, "webex", "webex authentication", "webex 驗證", "webex-authentifizierung", "autenticación de webex", "مصادقة webex", "webex 認証", "common identity"),
			folded(1, "saml", "partner saml", "partner authentication", "partner authentication (saml)", "partner (saml)", "saml 2.0", "合作夥伴驗證", "合作夥伴 saml", "partnerauthentifizierung", "autenticación de socio", "مصادقة الشريك", "パートナー認証", "socio saml"),
			folded(2, "oidc", "openid connect", "openid", "partner oidc", "partner openid connect", "partner authentication with openid connect", "使用 openid connect 進行合作夥伴驗證",
				"partnerauthentifizierung mit openid connect", "autenticación de socios con openid connect", "مصادقة الشريك باستخدام openid connect", "openid connect を使用したパートナー認証", "partner with openid connect"),
		),
		platforms: merge(
			folded("wholesale", "wholesale", "webex for wholesale", "wholesale rtm", "批發", "großhandel", "mayorista", "الجملة", "卸売", "ホールセール"),
			folded("broadworks", "broadworks", "webex for broadworks", "webex for cisco broadworks", "cisco broadworks"),
		),
		roles: merge(
			folded("Full Administrator", "full administrator", "full admin", "customer full administrator", "administrator", "admin", "id_full_admin",
				"完全管理員", "完整管理員", "volladministrator", "vollständiger administrator", "administrador completo", "المسؤول الكامل", "مسؤول كامل", "フル管理者", "完全な権限を持つ管理者"),
			folded("Read-only Administrator", "read-only administrator", "read only administrator", "read-only admin", "id_readonly_admin",
				"唯讀管理員", "schreibgeschützter administrator", "administrator mit schreibschutz", "nur-lese-administrator", "administrador de solo lectura", "مسؤول للقراءة فقط", "المسؤول للقراءة فقط", "読み取り専用管理者"),
			folded("User and Device Administrator", "user and device administrator", "id_user_admin", "使用者和裝置管理員", "benutzer- und geräteadministrator", "administrador de usuarios y dispositivos", "مسؤول المستخدمين والأجهزة", "ユーザーおよびデバイス管理者"),
			folded("Device Administrator", "device administrator", "id_device_admin", "裝置管理員", "geräteadministrator", "administrador de dispositivos", "مسؤول الأجهزة", "デバイス管理者"),
			folded("Location Administrator", "location administrator", "location_full_admin", "位置管理員", "standortadministrator", "administrador de ubicación", "مسؤول الموقع", "ロケーション管理者"),
			folded("Support Administrator", "support administrator", "支援管理員", "supportadministrator", "administrador de soporte", "مسؤول الدعم", "サポート管理者"),
			folded("Compliance Officer", "compliance officer", "合規主管", "compliance-beauftragter", "responsable de cumplimiento", "مسؤول الامتثال", "コンプライアンス責任者"),
			folded("", "user", "none", "no role", "-", "–", "使用者", "無", "benutzer", "keine", "usuario", "ninguno", "مستخدم", "بدون", "ユーザー", "なし"),
		),
	}
}

// folded gives every word the same meaning.
func folded[V any](v V, list ...string) map[string]V {
	m := make(map[string]V, 2*len(list))
	for _, w := range list {
		m[fold(w)] = v
	}
	return m
}

func merge[V any](maps ...map[string]V) map[string]V {
	out := make(map[string]V)
	for _, m := range maps {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// YesNo reads a word that means yes or no in any of the six languages; ok is false for any other.
func (t *Tables) YesNo(word string) (value, ok bool) {
	value, ok = t.words.yesNo[fold(word)]
	return value, ok
}

// Unlimited reports whether a word in place of a quantity means that there is no limit.
func (t *Tables) Unlimited(word string) bool { return t.words.unlimited[fold(word)] }

// AuthMode reads an authentication method: 0 Webex, 1 partner with SAML, 2 partner with OpenID Connect.
func (t *Tables) AuthMode(word string) (mode int, ok bool) {
	mode, ok = t.words.auth[fold(word)]
	return mode, ok
}

// Platform reads a platform of a template: wholesale or broadworks.
func (t *Tables) Platform(word string) (platform string, ok bool) {
	platform, ok = t.words.platforms[fold(word)]
	return platform, ok
}

// Role gives the name under which the service lists a role. A word for an ordinary user gives the empty name and ok.
func (t *Tables) Role(word string) (name string, ok bool) {
	name, ok = t.words.roles[fold(word)]
	return name, ok
}

// Ordered reports whether the numbers of a PSTN connection of this name come by ordering from its provider: a Cisco Calling
// Plan, or a connection that the sheet calls integrated, in any of the six languages. The service tells for certain; a
// provider's own name does not (our judgement).
func (t *Tables) Ordered(connection string) bool {
	word := strings.NewReplacer("-", " ", "_", " ").Replace(fold(connection))
	for _, not := range []string{"non integrated", "not integrated", "nonintegrated", "nicht integriert", "no integrad", "非整合", "非統合", "未整合", fold("غير متكامل"), fold("غير مدمج")} {
		if strings.Contains(word, not) {
			return false
		}
	}
	for _, mark := range []string{"calling plan", "cisco pstn", "cisco calling", "integrated", "integriert", "integrad", "整合", "統合", fold("متكامل"), fold("مدمج"), fold("コーリング プラン"), "通話方案"} {
		if strings.Contains(word, mark) {
			return true
		}
	}
	return false
}
