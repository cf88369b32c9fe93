package journal

import (
	"strings"

	"muster/internal/onboarding"
)

// Users and roles are known by an email, which a sheet may write in other letters than the service: their objects are kept
// under keys in small letters (A to Z, as SQLite folds them). Planned rows keep theirs as the sheet has them.

// plannedKey is the key of planned row p as objects have it, in SQL.
const plannedKey = `CASE WHEN p.kind IN ('user', 'role') THEN lower(p.key) ELSE p.key END`

// objectKey is a key as objects have it. Files of an older format have it as it was written.
func (j *Journal) objectKey(kind onboarding.ObjectKind, key string) string {
	if j.older > 0 && j.older < keysVersion || kind != onboarding.ObjectUser && kind != onboarding.ObjectRole {
		return key
	}
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, key)
}
