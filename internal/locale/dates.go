package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var days = map[Lang][7]string{
	NL: {"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
	EN: {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

var months = map[Lang][12]string{
	NL: {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Weekday gives "maandag" or "Monday" for t in its own zone.
func (l Localizer) Weekday(t time.Time) string { return days[l.Lang][t.Weekday()] }

// Date gives "3 maart 2026" or "3 March 2026".
func (l Localizer) Date(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), months[l.Lang][t.Month()-1], t.Year())
}

// Day gives "maandag 3 maart" or "Monday 3 March".
func (l Localizer) Day(t time.Time) string {
	return fmt.Sprintf("%s %d %s", l.Weekday(t), t.Day(), months[l.Lang][t.Month()-1])
}

// ShortDate gives "3 mrt" or "3 Mar", for charts and tight tables.
func (l Localizer) ShortDate(t time.Time) string {
	name := months[l.Lang][t.Month()-1]
	if l.Lang == NL && t.Month() == time.March {
		name = "mrt"
	}
	if len(name) > 3 {
		name = name[:3]
	}
	return fmt.Sprintf("%d %s", t.Day(), name)
}

// Month gives "maart 2026" or "March 2026".
func (l Localizer) Month(t time.Time) string {
	return fmt.Sprintf("%s %d", months[l.Lang][t.Month()-1], t.Year())
}

// Clock gives "20:00", in both languages.
func (l Localizer) Clock(t time.Time) string { return t.Format("15:04") }

// Moment gives "maandag 3 maart om 20:00" or "Monday 3 March at 20:00".
func (l Localizer) Moment(t time.Time) string {
	at := " om "
	if l.Lang == EN {
		at = " at "
	}
	return l.Day(t) + at + l.Clock(t)
}

// Decimal gives a number with the language's decimal mark and the given number of decimals: 7,5 or 7.5.
func (l Localizer) Decimal(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if l.Lang == NL {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}
