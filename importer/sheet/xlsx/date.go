package xlsx

import (
	"math"
	"strconv"
	"time"
)

// epoch turns day numbers into dates. The zero value is the 1900 system.
type epoch struct{ from1904 bool }

const (
	secondsPerDay = 24 * 60 * 60

	lastDay1900 = 2_958_465 // 9999-12-31
	lastDay1904 = lastDay1900 - 1462

	dateLayout = "2006-01-02"
	timeLayout = "15:04:05"
)

// appendDate appends the date of a day number as 2026-01-31, with T10:00:00 when it is not midnight; a time of day alone
// (day 0) as 10:00:00. ok is false for numbers that are no date, which a spreadsheet program shows as a row of hashes.
func (e epoch) appendDate(dst []byte, serial float64) (out []byte, ok bool) {
	last := lastDay1900
	if e.from1904 {
		last = lastDay1904
	}
	if serial < 0 || serial >= float64(last+1) {
		return dst, false
	}
	seconds := int64(math.Round(serial * secondsPerDay))
	day, clock := int(seconds/secondsPerDay), int(seconds%secondsPerDay)
	if day > last {
		return dst, false
	}
	if day == 0 && (clock > 0 || !e.from1904) {
		return appendClock(dst, clock), true
	}
	dst = e.appendDay(dst, day)
	if clock > 0 {
		dst = appendClock(append(dst, 'T'), clock)
	}
	return dst, true
}

func (e epoch) appendDay(dst []byte, day int) []byte {
	switch {
	case e.from1904:
		return time.Date(1904, 1, 1+day, 0, 0, 0, 0, time.UTC).AppendFormat(dst, dateLayout)
	case day == 60: // the 1900 system has a leap day that the calendar has not
		return append(dst, "1900-02-29"...)
	case day < 60:
		return time.Date(1899, 12, 31+day, 0, 0, 0, 0, time.UTC).AppendFormat(dst, dateLayout)
	}
	return time.Date(1899, 12, 30+day, 0, 0, 0, 0, time.UTC).AppendFormat(dst, dateLayout)
}

// appendClock appends seconds as hours (two digits or more), minutes and seconds.
func appendClock(dst []byte, seconds int) []byte {
	for i, n := range []int{seconds / 3600, seconds / 60 % 60, seconds % 60} {
		if i > 0 {
			dst = append(dst, ':')
		}
		if n < 10 {
			dst = append(dst, '0')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return dst
}

// appendElapsed appends a number of days as hours, minutes and seconds.
func appendElapsed(dst []byte, days float64) (out []byte, ok bool) {
	if days < 0 || days > lastDay1900 {
		return dst, false
	}
	return appendClock(dst, int(math.Round(days*secondsPerDay))), true
}

// appendISO appends a date that is stored as text, in the form of appendDate. A time zone is left out: the cell shows
// the time as written.
func appendISO(dst []byte, text string) (out []byte, ok bool) {
	for _, layout := range []string{dateLayout, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04", timeLayout} {
		t, err := time.Parse(layout, text)
		switch {
		case err != nil:
		case layout == timeLayout:
			return t.AppendFormat(dst, timeLayout), true
		case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
			return t.AppendFormat(dst, dateLayout), true
		default:
			return t.AppendFormat(dst, dateLayout+"T"+timeLayout), true
		}
	}
	return dst, false
}
