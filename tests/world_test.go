package tests

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

// canary is a text that occurs once in the world, in one private place. Only its readers may ever meet it.
type canary struct {
	text    string
	what    string // the place, for a failure's message.
	readers map[uuid.UUID]bool
	shown   bool // its readers do meet it on some page, so that a test that looks nowhere fails.
}

// file is a couple's whole file, with a canary in every private place.
type file struct {
	t         testing.TB
	k         *testkit.Kit
	therapist care.Actor
	trainee   *care.Actor
	office    []care.Actor
	couple    uuid.UUID
	a, b      care.Actor
	ids       map[string]string // the things of the file, by the names that the matrix uses.
	canaries  []canary
}

var days atomic.Int64

func random(n int) string { return strings.ReplaceAll(uuid.NewString(), "-", "")[:n] }

// canary makes a text for a place, to be read by some.
func (f *file) canary(what string, readers ...care.Actor) string {
	text := "kanarie" + random(12)
	f.watch(text, what, true, readers...)
	return text
}

func (f *file) watch(text, what string, shown bool, readers ...care.Actor) {
	c := canary{text: text, what: what, readers: map[uuid.UUID]bool{}, shown: shown}
	for _, r := range readers {
		c.readers[r.ID] = true
	}
	f.canaries = append(f.canaries, c)
}

// staff are those who treat the couple, with others who may read too.
func (f *file) staff(also ...care.Actor) []care.Actor {
	out := append([]care.Actor{f.therapist}, also...)
	if f.trainee != nil {
		out = append(out, *f.trainee)
	}
	return out
}

// newCouple makes an active couple whose names, addresses and numbers are canaries.
func newCouple(t testing.TB, k *testkit.Kit, therapist care.Actor, trainee *care.Actor, office ...care.Actor) *file {
	t.Helper()
	f := &file{t: t, k: k, therapist: therapist, trainee: trainee, office: office, ids: map[string]string{}}
	var in care.CreateCoupleInput
	for range 2 {
		in.Partners = append(in.Partners, care.PartnerInput{Name: "Naam" + random(10), Email: "post" + random(12) + "@client.example", Phone: "+3161" + fmt.Sprintf("%07d", uuid.New().ID()%10_000_000), Locale: "nl"})
	}
	v, err := k.Service.CreateCouple(k.Ctx, therapist, in)
	require.NoError(t, err)
	f.couple = v.ID
	k.SQL(`update partners set status = 'active' where practice_id = $1 and couple_id = $2`, therapist.PracticeID, v.ID)
	k.SQL(`update couples set status = 'active' where practice_id = $1 and id = $2`, therapist.PracticeID, v.ID)
	var actors []care.Actor
	for _, p := range v.Partners {
		for _, kind := range []string{"treatment", "secrets_policy", "report_line"} {
			k.SQL(`insert into consents (practice_id, id, partner_id, kind, version, given_at) values ($1, $2, $3, $4, 1, $5)`, therapist.PracticeID, models.NewID(), p.ID, kind, k.Clock.Now())
		}
		actors = append(actors, care.Actor{Kind: "partner", ID: p.ID, Role: models.RolePartner, PracticeID: therapist.PracticeID, CoupleID: v.ID, Locale: locale.NL, Zone: therapist.Zone, Edge: "web", AccessPoint: "127.0.0.1", FreshAt: k.Clock.Now(), Stage: "full"})
	}
	f.a, f.b = actors[0], actors[1]
	if trainee != nil {
		k.SQL(`insert into couple_therapists (practice_id, id, couple_id, member_id, created_at) values ($1, $2, $3, $4, $5)`, therapist.PracticeID, models.NewID(), f.couple, trainee.ID, k.Clock.Now())
	}
	for i, p := range in.Partners {
		f.watch(p.Name, "the name of a partner", true, append(f.staff(actors...), office...)...)
		// One's own address stands in one's own account; nothing shows the number to its owner yet.
		f.watch(strings.Split(p.Email, "@")[0], "a partner's address", true, append(f.staff(actors[i]), office...)...)
		f.watch(p.Phone, "a partner's number", false, append(f.staff(actors[i]), office...)...)
	}
	f.ids["couple"], f.ids["partner"], f.ids["partnerB"] = f.couple.String(), f.a.ID.String(), f.b.ID.String()
	return f
}

// assign gives an exercise to both or to one.
func (f *file) assign(exercise, forWhom string) care.AssignmentView {
	f.t.Helper()
	v, err := f.k.Service.AssignExercise(f.k.Ctx, f.therapist, f.couple, care.AssignExerciseInput{
		ExerciseID: exercise, For: forWhom, StartsOn: string(models.DayOf(f.k.Clock.Now().In(f.k.Zone))), Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
	})
	require.NoError(f.t, err, exercise)
	return v
}

func (f *file) task(partner care.Actor, exercise string) care.TaskView {
	f.t.Helper()
	list, err := f.k.Service.ListTasks(f.k.Ctx, partner, "open", care.Page{Limit: 100})
	require.NoError(f.t, err)
	for _, task := range list.Data {
		if task.Exercise.ID == exercise {
			return task
		}
	}
	require.Fail(f.t, "no open task", "of %s among %d", exercise, len(list.Data))
	return care.TaskView{}
}

// answers fills a form with a canary in every field that takes words.
func (f *file) answers(e *library.Exercise, readers func(library.Question) []care.Actor) library.Answers {
	out := testkit.Fill(e, "x")
	for _, q := range e.Questions {
		mark := func(part string) string {
			return f.canary(e.ID+"."+q.ID+part+" for "+string(q.Audience), readers(q)...)
		}
		switch q.Type {
		case library.FieldShort, library.FieldLong:
			out[q.ID] = mark("")
		case library.FieldSignature:
			out[q.ID] = map[string]any{"name": mark(".name"), "agreed": true}
		case library.FieldRows:
			row := out[q.ID].([]any)[0].(map[string]any)
			for _, c := range q.Columns {
				if c.Type == library.FieldShort || c.Type == library.FieldLong {
					row[c.ID] = mark("." + c.ID)
				}
			}
		}
	}
	return out
}

// readersOf says who may read one's answer, as the product promises it; what the test knows stands apart from the code's own rule.
func (f *file) readersOf(writer, other care.Actor, bothIn, inSessionOpened bool) func(library.Question) []care.Actor {
	return func(q library.Question) []care.Actor {
		switch q.Audience {
		case library.AudienceTherapist:
			return f.staff(writer)
		case library.AudienceReveal:
			if bothIn {
				return f.staff(writer, other)
			}
		case library.AudienceInSession:
			if inSessionOpened {
				return f.staff(writer, other)
			}
			return f.staff(writer)
		case library.AudienceBoth:
			return f.staff(writer, other)
		}
		return []care.Actor{writer}
	}
}

// complete answers a partner's task.
func (f *file) complete(writer care.Actor, exercise string, bothIn, opened bool) (care.TaskView, care.ResponseView) {
	f.t.Helper()
	other := f.b
	if writer.ID == f.b.ID {
		other = f.a
	}
	task := f.task(writer, exercise)
	r, err := f.k.Service.CompleteTask(f.k.Ctx, writer, task.ID, f.answers(task.Exercise, f.readersOf(writer, other, bothIn, opened)))
	require.NoError(f.t, err, exercise)
	return task, r
}

// fill writes the things that every route is tried with. Only partner A answers what opens for both.
func (f *file) fill() *file {
	f.t.Helper()
	k, ids := f.k, f.ids
	ids["assignment"] = f.assign("weekly-checkin", "both").ID.String()
	ids["taskA"], ids["taskB"] = f.task(f.a, "weekly-checkin").ID.String(), f.task(f.b, "weekly-checkin").ID.String()
	ids["soloB"] = f.assign("emotion-journal", f.b.ID.String()).ID.String()
	ids["soloTaskB"] = f.task(f.b, "emotion-journal").ID.String()
	f.assign("hurt-conversation", "both") // In session: waits for the therapist.
	for name, p := range map[string]care.Actor{"A": f.a, "B": f.b} {
		task, r := f.complete(p, "hurt-conversation", false, false)
		ids["done"+name], ids["response"+name] = task.ID.String(), r.ID.String()
	}

	points := []care.AgreementPoint{{Area: "together", Agreement: f.canary("an agreement's point", f.staff(f.a, f.b)...), Measure: f.canary("an agreement's measure", f.staff(f.a, f.b)...)}}
	agreement, err := k.Service.ProposeAgreement(k.Ctx, f.a, f.couple, care.WriteAgreementInput{ExerciseID: "trust-contract", Intro: f.canary("an agreement's intro", f.staff(f.a, f.b)...), Points: points})
	require.NoError(f.t, err)
	ids["agreement"] = agreement.ID.String()

	// One therapist cannot be in two rooms: each file has days of its own.
	starts := k.Clock.Now().Add(26*time.Hour + time.Duration(days.Add(2))*24*time.Hour)
	both, err := k.Service.PlanSession(k.Ctx, f.therapist, care.PlanSessionInput{CoupleID: f.couple, Kind: "conjoint", StartsAt: starts, EndsAt: starts.Add(50 * time.Minute)})
	require.NoError(f.t, err)
	alone, err := k.Service.PlanSession(k.Ctx, f.therapist, care.PlanSessionInput{CoupleID: f.couple, Kind: "individual", PartnerID: &f.b.ID, StartsAt: starts.Add(24 * time.Hour), EndsAt: starts.Add(25 * time.Hour), Room: f.canary("the room of a session of one", f.staff(append(f.office, f.b)...)...)})
	require.NoError(f.t, err)
	ids["session"], ids["sessionB"] = both.ID.String(), alone.ID.String()
	for _, id := range []uuid.UUID{both.ID, alone.ID} {
		_, err := k.Service.WriteNote(k.Ctx, f.therapist, id, f.canary("a therapist's note", f.staff()...), 0)
		require.NoError(f.t, err)
	}

	f.follow()
	ids["draft"] = f.report(care.RequestReportInput{Audience: "couple"}, false, f.staff()...).String()
	ids["reportB"] = f.report(care.RequestReportInput{Audience: "partner", PartnerID: f.b.ID.String()}, true, f.staff(f.b)...).String()

	f.correspond()

	browser := testkit.Subscription(f.t)
	f.watch(browser.Endpoint, "where a partner's browser can be reached", false)
	device, err := k.Service.Subscribe(k.Ctx, f.a, browser)
	require.NoError(f.t, err)
	ids["deviceA"] = device.ID.String()

	alert := models.NewID()
	k.SQL(`insert into alerts (practice_id, id, kind, couple_id, partner_id, created_at) values ($1, $2, 'delivery_failed', $3, $4, $5)`, f.therapist.PracticeID, alert, f.couple, f.b.ID, k.Clock.Now())
	ids["alert"], ids["member"] = alert.String(), f.therapist.ID.String()
	return f
}

// correspond writes in each of the three threads of messages; nobody has read anything yet.
func (f *file) correspond() {
	f.t.Helper()
	send := func(who care.Actor, thread, what string, readers ...care.Actor) string {
		m, err := f.k.Service.SendMessage(f.k.Ctx, who, f.couple, thread, care.SendMessageInput{Body: f.canary(what, f.staff(readers...)...)})
		require.NoError(f.t, err)
		return m.ID.String()
	}
	f.ids["messageA"] = send(f.a, care.ThreadAlone, "a message of A alone", f.a)
	f.ids["messageB"] = send(f.b, care.ThreadAlone, "a message of B alone", f.b)
	f.ids["messageT"] = send(f.therapist, f.b.ID.String(), "a therapist's message to B alone", f.b)
	send(f.a, care.ThreadTogether, "a message of A to all", f.a, f.b)
}

// report asks for this month's report with a note for its readers, builds it, and publishes it if told to.
func (f *file) report(in care.RequestReportInput, publish bool, readers ...care.Actor) uuid.UUID {
	f.t.Helper()
	k := f.k
	in.Month = k.Clock.Now().Format("2006-01")
	v, err := k.Service.RequestReport(k.Ctx, f.therapist, f.couple, in)
	require.NoError(f.t, err)
	f.runJobs(v.ID)
	v, err = k.Service.Report(k.Ctx, f.therapist, v.ID)
	require.NoError(f.t, err)
	note, goals := f.canary("the note of a report", readers...), []string{f.canary("a goal in a report", readers...)}
	v, err = k.Service.EditReport(k.Ctx, f.therapist, v.ID, care.EditReportInput{Note: &note, Goals: &goals}, v.Version)
	require.NoError(f.t, err)
	f.runJobs(v.ID)
	if !publish {
		return v.ID
	}
	v, err = k.Service.Report(k.Ctx, f.therapist, v.ID)
	require.NoError(f.t, err)
	v, err = k.Service.ApproveReport(k.Ctx, f.therapist, v.ID, nil, v.Version)
	require.NoError(f.t, err)
	f.runJobs(v.ID)
	return v.ID
}

// runJobs does what waits for the worker on a subject.
func (f *file) runJobs(subject uuid.UUID) {
	f.t.Helper()
	for _, id := range f.k.IDs(`select id from jobs where subject_id = $1 and state = 'due' and run_at <= $2 order by run_at, id`, subject, f.k.Clock.Now()) {
		require.NoError(f.t, f.k.Worker.RunJob(context.Background(), f.therapist.PracticeID, id))
	}
}
