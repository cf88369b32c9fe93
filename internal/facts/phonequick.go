package facts

// The digits of the shortest and the longest number in E.164, as isE164 wants them.
const (
	fewestDigits = 7
	mostDigits   = 15
)

// quickPhone reads a number in one of the forms that people and systems write most. ok is false for every other text, which
// is the library's to judge.
func (t *Tables) quickPhone(text, iso string) (p Phone, ok bool) {
	var room [longestNumber + 4]byte
	digits, plus, ok := digitsOf(room[:0], text)
	if !ok {
		return Phone{}, false
	}
	n := &t.numbers
	n.once.Do(n.load)
	var plan *numberPlan
	var national []byte
	if plus {
		plan, national, ok = n.international(digits)
	} else {
		plan, national, ok = n.national(digits, iso)
	}
	if !ok {
		return Phone{}, false
	}
	r := plan.look(national)
	if all := len(plan.code) + len(national); plan.machine.broken.Load() || all > mostDigits || all < fewestDigits {
		return Phone{}, false
	}
	p = Phone{Country: r.country, TollFree: r.tollFree, Valid: r.valid}
	if plus && len(text) == len(digits)+1 {
		p.E164 = text
		return p, true
	}
	var out [longestNumber + 8]byte
	p.E164 = string(append(append(append(out[:0], '+'), plan.code...), national...))
	return p, true
}

// digitsOf gives the digits of a number without the marks that people set between them.
func digitsOf(dst []byte, text string) (digits []byte, plus, ok bool) {
	if len(text) > 4*longestNumber {
		return nil, false, false
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			if len(dst) == cap(dst) {
				return nil, false, false
			}
			dst = append(dst, c)
		case c == '+' && i == 0:
			plus = true
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/':
		default:
			return nil, false, false
		}
	}
	return dst, plus, len(dst) >= 7
}

// international splits the digits behind a + into calling code and national number. No calling code begins with another.
func (n *numberPlans) international(digits []byte) (plan *numberPlan, national []byte, ok bool) {
	at := 0
	for i := range 3 {
		if digits[0] == '0' {
			break // no calling code begins so
		}
		at = 10*at + int(digits[i]-'0')
		plan := n.plan(at)
		if plan == nil {
			continue
		}
		national := digits[i+1:]
		// What looks like a trunk prefix behind the calling code may be one.
		stripped, sure := plan.regions[0].strip(national)
		return plan, national, sure && stripped == 0
	}
	return nil, nil, false
}

// national gives the plan of the country and the digits without the prefix of national calls.
func (n *numberPlans) national(digits []byte, iso string) (plan *numberPlan, national []byte, ok bool) {
	plan, r := n.region(iso)
	if r == nil || string(digits[:2]) == "00" || r.abroad.accepts(r.abroad.run(digits), 0) || r.abroad.broken.Load() {
		return nil, nil, false
	}
	stripped, sure := r.strip(digits)
	if !sure || stripped > 0 {
		rest := digits[stripped:]
		// The library takes nothing off when that makes a possible number of the country an impossible one.
		return plan, rest, sure && plan.machine.accepts(plan.machine.run(rest), r.general.number)
	}
	// Digits that begin like the calling code may be in international form without a +.
	if len(digits) > len(plan.code) && string(digits[:len(plan.code)]) == plan.code {
		return nil, nil, false
	}
	return plan, digits, true
}
