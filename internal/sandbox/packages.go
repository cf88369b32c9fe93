package sandbox

import (
	"slices"
	"strings"
)

// pack is what the service knows of a package or add-on.
type pack struct {
	name    string
	user    bool     // a subscriber can hold it
	legacy  bool     // the single field "package" can say it
	calling bool     // makes calls: the customer needs a headquarters, the user a number or extension
	limited bool     // has a quantity
	rank    int      // level of an administrator; 0 is not compared
	needs   []string // at least one of these beside it
	license string   // name of the licence
}

// catalogue lists the packages.
func catalogue() []pack {
	plan := []string{"common_area_calling", "webex_calling", "webex_suite", "webex_voice", "cx_essentials", "webex_calling_standard"}
	console := []string{"webex_calling", "webex_suite", "cx_essentials", "webex_voice"}
	return []pack{
		{name: "webex_calling", user: true, legacy: true, calling: true, limited: true, rank: 3, license: "Webex Calling - Professional"},
		{name: "webex_calling_standard", user: true, legacy: true, calling: true, limited: true, rank: 2, license: "Webex Calling - Standard"},
		{name: "webex_voice", user: true, legacy: true, calling: true, limited: true, rank: 3, license: "Webex Voice"},
		{name: "webex_suite", user: true, legacy: true, calling: true, limited: true, rank: 4, license: "Webex Suite"},
		{name: "webex_meetings", user: true, legacy: true, limited: true, rank: 1, license: "Meeting - Webex Meetings"},
		{name: "cx_essentials", user: true, legacy: true, calling: true, limited: true, rank: 3, license: "Customer Assist"},
		{name: "common_area_calling", calling: true, limited: true, license: "Webex Calling - Common Area"},
		{name: "attendant_console", user: true, limited: true, needs: console, license: "Attendant Console"},
		{name: "cisco_calling_plan", needs: plan, license: "Cisco Calling Plan"},
		{name: "cx_premium_agent", user: true, license: "Contact Center Premium Agent"},
		{name: "cx_standard_agent", user: true, license: "Contact Center Standard Agent"},
		{name: "cx_voice_ports", license: "Contact Center Voice Ports"},
		{name: "cx_ai_assistant", license: "Contact Center AI Assistant"},
		{name: "webex_ai_agent", license: "Webex AI Agent"},
	}
}

// packages finds a package by name.
type packages map[string]pack

func newPackages() packages {
	all := packages{}
	for _, p := range catalogue() {
		all[p.name] = p
	}
	return all
}

// calling reports whether one of the named packages makes calls.
func (p packages) calling(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return p[n].calling })
}

// level is the highest rank among the named packages.
func (p packages) level(names []string) int {
	level := 0
	for _, n := range names {
		level = max(level, p[n].rank)
	}
	return level
}

// marked reports whether a text holds one of the words that order an outcome.
func marked(text, mark string) bool { return strings.Contains(strings.ToLower(text), mark) }

// localMarked is marked for the local part of an e-mail address.
func localMarked(email, mark string) bool {
	local, _, _ := strings.Cut(email, "@")
	return marked(local, mark)
}
