package facts

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"
)

// longestNumber is the most digits that a number of the library's plans has, its calling code left out.
const longestNumber = 17

// numberPlans judges numbers by the patterns of the library's numbering plans, all of one calling code at once. It says
// what the library says, a thousand times faster; a test holds the two together.
type numberPlans struct {
	once  sync.Once
	metas map[string]*phonenumbers.PhoneMetadata // by ISO code
	found map[string]planPlace                   // by ISO code
	isos  [1000][]string                         // by calling code; none where there is no country
	plans [1000]atomic.Pointer[numberPlan]       // made when first asked for

	grow sync.Mutex // held while a plan is made or a machine grows; reading what there is needs no lock
}

// planPlace is where the plan of a country is: a calling code, and an index among its countries.
type planPlace struct{ code, index int }

// planRegion is what the plan of a country says.
type planRegion struct {
	iso    string
	abroad *machine       // the prefix of international calls
	prefix string         // that national numbers begin with
	begins *regexp.Regexp // what they begin with where that is more than one prefix
	mayBe  *machine       // tells in no time the numbers that do not begin so, which are most

	general  pattern
	kinds    []pattern // any of them makes a number valid
	tollFree int       // index in kinds; those before it win
	leading  int       // number of the pattern of leading digits that decides for the region; -1 is none
}

// pattern is one kind of number.
type pattern struct {
	number  int   // in the machine of the calling code
	lengths []int // allowed; empty is any
}

func (p pattern) fits(m *machine, s *state, digits int) bool {
	return (len(p.lengths) == 0 || slices.Contains(p.lengths, digits)) && m.accepts(s, p.number)
}

// numberPlan is that of a calling code.
type numberPlan struct {
	code    string
	machine *machine
	regions []*planRegion // in the library's order; the first is the main one
}

// numberResult is the verdict over a number.
type numberResult struct {
	country  string
	valid    bool
	tollFree bool
}

// load reads the library's tables, once a number is asked for.
func (n *numberPlans) load() {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return // every number is left to the library
	}
	n.metas, n.found = make(map[string]*phonenumbers.PhoneMetadata), make(map[string]planPlace)
	for _, m := range all.GetMetadata() {
		n.metas[m.GetId()] = m
	}
	for code := 1; code < len(n.isos); code++ {
		isos := phonenumbers.GetRegionCodesForCountryCode(code)
		if len(isos) == 0 || isos[0] == "001" || slices.ContainsFunc(isos, func(iso string) bool { return n.metas[iso] == nil }) {
			continue
		}
		n.isos[code] = isos
		for i, iso := range isos {
			n.found[iso] = planPlace{code, i}
		}
	}
}

// plan gives what belongs to a calling code, nil for one without countries. A pattern that a machine cannot follow leaves
// the code to the library.
func (n *numberPlans) plan(code int) *numberPlan {
	if p := n.plans[code].Load(); p != nil || len(n.isos[code]) == 0 {
		return p
	}
	n.grow.Lock()
	defer n.grow.Unlock()
	if p := n.plans[code].Load(); p != nil {
		return p
	}
	p := &numberPlan{code: strconv.Itoa(code), machine: &machine{grow: &n.grow}}
	for _, iso := range n.isos[code] {
		p.regions = append(p.regions, p.region(n.metas[iso], &n.grow))
	}
	n.plans[code].Store(p)
	return p
}

// region gives the plan of a country; nil for one without.
func (n *numberPlans) region(iso string) (*numberPlan, *planRegion) {
	at, known := n.found[iso]
	if !known {
		return nil, nil
	}
	p := n.plan(at.code)
	return p, p.regions[at.index]
}

func (p *numberPlan) region(m *phonenumbers.PhoneMetadata, grow *sync.Mutex) *planRegion {
	r := &planRegion{iso: m.GetId(), leading: -1, abroad: &machine{grow: grow}}
	r.abroad.add(beginning(m.GetInternationalPrefix()))
	if prefix := m.GetNationalPrefixForParsing(); onlyDigits(prefix) {
		r.prefix = prefix
	} else {
		r.begins = regexp.MustCompile("^(?:" + prefix + ")") // the library compiles it, too
		r.mayBe = &machine{grow: grow}
		r.mayBe.add(beginning(prefix))
	}
	if m.GetLeadingDigits() != "" {
		r.leading = p.machine.add(beginning(m.GetLeadingDigits()))
	}
	r.general = p.pattern(m.GetGeneralDesc())
	// The order in which the library asks; what comes before the toll-free ones is not toll-free.
	for _, d := range []*phonenumbers.PhoneNumberDesc{
		m.GetPremiumRate(), m.GetTollFree(), m.GetSharedCost(), m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail(), m.GetFixedLine(), m.GetMobile(),
	} {
		r.kinds = append(r.kinds, p.pattern(d))
	}
	r.tollFree = 1
	return r
}

// beginning makes a pattern for the first digits one for all digits.
func beginning(expr string) string {
	if expr == "" {
		return ""
	}
	return "(?:" + expr + `)\d*`
}

func (p *numberPlan) pattern(d *phonenumbers.PhoneNumberDesc) pattern {
	out := pattern{number: p.machine.add(d.GetNationalNumberPattern())}
	for _, n := range d.GetPossibleLength() {
		out.lengths = append(out.lengths, int(n))
	}
	return out
}

// strip gives how many digits stand before the national number proper. ok is false where the library would rewrite the
// number.
func (r *planRegion) strip(digits []byte) (n int, ok bool) {
	if r.begins != nil {
		if s := r.mayBe.run(digits); !r.mayBe.accepts(s, 0) && !r.mayBe.broken.Load() {
			return 0, true
		}
		m := r.begins.FindStringSubmatchIndex(string(digits))
		if m == nil {
			return 0, true
		}
		return m[1], slices.Max(append(m[2:], -1)) < 0
	}
	if p := r.prefix; p != "" && len(digits) > len(p) && string(digits[:len(p)]) == p {
		return len(p), true
	}
	return 0, true
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// look judges a national significant number. A number of a length and state that came before costs no judgement.
func (p *numberPlan) look(digits []byte) numberResult {
	if len(digits) > longestNumber {
		return numberResult{}
	}
	s := p.machine.run(digits)
	if known := s.verdicts[len(digits)].Load(); known != nil {
		return *known
	}
	r := p.judge(s, len(digits))
	s.verdicts[len(digits)].Store(&r)
	return r
}

func (p *numberPlan) judge(s *state, digits int) numberResult {
	for _, r := range p.regions {
		valid, tollFree := r.kind(p.machine, s, digits)
		switch {
		case len(p.regions) == 1, r.leading >= 0 && p.machine.accepts(s, r.leading), r.leading < 0 && valid:
			return numberResult{r.iso, valid, tollFree}
		}
	}
	return numberResult{}
}

func (r *planRegion) kind(m *machine, s *state, digits int) (valid, tollFree bool) {
	if !r.general.fits(m, s, digits) {
		return false, false
	}
	i := slices.IndexFunc(r.kinds, func(k pattern) bool { return k.fits(m, s, digits) })
	return i >= 0, i == r.tollFree
}

// machine matches digits against many patterns at once. Its states come into being when a number first reaches them, and
// never change but for what is found from them on: any number of goroutines may use it.
type machine struct {
	progs  []*syntax.Prog // nil for a pattern that matches nothing
	broken atomic.Bool    // a pattern was not understood
	start  atomic.Pointer[state]

	grow  *sync.Mutex // held by who adds a state
	known map[string]*state
}

// state is where a machine stands after some digits.
type state struct {
	next     [10]atomic.Pointer[state] // nil is not known yet
	verdicts [longestNumber + 1]atomic.Pointer[numberResult]
	threads  []thread
}

// thread is a place in a pattern.
type thread struct {
	pattern int
	pc      uint32
}

// add takes a pattern to be matched from the first digit to the last, and gives its number.
func (m *machine) add(expr string) int {
	n := len(m.progs)
	m.progs = append(m.progs, nil)
	if expr == "" {
		return n
	}
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		m.broken.Store(true)
		return n
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		m.broken.Store(true)
		return n
	}
	m.progs[n] = prog
	return n
}

// run gives the state after the digits.
func (m *machine) run(digits []byte) *state {
	s := m.start.Load()
	if s == nil {
		s = m.begin()
	}
	for _, c := range digits {
		next := s.next[c-'0'].Load()
		if next == nil {
			next = m.step(s, c)
		}
		s = next
	}
	return s
}

// begin makes the state before the first digit.
func (m *machine) begin() *state {
	m.grow.Lock()
	defer m.grow.Unlock()
	var start []thread
	for i, p := range m.progs {
		if p != nil {
			start = m.follow(start, thread{i, uint32(p.Start)})
		}
	}
	s := m.state(start)
	m.start.Store(s)
	return s
}

// step makes the state that a digit leads to.
func (m *machine) step(from *state, c byte) *state {
	m.grow.Lock()
	defer m.grow.Unlock()
	var threads []thread
	for _, t := range from.threads {
		if inst := &m.progs[t.pattern].Inst[t.pc]; inst.Op != syntax.InstMatch && inst.MatchRune(rune(c)) {
			threads = m.follow(threads, thread{t.pattern, inst.Out})
		}
	}
	s := m.state(threads)
	from.next[c-'0'].Store(s)
	return s
}

// follow adds the places that a thread reaches without a digit.
func (m *machine) follow(threads []thread, t thread) []thread {
	if slices.Contains(threads, t) {
		return threads
	}
	inst := &m.progs[t.pattern].Inst[t.pc]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		threads = m.follow(threads, thread{t.pattern, inst.Out})
		return m.follow(threads, thread{t.pattern, inst.Arg})
	case syntax.InstCapture, syntax.InstNop:
		return m.follow(threads, thread{t.pattern, inst.Out})
	case syntax.InstEmptyWidth:
		m.broken.Store(true)
	case syntax.InstFail:
	default:
		return append(threads, t)
	}
	return threads
}

// state gives the state that these places make.
func (m *machine) state(threads []thread) *state {
	var key []byte
	for _, t := range threads {
		key = append(key, byte(t.pattern), byte(t.pattern>>8), byte(t.pc), byte(t.pc>>8))
	}
	s := m.known[string(key)]
	if s == nil {
		s = &state{threads: threads}
		if m.known == nil {
			m.known = make(map[string]*state)
		}
		m.known[string(key)] = s
	}
	return s
}

// accepts reports whether a pattern matches the digits that led to a state.
func (m *machine) accepts(s *state, pattern int) bool {
	return slices.ContainsFunc(s.threads, func(t thread) bool {
		return t.pattern == pattern && m.progs[pattern].Inst[t.pc].Op == syntax.InstMatch
	})
}
