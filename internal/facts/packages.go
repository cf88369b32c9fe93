package facts

import "strings"

// Package is a package or add-on of the wholesale service. Names, who may hold it and what it depends on are documented;
// the rank is our reading of "package level", which the vendor does not define.
type Package struct {
	API                string   // value of the API
	Display            string   // name in Partner Hub
	Aliases            []string // former and longer names
	CustomerAssignable bool     // may stand in a customer's list
	UserAssignable     bool     // may be given to a user
	AddOn              bool     // rides on a base package
	Calling            bool     // makes calls, and so needs a headquarters, and a number or extension per user
	Meetings           bool     // holds meetings, whose sites have a time zone
	Quantity           bool     // takes a quantity once quantities are activated
	LimitKey           string   // key of its quantity in the API; empty when it takes none
	DependsOn          []string // needs one of these in the customer's list
	Rank               int      // administrator parity: higher is more; 0 is not compared
}

// packageTable lists every package in the order of Partner Hub.
func packageTable() []*Package {
	calling := []string{"common_area_calling", "webex_calling", "webex_suite", "webex_voice", "cx_essentials", "webex_calling_standard"}
	user := func(p Package) *Package {
		p.CustomerAssignable, p.UserAssignable = true, true
		return &p
	}
	quantity := func(p Package) *Package {
		p.Quantity, p.LimitKey = true, p.API
		return user(p)
	}
	return []*Package{
		quantity(Package{API: "webex_calling", Display: "Webex Calling", Aliases: []string{"Enhanced Calling", "Webex Calling Professional", "Webex Calling Basic", "Calling Basic", "Calling Basic Package"}, Calling: true, Rank: 3}),
		quantity(Package{API: "webex_calling_standard", Display: "Webex Calling Standard", Aliases: []string{"Standard Calling", "Calling Standard"}, Calling: true, Rank: 2}),
		quantity(Package{API: "webex_voice", Display: "Webex Voice", Aliases: []string{"Voice Package"}, Calling: true, Rank: 3}),
		quantity(Package{API: "webex_suite", Display: "Webex Suite", Aliases: []string{"Suite Package"}, Calling: true, Meetings: true, Rank: 4}),
		quantity(Package{API: "webex_meetings", Display: "Webex Meetings", Aliases: []string{"Meetings Package"}, Meetings: true, Rank: 1}),
		quantity(Package{API: "cx_essentials", Display: "Customer Assist", Aliases: []string{"Customer Experience Essentials", "Webex Customer Assist", "CX Essentials"}, Calling: true, Rank: 3}),
		{API: "common_area_calling", Display: "Common Area Calling", Aliases: []string{"Common Area", "Workspace / Common Area"}, CustomerAssignable: true, Calling: true, Quantity: true, LimitKey: "common_area_calling"},
		quantity(Package{API: "attendant_console", Display: "Attendant Console", AddOn: true, DependsOn: []string{"webex_calling", "webex_suite", "cx_essentials", "webex_voice"}}),
		{API: "cisco_calling_plan", Display: "Cisco Calling Plan", Aliases: []string{"Cisco Calling Plans", "Calling Plan"}, CustomerAssignable: true, AddOn: true, DependsOn: calling},
		user(Package{API: "cx_premium_agent", Display: "Contact Center Premium Agent", Aliases: []string{"Premium Agent"}}),
		user(Package{API: "cx_standard_agent", Display: "Contact Center Standard Agent", Aliases: []string{"Standard Agent"}}),
		{API: "cx_voice_ports", Display: "Contact Center Voice Ports", Aliases: []string{"Voice Ports"}, CustomerAssignable: true, AddOn: true},
		{API: "cx_ai_assistant", Display: "Contact Center AI Assistant", Aliases: []string{"AI Assistant"}, CustomerAssignable: true, AddOn: true},
		{API: "webex_ai_agent", Display: "Webex AI Agent", Aliases: []string{"AI Agent"}, CustomerAssignable: true, AddOn: true},
	}
}

func (t *Tables) loadPackages() {
	t.packs = packageTable()
	t.packages = make(map[string]*Package)
	for _, p := range t.packs {
		for _, name := range append([]string{p.API, p.Display}, p.Aliases...) {
			t.packages[packageKey(name)] = p
			t.packages[name] = p // as written: found without folding
		}
	}
}

// packageKey makes blanks, hyphens and underscores one.
func packageKey(name string) string {
	return strings.NewReplacer("_", " ", "-", " ").Replace(fold(name))
}

// Package finds a package by its API value, its name in Partner Hub or a former name.
func (t *Tables) Package(word string) (*Package, bool) {
	if p, ok := t.packages[word]; ok {
		return p, true
	}
	p, ok := t.packages[packageKey(word)]
	return p, ok
}

// Packages lists every package in the order of Partner Hub.
func (t *Tables) Packages() []*Package { return t.packs }
