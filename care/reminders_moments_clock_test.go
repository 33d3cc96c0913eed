package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/models"
)

// awaited are moments by name, worked out by the rules of clock_test.go alone. A day's lead is one of the calendar, at a clock
// time or the same one; hours before are hours that pass; hours after are whole days and the hours that are left.
type awaited map[string]int64

// daysFrom is so many days from a moment, at a clock time in minutes after midnight, or at the moment's own when that is below 0.
func daysFrom(at int64, days, minutes int) int64 {
	day, own := shown(at)
	if minutes < 0 {
		minutes = own
		if days == 0 {
			return at
		}
		return showings(day+days, minutes)[0] + at%60
	}
	return showings(day+days, minutes)[0]
}

func TestTenYearsOfRemindersComeAtTheRightMoments(t *testing.T) {
	t.Parallel()
	const hour, evening, night = 3600, 18 * 60, 2*60 + 30
	chosen := leads{
		practice: models.Leads{"session.day_before": {On: true, Days: 1, At: "02:30"}, "alert.again": {On: true, Hours: 26}},
		own: models.Leads{
			"task.due": {On: true, Hours: 2}, "task.second": {On: true, Hours: 30}, "task.closing": {On: true, Hours: 5}, "session.day_before": {On: true, Days: 2},
			"session.hours_before": {On: true, Hours: 5}, "agreement.review": {On: true, Days: 1, At: "02:30"}, "agreement.again": {On: true, Days: 2, At: "02:30"},
			"report.again": {On: true, Days: 1},
		},
	}
	compared := 0
	compare := func(what string, at int64, zone *time.Location, got []planned, want awaited) {
		if len(got) != len(want) {
			require.Len(t, got, len(want), "%s at %s", what, time.Unix(at, 0).In(zone))
		}
		for _, p := range got {
			compared++
			if due, ok := want[p.moment]; !ok || p.due.Unix() != due {
				require.Equal(t, time.Unix(due, 0).In(zone).String(), p.due.In(zone).String(), "%s of %s at %s", p.moment, what, time.Unix(at, 0).In(zone))
			}
			if !p.expires.After(p.due) {
				require.Greater(t, p.expires, p.due, "%s of %s at %s is never worth sending", p.moment, what, time.Unix(at, 0).In(zone))
			}
		}
	}
	zones := europe(t)
	for i, d := range calendar() {
		zone := zones[i%2]
		changing := d.weekday() >= 4 && d.day > 20 && (d.month == 3 || d.month == 10) || d.day < 4 && (d.month == 4 || d.month == 11)
		for _, clock := range []int{0, 30, 2 * 60, night, 3 * 60, 20 * 60, 23*60 + 30} {
			if !changing && clock != night && clock != 20*60 {
				continue
			}
			for _, at := range showings(d.number, clock) {
				moment, closes := time.Unix(at, 0).UTC(), at+96*hour
				task := models.Task{DueAt: moment, OpensAt: moment.Add(-72 * time.Hour), ClosesAt: time.Unix(closes, 0).UTC()}
				compare("a task", at, zone, taskMoments(task, leads{}, zone), awaited{momentDue: at, momentSecond: daysFrom(at, 1, -1), momentClosing: closes - 3*hour})
				compare("a task", at, zone, taskMoments(task, chosen, zone), awaited{momentDue: at - 2*hour, momentSecond: daysFrom(at, 1, -1) + 6*hour, momentClosing: closes - 5*hour})
				compare("a session", at, zone, sessionMoments(moment, time.Time{}, leads{}, zone), awaited{momentDayBefore: daysFrom(at, -1, evening), momentHoursBefore: at - 2*hour})
				compare("a session", at, zone, sessionMoments(moment, time.Time{}, chosen, zone), awaited{momentDayBefore: daysFrom(at, -2, -1), momentHoursBefore: at - 5*hour})
				others := leads{practice: chosen.practice}
				wanted := awaited{momentDayBefore: daysFrom(at, -1, night), momentHoursBefore: at - 2*hour}
				compare("a session", at, zone, sessionMoments(moment, time.Time{}, others, zone), wanted)
				compare("a report", at, zone, reportMoments(moment, leads{}, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 3, -1)})
				compare("a report", at, zone, reportMoments(moment, chosen, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 1, -1)})
				compare("a message", at+17, zone, messageMoments(moment.Add(17*time.Second), leads{}, zone), awaited{momentNow: at + 17, momentAgain: daysFrom(at+17, 2, -1)})
				compare("an approval", at, zone, approvalMoments(moment, leads{}, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 3, -1)})
				compare("an alert", at, zone, alertMoments(moment, leads{}, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 1, -1)})
				compare("an alert", at, zone, alertMoments(moment, others, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 1, -1) + 2*hour})
				ends := at + int64(invitationTTL/time.Second)
				compare("an invitation", at, zone, invitationMoments(moment, leads{}, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 3, -1), momentLast: daysFrom(ends, -2, -1)})
				compare("a signature", at, zone, signingMoments(moment, leads{}, zone), awaited{momentNow: at, momentAgain: daysFrom(at, 3, 19*60)})
			}
		}
		midnight := showings(d.number, 0)[0]
		compare("a look back", midnight, zone, reviewMoments(d.text(), leads{}, zone), awaited{momentReview: daysFrom(midnight, 0, 19*60), momentAgain: daysFrom(midnight, 3, 19*60)})
		compare("a look back", midnight, zone, reviewMoments(d.text(), chosen, zone), awaited{momentReview: daysFrom(midnight, -1, night), momentAgain: daysFrom(midnight, 2, night)})
	}
	t.Logf("%d moments of reminders in ten years compared, 0 wrong", compared)
}
