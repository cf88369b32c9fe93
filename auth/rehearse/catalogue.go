package rehearse

import (
	"muster/auth/check"
	"muster/internal/onboarding"
)

// Catalogue lists the checks of a rehearsal, those of SAML first.
func Catalogue() []check.Check { return append(samlChecks(), oidcChecks()...) }

// Limits says in whole sentences what a rehearsal cannot prove. They are shown with every result.
func Limits() []string {
	return []string{
		"This is a rehearsal with muster, not a Webex sign-in: another service, another address, and nothing of Webex behind it.",
		"The provider must know this rehearsal as an application of its own. Use a separate test application; never change the one for Webex.",
		"Claim rules often belong to one application: that both applications have the same rules is yours to make sure.",
		"Not proven: the trust set up by TAC, passEmailInRequest, the routing of domains, licences, the redirect URI of Webex, and other users than the one who signed in.",
		"Only sign-ins that start at the service are rehearsed; an answer that nobody asked for is refused.",
		"Some providers take no http or loopback address: --https serves https://localhost with a certificate that the browser warns of.",
		"Conditional access may treat this computer differently from Webex: by device, by place, by second factor.",
		"Nothing is kept: tokens and responses are written only with --save, and then masked.",
	}
}

// ledger collects findings.
type ledger struct{ found []check.Finding }

// say adds a finding.
func (l *ledger) say(id string, level check.Level, value string, texts remark) {
	l.found = append(l.found, check.Finding{
		ID: id, Level: level, Message: texts.message, Hint: texts.hint, Value: value, Subject: check.Unrelated,
	})
}

// worst gives the heaviest level so far.
func (l *ledger) worst() check.Level {
	var worst check.Level
	for _, f := range l.found {
		worst = max(worst, f.Level)
	}
	return worst
}

// remark is what a finding says and what to do about it.
type remark struct{ message, hint onboarding.Text }

// judgeStrays tells of answers that were not taken.
func judgeStrays(id string, level check.Level, strays []string) []check.Finding {
	var l ledger
	for _, s := range strays {
		l.say(id, level, "", remark{onboarding.T("refused: %s", s), onboarding.T("only an answer to an open request of this rehearsal is taken, and once")})
	}
	return l.found
}
