package care_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// tomorrow is an hour on the day after the kit's clock starts.
func tomorrow(hour int) time.Time { return time.Date(2026, 10, 6, hour, 0, 0, 0, time.UTC) }

func plan(t *testing.T, k *testkit.Kit, who care.Actor, in care.PlanSessionInput) care.SessionView {
	t.Helper()
	v, err := k.Service.PlanSession(k.Ctx, who, in)
	require.NoError(t, err)
	return v
}

func hourAt(k *testkit.Kit, hour int) care.PlanSessionInput {
	return care.PlanSessionInput{CoupleID: k.Couple, Kind: "conjoint", Therapists: []uuid.UUID{k.Therapist.ID}, Room: "Zolder", StartsAt: tomorrow(hour), EndsAt: tomorrow(hour + 1)}
}

func TestASessionIsPlannedMovedAndCancelled(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := hourAt(k, 12)
	in.Therapists = nil
	v := plan(t, k, k.Office, in)
	require.ElementsMatch(t, []uuid.UUID{k.Therapist.ID, k.Trainee.ID}, v.Therapists, "the couple's own therapists")
	require.Equal(t, models.SessionPlanned, v.Status)
	planned := "reminders where cause_kind = 'session' and cause_id = $1 and state = 'planned'"
	require.Equal(t, 2, k.Count(planned+" and moment = 'day_before' and due_at = '2026-10-05 16:00+00'", v.ID), "each partner, at six the evening before")
	require.Equal(t, 2, k.Count(planned+" and moment = 'hours_before' and due_at = '2026-10-06 10:00+00'", v.ID), "and two hours before")

	start, end := tomorrow(15), tomorrow(16)
	moved, err := k.Service.ChangeSession(k.Ctx, k.Therapist, v.ID, care.ChangeSessionInput{StartsAt: &start, EndsAt: &end, Version: v.Version})
	require.NoError(t, err)
	require.Equal(t, 2, k.Count(planned+" and moment = 'hours_before' and due_at = '2026-10-06 13:00+00'", v.ID))
	require.Equal(t, 4, k.Count(planned, v.ID))
	_, err = k.Service.ChangeSession(k.Ctx, k.Therapist, v.ID, care.ChangeSessionInput{StartsAt: &start, Version: v.Version})
	requireCode(t, fault.Stale, err)
	plan(t, k, k.Therapist, hourAt(k, 12)) // The old hour is free again.

	_, err = k.Service.CancelSession(k.Ctx, k.Office, v.ID, v.Version)
	requireCode(t, fault.Stale, err)
	gone, err := k.Service.CancelSession(k.Ctx, k.Office, v.ID, moved.Version)
	require.NoError(t, err)
	require.Equal(t, models.SessionCancelled, gone.Status)
	require.Equal(t, moved.Therapists, gone.Therapists, "who would have given it stays known")
	require.Equal(t, 0, k.Count(planned, v.ID))
	plan(t, k, k.Therapist, hourAt(k, 15))
	_, err = k.Service.CancelSession(k.Ctx, k.Office, v.ID, gone.Version)
	requireCode(t, fault.Conflict, err)
	_, err = k.Service.ChangeSession(k.Ctx, k.Office, v.ID, care.ChangeSessionInput{StartsAt: &start, Version: gone.Version})
	requireCode(t, fault.Conflict, err)
}

func TestNobodyIsBookedTwice(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	plan(t, k, k.Therapist, hourAt(k, 12))
	half := 30 * time.Minute
	other := care.PlanSessionInput{CoupleID: k.OtherCouple, Kind: "conjoint", Therapists: []uuid.UUID{k.Colleague.ID}, StartsAt: tomorrow(12).Add(half), EndsAt: tomorrow(13).Add(half)}
	for name, change := range map[string]func(*care.PlanSessionInput){
		"therapist": func(in *care.PlanSessionInput) { in.Therapists = []uuid.UUID{k.Colleague.ID, k.Therapist.ID} },
		"room":      func(in *care.PlanSessionInput) { in.Room = "zolder" },
		"partner":   func(in *care.PlanSessionInput) { in.CoupleID = k.Couple },
	} {
		in := other
		change(&in)
		_, err := k.Service.PlanSession(k.Ctx, k.Office, in)
		require.Equal(t, fault.Conflict, fault.From(err).Code, name)
		require.Equal(t, "session.overlap", fault.From(err).Key, name)
	}
	plan(t, k, k.Office, other)
	plan(t, k, k.Therapist, hourAt(k, 13)) // Back to back is fine: the end is not part of the hour. The colleague's hour is another's.
	require.Equal(t, 3, k.Count("sessions where practice_id = $1", k.Practice), "a refused booking leaves nothing behind")
}

// Hundreds of bookings at once on the same few hours, therapists and rooms: no two may overlap.
func TestParallelBookingsNeverOverlap(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	const tries = 400
	var won, lost atomic.Int64
	var wg sync.WaitGroup
	gate := make(chan struct{}, 16)
	for i := range tries {
		wg.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			in := hourAt(k, 8)
			in.StartsAt = tomorrow(8).Add(time.Duration(i%16) * 30 * time.Minute)
			in.EndsAt = in.StartsAt.Add(time.Hour)
			in.Room = fmt.Sprintf("kamer %d", i%2)
			if i%3 == 0 {
				in.CoupleID, in.Therapists = k.OtherCouple, []uuid.UUID{k.Colleague.ID}
			}
			if i%5 == 0 {
				in.Therapists = []uuid.UUID{k.Colleague.ID, k.Therapist.ID}
			}
			_, err := k.Service.PlanSession(k.Ctx, k.Office, in)
			switch {
			case err == nil:
				won.Add(1)
			case fault.From(err).Key == "session.overlap":
				lost.Add(1)
			default:
				t.Errorf("booking: %v", err)
			}
		})
	}
	wg.Wait()
	overlaps := k.Count(`session_slots a join session_slots b on a.practice_id = b.practice_id and a.kind = b.kind and a.resource = b.resource
		and a.session_id < b.session_id and a.during && b.during where a.practice_id = $1`, k.Practice)
	t.Logf("%d bookings at once: %d made, %d refused, %d overlaps", tries, won.Load(), lost.Load(), overlaps)
	require.Zero(t, overlaps)
	require.EqualValues(t, tries, won.Load()+lost.Load())
	require.Positive(t, won.Load())
	require.EqualValues(t, won.Load(), k.Count("sessions where practice_id = $1", k.Practice))
}

func TestWrongSessionsAreRefused(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for field, change := range map[string]func(*care.PlanSessionInput){
		"ends_at":    func(in *care.PlanSessionInput) { in.EndsAt = in.StartsAt },
		"starts_at":  func(in *care.PlanSessionInput) { in.StartsAt = time.Time{} },
		"kind":       func(in *care.PlanSessionInput) { in.Kind = "party" },
		"partner_id": func(in *care.PlanSessionInput) { in.Kind, in.PartnerID = "individual", &k.Stranger.ID },
		"therapists": func(in *care.PlanSessionInput) { in.Therapists = []uuid.UUID{k.Office.ID} },
		"room":       func(in *care.PlanSessionInput) { in.Room = "a\r\nb" },
	} {
		in := hourAt(k, 12)
		change(&in)
		_, err := k.Service.PlanSession(k.Ctx, k.Office, in)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, field, fault.From(err).Fields[0].Location)
	}
	in := hourAt(k, 8)
	in.EndsAt = in.StartsAt.Add(8*time.Hour + time.Minute)
	_, err := k.Service.PlanSession(k.Ctx, k.Office, in)
	requireCode(t, fault.Invalid, err)
	in = hourAt(k, 8)
	in.Therapists = []uuid.UUID{k.ForeignTherapist.ID}
	_, err = k.Service.PlanSession(k.Ctx, k.Office, in)
	requireCode(t, fault.Invalid, err)

	v := plan(t, k, k.Office, hourAt(k, 12))
	held, cancelled := "held", "cancelled"
	_, err = k.Service.ChangeSession(k.Ctx, k.Office, v.ID, care.ChangeSessionInput{Status: &held, Version: v.Version})
	requireCode(t, fault.Invalid, err) // It has not begun.
	_, err = k.Service.ChangeSession(k.Ctx, k.Office, v.ID, care.ChangeSessionInput{Status: &cancelled, Version: v.Version})
	requireCode(t, fault.Invalid, err)
	k.Clock.Set(tomorrow(14))
	v, err = k.Service.ChangeSession(k.Ctx, k.Office, v.ID, care.ChangeSessionInput{Status: &held, Version: v.Version})
	require.NoError(t, err)
	_, err = k.Service.CancelSession(k.Ctx, k.Office, v.ID, v.Version)
	requireCode(t, fault.Conflict, err)
}

// The other partner never learns of an individual session: not in the list, not by its id, not in the next session.
func TestAnIndividualSessionIsHiddenFromTheOther(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	in := hourAt(k, 9)
	in.Kind, in.PartnerID, in.Room = "individual", &k.PartnerA.ID, "Kanarie"
	alone := plan(t, k, k.Therapist, in)
	together := plan(t, k, k.Therapist, hourAt(k, 12))

	own, err := k.Service.ListSessions(k.Ctx, k.PartnerA, care.SessionFilter{}, care.Page{})
	require.NoError(t, err)
	require.Len(t, own.Data, 2)
	others, err := k.Service.ListSessions(k.Ctx, k.PartnerB, care.SessionFilter{CoupleID: k.Couple}, care.Page{})
	require.NoError(t, err)
	require.Len(t, others.Data, 1)
	require.Equal(t, together.ID, others.Data[0].ID)
	_, err = k.Service.Session(k.Ctx, k.PartnerA, alone.ID)
	require.NoError(t, err)
	_, err = k.Service.Session(k.Ctx, k.PartnerB, alone.ID)
	requireCode(t, fault.NotFound, err)
	_, err = k.Service.CancelSession(k.Ctx, k.PartnerB, alone.ID, 1)
	requireCode(t, fault.NotFound, err)
	_, err = k.Service.SessionNotes(k.Ctx, k.PartnerB, alone.ID)
	requireCode(t, fault.NotFound, err)
	portal, err := k.Service.PortalToday(k.Ctx, k.PartnerB)
	require.NoError(t, err)
	require.Equal(t, together.ID, portal.NextSession.ID)
	raw, err := json.Marshal([]any{others, portal})
	require.NoError(t, err)
	require.NotContains(t, string(raw), "Kanarie")
	require.Equal(t, 1, k.Count("(select distinct recipient_id from reminders where cause_id = $1) told", alone.ID), "only the one who comes is told")
	require.Equal(t, 0, k.Count("audit_events where object_id = $1 and (partner_id = $2 or partner_id is null)", alone.ID, k.PartnerB.ID), "nor the record of who looked")
}

func TestWhoMaySeeAndPlanSessions(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := plan(t, k, k.Therapist, hourAt(k, 12))
	start, end := tomorrow(17), tomorrow(18)
	acts := map[string]func(care.Actor) error{
		"read": func(a care.Actor) error { _, err := k.Service.Session(k.Ctx, a, v.ID); return err },
		"plan": func(a care.Actor) error { _, err := k.Service.PlanSession(k.Ctx, a, hourAt(k, 14)); return err },
		"move": func(a care.Actor) error {
			_, err := k.Service.ChangeSession(k.Ctx, a, v.ID, care.ChangeSessionInput{StartsAt: &start, EndsAt: &end, Version: v.Version})
			return err
		},
		"cancel": func(a care.Actor) error { _, err := k.Service.CancelSession(k.Ctx, a, v.ID, v.Version); return err },
	}
	for name, do := range acts {
		for who, actor := range map[string]care.Actor{"colleague": k.Colleague, "owner": k.Owner, "stranger": k.Stranger, "foreign therapist": k.ForeignTherapist, "foreign partner": k.ForeignPartner} {
			require.Equal(t, fault.NotFound, fault.From(do(actor)).Code, "%s by %s", name, who)
		}
		if name != "read" {
			require.Equal(t, fault.Forbidden, fault.From(do(k.PartnerA)).Code, "%s by a partner", name)
		}
	}
	require.NoError(t, acts["read"](k.Office))
	require.NoError(t, acts["read"](k.PartnerB))
	for who, want := range map[*care.Actor]int{&k.Therapist: 1, &k.Trainee: 1, &k.Office: 1, &k.Colleague: 0, &k.Owner: 0, &k.Stranger: 0, &k.ForeignTherapist: 0, &k.PartnerA: 1} {
		list, err := k.Service.ListSessions(k.Ctx, *who, care.SessionFilter{}, care.Page{})
		require.NoError(t, err)
		require.Len(t, list.Data, want, "%s", who.Role)
	}
	// A colleague who gives a session sees that one, and nothing else of the couple.
	in := hourAt(k, 20)
	in.Therapists = []uuid.UUID{k.Colleague.ID}
	shared := plan(t, k, k.Office, in)
	_, err := k.Service.Session(k.Ctx, k.Colleague, shared.ID)
	require.NoError(t, err)
	_, err = k.Service.SessionNotes(k.Ctx, k.Colleague, shared.ID)
	requireCode(t, fault.Forbidden, err)
	require.Equal(t, fault.NotFound, fault.From(acts["read"](k.Colleague)).Code)
}

func TestSessionsComeInPartsWithAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	plan(t, k, k.Office, hourAt(k, 8))
	ctx, few := testkit.CountStatements(k.Ctx)
	_, err := k.Service.ListSessions(ctx, k.Therapist, care.SessionFilter{}, care.Page{})
	require.NoError(t, err)
	for hour := 9; hour < 16; hour++ {
		plan(t, k, k.Office, hourAt(k, hour))
	}
	ctx, many := testkit.CountStatements(k.Ctx)
	_, err = k.Service.ListSessions(ctx, k.Therapist, care.SessionFilter{}, care.Page{})
	require.NoError(t, err)
	require.Equal(t, few(), many())

	first, err := k.Service.ListSessions(k.Ctx, k.Therapist, care.SessionFilter{From: tomorrow(10)}, care.Page{Limit: 4})
	require.NoError(t, err)
	require.Len(t, first.Data, 4)
	require.Equal(t, tomorrow(10), first.Data[0].StartsAt.UTC())
	rest, err := k.Service.ListSessions(k.Ctx, k.Therapist, care.SessionFilter{From: tomorrow(10)}, care.Page{Limit: 4, Cursor: *first.Next})
	require.NoError(t, err)
	require.Len(t, rest.Data, 2)
	require.Nil(t, rest.Next)
}
