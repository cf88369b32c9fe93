package saml

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// errNoZone says that a dateTime names no time zone. The time beside it is good, read as UTC.
var errNoZone = errors.New("it has no time zone")

// dateTime is the lexical form of xs:dateTime (XML Schema part 2, 3.2.7), years up to 9 digits.
var dateTime = regexp.MustCompile(`^(-?)([0-9]{4,9})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$`)

// parseDateTime reads an xs:dateTime, strictly, white space around it aside. A time without zone comes with errNoZone.
// Fractions are kept down to the nanosecond.
func parseDateTime(text string) (time.Time, error) {
	m := dateTime.FindStringSubmatch(strings.Trim(text, " \t\r\n"))
	if m == nil {
		return time.Time{}, errors.New("it should look like 2027-03-01T00:00:00Z")
	}
	if len(m[2]) > 4 && m[2][0] == '0' {
		return time.Time{}, fmt.Errorf("the year %s begins with 0", m[2])
	}
	year, month, date := number(m[2]), number(m[3]), number(m[4])
	hour, minute, second := number(m[5]), number(m[6]), number(m[7])
	if m[1] == "-" {
		year = -year + 1 // there is no year 0: 1 BC is the one before 1
	}
	if number(m[2]) == 0 {
		return time.Time{}, errors.New("there is no year 0000")
	}
	if month < 1 || month > 12 || date < 1 || date > daysIn(year, month) {
		return time.Time{}, fmt.Errorf("there is no day %s-%s-%s", m[2], m[3], m[4])
	}
	nanos := number((m[8] + "0000000000")[min(1, len(m[8])):][:9])
	midnight := hour == 24 && minute == 0 && second == 0 && nanos == 0
	if hour > 23 && !midnight || minute > 59 || second > 59 {
		return time.Time{}, fmt.Errorf("there is no time %s:%s:%s", m[5], m[6], m[7])
	}
	offset, err := zoneOffset(m[9])
	if err != nil {
		return time.Time{}, err
	}
	t := time.Date(year, time.Month(month), date, hour, minute, second, nanos, time.UTC).Add(-offset)
	if m[9] == "" {
		return t, errNoZone
	}
	return t, nil
}

func zoneOffset(zone string) (time.Duration, error) {
	if zone == "" || zone == "Z" {
		return 0, nil
	}
	hours, minutes := number(zone[1:3]), number(zone[4:6])
	if minutes > 59 || hours > 14 || hours == 14 && minutes > 0 {
		return 0, fmt.Errorf("there is no time zone %s", zone)
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if zone[0] == '-' {
		return -offset, nil
	}
	return offset, nil
}

// number reads digits that a pattern let through: at most nine.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// duration is the lexical form of xs:duration (XML Schema part 2, 3.2.6), but for what checkDuration looks at.
var duration = regexp.MustCompile(`^-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$`)

// checkDuration says what keeps a text from being an xs:duration, white space around it aside.
func checkDuration(text string) error {
	text = strings.Trim(text, " \t\r\n")
	switch {
	case !strings.HasPrefix(strings.TrimPrefix(text, "-"), "P"):
		return errors.New("it should begin with P, like P7D or PT6H")
	case strings.HasSuffix(text, "P"):
		return errors.New("nothing follows P")
	case strings.HasSuffix(text, "T"):
		return errors.New("nothing follows T")
	case strings.Contains(text, "W"):
		return errors.New("it has no weeks: write P7D for a week")
	case !duration.MatchString(text):
		return errors.New("after P come years, months and days, after T hours, minutes and seconds, in this order, like P1DT12H")
	}
	return nil
}
