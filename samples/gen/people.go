package main

import (
	"fmt"
	"strings"
)

// name is a given or family name and how it is written in an address.
type name struct{ written, mail string }

// names gives given and family names of a country.
func names(country string) (given, family []name) {
	switch country {
	case "DE":
		return plain("Anna Lukas Lena Jonas Marie Felix Clara Paul Greta Emil Jana Moritz"), []name{
			{"Müller", "mueller"},
			{"Schmidt", "schmidt"},
			{"Schäfer", "schaefer"},
			{"Weiß", "weiss"},
			{"Krüger", "krueger"},
			{"Hoffmann", "hoffmann"},
			{"Vogel", "vogel"},
			{"Jäger", "jaeger"},
			{"Böhm", "boehm"},
			{"Lorenz", "lorenz"},
			{"Winter", "winter"},
		}
	case "ES":
		return plain("Carmen Diego Elena Javier Irene Pablo Rosa Hugo Marta Andres Silvia Raul"), []name{
			{"García", "garcia"},
			{"Núñez", "nunez"},
			{"Peña", "pena"},
			{"Ortega", "ortega"},
			{"Rubio", "rubio"},
			{"Ibáñez", "ibanez"},
			{"Vega", "vega"},
			{"Muñoz", "munoz"},
			{"Salas", "salas"},
			{"Campos", "campos"},
			{"Rey", "rey"},
		}
	case "JP":
		given = []name{
			{"陽菜", "hina"}, {"蓮", "ren"}, {"結衣", "yui"}, {"大翔", "hiroto"}, {"美咲", "misaki"}, {"翔太", "shota"}, {"葵", "aoi"}, {"健太", "kenta"}, {"さくら", "sakura"}, {"拓海", "takumi"},
		}
		family = []name{
			{"佐藤", "sato"}, {"鈴木", "suzuki"}, {"高橋", "takahashi"}, {"田中", "tanaka"}, {"渡辺", "watanabe"}, {"伊藤", "ito"}, {"山本", "yamamoto"}, {"中村", "nakamura"}, {"小林", "kobayashi"},
		}
		return given, family
	case "TW":
		given = []name{
			{"怡君", "yijun"}, {"志明", "zhiming"}, {"雅婷", "yating"}, {"俊傑", "junjie"}, {"淑芬", "shufen"}, {"家豪", "jiahao"}, {"美玲", "meiling"}, {"宗翰", "zonghan"},
		}
		family = []name{
			{"陳", "chen"}, {"林", "lin"}, {"黃", "huang"}, {"張", "chang"}, {"李", "lee"}, {"王", "wang"}, {"吳", "wu"},
		}
		return given, family
	case "AE":
		given = []name{
			{"أحمد", "ahmed"}, {"فاطمة", "fatima"}, {"محمد", "mohammed"}, {"مريم", "maryam"}, {"خالد", "khalid"}, {"نورة", "noura"}, {"سعيد", "saeed"},
		}
		family = []name{
			{"المنصوري", "almansoori"}, {"الشامسي", "alshamsi"}, {"الكعبي", "alkaabi"}, {"النعيمي", "alnuaimi"}, {"المزروعي", "almazrouei"},
		}
		return given, family
	}
	return plain("Ana Ben Carol David Erin Frank Grace Henry Isabel Jack Karen Liam Megan"), plain("Diaz Nguyen Roberts Clark Foster Hughes Jenkins Kim Morgan Price Shaw Turner Young Adams Brooks")
}

func plain(list string) []name {
	var out []name
	for _, w := range strings.Fields(list) {
		out = append(out, name{w, strings.ToLower(w)})
	}
	return out
}

// person is one user of a company.
type person struct {
	first, last name
	n           int
}

// person gives the n-th user. The two lists have lengths without a common divisor, so that nobody is there twice for long.
func (c company) person(n int) person {
	given, family := names(c.people)
	return person{given[n%len(given)], family[n%len(family)], n}
}

func (p person) mail(domain string) string {
	return fmt.Sprintf("%s.%s@%s", p.first.mail, p.last.mail, domain)
}

func (c company) admin() string { return c.person(0).mail(c.domain) }

// users adds the users of a company. The administrator stands first and has the first, the highest, package. Every fourth
// user who makes calls has an extension only; people who only meet have neither.
func (c company) addUsers(s *sheet) {
	packs := c.order()
	next := make([]int, len(c.sites)+1)
	for n := range c.users {
		p := c.person(n)
		location, phone, extension := "", "", ""
		if packs[n] != meetings {
			at := n % (len(c.sites) + 1)
			location = c.hq
			block := c.phones
			if at > 0 {
				location, block = c.sites[at-1].name, c.sites[at-1].phones
			}
			extension = fmt.Sprint(1001 + n)
			if n%4 != 3 {
				phone = block.number(next[at])
				next[at]++
			}
		}
		s.add(c.id, p.first.written, p.last.written, p.mail(c.domain), packs[n], location, phone, extension, role(n))
	}
}

func role(n int) string {
	switch n {
	case 0:
		return "Full administrator"
	case 5:
		return "Read-only administrator"
	}
	return ""
}

// order gives the package of each user.
func (c company) order() []string {
	var out []string
	for _, s := range c.seats {
		for range s.holders {
			out = append(out, s.pack)
		}
	}
	if len(out) != c.users {
		panic("users and seats of " + c.id + " differ")
	}
	return out
}

// userHeads are the columns of users.
func userHeads() []head {
	return fields("external_id", "first_name", "last_name", "email", "package", "location", "phone_number", "extension", "role")
}
