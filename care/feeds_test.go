package care_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// feedOf makes a person's feed and gives its token.
func feedOf(t *testing.T, k *testkit.Kit, who care.Actor) string {
	t.Helper()
	v, err := k.Service.RenewFeed(k.Ctx, who)
	require.NoError(t, err)
	token, ok := strings.CutPrefix(v.URL, "http://localhost:8080/calendar/")
	require.True(t, ok)
	token, ok = strings.CutSuffix(token, ".ics")
	require.True(t, ok)
	return token
}

// entry is an appointment as a calendar shows it.
type entry struct{ title, starts, status, id, sequence string }

func entries(t *testing.T, k *testkit.Kit, token string) (out []entry, raw string) {
	t.Helper()
	file, err := k.Service.Calendar(k.Ctx, token)
	require.NoError(t, err)
	cal, err := ical.ParseCalendar(bytes.NewReader(file.Body))
	require.NoError(t, err)
	for _, e := range cal.Events() {
		text := func(p ical.ComponentProperty) string { return e.GetProperty(p).Value }
		out = append(out, entry{text(ical.ComponentPropertySummary), text(ical.ComponentPropertyDtStart), text(ical.ComponentPropertyStatus), text(ical.ComponentPropertyUniqueId), text(ical.ComponentPropertySequence)})
	}
	return out, string(file.Body)
}

func planFor(t *testing.T, k *testkit.Kit, partner *uuid.UUID, starts time.Time) care.SessionView {
	t.Helper()
	in := care.PlanSessionInput{CoupleID: k.Couple, Kind: "conjoint", StartsAt: starts, EndsAt: starts.Add(50 * time.Minute), Room: "Kamer van de kanarie"}
	if partner != nil {
		in.Kind, in.PartnerID = "individual", partner
	}
	in.Therapists = []uuid.UUID{k.Therapist.ID}
	v, err := k.Service.PlanSession(k.Ctx, k.Therapist, in)
	require.NoError(t, err)
	return v
}

func TestACalendarHoldsOnesOwnAppointmentsAndNoName(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	joint := planFor(t, k, nil, atClock(k, 20, 10, 0))
	planFor(t, k, &k.PartnerA.ID, atClock(k, 21, 11, 0))
	planFor(t, k, &k.PartnerB.ID, atClock(k, 28, 12, 0)) // After the clock has changed.
	planFor(t, k, nil, atClock(k, 5, 13, 0).AddDate(3, 0, 0))
	a, rawA := entries(t, k, feedOf(t, k, k.PartnerA))
	b, rawB := entries(t, k, feedOf(t, k, k.PartnerB))
	mine, rawMine := entries(t, k, feedOf(t, k, k.Therapist))
	office, _ := entries(t, k, feedOf(t, k, k.Office))
	other, _ := entries(t, k, feedOf(t, k, k.Stranger))
	require.Equal(t, []string{"20261020T100000", "20261021T110000"}, []string{a[0].starts, a[1].starts})
	require.Equal(t, []string{"20261020T100000", "20261028T120000"}, []string{b[0].starts, b[1].starts})
	require.Len(t, a, 2)
	require.Len(t, b, 2)
	require.Len(t, mine, 3)
	require.Empty(t, office)
	require.Empty(t, other)
	require.Equal(t, entry{"Afspraak · Tussentijds", "20261020T100000", "CONFIRMED", a[0].id, "0"}, a[0])
	require.Equal(t, "Appointment · Tussentijds", b[0].title, "in the reader's language")
	require.Equal(t, a[0].id, mine[0].id)
	require.NotContains(t, a[0].id, joint.ID.String())
	for _, raw := range []string{rawA, rawB, rawMine} {
		for _, canary := range []string{"Sam", "Robin", "Noor", "Kamer", "kanarie", "conjoint", "individual", "sessie", "session", "therap", k.Couple.String(), k.PartnerA.ID.String(), k.Practice.String(), "LOCATION", "DESCRIPTION", "ORGANIZER", "ATTENDEE", "URL"} {
			require.NotContains(t, strings.ToLower(raw), strings.ToLower(canary))
		}
		require.Contains(t, raw, "TZID:Europe/Amsterdam")
	}
	require.Contains(t, rawB, "TZOFFSETTO:+0100", "the rule of winter travels along")
}

func TestAnAppointmentMovesAndIsCancelled(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	token := feedOf(t, k, k.PartnerA)
	s := planFor(t, k, nil, atClock(k, 20, 10, 0))
	before, _ := entries(t, k, token)
	first, err := k.Service.Calendar(k.Ctx, token)
	require.NoError(t, err)
	again, err := k.Service.Calendar(k.Ctx, token)
	require.NoError(t, err)
	require.Equal(t, first, again, "nothing changed: the same file")
	require.True(t, first.ChangedAt.Equal(k.Clock.Now()))

	k.Clock.Add(time.Hour)
	starts, ends := atClock(k, 22, 9, 0), atClock(k, 22, 10, 0)
	s, err = k.Service.ChangeSession(k.Ctx, k.Therapist, s.ID, care.ChangeSessionInput{StartsAt: &starts, EndsAt: &ends, Version: s.Version})
	require.NoError(t, err)
	moved, _ := entries(t, k, token)
	require.Equal(t, []entry{{"Afspraak · Tussentijds", "20261022T090000", "CONFIRMED", before[0].id, "1"}}, moved)
	file, err := k.Service.Calendar(k.Ctx, token)
	require.NoError(t, err)
	require.NotEqual(t, first.ETag, file.ETag)
	require.True(t, file.ChangedAt.Equal(k.Clock.Now()))

	_, err = k.Service.CancelSession(k.Ctx, k.Therapist, s.ID, s.Version)
	require.NoError(t, err)
	gone, _ := entries(t, k, token)
	require.Equal(t, []entry{{"Afspraak · Tussentijds", "20261022T090000", "CANCELLED", before[0].id, "2"}}, gone)
}

func TestAnAddressIsOnesOwnAndEnds(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	missing := func(token, why string) {
		t.Helper()
		_, err := k.Service.Calendar(k.Ctx, token)
		require.True(t, fault.Is(err, fault.NotFound), why)
	}
	v, err := k.Service.Feed(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Equal(t, care.FeedView{}, v)
	first := feedOf(t, k, k.PartnerA)
	entries(t, k, first)
	v, err = k.Service.Feed(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Contains(t, v.URL, first)
	require.True(t, v.ReadAt.Equal(k.Clock.Now()))
	_, err = k.Service.Feed(k.Ctx, k.PartnerB)
	require.NoError(t, err)

	second := feedOf(t, k, k.PartnerA)
	missing(first, "renewed")
	entries(t, k, second)
	for i, r := range []byte(second) {
		changed := []byte(second)
		changed[i] = 'A'
		if r == 'A' {
			changed[i] = 'B'
		}
		if i < len(second)-1 { // Some bits of the last letter mean nothing.
			missing(string(changed), "another letter")
		}
	}
	for _, token := range []string{"", "x", second[1:], second + "A", strings.Repeat("A", 76)} {
		missing(token, "no token of ours")
	}
	stale := k.PartnerA
	stale.FreshAt = k.Clock.Now().Add(-6 * time.Minute)
	v, err = k.Service.Feed(k.Ctx, stale)
	require.NoError(t, err)
	require.True(t, v.Exists)
	require.Empty(t, v.URL, "whoever finds the phone does not take the address along")
	_, err = k.Service.RenewFeed(k.Ctx, stale)
	require.True(t, fault.Is(err, fault.Forbidden))

	require.NoError(t, k.Service.EndFeed(k.Ctx, stale), "ending it needs no password")
	missing(second, "ended")
	require.NoError(t, k.Service.EndFeed(k.Ctx, k.PartnerA), "again changes nothing")
	third := feedOf(t, k, k.PartnerA)
	missing(first, "an older serial does not come back")
	missing(second, "an older serial does not come back")
	entries(t, k, third)

	office := feedOf(t, k, k.Office)
	entries(t, k, office)
	k.SQL(`update members set status = 'ended' where practice_id = $1 and id = $2`, k.Practice, k.Office.ID)
	missing(office, "who has left")
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = now() where practice_id = $1 and owner_id = $2`, k.Practice, k.PartnerA.ID)
	missing(third, "who was erased")
	_, err = k.Service.RenewFeed(k.Ctx, care.System(k.Practice))
	require.True(t, fault.Is(err, fault.NotFound))
}

// fullGate lets the first few tries of each key through.
type fullGate struct{ left map[string]int }

func (g fullGate) Allow(_ context.Context, key string, limit int, _ time.Duration) (bool, time.Duration, error) {
	if _, ok := g.left[key]; !ok {
		g.left[key] = limit
	}
	g.left[key]--
	return g.left[key] >= 0, time.Minute, nil
}

func TestACalendarIsFetchedAFewTimesAnHour(t *testing.T) {
	t.Parallel()
	k := testkit.New(t, func(d *care.Deps) { d.Limiter = fullGate{map[string]int{}} })
	token := feedOf(t, k, k.PartnerA)
	for range 60 {
		_, err := k.Service.Calendar(k.Ctx, token)
		require.NoError(t, err)
	}
	_, err := k.Service.Calendar(k.Ctx, token)
	require.True(t, fault.Is(err, fault.RateLimited))
	require.Equal(t, 60, fault.From(err).RetryAfter)
	_, err = k.Service.Calendar(k.Ctx, feedOf(t, k, k.PartnerB))
	require.NoError(t, err, "another's is counted apart")
}
