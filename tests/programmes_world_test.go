package tests

import (
	"github.com/stretchr/testify/require"

	"tussentijds/care"
)

// follow lets the couple follow a programme with a canary in each of its private places: what both read, what each works on
// by role, which neither of the two has, a milestone kept for the therapists, and a reason.
func (f *file) follow() {
	f.t.Helper()
	k := f.k
	couple, err := k.Service.Couple(k.Ctx, f.therapist, f.couple)
	require.NoError(f.t, err)
	_, err = k.Service.StartProgramme(k.Ctx, f.therapist, f.couple, "honesty", 1, couple.Version)
	require.NoError(f.t, err)
	k.SQL(`update couples set version = 1 where practice_id = $1 and id = $2`, f.therapist.PracticeID, f.couple) // As the routes are tried with.
	goal, both := f.canary("a programme's goal", f.staff(f.a, f.b)...), f.canary("what both work on", f.staff(f.a, f.b)...)
	hurt, repairing := f.canary("what the hurt partner works on", f.staff()...), f.canary("what the repairing partner works on", f.staff()...)
	v, err := k.Service.AdaptProgramme(k.Ctx, f.therapist, f.couple, care.AdaptProgrammeInput{Version: 1, Phases: []care.AdaptPhaseInput{{
		ID: "understand", Goal: &goal, Both: &both, Hurt: &hurt, Repairing: &repairing, Milestones: &[]care.AdaptMilestone{
			{Title: f.canary("a milestone that was reached", f.staff(f.a, f.b)...)},
			{Title: f.canary("a milestone for therapists", f.staff()...), Private: true},
			{Title: f.canary("a milestone not yet reached", f.staff()...)},
		},
	}}})
	require.NoError(f.t, err)
	for _, milestone := range []string{"understand/own-1", "understand/own-2"} {
		v, err = k.Service.TickMilestone(k.Ctx, f.therapist, f.couple, care.TickMilestoneInput{Milestone: milestone, Reached: true, Version: v.Version})
		require.NoError(f.t, err)
	}
	for _, phase := range []int{2, 1} {
		v, err = k.Service.MoveProgramme(k.Ctx, f.therapist, f.couple, care.MoveProgrammeInput{Phase: phase, Reason: f.canary("the reason for a step", f.staff()...), Version: v.Version})
		require.NoError(f.t, err)
	}
	k.SQL(`update couples set version = 1 where practice_id = $1 and id = $2`, f.therapist.PracticeID, f.couple)
	f.ids["programme"] = "honesty"
}
