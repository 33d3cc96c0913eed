package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/models"
)

func momentsOf(list []planned, zone *time.Location) map[string]string {
	out := map[string]string{}
	for _, m := range list {
		out[m.moment] = m.due.In(zone).Format("01-02 15:04")
	}
	return out
}

func TestEachCauseHasItsMoments(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		require.NoError(t, err)
		return v
	}
	task := func(due, closes string) models.Task {
		return models.Task{DueAt: at(due), OpensAt: at(due).Add(-72 * time.Hour), ClosesAt: at(closes)}
	}
	discreet := task("2026-10-06 20:00", "2026-10-20 20:00")
	discreet.Discreet = true
	own := func(kind string, lead models.Lead) leads { return leads{own: models.Leads{kind: lead}} }
	for name, c := range map[string]struct {
		got  []planned
		want map[string]string
	}{
		"a week's task": {
			taskMoments(task("2026-10-06 20:00", "2026-10-10 20:00"), leads{}, zone),
			map[string]string{"due": "10-06 20:00", "second": "10-07 20:00", "closing": "10-10 17:00"},
		},
		"a day's task is said once": {taskMoments(task("2026-10-06 20:00", "2026-10-07 12:00"), leads{}, zone), map[string]string{"due": "10-06 20:00"}},
		"private questions too":     {taskMoments(discreet, leads{}, zone), map[string]string{"due": "10-06 20:00"}},
		"over the night in which the clocks go back": {
			taskMoments(task("2026-10-24 20:00", "2026-10-28 20:00"), leads{}, zone),
			map[string]string{"due": "10-24 20:00", "second": "10-25 20:00", "closing": "10-28 17:00"},
		},
		"a second near the end gives way to the word that it closes": {
			taskMoments(task("2026-10-06 20:00", "2026-10-10 20:00"), own("task.second", models.Lead{On: true, Hours: 84}), zone),
			map[string]string{"due": "10-06 20:00", "closing": "10-10 17:00"},
		},
		"what one does not want": {
			taskMoments(task("2026-10-06 20:00", "2026-10-10 20:00"), own("task.second", models.Lead{}), zone),
			map[string]string{"due": "10-06 20:00", "closing": "10-10 17:00"},
		},
		"earlier, but not before it opens": {
			taskMoments(models.Task{DueAt: at("2026-10-06 20:00"), OpensAt: at("2026-10-06 18:00"), ClosesAt: at("2026-10-07 12:00")}, own("task.due", models.Lead{On: true, Hours: 4}), zone),
			map[string]string{"due": "10-06 18:00"},
		},
		"a session": {
			sessionMoments(at("2026-10-26 10:00"), at("2026-10-01 10:00"), leads{}, zone),
			map[string]string{"day_before": "10-25 18:00", "hours_before": "10-26 08:00"},
		},
		"a session that is near is told of once": {sessionMoments(at("2026-10-26 10:00"), at("2026-10-26 07:30"), leads{}, zone), map[string]string{"day_before": "10-26 07:30"}},
		"at the session's own time": {
			sessionMoments(at("2026-10-26 10:00"), time.Time{}, own("session.day_before", models.Lead{On: true, Days: 1}), zone),
			map[string]string{"day_before": "10-25 10:00", "hours_before": "10-26 08:00"},
		},
		"a look back": {reviewMoments("2026-10-26", leads{}, zone), map[string]string{"review": "10-26 19:00", "again": "10-29 19:00"}},
		"to sign":     {signingMoments(at("2026-10-24 11:00"), leads{}, zone), map[string]string{"now": "10-24 11:00", "again": "10-27 19:00"}},
		"a report":    {reportMoments(at("2026-10-24 11:00"), leads{}, zone), map[string]string{"now": "10-24 11:00", "again": "10-27 11:00"}},
		"an invitation": {
			invitationMoments(at("2026-10-01 11:00"), leads{}, zone),
			map[string]string{"now": "10-01 11:00", "again": "10-04 11:00", "last": "10-13 11:00"},
		},
		"an alert": {
			alertMoments(at("2026-10-01 11:00"), leads{practice: models.Leads{"alert.again": {On: true, Hours: 4}}}, zone),
			map[string]string{"now": "10-01 11:00", "again": "10-01 15:00"},
		},
	} {
		require.Equal(t, c.want, momentsOf(c.got, zone), name)
	}
}

func TestWhateverIsChosenMessagesStayApartAndInTime(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Brussels")
	require.NoError(t, err)
	looked := 0
	for _, day := range []int{20, 23, 24, 25} { // Of October, around the night in which the clocks go back.
		for _, window := range []int{16, 25, 48, 72, 96, 504, 672} {
			due := time.Date(2026, 10, day, 20, 0, 0, 0, zone)
			task := models.Task{DueAt: due, OpensAt: due.Add(-24 * time.Hour), ClosesAt: due.Add(time.Duration(window) * time.Hour)}
			for second := 12; second <= 168; second++ {
				for closing := 1; closing <= 24; closing++ {
					l := leads{own: models.Leads{"task.second": {On: true, Hours: second}, "task.closing": {On: true, Hours: closing}}}
					list := taskMoments(task, l, zone)
					for i, m := range list {
						require.True(t, m.due.Before(m.expires), "%v", m)
						if i > 0 {
							require.GreaterOrEqual(t, m.due.Sub(list[i-1].due), leastApart-time.Hour, "%v", list) // An hour less on the wall in that night.
						}
						looked++
					}
				}
			}
		}
	}
	for days := 1; days <= 3; days++ {
		for hours := 1; hours <= 12; hours++ {
			for at := range 24 {
				starts := time.Date(2026, 10, 25, at, 0, 0, 0, zone)
				for clock := range 24 {
					lead := models.Lead{On: true, Days: days, At: time.Date(2026, 1, 1, clock, 0, 0, 0, time.UTC).Format("15:04")}
					l := leads{own: models.Leads{"session.day_before": lead, "session.hours_before": {On: true, Hours: hours}}}
					list := sessionMoments(starts, time.Time{}, l, zone)
					require.NotEmpty(t, list)
					for i, m := range list {
						require.True(t, m.due.Before(starts) && !m.expires.After(starts))
						if i > 0 {
							require.GreaterOrEqual(t, m.due.Sub(list[i-1].due), apartSession)
						}
						looked++
					}
				}
			}
		}
	}
	t.Logf("%d moments", looked)
}

func TestTooSoonAfterAnotherWaitsOrIsLeftOut(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 6, 12, 0, 0, 0, time.UTC)
	r := models.Reminder{CauseKind: "task", CauseID: models.NewID(), RecipientID: models.NewID(), Moment: momentSecond, AboutAt: now, ExpiresAt: now.Add(48 * time.Hour)}
	b := newSending()
	key := about{r.CauseID, r.RecipientID}
	require.Zero(t, b.judgeApart(r, now), "nothing went before")
	b.sentAbout[key] = []models.SentAbout{{Moment: momentSecond, AboutAt: now, SentAt: now}}
	require.Zero(t, b.judgeApart(r, now), "the same one goes over one more channel")
	b.sentAbout[key] = []models.SentAbout{{Moment: momentDue, AboutAt: now, SentAt: now.Add(-11 * time.Hour)}}
	require.Equal(t, sendVerdict{until: now.Add(time.Hour)}, b.judgeApart(r, now))
	r.Moment = momentClosing
	require.Equal(t, sendVerdict{skip: models.SkipSoon}, b.judgeApart(r, now), "it says that something ends: later it is of no use")
	r.Moment, r.ExpiresAt = momentSecond, now.Add(30*time.Minute)
	require.Equal(t, sendVerdict{skip: models.SkipSoon}, b.judgeApart(r, now))
	b.sentAbout[key][0].SentAt = now.Add(-leastApart)
	require.Zero(t, b.judgeApart(r, now))
	r.Moment = momentDue
	b.sentAbout[key][0].SentAt = now
	require.Zero(t, b.judgeApart(r, now), "a first one follows on nothing")
}
