package care_test

import (
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// cause is a way in which reminders become pointless: it arranges some, and says what makes them go. A new verb that does so
// belongs on the list.
type cause struct {
	name    string
	arrange func(*race) *runner
}

var causesGone = []cause{
	{"a task is done", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		task := c.task(c.a)
		return c.goes(c.of("task", c.a), func() error {
			_, err := r.k.Service.CompleteTask(r.k.Ctx, r.fresh(c.a), task.ID, testkit.Fill(task.Exercise, "iets"))
			return err
		})
	}},
	{"a task is skipped", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		task := c.task(c.a)
		return c.goes(c.of("task", c.a), func() error { return r.k.Service.SkipTask(r.k.Ctx, c.a, task.ID) })
	}},
	{"homework is moved", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a, c.b), func() error {
			_, err := r.k.Service.ChangeAssignment(r.k.Ctx, c.therapist, c.given.ID, care.ChangeAssignmentInput{
				Schedule: &care.ScheduleInput{Kind: "once", At: "21:00"}, Version: c.given.Version,
			})
			return err
		})
	}},
	{"homework is cancelled", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a, c.b), func() error { return r.k.Service.CancelAssignment(r.k.Ctx, c.therapist, c.given.ID, c.given.Version) })
	}},
	{"a partner pauses", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		c.session()
		return c.goes(append(c.of("task", c.a, c.b), c.of("session", c.a)...), func() error { return r.k.Service.PausePartner(r.k.Ctx, c.a) })
	}},
	{"a partner withdraws", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		c.session()
		return c.goes(append(c.of("task", c.a, c.b), c.of("session", c.a)...), func() error { return r.k.Service.WithdrawPartner(r.k.Ctx, r.fresh(c.a)) })
	}},
	{"a couple separates", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a, c.b), c.status("separated"))
	}},
	{"a couple's work is closed", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		c.session()
		return c.goes(append(c.of("task", c.a, c.b), c.of("session", c.a, c.b)...), c.status("closed"))
	}},
	{"a couple's work rests", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a, c.b), c.status("paused"))
	}},
	{"a hold is set", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a, c.b), func() error {
			_, err := r.k.Service.SetSafetyHold(r.k.Ctx, r.fresh(c.therapist), c.id)
			return err
		})
	}},
	{"a session is moved", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v := c.session()
		starts, ends := v.StartsAt.Add(time.Hour/2), v.EndsAt.Add(time.Hour/2)
		return c.goes(c.of("session", c.a, c.b), func() error {
			_, err := r.k.Service.ChangeSession(r.k.Ctx, c.therapist, v.ID, care.ChangeSessionInput{StartsAt: &starts, EndsAt: &ends, Version: v.Version})
			return err
		})
	}},
	{"a session is cancelled", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v := c.session()
		return c.goes(c.of("session", c.a, c.b), func() error {
			_, err := r.k.Service.CancelSession(r.k.Ctx, c.therapist, v.ID, v.Version)
			return err
		})
	}},
	{"an agreement is signed", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v := c.agreement()
		return c.goes(c.of("agreement", c.b), func() error {
			_, err := r.k.Service.SignAgreement(r.k.Ctx, c.b, v.ID, care.SignAgreementInput{Revision: v.Revision, Name: "Naam"})
			return err
		})
	}},
	{"an agreement is rewritten", func(r *race) *runner {
		c := r.mailed(r.k.Therapist) // Of the new text its reader hears at once, and a note would not tell which it is of.
		v := c.agreement()
		return c.goes(c.of("agreement", c.b), func() error {
			_, err := r.k.Service.RewriteAgreement(r.k.Ctx, c.a, v.ID, care.WriteAgreementInput{Intro: "Anders", Points: points(), Version: v.Version})
			return err
		})
	}},
	{"an agreement is ended", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v := c.agreement()
		return c.goes(c.of("agreement", c.b), func() error {
			_, err := r.k.Service.EndAgreement(r.k.Ctx, c.therapist, v.ID, care.EndAgreementInput{Reason: "niet meer nodig"})
			return err
		})
	}},
	{"a report is withdrawn", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v := c.published()
		return c.goes(c.of("report", c.a, c.b), func() error {
			_, err := r.k.Service.WithdrawReport(r.k.Ctx, c.therapist, v.ID, v.Version)
			return err
		})
	}},
	{"a report is approved", func(r *race) *runner {
		c := r.mailed(r.newTherapist())
		v := c.draft()
		return c.goes(c.of("approval", c.therapist), func() error {
			_, err := r.k.Service.ApproveReport(r.k.Ctx, c.therapist, v.ID, nil, v.Version)
			return err
		})
	}},
	{"an alert is seen", func(r *race) *runner {
		c := r.mailed(r.newTherapist())
		id := c.alert()
		return c.goes(c.of("alert", c.therapist), func() error { return r.k.Service.AcknowledgeAlert(r.k.Ctx, c.therapist, id) })
	}},
	{"a therapist leaves a couple", func(r *race) *runner {
		c := r.mailed(r.newTherapist())
		c.alert()
		v, err := r.k.Service.Couple(r.k.Ctx, c.therapist, c.id)
		require.NoError(r.t, err)
		return c.goes(c.of("alert", c.therapist), func() error {
			_, err := r.k.Service.ChangeCouple(r.k.Ctx, c.therapist, c.id, care.ChangeCoupleInput{Therapists: &[]uuid.UUID{r.k.Therapist.ID}, Version: v.Version})
			return err
		})
	}},
	{"a member leaves", func(r *race) *runner {
		c := r.mailed(r.newTherapist())
		c.alert()
		ended := "ended"
		return c.goes(c.of("alert", c.therapist), func() error {
			_, err := r.k.Service.ChangeMember(r.k.Ctx, r.k.Owner, c.therapist.ID, care.ChangeMemberInput{Status: &ended, Version: 1})
			return err
		})
	}},
	{"an invitation is sent again", func(r *race) *runner {
		c := r.invited()
		return c.goes(c.of("invitation", c.a), func() error { return r.k.Service.InvitePartner(r.k.Ctx, c.therapist, c.id, c.a.ID) })
	}},
	{"all is stopped with one click", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		token := care.StopToken(r.k.Service, r.k.Practice, "partner", c.a.ID)
		return c.goes(c.of("task", c.a), func() error { return r.k.Service.StopReminders(r.k.Ctx, token) })
	}},
	{"a channel is given up", func(r *race) *runner {
		c := r.mailed(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a), func() error {
			_, err := r.k.Service.ChangeReminderPreferences(r.k.Ctx, c.a, care.ChangePreferenceInput{Mail: new(bool)})
			return err
		})
	}},
	{"messages of one kind are given up", func(r *race) *runner {
		c := r.couple(r.k.Therapist).assign("appreciation")
		return c.goes(c.of("task", c.a), func() error {
			_, err := r.k.Service.ChangeReminderPreferences(r.k.Ctx, c.a, care.ChangePreferenceInput{Channels: map[string][]string{"tasks": {}}})
			return err
		})
	}},
	{"a browser is taken off", func(r *race) *runner {
		c := r.reached("push").assign("appreciation")
		return c.goes(c.of("task", c.a), func() error { return r.k.Service.Unsubscribe(r.k.Ctx, c.a, r.deviceOf(c.a)) })
	}},
	{"a number is taken away", func(r *race) *runner {
		c := r.reached("sms").assign("appreciation")
		return c.goes(c.of("task", c.a), func() error { return r.k.Service.ChangePhone(r.k.Ctx, c.a, "") })
	}},
	{"a report is opened", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v := c.published()
		return c.goes(c.of("report", c.a), func() error {
			_, err := r.k.Service.ReadReport(r.k.Ctx, r.fresh(c.a), v.ID)
			return err
		})
	}},
	{"an invitation is accepted", func(r *race) *runner {
		c := r.invited()
		token, err := care.InvitationToken(r.k.Ctx, r.k.Service, r.k.Practice, c.a.ID)
		require.NoError(r.t, err)
		// The first mail, which would end this link, has long gone.
		r.k.SQL(`update reminders set state = 'sent', sent_at = $2 where practice_id = $1 and cause_kind = 'invitation' and recipient_id = $3 and moment = 'now'`, r.k.Practice, r.clock.Now().Add(-48*time.Hour), c.a.ID)
		return c.goes(c.of("invitation", c.a)[:1], func() error {
			_, err := r.k.Service.AcceptInvitation(r.k.Ctx, token, care.AcceptInvitationInput{Password: "Een-lang-wachtwoord-9", Locale: "nl", Treatment: true, SecretsPolicy: true}, "web", "127.0.0.1")
			return err
		})
	}},
	{"a message is taken back", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		v, err := r.k.Service.SendMessage(r.k.Ctx, r.k.Therapist, c.id, care.ThreadTogether, care.SendMessageInput{Body: "iets"})
		require.NoError(r.t, err)
		return c.goes(c.of("message", c.a), func() error {
			_, err := r.k.Service.TakeBackMessage(r.k.Ctx, r.k.Therapist, v.ID)
			return err
		})
	}},
	{"a message is read", func(r *race) *runner {
		c := r.couple(r.k.Therapist)
		_, err := r.k.Service.SendMessage(r.k.Ctx, r.fresh(c.b), c.id, care.ThreadTogether, care.SendMessageInput{Body: "iets"})
		require.NoError(r.t, err)
		return c.goes(c.of("message", c.a), func() error {
			_, err := r.k.Service.Thread(r.k.Ctx, r.fresh(c.a), c.id, care.ThreadTogether, care.Page{})
			return err
		})
	}},
}

// pair is a couple of a race with its therapist.
type pair struct {
	r         *race
	id        uuid.UUID
	a, b      care.Actor
	therapist care.Actor
	given     care.AssignmentView
	channel   string // over what its partners hear; empty for mail.
}

func (r *race) couple(therapist care.Actor) *pair {
	id, a, b := r.k.NewCouple(therapist, "Sam", "Robin")
	c := &pair{r: r, id: id, a: a, b: b, therapist: therapist}
	// Every other couple hears by mail, the rest by push or as text.
	if n := r.couples.Add(1); n%2 == 0 {
		c.channel = []string{"push", "sms"}[n/2%2]
		r.over(a, c.channel)
		r.over(b, c.channel)
	}
	return c
}

// mailed is a couple that hears by mail.
func (r *race) mailed(therapist care.Actor) *pair {
	id, a, b := r.k.NewCouple(therapist, "Sam", "Robin")
	return &pair{r: r, id: id, a: a, b: b, therapist: therapist}
}

// reached is a couple that hears over a channel.
func (r *race) reached(channel string) *pair {
	c := r.mailed(r.k.Therapist)
	c.channel = channel
	r.over(c.a, channel)
	return c
}

// newTherapist is one more therapist of the practice, who gets few messages a day.
func (r *race) newTherapist() care.Actor {
	v, err := r.k.Service.AddMember(r.k.Ctx, r.k.Owner, care.AddMemberInput{
		Role: string(models.RoleTherapist), Clinician: true, Name: "Noor", Email: uuid.NewString()[:18] + "@practice.example", Locale: "nl",
	})
	require.NoError(r.t, err)
	r.k.SQL(`update members set status = 'active' where practice_id = $1 and id = $2`, r.k.Practice, v.ID)
	a := r.k.Therapist
	a.ID, a.LoginID = v.ID, models.NewID()
	return a
}

func (c *pair) assign(exercise string) *pair {
	v, err := c.r.k.Service.AssignExercise(c.r.k.Ctx, c.therapist, c.id, care.AssignExerciseInput{
		ExerciseID: exercise, For: "both", StartsOn: string(models.DayOf(c.r.clock.Now().In(c.r.k.Zone))), Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
	})
	require.NoError(c.r.t, err)
	c.given = v
	return c
}

func (c *pair) task(who care.Actor) care.TaskView {
	list, err := c.r.k.Service.ListTasks(c.r.k.Ctx, who, "open", care.Page{})
	require.NoError(c.r.t, err)
	require.NotEmpty(c.r.t, list.Data)
	return list.Data[0]
}

// session plans one in an hour of its own: a therapist is in one place at a time.
func (c *pair) session() care.SessionView {
	starts := testkit.Start.Add(72*time.Hour + time.Duration(c.r.slots.Add(1))*time.Hour)
	v, err := c.r.k.Service.PlanSession(c.r.k.Ctx, c.therapist, care.PlanSessionInput{
		CoupleID: c.id, Kind: "conjoint", Therapists: []uuid.UUID{c.therapist.ID}, StartsAt: starts, EndsAt: starts.Add(20 * time.Minute),
	})
	require.NoError(c.r.t, err)
	return v
}

func (c *pair) agreement() care.AgreementView {
	v, err := c.r.k.Service.ProposeAgreement(c.r.k.Ctx, c.a, c.id, care.WriteAgreementInput{ExerciseID: "trust-contract", Intro: "Voor ons", Points: points()})
	require.NoError(c.r.t, err)
	return v
}

// draft is a report that waits to be approved.
func (c *pair) draft() care.ReportView {
	v, err := c.r.k.Service.RequestReport(c.r.k.Ctx, c.therapist, c.id, care.RequestReportInput{Month: "2026-10", Audience: "couple"})
	require.NoError(c.r.t, err)
	require.NoError(c.r.t, care.BuildReport(c.r.k.Worker, c.r.k.Ctx, c.r.k.Practice, v.ID))
	v, err = c.r.k.Service.Report(c.r.k.Ctx, c.therapist, v.ID)
	require.NoError(c.r.t, err)
	return v
}

// published is a report that its readers can open.
func (c *pair) published() care.ReportView {
	v := c.draft()
	v, err := c.r.k.Service.ApproveReport(c.r.k.Ctx, c.therapist, v.ID, nil, v.Version)
	require.NoError(c.r.t, err)
	require.NoError(c.r.t, care.PublishReport(c.r.k.Worker, c.r.k.Ctx, c.r.k.Practice, v.ID))
	v, err = c.r.k.Service.Report(c.r.k.Ctx, c.therapist, v.ID)
	require.NoError(c.r.t, err)
	return v
}

// invited is a couple whose partners have not come in yet.
func (r *race) invited() *pair {
	v, err := r.k.Service.CreateCouple(r.k.Ctx, r.k.Therapist, care.CreateCoupleInput{Invite: true, Partners: []care.PartnerInput{
		{Name: "Sam", Email: uuid.NewString()[:18] + "@client.example", Locale: "nl"}, {Name: "Robin", Email: uuid.NewString()[:18] + "@client.example", Locale: "en"},
	}})
	require.NoError(r.t, err)
	return &pair{r: r, id: v.ID, a: care.Actor{ID: v.Partners[0].ID}, therapist: r.k.Therapist}
}

// deviceOf is somebody's one browser.
func (r *race) deviceOf(who care.Actor) uuid.UUID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.devices[who.ID]
}

// alert raises one, as a pause does.
func (c *pair) alert() uuid.UUID {
	require.NoError(c.r.t, c.r.k.Service.PausePartner(c.r.k.Ctx, c.a))
	return c.r.k.IDs(`select id from alerts where couple_id = $1`, c.id)[0]
}

func (c *pair) status(to string) func() error {
	v, err := c.r.k.Service.Couple(c.r.k.Ctx, c.therapist, c.id)
	require.NoError(c.r.t, err)
	return func() error {
		_, err := c.r.k.Service.ChangeCouple(c.r.k.Ctx, c.therapist, c.id, care.ChangeCoupleInput{Status: &to, Version: v.Version})
		return err
	}
}

// of are the planned reminders of some people about one kind of cause.
func (c *pair) of(cause string, people ...care.Actor) []uuid.UUID {
	var ids []uuid.UUID
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	return c.r.k.IDs(`select id from reminders where practice_id = $1 and cause_kind = $2 and recipient_id = any ($3) and state = 'planned'`, c.r.k.Practice, cause, ids)
}

func (c *pair) goes(doomed []uuid.UUID, change func() error) *runner {
	one := &runner{doomed: doomed, change: change, channel: c.channel}
	if c.channel == "push" {
		one.people = c.r.k.IDs(`select r.recipient_id from unnest($1::uuid[]) with ordinality d (id, n) join reminders r on r.id = d.id order by n`, doomed)
	}
	return one
}
