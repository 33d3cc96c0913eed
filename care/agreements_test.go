package care_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func points() []care.AgreementPoint {
	return []care.AgreementPoint{
		{Area: "openness", Agreement: "We vertellen voor het eten hoe de dag was", Measure: "elke dag een vinkje"},
		{Area: "together", Agreement: "Zondag lopen we samen", Measure: "gelopen of niet"},
	}
}

func propose(t *testing.T, k *testkit.Kit) care.AgreementView {
	t.Helper()
	v, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, care.WriteAgreementInput{ExerciseID: "trust-contract", Intro: "Voor ons", Points: points()})
	require.NoError(t, err)
	return v
}

func sign(t *testing.T, k *testkit.Kit, who care.Actor, v care.AgreementView, notFreely bool) care.AgreementView {
	t.Helper()
	out, err := k.Service.SignAgreement(k.Ctx, who, v.ID, care.SignAgreementInput{Revision: v.Revision, Name: "Naam", NotFreely: notFreely})
	require.NoError(t, err)
	return out
}

func TestAnAgreementIsActiveWhenBothHaveSigned(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	require.Equal(t, models.AgreementProposed, v.Status)
	require.Equal(t, 1, v.Revision)
	require.True(t, v.CanSign)
	require.NotEqual(t, v.Points[0].ID, v.Points[1].ID)
	require.Equal(t, 1, k.Count("reminders where cause_kind = 'agreement' and cause_id = $1 and recipient_id = $2 and state = 'planned' and moment = 'now'", v.ID, k.PartnerB.ID))

	v = sign(t, k, k.PartnerA, v, false)
	require.Equal(t, models.AgreementProposed, v.Status)
	require.False(t, v.CanSign, "one signs once")
	_, err := k.Service.SignAgreement(k.Ctx, k.PartnerA, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam"})
	requireCode(t, fault.Conflict, err)

	v = sign(t, k, k.PartnerB, v, false)
	require.Equal(t, models.AgreementActive, v.Status)
	require.Equal(t, models.Day("2026-10-05"), v.StartsOn)
	require.Equal(t, models.Day("2026-11-05"), v.ReviewOn, "looked back on after a month")
	require.Len(t, v.Signatures, 2)
	require.Equal(t, 2, k.Count("reminders where cause_kind = 'agreement' and cause_id = $1 and state = 'planned' and due_at = '2026-11-05 18:00+00'", v.ID))
}

func TestAPointNeedsAMeasure(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := care.WriteAgreementInput{ExerciseID: "trust-contract", Points: []care.AgreementPoint{{Agreement: "Liever zijn", Measure: "  "}}}
	_, err := k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, in)
	requireCode(t, fault.Invalid, err)
	require.Equal(t, []fault.Field{{Location: "points.0.measure", Key: "agreement.measure_needed"}}, fault.From(err).Fields)
	in.Points = nil
	_, err = k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, in)
	requireCode(t, fault.Invalid, err)
	in.Points, in.ExerciseID = points(), "daily-checkin"
	_, err = k.Service.ProposeAgreement(k.Ctx, k.PartnerA, k.Couple, in)
	requireCode(t, fault.Invalid, err)
}

// What one says to the therapist at the signature must not show to the other in any way: same view, same record.
func TestNotFreelyIsForTheTherapistAlone(t *testing.T) {
	t.Parallel()
	forced, free := testkit.New(t), testkit.New(t)
	seen := []string{}
	for _, k := range []*testkit.Kit{forced, free} {
		v := propose(t, k)
		sign(t, k, k.PartnerA, v, k == forced)
		sign(t, k, k.PartnerB, v, false)
		other, err := k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
		require.NoError(t, err)
		for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
			own, err := k.Service.Agreement(k.Ctx, who, v.ID)
			require.NoError(t, err)
			for _, s := range own.Signatures {
				require.Nil(t, s.FreeChoice)
			}
		}
		other.ID, other.CoupleID = uuid.Nil, uuid.Nil
		other.Signers = nil
		for i := range other.Signatures {
			other.Signatures[i].PartnerID, other.History[0].Signatures[i].PartnerID = uuid.Nil, uuid.Nil
		}
		raw, err := json.Marshal(other)
		require.NoError(t, err)
		seen = append(seen, string(raw))

		therapist, err := k.Service.Agreement(k.Ctx, k.Therapist, v.ID)
		require.NoError(t, err)
		require.NotNil(t, therapist.Signatures[0].FreeChoice)
		require.Equal(t, k == free, *therapist.Signatures[0].FreeChoice)
		require.True(t, *therapist.Signatures[1].FreeChoice)
		alerts := map[bool]int{true: 1, false: 0}[k == forced]
		require.Equal(t, alerts, k.Count("alerts where kind = 'private' and couple_id = $1", k.Couple))
		require.Equal(t, alerts, k.Count("audit_events where practice_id = $1 and object_kind = 'alert' and restricted", k.Practice))
		require.Equal(t, 0, k.Count("audit_events where practice_id = $1 and object_kind = 'alert' and not restricted", k.Practice))
	}
	require.Equal(t, seen[1], seen[0])
	var lengths int
	forced.OwnerRow([]any{&lengths}, "select count(distinct octet_length(free_choice) + octet_length(worries)) from agreement_signatures where practice_id = $1", forced.Practice)
	require.Equal(t, 1, lengths, "not even the ciphertext's length tells")
}

func TestRewritingAnActiveAgreementAsksForNewSignatures(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	sign(t, k, k.PartnerA, v, false)
	v = sign(t, k, k.PartnerB, v, false)
	first := v.Points[0].ID
	changed := append([]care.AgreementPoint{{Agreement: "Iets nieuws", Measure: "geteld"}}, v.Points...)

	_, err := k.Service.RewriteAgreement(k.Ctx, k.Therapist, v.ID, care.WriteAgreementInput{Points: changed, Version: v.Version - 1})
	requireCode(t, fault.Stale, err)
	n, err := k.Service.RewriteAgreement(k.Ctx, k.PartnerB, v.ID, care.WriteAgreementInput{Intro: "Voor ons", Points: changed, Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, models.AgreementProposed, n.Status)
	require.Equal(t, 2, n.Revision)
	require.Empty(t, n.Signatures, "nobody has signed this text")
	require.Equal(t, first, n.Points[1].ID, "a point that stays keeps its id")
	require.Equal(t, 2, k.Count("agreement_signatures where agreement_id = $1 and revision = 1 and withdrawn_at is null", v.ID), "history stays")

	_, err = k.Service.SignAgreement(k.Ctx, k.PartnerA, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam"})
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "agreement.changed", fault.From(err).Key)

	// The same text again is not a change: no signature is lost by saving twice.
	n = sign(t, k, k.PartnerA, n, false)
	again, err := k.Service.RewriteAgreement(k.Ctx, k.PartnerB, v.ID, care.WriteAgreementInput{Intro: "Voor ons", Points: n.Points, ReviewOn: string(n.ReviewOn), Version: n.Version})
	require.NoError(t, err)
	require.Equal(t, 2, again.Revision)
	require.Len(t, again.Signatures, 1)
}

func TestAYesCanBeTakenBackAndAnAgreementReviewed(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	_, err := k.Service.ReviewAgreement(k.Ctx, k.PartnerA, v.ID, care.ReviewAgreementInput{Kept: map[string]bool{v.Points[0].ID: true}})
	requireCode(t, fault.Conflict, err)
	sign(t, k, k.PartnerA, v, false)
	v = sign(t, k, k.PartnerB, v, false)

	_, err = k.Service.ReviewAgreement(k.Ctx, k.PartnerA, v.ID, care.ReviewAgreementInput{Kept: map[string]bool{"p99": true}})
	requireCode(t, fault.Invalid, err)
	v, err = k.Service.ReviewAgreement(k.Ctx, k.Therapist, v.ID, care.ReviewAgreementInput{Kept: map[string]bool{v.Points[0].ID: true, v.Points[1].ID: false}, Words: "Ging wel"})
	require.NoError(t, err)
	other, err := k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.Equal(t, "Ging wel", other.Reviews[0].Words, "what was said together in a session is open at once")
	require.False(t, other.Reviews[0].Kept[v.Points[1].ID])

	v, err = k.Service.WithdrawSignature(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.Equal(t, models.AgreementProposed, v.Status)
	require.Len(t, v.Signatures, 1)
	require.True(t, v.CanSign)
	require.Equal(t, 0, k.Count("reminders where cause_kind = 'agreement' and cause_id = $1 and state = 'planned'", v.ID))
	_, err = k.Service.WithdrawSignature(k.Ctx, k.PartnerB, v.ID)
	requireCode(t, fault.Conflict, err)
	require.Equal(t, models.AgreementActive, sign(t, k, k.PartnerB, v, false).Status)
}

func TestWhileJointWorkStandsStillNothingIsSigned(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	v = sign(t, k, k.PartnerA, v, false)
	k.SQL("update couples set safety_hold_at = now() where id = $1", k.Couple)
	held, err := k.Service.Agreement(k.Ctx, k.PartnerB, v.ID)
	require.NoError(t, err)
	require.False(t, held.CanSign || held.CanEdit || held.CanReview)
	_, err = k.Service.SignAgreement(k.Ctx, k.PartnerB, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam"})
	requireCode(t, fault.Conflict, err)
	require.Equal(t, "agreement.rescheduled", fault.From(err).Key)
	_, err = k.Service.WithdrawSignature(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err, "nobody is held to a yes")
}

func TestWhoMayDoWhatWithAnAgreement(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	in := care.WriteAgreementInput{Points: points(), Version: v.Version}
	acts := map[string]func(care.Actor) error{
		"list": func(a care.Actor) error { _, err := k.Service.ListAgreements(k.Ctx, a, k.Couple); return err },
		"read": func(a care.Actor) error { _, err := k.Service.Agreement(k.Ctx, a, v.ID); return err },
		"propose": func(a care.Actor) error {
			_, err := k.Service.ProposeAgreement(k.Ctx, a, k.Couple, care.WriteAgreementInput{ExerciseID: "trust-contract", Points: points()})
			return err
		},
		"rewrite": func(a care.Actor) error { _, err := k.Service.RewriteAgreement(k.Ctx, a, v.ID, in); return err },
		"sign": func(a care.Actor) error {
			_, err := k.Service.SignAgreement(k.Ctx, a, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam"})
			return err
		},
		"withdraw": func(a care.Actor) error { _, err := k.Service.WithdrawSignature(k.Ctx, a, v.ID); return err },
		"review": func(a care.Actor) error {
			_, err := k.Service.ReviewAgreement(k.Ctx, a, v.ID, care.ReviewAgreementInput{Kept: map[string]bool{"p1": true}})
			return err
		},
	}
	for name, do := range acts {
		for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign therapist": k.ForeignTherapist, "foreign partner": k.ForeignPartner} {
			require.Equal(t, fault.NotFound, fault.From(do(actor)).Code, "%s by %s", name, who)
		}
		require.Equal(t, fault.Forbidden, fault.From(do(k.Office)).Code, "%s by the office", name)
	}
	requireCode(t, fault.Forbidden, acts["sign"](k.Therapist))
	requireCode(t, fault.Forbidden, acts["withdraw"](k.Therapist))
	require.NoError(t, acts["read"](k.Trainee))
	require.NoError(t, acts["list"](k.PartnerB))
}

func TestReadingAnAgreementIsOnBothFiles(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := propose(t, k)
	for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
		before := k.Count("audit_events where object_id = $1 and act = 'read' and partner_id = $2", v.ID, p.ID)
		_, err := k.Service.Agreement(k.Ctx, k.Therapist, v.ID)
		require.NoError(t, err)
		require.Equal(t, before+1, k.Count("audit_events where object_id = $1 and act = 'read' and partner_id = $2", v.ID, p.ID))
	}
}

func TestTwoSignaturesAtTheSameMomentActivate(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for range 10 {
		v := propose(t, k)
		var wg sync.WaitGroup
		for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
			wg.Go(func() {
				_, err := k.Service.SignAgreement(k.Ctx, who, v.ID, care.SignAgreementInput{Revision: 1, Name: "Naam"})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := k.Service.Agreement(k.Ctx, k.Therapist, v.ID)
		require.NoError(t, err)
		require.Equal(t, models.AgreementActive, got.Status)
		k.Clock.Add(time.Minute)
	}
}
