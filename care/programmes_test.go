package care_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

// start begins a programme and gives the therapist's view of it.
func start(t *testing.T, k *testkit.Kit, programme string, phase int) care.CoupleProgrammeView {
	t.Helper()
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, programme, phase, couple.Version)
	require.NoError(t, err)
	return programmeOf(t, k, k.Therapist)
}

func programmeOf(t *testing.T, k *testkit.Kit, who care.Actor) care.CoupleProgrammeView {
	t.Helper()
	v, err := k.Service.ProgrammeOfCouple(k.Ctx, who, k.Couple)
	require.NoError(t, err)
	return v
}

func TestAProgrammeStartsMovesAndEndsWithItsHistory(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	talk, _ := library.FindProgramme("communication-repair")
	require.Equal(t, care.ProgrammeNone, programmeOf(t, k, k.Therapist).Status)
	v := start(t, k, talk.ID, 1)
	require.Equal(t, "active", v.Status)
	require.Equal(t, 1, v.Phase)
	require.Equal(t, models.Day("2026-10-05"), v.StartedOn)
	require.Equal(t, 1, v.MonthsIn)
	require.Len(t, v.Phases, 4)
	require.Equal(t, "2026-10-05", v.Phases[0].From)
	require.Equal(t, "2026-10-19", v.Phases[0].To)
	require.NotEmpty(t, v.Phases[0].Exercises[0].Title)
	require.NotEmpty(t, v.Aside.Rhythm)

	_, err := k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 3, Reason: "  ", Version: v.Version})
	requireCode(t, fault.Invalid, err)
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 5, Reason: "Verder", Version: v.Version})
	requireCode(t, fault.Invalid, err)
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 1, Reason: "Blijven", Version: v.Version})
	requireCode(t, fault.Invalid, err)
	k.Clock.Add(35 * 24 * time.Hour)
	v, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 3, Reason: "Ze luisteren al goed", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, 3, v.Phase)
	require.Equal(t, 2, v.MonthsIn)
	require.Equal(t, models.Day("2026-11-09"), v.MovedOn)
	require.Equal(t, "Ze luisteren al goed", v.Steps[0].Reason)
	require.Equal(t, "Noor", v.Steps[0].By)
	require.Equal(t, "1. "+talk.Phases[0].Title.NL, v.Steps[0].From)
	require.Equal(t, "3. "+talk.Phases[2].Title.NL, v.Steps[0].To)

	// Back is as easy as forward: nothing is locked.
	v, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 1, Reason: "Een stap terug", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, 1, v.Phase)
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.Equal(t, &care.ProgrammeView{ID: "communication-repair", Title: talk.Title.NL, Phase: 1}, couple.Programme, "the couple's own row keeps step")

	_, err = k.Service.EndProgramme(k.Ctx, k.Therapist, k.Couple, care.EndProgrammeInput{Outcome: "active", Reason: "Klaar", Version: v.Version})
	requireCode(t, fault.Invalid, err)
	v, err = k.Service.EndProgramme(k.Ctx, k.Therapist, k.Couple, care.EndProgrammeInput{Outcome: models.ProgrammeDone, Reason: "Het loopt", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, care.ProgrammeNone, v.Status)
	require.Len(t, v.Earlier, 1)
	require.Equal(t, models.ProgrammeDone, v.Earlier[0].Status)
	require.Len(t, v.Earlier[0].Steps, 4)
	require.Equal(t, "Het loopt", v.Earlier[0].Steps[0].Reason)
	couple, err = k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.Nil(t, couple.Programme)
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 1, Reason: "Toch", Version: 1})
	requireCode(t, fault.Conflict, err)
}

// The verb that was there first keeps its ways: another programme takes the place of the one that ran, the same one moves,
// none ends it, and it is stale against the couple's version.
func TestStartingAnewKeepsOneProgrammeRunning(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	first := start(t, k, "rescue-10", 2)
	again := start(t, k, "rescue-10", 10)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, 10, again.Phase)
	other := start(t, k, "honesty", 1)
	require.NotEqual(t, first.ID, other.ID)
	require.Len(t, other.Earlier, 1)
	require.Equal(t, models.ProgrammeStopped, other.Earlier[0].Status)
	require.Equal(t, 1, k.Count("couple_programmes where couple_id = $1 and status in ('active', 'paused')", k.Couple))

	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "maintenance", 1, couple.Version-1)
	requireCode(t, fault.Stale, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "no-such", 1, couple.Version)
	requireCode(t, fault.Invalid, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "maintenance", 4, couple.Version)
	requireCode(t, fault.Invalid, err)
	ended, err := k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "", 0, couple.Version)
	require.NoError(t, err)
	require.Nil(t, ended.Programme)
	require.Equal(t, care.ProgrammeNone, programmeOf(t, k, k.Therapist).Status)
}

func TestAProgrammeIsAdaptedForOneCoupleAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "infidelity-3-phase", 1)
	library1, _ := library.FindProgramme("infidelity-3-phase")
	goal, hurt, none, skip := "Rust in huis, \r\nvoor nu", "Doe het in jouw tempo", "", true
	v, err := k.Service.AdaptProgramme(k.Ctx, k.Therapist, k.Couple, care.AdaptProgrammeInput{Version: v.Version, Phases: []care.AdaptPhaseInput{
		{ID: "calm", Goal: &goal, Hurt: &hurt, Both: &none, Exercises: &[]care.AdaptExercise{{ID: "emotion-journal"}, {ID: "self-care", Role: "hurt"}, {ID: "daily-checkin"}}, Milestones: &[]care.AdaptMilestone{{Title: "Samen gewandeld"}, {Title: "Slaapt weer door", Private: true}}},
		{ID: "decision", Skipped: &skip},
	}})
	require.NoError(t, err)
	require.True(t, v.Adapted)
	calm := v.Phases[0]
	require.Equal(t, "Rust in huis, \nvoor nu", calm.Goal)
	require.Equal(t, hurt, calm.Hurt)
	require.Empty(t, calm.Both)
	require.True(t, calm.Changed)
	require.Equal(t, []string{"emotion-journal", "self-care", "daily-checkin"}, []string{calm.Exercises[0].ID, calm.Exercises[1].ID, calm.Exercises[2].ID})
	require.Equal(t, "hurt", calm.Exercises[1].Role)
	require.True(t, v.Phases[1].Skipped)
	require.False(t, v.Phases[2].Changed)
	require.Equal(t, models.StepAdapt, v.Steps[0].Kind)
	after, _ := library.FindProgramme("infidelity-3-phase")
	require.Equal(t, library1, after, "the library stays as it is")

	// An own milestone that stays keeps its id and its tick; one that goes takes its tick along.
	own := calm.Milestones[len(calm.Milestones)-2:]
	require.True(t, own[0].Own && own[1].Private)
	for _, m := range own {
		v, err = k.Service.TickMilestone(k.Ctx, k.Therapist, k.Couple, care.TickMilestoneInput{Milestone: m.ID, Reached: true, Version: v.Version})
		require.NoError(t, err)
	}
	v, err = k.Service.AdaptProgramme(k.Ctx, k.Therapist, k.Couple, care.AdaptProgrammeInput{Version: v.Version, Phases: []care.AdaptPhaseInput{
		{ID: "calm", Milestones: &[]care.AdaptMilestone{{ID: own[1].ID, Title: "Slaapt weer redelijk", Private: true}, {Title: "Een nieuwe"}}},
	}})
	require.NoError(t, err)
	left := v.Phases[0].Milestones[len(v.Phases[0].Milestones)-2:]
	require.Equal(t, own[1].ID, left[0].ID)
	require.Equal(t, "2026-10-05", left[0].ReachedOn)
	require.NotEqual(t, own[0].ID, left[1].ID, "a number once used is not used again while it counts")
	require.Empty(t, left[1].ReachedOn)

	// A move into what was skipped takes it up again; back to the library's words is one act.
	v, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 2, Reason: "Toch nodig", Version: v.Version})
	require.NoError(t, err)
	require.False(t, v.Phases[1].Skipped)
	v, err = k.Service.AdaptProgramme(k.Ctx, k.Therapist, k.Couple, care.AdaptProgrammeInput{Version: v.Version, Phases: []care.AdaptPhaseInput{{ID: "calm", Reset: true}}})
	require.NoError(t, err)
	require.False(t, v.Adapted)
	require.False(t, v.Phases[0].Changed)
}

func TestWhatIsWrongWithAnAdaptationIsNamed(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "infidelity-3-phase", 1)
	empty, long, skip := " ", strings.Repeat("a", 2001), true
	for field, in := range map[string]care.AdaptPhaseInput{
		"phases.0.id":                 {ID: "nothing"},
		"phases.0.goal":               {ID: "calm", Goal: &empty},
		"phases.0.hurt":               {ID: "calm", Hurt: &long},
		"phases.0.skipped":            {ID: "calm", Skipped: &skip},
		"phases.0.exercises.1.id":     {ID: "calm", Exercises: &[]care.AdaptExercise{{ID: "self-care"}, {ID: "self-care"}}},
		"phases.0.exercises.0.id":     {ID: "calm", Exercises: &[]care.AdaptExercise{{ID: "no-exercise"}}},
		"phases.0.exercises.0.role":   {ID: "calm", Exercises: &[]care.AdaptExercise{{ID: "self-care", Role: "guilty"}}},
		"phases.0.milestones.0.title": {ID: "calm", Milestones: &[]care.AdaptMilestone{{}}},
		"phases.0.milestones":         {ID: "calm", Milestones: &[]care.AdaptMilestone{{}, {}, {}, {}, {}, {}, {}, {}, {}}},
	} {
		_, err := k.Service.AdaptProgramme(k.Ctx, k.Therapist, k.Couple, care.AdaptProgrammeInput{Version: v.Version, Phases: []care.AdaptPhaseInput{in}})
		requireCode(t, fault.Invalid, err)
		require.Equal(t, field, fault.From(err).Fields[0].Location)
	}
	require.Equal(t, v.Version, programmeOf(t, k, k.Therapist).Version, "nothing changed")
}

func TestAProgrammeRestsAndGoesOn(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "honesty", 2)
	v, err := k.Service.PauseProgramme(k.Ctx, k.Therapist, k.Couple, care.RestProgrammeInput{Reason: "Vakantie", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, "paused", v.Status)
	_, err = k.Service.PauseProgramme(k.Ctx, k.Therapist, k.Couple, care.RestProgrammeInput{Version: v.Version})
	requireCode(t, fault.Conflict, err)
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.NotNil(t, couple.Programme)
	v, err = k.Service.ResumeProgramme(k.Ctx, k.Therapist, k.Couple, care.RestProgrammeInput{Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, "active", v.Status)
	require.Equal(t, 2, v.Phase)
	_, err = k.Service.ResumeProgramme(k.Ctx, k.Therapist, k.Couple, care.RestProgrammeInput{Version: v.Version})
	requireCode(t, fault.Conflict, err)

	// Moving on wakes it too.
	v, err = k.Service.PauseProgramme(k.Ctx, k.Therapist, k.Couple, care.RestProgrammeInput{Version: v.Version})
	require.NoError(t, err)
	v, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 3, Reason: "Verder", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, "active", v.Status)
}

func TestMilestonesAreTickedAndUnticked(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "rescue-10", 1)
	_, err := k.Service.TickMilestone(k.Ctx, k.Therapist, k.Couple, care.TickMilestoneInput{Milestone: "own-share/nothing", Reached: true, Version: v.Version})
	requireCode(t, fault.Invalid, err)
	for _, reached := range []bool{true, true, false} {
		v, err = k.Service.TickMilestone(k.Ctx, k.Therapist, k.Couple, care.TickMilestoneInput{Milestone: "own-share/one-change", Reached: reached, Version: v.Version})
		require.NoError(t, err)
		require.Equal(t, reached, v.Phases[0].Milestones[0].ReachedOn == "2026-10-05")
	}
	require.False(t, v.Adapted, "a tick is no change to the programme")
}

// Who may do what, and what everybody else gets: refused where the couple may be known, not there elsewhere.
func TestProgrammesAreTheTherapists(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "honesty", 1)
	acts := map[string]func(care.Actor) error{
		"start": func(a care.Actor) error {
			couple, _ := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
			_, err := k.Service.StartProgramme(k.Ctx, a, k.Couple, "honesty", 1, couple.Version)
			return err
		},
		"move": func(a care.Actor) error {
			return faultOf(k.Service.MoveProgramme(k.Ctx, a, k.Couple, care.MoveProgrammeInput{Phase: 2, Reason: "Verder", Version: v.Version}))
		},
		"pause": func(a care.Actor) error {
			return faultOf(k.Service.PauseProgramme(k.Ctx, a, k.Couple, care.RestProgrammeInput{Version: v.Version}))
		},
		"resume": func(a care.Actor) error {
			return faultOf(k.Service.ResumeProgramme(k.Ctx, a, k.Couple, care.RestProgrammeInput{Version: v.Version}))
		},
		"end": func(a care.Actor) error {
			return faultOf(k.Service.EndProgramme(k.Ctx, a, k.Couple, care.EndProgrammeInput{Outcome: models.ProgrammeStopped, Reason: "Klaar", Version: v.Version}))
		},
		"tick": func(a care.Actor) error {
			return faultOf(k.Service.TickMilestone(k.Ctx, a, k.Couple, care.TickMilestoneInput{Milestone: "understand/said", Reached: true, Version: v.Version}))
		},
		"adapt": func(a care.Actor) error {
			return faultOf(k.Service.AdaptProgramme(k.Ctx, a, k.Couple, care.AdaptProgrammeInput{Version: v.Version}))
		},
	}
	for name, act := range acts {
		for _, who := range []care.Actor{k.Office, k.PartnerA, k.PartnerB} {
			requireCode(t, fault.Forbidden, act(who))
		}
		for _, who := range []care.Actor{k.Owner, k.Colleague, k.Stranger, k.ForeignTherapist, k.ForeignPartner} {
			require.Equal(t, fault.NotFound, fault.From(act(who)).Code, "%s by %s", name, who.Role)
		}
	}
	for _, who := range []care.Actor{k.Owner, k.Colleague, k.Stranger, k.ForeignTherapist, k.ForeignPartner} {
		requireCode(t, fault.NotFound, faultOf(k.Service.ProgrammeOfCouple(k.Ctx, who, k.Couple)))
	}
	requireCode(t, fault.Forbidden, faultOf(k.Service.ProgrammeOfCouple(k.Ctx, k.Office, k.Couple)))
	require.NoError(t, acts["move"](k.Trainee), "a trainee treats the couple too")
	for name, act := range acts {
		if name != "start" {
			require.Equal(t, fault.Stale, fault.From(act(k.Therapist)).Code, "%s on an old version", name)
		}
	}
	for _, who := range []care.Actor{k.Office, k.Owner, k.PartnerA} {
		_, err := k.Service.Programme(k.Ctx, who, "honesty")
		require.Error(t, err)
	}
	whole, err := k.Service.Programme(k.Ctx, k.Colleague, "infidelity-3-phase")
	require.NoError(t, err)
	require.Len(t, whole.Aside.Taper, 3)
	require.NotEmpty(t, whole.Gate.First[0].Title)
	_, err = k.Service.Programme(k.Ctx, k.Colleague, "no-such")
	requireCode(t, fault.NotFound, err)
}

// faultOf keeps what went wrong.
func faultOf[T any](_ T, err error) error { return err }

// Two who move at the same moment do not lose each other's reason: one of them is told.
func TestTwoMovesAtOnceAreOneMove(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "rescue-10", 1)
	errs := make([]error, 6)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			errs[i] = faultOf(k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 2 + i, Reason: "Tegelijk", Version: v.Version}))
		})
	}
	wait.Wait()
	moved := 0
	for _, err := range errs {
		if err == nil {
			moved++
			continue
		}
		requireCode(t, fault.Stale, err)
	}
	require.Equal(t, 1, moved)
	require.Equal(t, 1, k.Count("couple_programme_steps s join couple_programmes p on p.practice_id = s.practice_id and p.id = s.couple_programme_id where p.couple_id = $1 and s.kind = 'move'", k.Couple))
}

// Reads and writes are on the record; what a partner reads is on the own one alone.
func TestProgrammesAreOnTheRecord(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "honesty", 1)
	read := k.Count("audit_events where practice_id = $1 and act = 'read' and object_kind = 'programme' and actor_id = $2", k.Practice, k.Therapist.ID)
	require.Equal(t, 2, read, "one row for each partner")
	_, err := k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 2, Reason: "kanarie-reden", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, 4, k.Count("audit_events where practice_id = $1 and act = 'change' and object_kind = 'programme'", k.Practice))
	require.Equal(t, 0, k.Count("audit_events where practice_id = $1 and reason like '%kanarie%'", k.Practice))
	programmeOf(t, k, k.PartnerA)
	require.Equal(t, 1, k.Count("audit_events where practice_id = $1 and actor_id = $2 and object_kind = 'programme' and partner_id = $2", k.Practice, k.PartnerA.ID))
	list, err := k.Service.ListAudit(k.Ctx, k.PartnerB, care.Page{})
	require.NoError(t, err)
	for _, e := range list.Data {
		require.NotEqual(t, "partner", e.ActorKind, "the other learns nothing of a partner's looking")
	}
}

// What was changed for the couple, reached and noted is ciphertext in the database.
func TestProgrammesAreSealed(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "honesty", 1)
	goal := "kanarie-doel"
	v, err := k.Service.AdaptProgramme(k.Ctx, k.Therapist, k.Couple, care.AdaptProgrammeInput{Version: v.Version, Phases: []care.AdaptPhaseInput{{ID: "understand", Goal: &goal}}})
	require.NoError(t, err)
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 2, Reason: "kanarie-reden", Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, 1, k.Count("couple_programmes where couple_id = $1 and is_sealed(body) and position('kanarie'::bytea in body) = 0", k.Couple))
	require.Equal(t, 1, k.Count("couple_programme_steps where practice_id = $1 and is_sealed(reason) and position('kanarie'::bytea in reason) = 0 and reason is not null", k.Practice))
}

// A phase number from before the programme changed still leads to a phase, and the report says the range.
func TestAnOldPhaseNumberLeadsToAPhase(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := start(t, k, "communication-repair", 4)
	k.SQL("update couple_programmes set phase = 9 where couple_id = $1", k.Couple)
	k.SQL("update couples set programme_phase = 9 where id = $1", k.Couple)
	require.Equal(t, 4, programmeOf(t, k, k.Therapist).Phase)
	require.Equal(t, 4, programmeOf(t, k, k.PartnerA).Phase)
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.Equal(t, 4, couple.Programme.Phase)
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 1, Reason: "Opnieuw", Version: v.Version})
	require.NoError(t, err)

	report := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple", Locale: "nl"}).ID)
	doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, report.ID)
	require.NoError(t, err)
	talk, _ := library.FindProgramme("communication-repair")
	require.Equal(t, talk.Phases[0].Title.NL, doc.Snapshot.Programme.Phase)
	require.Equal(t, []int{1, 6, 12}, []int{doc.Snapshot.Programme.MonthsIn, doc.Snapshot.Programme.MonthsFrom, doc.Snapshot.Programme.MonthsTo})
}

// What is given shows beside the exercises of a phase; what a hold keeps back does too, to the therapist alone.
func TestAProgrammeShowsWhatWasGiven(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("weekly-checkin", "both", "weekly")
	given := k.Assign("trust-contract", "both", "once")
	require.NoError(t, k.Service.CancelAssignment(k.Ctx, k.Therapist, given.ID, given.Version))
	start(t, k, "infidelity-3-phase", 3)
	k.SQL("update couples set safety_hold_at = now() where id = $1", k.Couple)
	states := map[string]care.PhaseExercise{}
	for _, phase := range programmeOf(t, k, k.Therapist).Phases {
		for _, e := range phase.Exercises {
			states[e.ID] = e
		}
	}
	require.Equal(t, "running", states["weekly-checkin"].Given)
	require.Equal(t, "before", states["trust-contract"].Given)
	require.Empty(t, states["new-experience"].Given)
	require.True(t, states["transparency-log"].Held)
	require.False(t, states["emotion-journal"].Held)
}

// A page of a programme asks as many statements whatever there is of it.
func TestAProgrammeAsksAConstantNumberOfStatements(t *testing.T) {
	k := testkit.New(t)
	count := func(who care.Actor) int {
		ctx, n := testkit.CountStatements(k.Ctx)
		_, err := k.Service.ProgrammeOfCouple(ctx, who, k.Couple)
		require.NoError(t, err)
		return n()
	}
	start(t, k, "honesty", 1)
	few := count(k.Therapist)
	for i := range 8 {
		v := programmeOf(t, k, k.Therapist)
		_, err := k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 1 + (i+1)%4, Reason: "Heen en weer", Version: v.Version})
		require.NoError(t, err)
	}
	start(t, k, "rescue-10", 1)
	start(t, k, "maintenance", 1)
	require.LessOrEqual(t, count(k.Therapist), few+1) // The keys of the reasons.
	t.Logf("the therapist's view takes %d statements, a partner's %d", few, count(k.PartnerA))
}
