package care_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/local"
	"tussentijds/internal/testkit"
)

// The tests of this file do not run side by side: a claimer takes what is due in every practice, another test's too.

// sentTo counts the messages about a kind of cause that somebody got.
func sentTo(k *testkit.Kit, cause string, who care.Actor) int {
	return k.Count("reminders where practice_id = $1 and cause_kind = $2 and recipient_id = $3 and state = 'sent'", k.Practice, cause, who.ID)
}

// switchMessages switches a practice's messages on or off.
func switchMessages(t *testing.T, k *testkit.Kit, on bool) {
	t.Helper()
	p, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	_, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{MessagesOn: &on, Version: p.Version})
	require.NoError(t, err)
}

// away are the ways in which nobody is to hear of a message for a while, and what ends them.
func away(k *testkit.Kit) map[string][2]func(*testing.T) {
	return map[string][2]func(*testing.T){
		"messages are switched off": {
			func(t *testing.T) { switchMessages(t, k, false) },
			func(t *testing.T) { switchMessages(t, k, true) },
		},
		"the partner pauses": {
			func(t *testing.T) { require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA)) },
			func(t *testing.T) { require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA)) },
		},
		"the case is closed": {
			func(t *testing.T) { statusOf(t, k, "closed") },
			func(t *testing.T) { statusOf(t, k, "active") },
		},
	}
}

// Whoever could not be reminded of a message for a while, and can again: what had not gone goes, what had gone does not go
// twice, what is read is told no more.
func TestAnUnreadMessageIsRemindedOfAgainOnce(t *testing.T) {
	for _, name := range []string{"messages are switched off", "the partner pauses", "the case is closed"} {
		own := func(k *testkit.Kit) string { return k.PartnerA.ID.String() }
		begin := func(t *testing.T) (*testkit.Kit, [2]func(*testing.T)) {
			k, _ := mailKit(t)
			k.Clock.Set(atClock(k, 5, 12, 0))
			return k, away(k)[name]
		}
		t.Run(name+" before it went", func(t *testing.T) {
			k, a := begin(t)
			write(t, k, k.Therapist, own(k), "Iets")
			a[0](t)
			require.Zero(t, standing(k, "message", k.PartnerA))
			k.Clock.Add(time.Hour)
			sendDue(t, k)
			require.Zero(t, sentTo(k, "message", k.PartnerA))
			a[1](t)
			require.Equal(t, 2, standing(k, "message", k.PartnerA), "now, and once more")
			sendDue(t, k)
			require.Equal(t, 1, sentTo(k, "message", k.PartnerA))
			a[0](t)
			a[1](t)
			sendDue(t, k)
			require.Equal(t, 1, sentTo(k, "message", k.PartnerA), "off and on again tells nobody twice")
		})
		t.Run(name+" after it went", func(t *testing.T) {
			k, a := begin(t)
			write(t, k, k.Therapist, own(k), "Iets")
			sendDue(t, k)
			second := k.IDs(`select id from reminders where practice_id = $1 and cause_kind = 'message' and recipient_id = $2 and state = 'planned'`, k.Practice, k.PartnerA.ID)
			require.Len(t, second, 1)
			k.Clock.Add(time.Hour)
			a[0](t)
			require.Zero(t, standing(k, "message", k.PartnerA))
			k.Clock.Add(time.Hour)
			a[1](t)
			require.Equal(t, second, k.IDs(`select id from reminders where practice_id = $1 and cause_kind = 'message' and recipient_id = $2 and state = 'planned'`, k.Practice, k.PartnerA.ID), "the second word is back, at its moment")
			sendDue(t, k)
			require.Equal(t, 1, sentTo(k, "message", k.PartnerA))
			k.Clock.Add(48 * time.Hour)
			sendDue(t, k)
			require.Equal(t, 2, sentTo(k, "message", k.PartnerA))
			a[0](t)
			a[1](t)
			k.Clock.Add(5 * 24 * time.Hour)
			sendDue(t, k)
			require.Equal(t, 2, sentTo(k, "message", k.PartnerA), "both words were said")
		})
		t.Run(name+" for longer than the second word waits", func(t *testing.T) {
			k, a := begin(t)
			write(t, k, k.Therapist, own(k), "Iets")
			sendDue(t, k)
			a[0](t)
			k.Clock.Add(7 * 24 * time.Hour)
			sendDue(t, k)
			a[1](t)
			sendDue(t, k)
			require.Equal(t, 2, sentTo(k, "message", k.PartnerA), "the word that fell away is said on the return")
			require.Equal(t, 1, standing(k, "message", k.PartnerA), "and once more, in days")
		})
		t.Run(name+" and it is read meanwhile", func(t *testing.T) {
			k, a := begin(t)
			write(t, k, k.Therapist, own(k), "Iets")
			a[0](t)
			read(t, k, k.PartnerA, care.ThreadAlone)
			a[1](t)
			require.Zero(t, standing(k, "message", k.PartnerA))
		})
	}
}

// A member who left and is back hears of what still waits, once, and of nothing that is settled or stale.
func TestAMemberWhoIsBackHearsOfWhatStillWaits(t *testing.T) {
	member := func(t *testing.T, k *testkit.Kit, status string) {
		t.Helper()
		list, err := k.Service.ListMembers(k.Ctx, k.Owner, care.Page{Limit: 100})
		require.NoError(t, err)
		for _, m := range list.Data {
			if m.ID == k.Therapist.ID {
				_, err = k.Service.ChangeMember(k.Ctx, k.Owner, m.ID, care.ChangeMemberInput{Status: &status, Version: m.Version})
				require.NoError(t, err)
			}
		}
	}
	for name, c := range map[string]struct {
		days             int
		seen             bool
		alerts, messages int // that go on the return.
	}{
		"after two days":         {2, false, 1, 1},
		"after they were seen":   {2, true, 0, 0},
		"after it was worth it":  {9, false, 0, 1}, // An alert is worth a week; a message waits on.
		"on the very same day":   {0, false, 1, 1},
		"and it is seen at once": {0, true, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			k, _ := mailKit(t)
			k.SQL(`insert into accounts (id, email_index) values ($1, $2)`, k.Therapist.ID, []byte(k.Therapist.ID.String()))
			k.SQL(`insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $1, $2, 'member', $1) on conflict do nothing`, k.Therapist.ID, k.Practice)
			k.Clock.Set(atClock(k, 5, 12, 0))
			require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerB)) // Raises an alert before the therapist leaves.
			member(t, k, "ended")
			k.Clock.Add(time.Hour)
			write(t, k, k.PartnerA, care.ThreadAlone, "Ben je daar?")
			sendDue(t, k)
			require.Zero(t, sentTo(k, "alert", k.Therapist)+sentTo(k, "message", k.Therapist))
			k.Clock.Add(time.Duration(c.days) * 24 * time.Hour)
			sendDue(t, k)
			if c.seen {
				for _, id := range k.IDs(`select id from alerts where practice_id = $1`, k.Practice) {
					require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Trainee, id))
				}
				k.SQL(`update message_boxes set own_since = null, joint_since = null where practice_id = $1 and reader_id = $2`, k.Practice, k.Therapist.ID)
			}
			for range 2 {
				member(t, k, "active")
				sendDue(t, k)
				require.Equal(t, c.alerts, sentTo(k, "alert", k.Therapist))
				require.Equal(t, c.messages, sentTo(k, "message", k.Therapist))
				member(t, k, "ended")
			}
			require.Zero(t, standing(k, "alert", k.Therapist)+standing(k, "message", k.Therapist))
		})
	}
}

// What fell away in a pause is said after it when it is worth it still: once, and of each cause one word.
func TestWhatFellAwayInAPauseIsSaidAfterIt(t *testing.T) {
	for name, c := range map[string]struct {
		sent bool // it had gone before the pause.
		days int
		want int // that went in all, right after the return.
	}{
		"it had not gone":          {false, 1, 1},
		"it had gone":              {true, 1, 1},
		"the second fell away too": {false, 5, 1},
		"only the second fell":     {true, 5, 2},
		"it is worth no more":      {false, 20, 0},
	} {
		t.Run(name, func(t *testing.T) {
			k, box := mailKit(t)
			k.Clock.Set(atClock(k, 5, 22, 30)) // Quiet: what is ready now waits for the morning.
			r := approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
			sendDue(t, k)
			if c.sent {
				k.Clock.Set(atClock(k, 6, 9, 0))
				sendDue(t, k)
				require.Equal(t, 1, sentTo(k, "report", k.PartnerA))
			}
			require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA))
			k.Clock.Set(atClock(k, 6, 12, 0).AddDate(0, 0, c.days))
			sendDue(t, k)
			require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA))
			for range 2 { // Pausing and being back again tells nothing twice.
				sendDue(t, k)
				require.Equal(t, c.want, sentTo(k, "report", k.PartnerA))
				require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA))
				require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA))
			}
			require.Len(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))), c.want)
			_, err := k.Service.ReadReport(k.Ctx, k.PartnerA, r.ID)
			require.NoError(t, err)
			require.Zero(t, standing(k, "report", k.PartnerA))
		})
	}
}

// What is arranged while a partner is away is told on the return, when the day is still to come.
func TestASessionPlannedInAPauseIsToldOnTheReturn(t *testing.T) {
	k, _ := mailKit(t)
	k.Clock.Set(atClock(k, 5, 12, 0))
	require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA))
	v := plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "individual", PartnerID: &k.PartnerA.ID, StartsAt: atClock(k, 7, 15, 0), EndsAt: atClock(k, 7, 16, 0)})
	plan(t, k, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "individual", PartnerID: &k.PartnerA.ID, StartsAt: atClock(k, 6, 15, 0), EndsAt: atClock(k, 6, 16, 0)})
	k.Clock.Set(atClock(k, 6, 19, 0)) // One is over; of the other the evening before has come.
	sendDue(t, k)
	require.Zero(t, sentTo(k, "session", k.PartnerA))
	require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA))
	sendDue(t, k)
	require.Equal(t, []uuid.UUID{v.ID}, k.IDs(`select cause_id from reminders where practice_id = $1 and cause_kind = 'session' and recipient_id = $2 and state = 'sent'`, k.Practice, k.PartnerA.ID))
	k.Clock.Set(atClock(k, 7, 13, 0))
	sendDue(t, k)
	require.Equal(t, 2, sentTo(k, "session", k.PartnerA), "and two hours before")
}

// A report that appears while a partner is away is told on the return, once; the other hears of it at once.
func TestAReportOfAPauseIsToldOnTheReturn(t *testing.T) {
	k, _ := mailKit(t)
	k.Clock.Set(atClock(k, 5, 12, 0))
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerA))
	approve(t, k, v)
	k.Clock.Add(time.Hour)
	sendDue(t, k)
	require.Zero(t, sentTo(k, "report", k.PartnerA))
	require.Equal(t, 1, sentTo(k, "report", k.PartnerB))
	require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerA))
	sendDue(t, k)
	require.Equal(t, 1, sentTo(k, "report", k.PartnerA))
	require.Equal(t, 1, sentTo(k, "report", k.PartnerB))
}

// Whoever stopped all, and undoes it, sits at the pages and sees what is there: nothing of it comes after the fact, and what is
// still to come does.
func TestAStopThatIsUndoneTellsOnlyWhatIsStillToCome(t *testing.T) {
	k, box := mailKit(t)
	k.Clock.Set(atClock(k, 5, 12, 0))
	stop := func(stopped bool) {
		_, err := k.Service.ChangeReminderPreferences(k.Ctx, k.PartnerA, care.ChangePreferenceInput{Stopped: &stopped})
		require.NoError(t, err)
	}
	stop(true)
	approve(t, k, build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID))
	write(t, k, k.Therapist, k.PartnerA.ID.String(), "Iets")
	sendDue(t, k)
	k.Clock.Add(24 * time.Hour)
	stop(false)
	sendDue(t, k)
	require.Empty(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))), "no burst of what was stopped")
	k.Clock.Add(24 * time.Hour)
	sendDue(t, k)
	require.Equal(t, 1, sentTo(k, "message", k.PartnerA), "unread: said at its second moment")
	k.Clock.Add(24 * time.Hour)
	sendDue(t, k)
	require.Equal(t, 1, sentTo(k, "report", k.PartnerA))
	write(t, k, k.Therapist, k.PartnerA.ID.String(), "Nog iets")
	sendDue(t, k)
	require.Len(t, box.Mails(local.SentTo(addressOf(t, k, k.PartnerA))), 3, "the first word was stopped, so the next message tells")
}
