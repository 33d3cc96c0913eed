package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/models"
)

// What this file compares with is worked out here from two rules alone and knows no tables and none of the code's arithmetic:
// the calendar's, and the European Union's for clocks, which go forward on the last Sunday of March and back on the last of
// October, at one in the night in Greenwich.

// dayNumber counts days from 1 January 1970 by the calendar's rule.
func dayNumber(year, month, day int) int {
	if month <= 2 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468
}

// calendar lists every day of ten years, with its number.
func calendar() (days []calendarDay) {
	lengths := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	for year := 2026; year < 2036; year++ {
		for month := 1; month <= 12; month++ {
			length := lengths[month-1]
			if month == 2 && year%4 == 0 {
				length++
			}
			for day := 1; day <= length; day++ {
				days = append(days, calendarDay{year, month, day, length, dayNumber(year, month, day)})
			}
		}
	}
	return days
}

type calendarDay struct{ year, month, day, length, number int }

// weekday counts from Monday, 0; the first of January 1970 was a Thursday.
func (d calendarDay) weekday() int { return (d.number + 3) % 7 }

func (d calendarDay) text() models.Day {
	digits := func(n, width int) string {
		out := ""
		for ; width > 0; width-- {
			out = string(rune('0'+n%10)) + out
			n /= 10
		}
		return out
	}
	return models.Day(digits(d.year, 4) + "-" + digits(d.month, 2) + "-" + digits(d.day, 2))
}

// summer tells whether it is summer time at a moment, in seconds since 1970.
func summer(at int64) bool {
	turn := func(year, month int) int64 {
		last := dayNumber(year, month, 31)
		return int64(last-(last+4)%7)*86400 + 3600 // The day's number plus four, modulo seven, is 0 on a Sunday.
	}
	year := 1970 + int(at/31556952)
	return at >= turn(year, 3) && at < turn(year, 10)
}

// showings are the moments at which clocks show a time of a day, in minutes after midnight: one, two in the night in which
// they go back, and in the one in which they go forward what is skipped comes as much later.
func showings(day, minutes int) []int64 {
	wall := int64(day)*86400 + int64(minutes)*60
	var out []int64
	if summer(wall - 7200) {
		out = append(out, wall-7200)
	}
	if !summer(wall - 3600) {
		out = append(out, wall-3600)
	}
	if len(out) == 0 {
		out = append(out, wall-3600)
	}
	return out
}

// shown is the day's number and the minutes after midnight that clocks show at a moment.
func shown(at int64) (day, minutes int) {
	wall := at + 3600
	if summer(at) {
		wall += 3600
	}
	return int(wall / 86400), int(wall % 86400 / 60)
}

func europe(t *testing.T) []*time.Location {
	t.Helper()
	var zones []*time.Location
	for _, name := range []string{"Europe/Amsterdam", "Europe/Brussels"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones = append(zones, zone)
	}
	return zones
}

// clocks are the times of day that are tried, with those around which the clocks change.
var clocks = []string{"00:00", "01:59", "02:00", "02:30", "02:59", "03:00", "08:00", "18:00", "20:00", "23:59"}

func TestTheIndependentClockIsRight(t *testing.T) {
	require.Equal(t, 0, dayNumber(1970, 1, 1))
	require.Equal(t, 20000, dayNumber(2024, 10, 4))
	// As published for 2026: 29 March and 25 October.
	for at, want := range map[int64]bool{1774745999: false, 1774746000: true, 1792889999: true, 1792890000: false} {
		require.Equal(t, want, summer(at))
	}
	require.Len(t, calendar(), 3652)
}

// homework are schedules with their own rule of which days they fall on; first is the day they begin.
var homework = []struct {
	name  string
	rule  schedule
	falls func(first, d calendarDay) bool
}{
	{"daily", schedule{kind: "daily"}, func(_, _ calendarDay) bool { return true }},
	{"weekly", schedule{kind: "weekly"}, func(first, d calendarDay) bool { return (d.number-first.number)%7 == 0 }},
	{"monthly", schedule{kind: "monthly"}, func(first, d calendarDay) bool {
		return first.day > 28 && d.day == d.length || first.day <= 28 && d.day == first.day
	}},
	{"three times a week", schedule{kind: "times_per_week", times: 3}, func(first, d calendarDay) bool {
		since := (d.number - first.number) % 7
		return since == 0 || since == 2 || since == 4
	}},
	{"every third day", schedule{kind: "rrule", rule: "FREQ=DAILY;INTERVAL=3"}, func(first, d calendarDay) bool { return (d.number-first.number)%3 == 0 }},
	{"Sundays every other week", schedule{kind: "rrule", rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"}, func(first, d calendarDay) bool {
		week := func(d calendarDay) int { return (d.number + 3) / 7 }
		return d.weekday() == 6 && (week(d)-week(first))%2 == 0
	}},
	{"the last Sunday of a month", schedule{kind: "rrule", rule: "FREQ=MONTHLY;BYDAY=-1SU"}, func(_, d calendarDay) bool {
		return d.weekday() == 6 && d.day+7 > d.length
	}},
	{"the second Tuesday of a month", schedule{kind: "rrule", rule: "FREQ=MONTHLY;BYDAY=2TU"}, func(_, d calendarDay) bool {
		return d.weekday() == 1 && d.day > 7 && d.day <= 14
	}},
	{"the last Sundays of March and October", schedule{kind: "rrule", rule: "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU"}, func(_, d calendarDay) bool {
		return (d.month == 3 || d.month == 10) && d.weekday() == 6 && d.day > 24
	}},
}

func TestTenYearsOfHomeworkFallOnTheRightMoments(t *testing.T) {
	t.Parallel()
	days, zones := calendar(), europe(t)
	compared := 0
	for _, h := range homework {
		for _, first := range []calendarDay{days[0], days[30], days[58], days[100]} { // The 1st and the 31st of January, the last of February, a day in April.
			var want []calendarDay
			for _, d := range days[first.number-days[0].number:] {
				if h.falls(first, d) {
					want = append(want, d)
				}
			}
			rule := h.rule
			rule.starts = first.text()
			got, err := rule.days(rule.starts, days[len(days)-1].text())
			require.NoError(t, err)
			require.Len(t, got, len(want), "%s from %s", h.name, rule.starts)
			for i, d := range want {
				if got[i] != d.text() {
					require.Equal(t, d.text(), got[i], "%s from %s", h.name, rule.starts)
				}
				for _, at := range clocks {
					minutes := int(at[0]-'0')*600 + int(at[1]-'0')*60 + int(at[3]-'0')*10 + int(at[4]-'0')
					expected := showings(d.number, minutes)[0]
					for _, zone := range zones {
						if moment := moment(got[i], at, zone).Unix(); moment != expected {
							require.Equal(t, expected, moment, "%s at %s on %s in %s", h.name, at, got[i], zone)
						}
						compared++
					}
				}
			}
		}
	}
	t.Logf("%d moments of homework in ten years compared, 0 wrong", compared)
}

func TestQuietHoursEndAtTheRightMomentOnEveryNightOfTenYears(t *testing.T) {
	t.Parallel()
	minutesOf := func(at string) int { m, ok := clockMinutes(at); require.True(t, ok); return m }
	hours := [][2]string{{"21:30", "08:00"}, {"23:00", "02:30"}, {"22:00", "02:00"}, {"22:00", "03:00"}, {"02:15", "02:45"}, {"02:30", "07:00"}, {"00:00", "00:00"}, {"13:00", "14:30"}}
	compared := 0
	for _, zone := range europe(t) {
		for i, d := range calendar() {
			step := int64(3*3600 + 1740)
			if d.weekday() == 6 && d.day > 24 && (d.month == 3 || d.month == 10) {
				step = 300 // Each five minutes of the days on which the clocks change.
			}
			for at := showings(d.number, 0)[0] + int64(i%60); at < showings(d.number+1, 0)[0]; at += step {
				day, minute := shown(at)
				for _, h := range hours {
					from, until := minutesOf(h[0]), minutesOf(h[1])
					want := from < until && minute >= from && minute < until || from > until && (minute >= from || minute < until)
					end, got := quietUntil(h[0], h[1], time.Unix(at, 0), zone)
					compared++
					if got != want {
						require.Equal(t, want, got, "%s at %s", h, time.Unix(at, 0).In(zone))
					}
					if !want {
						continue
					}
					expected := int64(1 << 62)
					for _, m := range append(showings(day, until), showings(day+1, until)...) {
						if m > at && m < expected {
							expected = m
						}
					}
					if end.Unix() != expected {
						require.Equal(t, time.Unix(expected, 0).In(zone).String(), end.String(), "%s at %s", h, time.Unix(at, 0).In(zone))
					}
				}
				for _, until := range []string{"08:00", "02:30"} {
					if m := morningAfter(until, time.Unix(at, 0), zone).Unix(); m != showings(day+1, minutesOf(until))[0] {
						require.Equal(t, showings(day+1, minutesOf(until))[0], m, "the day after %s", time.Unix(at, 0).In(zone))
					}
					compared++
				}
			}
		}
	}
	t.Logf("%d moments of quiet hours in ten years compared, 0 wrong", compared)
}
