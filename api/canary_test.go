package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

const (
	private = "kanarie-dicht" // in every answer that is not the other's to read.
	shared  = "kanarie-open"  // in every answer with audience both.
)

// One partner fills in every exercise of the library. Over the whole API nobody reads what is not theirs: the other
// partner nothing but what is for both, and the office, a colleague, the owner and another practice nothing at all.
func TestNoCanaryInAnyAnswer(t *testing.T) {
	k := testkit.New(t)
	assign := func(e *library.Exercise) {
		forWhom := "both"
		if e.Who == library.WhoEach && e.ID != "safety-screening" { // Which always goes to both, each alone.
			forWhom = k.PartnerB.ID.String()
		}
		_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: e.ID, For: forWhom, StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once", At: "20:00"}})
		require.NoError(t, err, e.ID)
	}
	for _, e := range k.Library.List() {
		if e.Kind != library.KindAgreement && !e.Card {
			assign(e)
		}
	}
	k.Clock.Set(time.Date(2026, 10, 5, 19, 0, 0, 0, time.UTC))
	ids := map[string][]uuid.UUID{"couples": {k.Couple}, "members": {k.Therapist.ID}}
	tasks, err := k.Service.ListTasks(k.Ctx, k.PartnerB, "open", care.Page{Limit: 100})
	require.NoError(t, err)
	require.Greater(t, len(tasks.Data), 10)
	for _, task := range tasks.Data {
		response, err := k.Service.CompleteTask(k.Ctx, k.PartnerB, task.ID, fillByAudience(task.Exercise))
		require.NoError(t, err, task.Exercise.ID)
		ids["tasks"], ids["responses"] = append(ids["tasks"], task.ID), append(ids["responses"], response.ID)
	}
	own, err := k.Service.ListTasks(k.Ctx, k.PartnerA, "all", care.Page{Limit: 100})
	require.NoError(t, err)
	for _, task := range own.Data {
		ids["tasks"] = append(ids["tasks"], task.ID)
	}
	session, err := k.Service.PlanSession(k.Ctx, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "conjoint", StartsAt: k.Clock.Now().Add(24 * time.Hour), EndsAt: k.Clock.Now().Add(25 * time.Hour)})
	require.NoError(t, err)
	_, err = k.Service.WriteNote(k.Ctx, k.Therapist, session.ID, private, 0)
	require.NoError(t, err)
	ids["sessions"] = []uuid.UUID{session.ID}

	s := serve(t, k.Service)
	sweep := func(a care.Actor) string {
		var all strings.Builder
		token := tokenOf(k, a)
		for _, r := range api.Routes() {
			noun, _, hasID := strings.Cut(strings.TrimPrefix(r.Path, api.Prefix+"/"), "/{id}")
			switch {
			case r.Method != "GET" || r.Access != api.SignedIn:
			case !hasID:
				all.Write(s.get(token, r.Path+"?limit=100").raw)
				all.Write(s.get(token, r.Path+"?limit=100&status=all").raw)
			default:
				for _, id := range ids[noun] {
					all.Write(s.get(token, strings.Replace(r.Path, "{id}", id.String(), 1)).raw)
				}
			}
		}
		return all.String()
	}
	require.Contains(t, sweep(k.PartnerB), private, "the writer reads it, so the sweep does find canaries")
	seen := sweep(k.PartnerA)
	require.Contains(t, seen, shared)
	require.NotContains(t, seen, private)
	for name, a := range map[string]care.Actor{"owner": k.Owner, "colleague": k.Colleague, "office": k.Office, "stranger": k.Stranger, "foreign": k.ForeignTherapist} {
		require.NotContains(t, sweep(a), "kanarie", name)
	}
	require.NotContains(t, s.log.String(), "kanarie")
}

// fillByAudience fills a form in with one canary where the other partner may read and another where not.
func fillByAudience(e *library.Exercise) library.Answers {
	open, closed := testkit.Fill(e, shared), testkit.Fill(e, private)
	for _, q := range e.Questions {
		if q.Audience == library.AudienceBoth {
			closed[q.ID] = open[q.ID]
		}
	}
	return closed
}
