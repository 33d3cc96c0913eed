package care

import (
	"time"

	"tussentijds/models"
)

// wallClock is when the clock on the wall of a zone shows a time of a day, in minutes after midnight, by RFC 5545 (3.3.5): one
// that the clocks skip is as much later, one that comes twice is the first. time.Date leaves both open.
func wallClock(day models.Day, minutes int, zone *time.Location) time.Time {
	wall := day.In(time.UTC).Add(time.Duration(minutes) * time.Minute)
	under := func(rule time.Time) time.Time {
		_, offset := rule.In(zone).Zone()
		return wall.Add(-time.Duration(offset) * time.Second).In(zone)
	}
	shows := func(t time.Time) bool {
		_, offset := t.Zone()
		return t.Add(time.Duration(offset) * time.Second).Equal(wall)
	}
	const day24 = 24 * time.Hour // No zone changes its clocks twice within two days.
	first := under(wall.Add(-day24))
	if shows(first) {
		return first
	}
	if second := under(wall.Add(day24)); shows(second) {
		return second
	}
	return first
}

// dayAfter is the day so many days later.
func dayAfter(t time.Time, days int) models.Day {
	return models.DayOf(time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, time.UTC))
}
