package care_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// active makes an agreement that both have signed.
func active(t *testing.T, k *testkit.Kit) care.AgreementView {
	t.Helper()
	v := propose(t, k)
	sign(t, k, k.PartnerA, v, false)
	return sign(t, k, k.PartnerB, v, false)
}

func look(t *testing.T, k *testkit.Kit, who care.Actor, v care.AgreementView, words string, kept ...bool) (care.AgreementView, error) {
	t.Helper()
	in := care.ReviewAgreementInput{Kept: map[string]bool{}, Words: words}
	for i, yes := range kept {
		in.Kept[v.Points[i].ID] = yes
	}
	return k.Service.ReviewAgreement(k.Ctx, who, v.ID, in)
}

// Each looks back alone; neither reads the other before both did, and the page after it is the same whoever came first.
func TestALookBackOpensWhenBothHaveLooked(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := active(t, k)
	before := seenBy(t, k, k.PartnerB)
	first, err := look(t, k, k.PartnerA, v, "KANARIEA", true, false)
	require.NoError(t, err)
	require.Empty(t, first.Reviews)
	require.Equal(t, "KANARIEA", first.OwnReview.Words)
	require.False(t, first.CanReview)
	_, err = look(t, k, k.PartnerA, v, "nog eens", true)
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "safety.reviewed", fault.From(err).Key)

	after := seenBy(t, k, k.PartnerB)
	version := strings.NewReplacer(`"version":3`, `"version":N`, `"version":4`, `"version":N`, `"version":5`, `"version":N`)
	same(t, version.Replace(before), version.Replace(after), "that the other looked shows nowhere")
	require.NotContains(t, after, "KANARIEA")
	therapist, err := k.Service.Agreement(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Empty(t, therapist.Reviews, "nor to the therapist")
	require.Zero(t, k.Count("reminders where cause_id = $1 and recipient_id = $2 and state = 'planned'", v.ID, k.PartnerA.ID), "who looked is not asked again")
	require.Equal(t, 1, k.Count("reminders where cause_id = $1 and recipient_id = $2 and state = 'planned' and moment = 'review'", v.ID, k.PartnerB.ID))

	second, err := look(t, k, k.PartnerB, v, "KANARIEB", true, true)
	require.NoError(t, err)
	require.Empty(t, second.Reviews, "the page after it is the same either way")
	require.Equal(t, v.ReviewOn, second.ReviewOn)
	require.Equal(t, "KANARIEB", second.OwnReview.Words)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.Therapist} {
		open, err := k.Service.Agreement(k.Ctx, who, v.ID)
		require.NoError(t, err)
		require.Len(t, open.Reviews, 2)
		require.Equal(t, "Sam", open.Reviews[0].Name)
		require.Equal(t, []string{"KANARIEA", "KANARIEB"}, []string{open.Reviews[0].Words, open.Reviews[1].Words})
		require.Nil(t, open.OwnReview)
		require.Greater(t, open.ReviewOn, v.ReviewOn)
		require.True(t, open.CanReview)
	}
}

func TestAHalfLookBackCanBeTakenBack(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := active(t, k)
	_, err := k.Service.TakeBackReview(k.Ctx, k.PartnerA, v.ID)
	requireCode(t, fault.Conflict, err)
	_, err = look(t, k, k.PartnerA, v, "KANARIEWEG", true, true)
	require.NoError(t, err)
	_, err = k.Service.TakeBackReview(k.Ctx, k.PartnerB, v.ID)
	requireCode(t, fault.Conflict, err)
	_, err = k.Service.TakeBackReview(k.Ctx, k.Therapist, v.ID)
	requireCode(t, fault.Forbidden, err)
	_, err = k.Service.TakeBackReview(k.Ctx, k.Stranger, v.ID)
	requireCode(t, fault.NotFound, err)
	now, err := k.Service.TakeBackReview(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	require.Nil(t, now.OwnReview)
	require.True(t, now.CanReview)
	require.Equal(t, 2, k.Count("reminders where cause_id = $1 and state = 'planned' and moment in ('now', 'review')", v.ID), "both are asked again on the day")
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		_, err = look(t, k, who, v, "nu wel", true, true)
		require.NoError(t, err)
	}
	_, err = k.Service.TakeBackReview(k.Ctx, k.PartnerA, v.ID)
	requireCode(t, fault.Conflict, err)
	require.NotContains(t, seenBy(t, k, k.PartnerB), "KANARIEWEG")
}

func TestAHalfLookBackStaysClosed(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := active(t, k)
	_, err := look(t, k, k.PartnerA, v, "blijft dicht", true, true)
	require.NoError(t, err)
	k.Clock.Set(v.ReviewOn.In(k.Zone).AddDate(0, 0, 15))
	works(t, k)
	works(t, k)
	now, err := k.Service.Agreement(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	require.Greater(t, now.ReviewOn, v.ReviewOn, "there is a next time")
	require.True(t, now.CanReview)
	require.Empty(t, now.Reviews)
	_, err = look(t, k, k.PartnerB, v, "te laat", true)
	require.NoError(t, err)
	now, err = k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.Empty(t, now.Reviews, "halves of two moments are no whole")
}

func TestAnAgreementEndsByItselfOnItsDay(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := care.WriteAgreementInput{ExerciseID: "trust-contract", Points: points(), StartsOn: "2026-10-12", EndsOn: "2026-11-20", EndsWhen: "Als we het allebei niet meer nodig vinden"}
	for field, wrong := range map[string]care.WriteAgreementInput{
		"ends_on":        {ExerciseID: "trust-contract", Points: points(), EndsOn: "2026-10-05"},
		"starts_on":      {ExerciseID: "trust-contract", Points: points(), StartsOn: "morgen"},
		"ends_when":      {ExerciseID: "trust-contract", Points: points(), EndsWhen: strings.Repeat("a", 301)},
		"points.0.owner": {ExerciseID: "trust-contract", Points: []care.AgreementPoint{{Agreement: "Samen eten", Measure: "twee avonden", Owner: k.Stranger.ID.String()}}},
	} {
		_, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, wrong)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, field, fault.From(err).Fields[0].Location)
	}
	in.Points[0].Owner = k.PartnerB.ID.String()
	v, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, in)
	require.NoError(t, err)
	require.True(t, v.Temporary())
	require.Equal(t, k.PartnerB.ID.String(), v.Points[0].Owner)
	sign(t, k, k.PartnerA, v, false)
	v = sign(t, k, k.PartnerB, v, false)
	require.Equal(t, models.Day("2026-10-12"), v.StartsOn, "from the day they chose")
	again := care.WriteAgreementInput{Points: v.Points, StartsOn: string(v.ChosenStart), ReviewOn: string(v.ReviewOn), EndsOn: string(v.EndsOn), EndsWhen: v.EndsWhen, Version: v.Version}
	unchanged, err := k.Service.RewriteAgreement(k.Ctx, k.PartnerA, v.ID, again)
	require.NoError(t, err)
	require.Equal(t, models.AgreementActive, unchanged.Status, "saving what stood there undoes no signature")
	k.Clock.Set(time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC))
	works(t, k)
	require.Equal(t, 1, k.Count("agreements where id = $1 and status = 'active'", v.ID))
	k.Clock.Set(time.Date(2026, 11, 19, 23, 15, 0, 0, time.UTC)) // A quarter past midnight in Amsterdam.
	works(t, k)
	works(t, k)
	v, err = k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.Equal(t, models.AgreementEnded, v.Status)
	require.Equal(t, care.AgreementEnd{On: "2026-11-20", How: "day"}, *v.Ended)
	require.Len(t, v.History, 1, "what was signed stays to be read")
	require.Len(t, v.History[0].Signatures, 2)
	require.False(t, v.CanEdit || v.CanSign || v.CanReview || v.CanEnd)
	require.Zero(t, k.Count("reminders where cause_id = $1 and state = 'planned' and moment in ('now', 'review')", v.ID))
}

func TestATherapistEndsAnAgreementWithAReason(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := active(t, k)
	_, err := k.Service.EndAgreement(k.Ctx, k.Therapist, v.ID, care.EndAgreementInput{Reason: " "})
	requireCode(t, fault.Invalid, err)
	for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign": k.ForeignTherapist, "foreign partner": k.ForeignPartner} {
		_, err := k.Service.EndAgreement(k.Ctx, actor, v.ID, care.EndAgreementInput{Reason: "x"})
		require.Equal(t, fault.NotFound, fault.From(err).Code, who)
	}
	_, err = k.Service.EndAgreement(k.Ctx, k.Office, v.ID, care.EndAgreementInput{Reason: "x"})
	requireCode(t, fault.Forbidden, err)
	_, err = k.Service.EndAgreement(k.Ctx, k.Therapist, v.ID, care.EndAgreementInput{Reason: "Jullie hebben hem niet meer nodig"})
	require.NoError(t, err)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		got, err := k.Service.Agreement(k.Ctx, who, v.ID)
		require.NoError(t, err)
		require.Equal(t, "Jullie hebben hem niet meer nodig", got.Ended.Reason)
	}
	_, err = k.Service.EndAgreement(k.Ctx, k.Therapist, v.ID, care.EndAgreementInput{Reason: "x"})
	requireCode(t, fault.Conflict, err)
	_, err = k.Service.RewriteAgreement(k.Ctx, k.Therapist, v.ID, care.WriteAgreementInput{Points: points(), Version: v.Version + 1})
	requireCode(t, fault.Conflict, err)
}

func TestAPartnerStepsOutAndTellsTheTherapistAloneWhy(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	_, err := k.Service.EndAgreement(k.Ctx, k.PartnerB, v.ID, care.EndAgreementInput{})
	requireCode(t, fault.Conflict, err)
	sign(t, k, k.PartnerA, v, false)
	v = sign(t, k, k.PartnerB, v, false)
	hold(t, k) // Nobody is held to a yes, also while joint work stands still.
	_, err = k.Service.EndAgreement(k.Ctx, k.PartnerB, v.ID, care.EndAgreementInput{Reason: "KANARIEANGST"})
	require.NoError(t, err)
	other, err := k.Service.Agreement(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	require.Equal(t, models.AgreementEnded, other.Status)
	require.Empty(t, other.Ended.Reason)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		require.NotContains(t, seenBy(t, k, who), "KANARIEANGST")
	}
	therapist, err := k.Service.Agreement(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	found := ""
	for _, sig := range therapist.History[0].Signatures {
		found += sig.Withdrawal
	}
	require.Equal(t, "KANARIEANGST", found)
	alerts := desk(t, k, k.Therapist)
	require.Len(t, alerts, 1)
	require.Equal(t, "agreement_withdrawn", alerts[0].Kind)
}

func TestEverySignedTextCanBeReadAgain(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := active(t, k)
	second, err := k.Service.RewriteAgreement(k.Ctx, k.PartnerB, v.ID, care.WriteAgreementInput{Points: append(points(), care.AgreementPoint{Agreement: "Nieuw", Measure: "geteld"}), Version: v.Version})
	require.NoError(t, err)
	third, err := k.Service.RewriteAgreement(k.Ctx, k.PartnerB, v.ID, care.WriteAgreementInput{Points: points()[:1], Version: second.Version})
	require.NoError(t, err)
	sign(t, k, k.PartnerA, third, false)
	got, err := k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.Len(t, got.History, 2, "what nobody signed was only a draft")
	require.Equal(t, []int{1, 3}, []int{got.History[0].Revision, got.History[1].Revision})
	require.Len(t, got.History[0].Points, 2)
	require.Len(t, got.History[0].Signatures, 2)
	require.False(t, got.History[0].Present)
	require.True(t, got.History[1].Present)
	_, err = k.Service.WithdrawSignature(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	got, err = k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.NotNil(t, got.History[1].Signatures[0].WithdrawnAt)
}

func TestVagueAndForbiddenPointsAreRefusedAtTheirField(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for key, p := range map[string]care.AgreementPoint{
		"safety.vague":        {Agreement: "Beter communiceren", Measure: "we voelen dat het beter gaat"},
		"safety.never_agreed": {Agreement: "We geven elkaar het wachtwoord van dit portaal", Measure: "gegeven of niet"},
	} {
		_, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, care.WriteAgreementInput{ExerciseID: "trust-contract", Points: []care.AgreementPoint{p}})
		requireCode(t, fault.Invalid, err)
		require.Equal(t, []fault.Field{{Location: "points.0.agreement", Key: key}}, fault.From(err).Fields)
	}
	// The same through the form of a task, at the question it was typed in.
	k.Assign("smart-agreement", "both", "once")
	task := k.FirstTask(k.PartnerA, "smart-agreement")
	a := testkit.Fill(task.Exercise, "Elke zondag om 20.00 uur")
	a["specific"], a["measure"] = "We laten elkaar onze berichten met de therapeut zien", "elke dag"
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, a)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "answers.specific", fault.From(err).Fields[0].Location)
	require.Zero(t, k.Count("responses where practice_id = $1", k.Practice))
}

func TestOpennessAlwaysEnds(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := care.WriteAgreementInput{ExerciseID: "transparency-agreement", Points: points()}
	_, err := k.Service.ProposeAgreement(k.Ctx, k.Therapist, k.Couple, in)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, []fault.Field{{Location: "ends_on", Key: "safety.end_needed"}}, fault.From(err).Fields)
	in.EndsOn = "2027-01-05"
	v, err := k.Service.ProposeAgreement(k.Ctx, k.Therapist, k.Couple, in)
	require.NoError(t, err)
	require.True(t, v.MustEnd)
	in.EndsOn, in.Version = "", v.Version
	_, err = k.Service.RewriteAgreement(k.Ctx, k.PartnerA, v.ID, in)
	requireCode(t, fault.Invalid, err)

	k.Assign("transparency-agreement", "both", "once")
	task := k.FirstTask(k.PartnerA, "transparency-agreement")
	a := testkit.Fill(task.Exercise, "Elke zondag om 20.00 uur")
	a["ends_on"] = "2026-10-01"
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, a)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "answers.ends_on", fault.From(err).Fields[0].Location)
	a["ends_on"] = "2026-12-01"
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, a)
	require.NoError(t, err)
	require.Equal(t, 1, k.Count("agreements where couple_id = $1 and ends_on = '2026-12-01'", k.Couple))
}

// An agreement that one of the two signs is signed by that one alone, and read by both.
func TestOneMaySignAloneWhileTheOtherReads(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := care.WriteAgreementInput{ExerciseID: "no-contact", Points: points()}
	_, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerB, k.Couple, in)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, "safety.roles_needed", fault.From(err).Fields[0].Key)
	_, err = k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: "no-contact", For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once"}})
	requireCode(t, fault.Invalid, err)
	k.SQL("update partners set role = 'repairing' where id = $1", k.PartnerA.ID)
	k.SQL("update partners set role = 'hurt' where id = $1", k.PartnerB.ID)

	v, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerB, k.Couple, in)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{k.PartnerA.ID}, v.Signers)
	require.False(t, v.CanSign)
	_, err = k.Service.SignAgreement(k.Ctx, k.PartnerB, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam"})
	requireCode(t, fault.Forbidden, err)
	require.Equal(t, 1, k.Count("reminders where cause_id = $1 and state = 'planned' and moment in ('now', 'review')", v.ID))
	v = sign(t, k, k.PartnerA, v, false)
	require.Equal(t, models.AgreementActive, v.Status)
	other, err := k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.Len(t, other.Signatures, 1)
	require.NotEmpty(t, other.Points)

	k.Assign("no-contact", "both", "once")
	task := k.FirstTask(k.PartnerA, "no-contact")
	require.Equal(t, 1, k.Count("tasks t join assignments a on a.id = t.assignment_id where a.couple_id = $1 and a.exercise_id = 'no-contact'", k.Couple), "who does not sign has nothing to fill in")
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "Elke zondag om 20.00 uur"))
	require.NoError(t, err)
	require.Equal(t, 2, k.Count("agreements where couple_id = $1 and status = 'active'", k.Couple))
}

// Whatever the way in, that a yes was not free reaches the therapist once and nobody else.
func TestNotFreelyReachesTheTherapistWhateverTheWay(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	before := seenBy(t, k, k.PartnerA)
	_, err := k.Service.SignAgreement(k.Ctx, k.PartnerB, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam", Worries: "KANARIEZORG"})
	require.NoError(t, err)
	require.NotEqual(t, before, seenBy(t, k, k.PartnerA), "the signature shows")
	require.NotContains(t, seenBy(t, k, k.PartnerA), "KANARIEZORG")
	require.NotContains(t, seenBy(t, k, k.PartnerB), "KANARIEZORG", "nor to whoever looks at the own page")
	alerts := desk(t, k, k.Therapist)
	require.Len(t, alerts, 1)
	require.Equal(t, "worries", alerts[0].Kind)
	therapist, err := k.Service.Agreement(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Equal(t, "KANARIEZORG", therapist.Signatures[0].Worries)
	require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Therapist, alerts[0].ID))

	// Through the form of a task: also when the form is sent without a signature.
	for _, agreed := range []bool{true, false} {
		for _, exercise := range []string{"trust-contract", "safe-word"} {
			k.Clock.Add(time.Second)
			k.Assign(exercise, "both", "once")
			task := k.FirstTask(k.PartnerB, exercise)
			a := testkit.Fill(task.Exercise, "Elke zondag om 20.00 uur")
			a["freely"], a["worries"] = "no", ""
			if !agreed {
				a["sign"] = map[string]any{"declined": true}
			}
			if _, ok := task.Exercise.Question("worries"); !ok {
				delete(a, "worries")
			}
			_, err := k.Service.CompleteTask(k.Ctx, k.PartnerB, task.ID, a)
			if !agreed && err != nil {
				require.Equal(t, fault.Invalid, fault.From(err).Code, "a signature cannot be declined")
				require.NoError(t, k.Service.SkipTask(k.Ctx, k.PartnerB, task.ID))
				continue
			}
			require.NoError(t, err)
			alerts := desk(t, k, k.Therapist)
			require.Len(t, alerts, 1, "%s: once", exercise)
			require.Equal(t, 1, alerts[0].Level)
			require.NoError(t, k.Service.AcknowledgeAlert(k.Ctx, k.Therapist, alerts[0].ID))
			require.NotContains(t, seenBy(t, k, k.PartnerA), "freely\":\"no")
		}
	}
}
