package care_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// A partner reads the own part and the joint part, and nothing of what the therapist keeps.
func TestAPartnerSeesOnlyTheOwnPartOfTheProgramme(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL("update partners set role = 'hurt' where id = $1", k.PartnerA.ID)
	k.SQL("update partners set role = 'repairing' where id = $1", k.PartnerB.ID)
	v := start(t, k, "infidelity-3-phase", 1)
	hurt, repairing, both := "kanarie-gekwetst", "kanarie-herstellend", "kanarie-samen"
	v, err := k.Service.AdaptProgramme(k.Ctx, k.Therapist, k.Couple, care.AdaptProgrammeInput{Version: v.Version, Phases: []care.AdaptPhaseInput{{
		ID: "calm", Hurt: &hurt, Repairing: &repairing, Both: &both,
		Milestones: &[]care.AdaptMilestone{{Title: "kanarie-gezien"}, {Title: "kanarie-geheim", Private: true}, {Title: "kanarie-niet-bereikt"}},
	}}})
	require.NoError(t, err)
	for _, m := range v.Phases[0].Milestones[:len(v.Phases[0].Milestones)-1] {
		v, err = k.Service.TickMilestone(k.Ctx, k.Therapist, k.Couple, care.TickMilestoneInput{Milestone: m.ID, Reached: true, Version: v.Version})
		require.NoError(t, err)
	}
	v, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 2, Reason: "kanarie-reden", Version: v.Version})
	require.NoError(t, err)
	_, err = k.Service.MoveProgramme(k.Ctx, k.Therapist, k.Couple, care.MoveProgrammeInput{Phase: 1, Reason: "kanarie-reden", Version: v.Version})
	require.NoError(t, err)

	for who, own := range map[*care.Actor][2]string{&k.PartnerA: {hurt, repairing}, &k.PartnerB: {repairing, hurt}} {
		seen := programmeOf(t, k, *who)
		require.Equal(t, "active", seen.Status)
		require.Equal(t, own[0], seen.Mine)
		require.Equal(t, both, seen.Ours)
		require.Equal(t, 1, seen.Phase)
		require.Len(t, seen.Phases, 3)
		raw, err := json.Marshal(seen)
		require.NoError(t, err)
		require.Contains(t, string(raw), "kanarie-gezien")
		for _, hidden := range []string{own[1], "kanarie-geheim", "kanarie-niet-bereikt", "kanarie-reden", "version", "adapted", "steps", "exit", "exercises"} {
			require.NotContains(t, string(raw), hidden)
		}
	}
	k.SQL("update partners set role = '' where id = $1", k.PartnerA.ID)
	require.Empty(t, programmeOf(t, k, k.PartnerA).Mine, "without a role there is only what is of both")
	stranger, err := k.Service.ProgrammeOfCouple(k.Ctx, k.Stranger, k.Couple)
	requireCode(t, fault.NotFound, err)
	require.Empty(t, stranger.Title)
}

// Whatever stands still, the portal says the one neutral thing; and a programme that no portal shows is not there.
func TestAPortalShowsOneNeutralText(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(k *testkit.Kit, v care.CoupleProgrammeView){
		"a hold": func(k *testkit.Kit, _ care.CoupleProgrammeView) {
			k.SQL("update couples set safety_hold_at = now() where id = $1", k.Couple)
		},
		"a paused couple": func(k *testkit.Kit, _ care.CoupleProgrammeView) {
			k.SQL("update couples set status = 'paused' where id = $1", k.Couple)
		},
		"a separation": func(k *testkit.Kit, _ care.CoupleProgrammeView) {
			k.SQL("update couples set status = 'separated' where id = $1", k.Couple)
		},
		"a partner who pauses": func(k *testkit.Kit, _ care.CoupleProgrammeView) {
			k.SQL("update partners set status = 'paused' where id = $1", k.PartnerB.ID)
		},
		"a partner who left": func(k *testkit.Kit, _ care.CoupleProgrammeView) {
			k.SQL("update partners set status = 'withdrawn' where id = $1", k.PartnerB.ID)
		},
		"a programme that rests": func(k *testkit.Kit, v care.CoupleProgrammeView) {
			_, err := k.Service.PauseProgramme(k.Ctx, k.Therapist, k.Couple, care.RestProgrammeInput{Version: v.Version})
			require.NoError(t, err)
		},
	} {
		k := testkit.New(t)
		stop(k, start(t, k, "honesty", 2))
		seen := programmeOf(t, k, k.PartnerA)
		require.Equal(t, care.CoupleProgrammeView{CoupleID: k.Couple, Status: care.ProgrammeRescheduled, Phases: []care.PhaseView{}}, seen, name)
		require.NotEqual(t, care.ProgrammeRescheduled, programmeOf(t, k, k.Therapist).Status)
	}
	k := testkit.New(t)
	start(t, k, "one-partner", 1)
	require.Equal(t, care.ProgrammeNone, programmeOf(t, k, k.PartnerB).Status)
	require.True(t, programmeOf(t, k, k.Therapist).Unshown)
}
