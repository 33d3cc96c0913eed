package care_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

// find gives the ids that a filter finds.
func find(t *testing.T, k *testkit.Kit, actor care.Actor, filter care.ExerciseFilter) []string {
	t.Helper()
	found, err := k.Service.FindExercises(k.Ctx, actor, filter)
	require.NoError(t, err)
	var out []string
	for _, e := range found.List {
		out = append(out, e.ID)
	}
	return out
}

// ownExercise adds a shared, published exercise of the practice's own.
func ownExercise(t *testing.T, k *testkit.Kit, actor care.Actor, title string) string {
	t.Helper()
	definition, err := json.Marshal(map[string]any{
		"kind": "exercise", "title": map[string]string{"nl": title, "en": title}, "summary": map[string]string{"nl": "Van ons.", "en": "Of ours."},
		"steps": []map[string]string{{"nl": "Doe het.", "en": "Do it."}}, "who": "each", "minutes": 3, "schedule": map[string]string{"kind": "once"},
		"questions": []map[string]any{{"id": "what", "type": "short", "audience": "therapist", "label": map[string]string{"nl": "Wat?", "en": "What?"}}},
	})
	require.NoError(t, err)
	v, err := k.Service.AddExercise(k.Ctx, actor, definition)
	require.NoError(t, err)
	return v.ID
}

func TestEveryFilterHoldsAndCountsWhatItWouldShow(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	ownExercise(t, k, k.Therapist, "Zwerfsteen")
	require.NoError(t, k.Service.FavouriteExercise(k.Ctx, k.Therapist, "small-wins"))
	k.Assign("small-wins", "both", "weekly")
	base := care.ExerciseFilter{Couple: k.Couple}
	all, err := k.Service.FindExercises(k.Ctx, k.Therapist, base)
	require.NoError(t, err)
	require.Equal(t, all.Total, len(all.List))
	set := map[string]func(*care.ExerciseFilter, string){
		"goal": func(f *care.ExerciseFilter, v string) { f.Goal = v }, "length": func(f *care.ExerciseFilter, v string) { f.Length = v },
		"who": func(f *care.ExerciseFilter, v string) { f.Who = v }, "kind": func(f *care.ExerciseFilter, v string) { f.Kind = v },
		"phase": func(f *care.ExerciseFilter, v string) { f.Phase = v }, "audience": func(f *care.ExerciseFilter, v string) { f.Audience = v },
		"role": func(f *care.ExerciseFilter, v string) { f.Role = v }, "safety": func(f *care.ExerciseFilter, v string) { f.Safety = v },
		"mark": func(f *care.ExerciseFilter, v string) { f.Mark = v }, "used": func(f *care.ExerciseFilter, v string) { f.Used = v },
	}
	require.Len(t, all.Facets, len(set))
	some := 0
	for _, facet := range all.Facets {
		for _, v := range facet.Values {
			filter := base
			set[facet.Name](&filter, v.Value)
			found, err := k.Service.FindExercises(k.Ctx, k.Therapist, filter)
			require.NoError(t, err)
			assert.Len(t, found.List, v.Count, "%s %s", facet.Name, v.Value)
			if v.Count > 0 {
				some++
			}
			// A second choice beside it: the count that stood there is what it shows.
			for _, other := range found.Facets {
				if other.Name == facet.Name {
					continue
				}
				last := other.Values[len(other.Values)-1]
				both := filter
				set[other.Name](&both, last.Value)
				assert.Len(t, find(t, k, k.Therapist, both), last.Count, "%s %s and %s %s", facet.Name, v.Value, other.Name, last.Value)
			}
		}
		filter := base
		set[facet.Name](&filter, "nothing of the kind")
		assert.Empty(t, find(t, k, k.Therapist, filter), facet.Name)
	}
	assert.Greater(t, some, 30)
	assert.Equal(t, []string{"small-wins"}, find(t, k, k.Therapist, care.ExerciseFilter{Mark: "favourite"}))
	assert.Equal(t, []string{"small-wins"}, find(t, k, k.Therapist, care.ExerciseFilter{Couple: k.Couple, Used: "yes"}))
	assert.Len(t, find(t, k, k.Therapist, care.ExerciseFilter{Mark: "own"}), 1)
	for _, id := range find(t, k, k.Therapist, care.ExerciseFilter{Length: "5", Goal: "connection", MaxMinutes: 3}) {
		e, err := k.Service.Exercise(k.Ctx, k.Therapist, id)
		require.NoError(t, err)
		assert.LessOrEqual(t, e.Minutes, 3)
		assert.Contains(t, e.Goals, "connection")
	}
	for _, id := range find(t, k, k.Therapist, care.ExerciseFilter{Safety: "hold"}) {
		e, err := k.Service.Exercise(k.Ctx, k.Therapist, id)
		require.NoError(t, err)
		assert.False(t, e.RequiresNoHold, id)
	}
}

func TestFavouritesAreEachMembersOwn(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	favourites := func(actor care.Actor) []string {
		return find(t, k, actor, care.ExerciseFilter{Mark: "favourite"})
	}
	own := ownExercise(t, k, k.Therapist, "Van ons")
	for range 2 { // A second time changes nothing.
		require.NoError(t, k.Service.FavouriteExercise(k.Ctx, k.Therapist, "fair-fight"))
		require.NoError(t, k.Service.FavouriteExercise(k.Ctx, k.Therapist, own))
	}
	assert.ElementsMatch(t, []string{"fair-fight", own}, favourites(k.Therapist))
	assert.Empty(t, favourites(k.Colleague))
	assert.Empty(t, favourites(k.ForeignTherapist))
	require.NoError(t, k.Service.UnfavouriteExercise(k.Ctx, k.Colleague, "fair-fight"))
	assert.Len(t, favourites(k.Therapist), 2, "nobody else takes it away")
	for range 2 {
		require.NoError(t, k.Service.UnfavouriteExercise(k.Ctx, k.Therapist, own))
	}
	assert.Equal(t, []string{"fair-fight"}, favourites(k.Therapist))

	for _, id := range []string{"no-such-exercise", uuid.NewString(), ""} {
		assert.True(t, fault.Is(k.Service.FavouriteExercise(k.Ctx, k.Therapist, id), fault.NotFound), id)
	}
	assert.True(t, fault.Is(k.Service.FavouriteExercise(k.Ctx, k.ForeignTherapist, own), fault.NotFound))
	for _, a := range []care.Actor{k.Office, k.Owner} {
		assert.True(t, fault.Is(k.Service.FavouriteExercise(k.Ctx, a, "fair-fight"), fault.Forbidden))
		assert.True(t, fault.Is(k.Service.UnfavouriteExercise(k.Ctx, a, "fair-fight"), fault.Forbidden))
	}
	assert.True(t, fault.Is(k.Service.FavouriteExercise(k.Ctx, k.PartnerA, "fair-fight"), fault.NotFound))
	assert.Equal(t, 1, k.Count("exercise_favourites where practice_id = $1", k.Practice))
}

func TestOwnExercisesAreFoundByTheirPracticeAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	search := func(actor care.Actor, words string) care.FoundExercises {
		found, err := k.Service.FindExercises(k.Ctx, actor, care.ExerciseFilter{Query: words})
		require.NoError(t, err)
		return found
	}
	assert.Empty(t, search(k.Therapist, "Wrakhoutvlot").List)
	id := ownExercise(t, k, k.Therapist, "Wrakhoutvlot bouwen")
	for _, words := range []string{"wrakhoutvlot", "wrakhou", "wrakhoutvolt"} { // Added since the index was made; and typed wrong.
		found := search(k.Therapist, words)
		require.Len(t, found.List, 1, words)
		assert.Equal(t, id, found.List[0].ID)
		assert.True(t, found.List[0].Own)
	}
	// Neither the exercise nor a word of it reaches another practice, not even as a slip of the hand.
	for _, words := range []string{"wrakhoutvlot", "wrakhou", "wrakhoutvolt"} {
		found := search(k.ForeignTherapist, words)
		assert.Empty(t, found.List, words)
		for _, r := range found.Read {
			assert.NotContains(t, r.Read, "wrak")
		}
	}
	// What a colleague keeps private is no word either.
	k.SQL(`update own_exercises set shared = false, updated_at = now() where practice_id = $1`, k.Practice)
	require.Len(t, search(k.Therapist, "wrakhoutvlot").List, 1)
	found := search(k.Colleague, "wrakhoutvolt")
	assert.Empty(t, found.List)
	assert.Empty(t, found.Read)
	// What is archived is offered to nobody, and can still be looked at.
	k.SQL(`update own_exercises set status = 'archived', updated_at = now() where practice_id = $1`, k.Practice)
	assert.Empty(t, search(k.Therapist, "wrakhoutvlot").List)
	d, err := k.Service.ExerciseDetail(k.Ctx, k.Therapist, id, 0, uuid.Nil)
	require.NoError(t, err)
	assert.True(t, d.Archived)
}

func TestWhatACoupleDidBeforeIsForItsTherapists(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("honesty-filter", "both", "once") // Its answers are for the writer alone; that it was done is not.
	task := k.FirstTask(k.PartnerA, "honesty-filter")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "x"))
	require.NoError(t, err)
	for _, who := range []care.Actor{k.Therapist, k.Trainee} {
		before := k.Count("audit_events where practice_id = $1 and couple_id = $2 and act = 'read' and object_kind = 'assignments'", k.Practice, k.Couple)
		found, err := k.Service.FindExercises(k.Ctx, who, care.ExerciseFilter{Couple: k.Couple, Used: "yes"})
		require.NoError(t, err)
		require.Len(t, found.List, 1)
		used := found.List[0].Used
		assert.Equal(t, []int{1, 1}, []int{used.Given, used.Done})
		assert.True(t, used.Running)
		assert.Equal(t, k.Clock.Now(), used.LastDone.UTC())
		assert.Equal(t, before+1, k.Count("audit_events where practice_id = $1 and couple_id = $2 and act = 'read' and object_kind = 'assignments'", k.Practice, k.Couple), "the read is on the record")
	}
	for name, a := range map[string]care.Actor{"colleague": k.Colleague, "other practice": k.ForeignTherapist} {
		_, err := k.Service.FindExercises(k.Ctx, a, care.ExerciseFilter{Couple: k.Couple})
		assert.True(t, fault.Is(err, fault.NotFound), name)
		_, err = k.Service.ExerciseDetail(k.Ctx, a, "honesty-filter", 0, k.Couple)
		assert.True(t, fault.Is(err, fault.NotFound), name)
		_, err = k.Service.SuggestExercises(k.Ctx, a, k.Couple)
		assert.True(t, fault.Is(err, fault.NotFound), name)
	}
	for _, a := range []care.Actor{k.Office, k.Owner} {
		_, err := k.Service.SuggestExercises(k.Ctx, a, k.Couple)
		assert.True(t, fault.Is(err, fault.Forbidden))
	}
	_, err = k.Service.SuggestExercises(k.Ctx, k.PartnerA, k.Couple)
	assert.True(t, fault.Is(err, fault.NotFound))
	// The private questions are in no count.
	k.SQL(`update assignments set discreet = true where practice_id = $1`, k.Practice)
	assert.Empty(t, find(t, k, k.Therapist, care.ExerciseFilter{Couple: k.Couple, Used: "yes"}))
	// Without a couple nothing is told of one.
	found, err := k.Service.FindExercises(k.Ctx, k.Therapist, care.ExerciseFilter{})
	require.NoError(t, err)
	assert.False(t, slices.ContainsFunc(found.List, func(e care.FoundExercise) bool { return e.Used != nil || e.Blocked != "" }))
}

func TestSuggestionsComeFromThePhaseAndFromWhatWasDone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	suggest := func() map[string]care.SuggestedExercise {
		list, err := k.Service.SuggestExercises(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
		out := map[string]care.SuggestedExercise{}
		for _, e := range list {
			out[e.ID] = e
		}
		return out
	}
	assert.Empty(t, suggest(), "nothing to go by yet")

	programme, ok := library.FindProgramme("communication-repair")
	require.True(t, ok)
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	couple, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "communication-repair", 2, couple.Version)
	require.NoError(t, err)
	phase, _ := programme.Phase(2)
	var first string
	for _, id := range phase.ExerciseIDs() {
		if e, ok := k.Library.Exercise(id); ok && !e.Card && e.Kind == library.KindExercise {
			first = id
			break
		}
	}
	require.NotEmpty(t, first)
	got := suggest()
	require.Contains(t, got, first)
	assert.Contains(t, got[first].Reasons[0], programme.Title.NL)
	assert.Contains(t, got[first].Reasons[0], "fase 2")

	k.Assign(first, "both", "once")
	assert.NotContains(t, suggest(), first, "it was just given")
	k.SQL(`update assignments set status = 'ended', created_at = $2 where practice_id = $1`, k.Practice, k.Clock.Now().AddDate(0, -4, 0))
	assert.Contains(t, suggest(), first, "it is long ago")

	// What follows on what was done.
	var before, after string
	for _, e := range k.Library.List() {
		for _, id := range e.FollowUp {
			if f, ok := k.Library.Exercise(id); ok && before == "" && e.Kind == library.KindExercise && !e.Card && !f.Card && !slices.Contains(phase.ExerciseIDs(), id) && !slices.Contains(phase.ExerciseIDs(), e.ID) {
				before, after = e.ID, id
			}
		}
	}
	require.NotEmpty(t, before, "an exercise of the library names what follows on it")
	couple, err = k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "", 0, couple.Version)
	require.NoError(t, err)
	k.Assign(before, "both", "once")
	assert.NotContains(t, suggest(), after, "given is not done")
	task := k.FirstTask(k.PartnerA, before)
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "x"))
	require.NoError(t, err)
	got = suggest()
	require.Contains(t, got, after)
	e, _ := k.Library.Exercise(before)
	assert.Equal(t, []string{"Volgt op “" + e.Title.NL + "”"}, got[after].Reasons)
	k.Clock.Add(200 * 24 * time.Hour)
	assert.NotContains(t, suggest(), after, "that was too long ago to build upon")
}

func TestDuringAHoldWhatIsRiskyIsShownAsNotPossible(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "infidelity-3-phase", 3, couple.Version)
	require.NoError(t, err)
	k.SQL(`update couples set safety_hold_at = now() where practice_id = $1 and id = $2`, k.Practice, k.Couple)
	list, err := k.Service.SuggestExercises(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.NotEmpty(t, list)
	held, last := 0, ""
	for _, e := range list {
		assert.Equal(t, e.RequiresNoHold || e.Joint || e.Kind == library.KindAgreement, e.Blocked == "hold", e.ID)
		assert.False(t, last == "hold" && e.Blocked == "", "what cannot be given comes last")
		if last = e.Blocked; last == "hold" {
			held++
			_, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: e.ID, For: k.PartnerA.ID.String(), StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once", At: "20:00"}})
			assert.Error(t, err, "%s was said to be impossible", e.ID)
		}
	}
	assert.Positive(t, held)
}

func TestFindingAsksAsOftenForManyAsForFew(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	verbs := map[string]func(context.Context) error{
		"FindExercises": func(ctx context.Context) error {
			_, err := k.Service.FindExercises(ctx, k.Therapist, care.ExerciseFilter{Query: "vertrouwen", Couple: k.Couple})
			return err
		},
		"SuggestExercises": func(ctx context.Context) error {
			_, err := k.Service.SuggestExercises(ctx, k.Therapist, k.Couple)
			return err
		},
		"ExerciseDetail": func(ctx context.Context) error {
			_, err := k.Service.ExerciseDetail(ctx, k.Therapist, "fair-fight", 0, k.Couple)
			return err
		},
	}
	count := func() map[string]int {
		out := map[string]int{}
		for verb, do := range verbs {
			require.NoError(t, do(k.Ctx))
			ctx, asked := testkit.CountStatements(k.Ctx)
			require.NoError(t, do(ctx))
			out[verb] = asked()
		}
		return out
	}
	few := count()
	for i := range 6 {
		ownExercise(t, k, k.Therapist, "Eigen "+strings.Repeat("x", i+1))
		require.NoError(t, k.Service.FavouriteExercise(k.Ctx, k.Therapist, k.Library.List()[i].ID))
	}
	for _, id := range []string{"small-wins", "daily-checkin", "appreciation", "own-share"} {
		k.Assign(id, "both", "daily")
	}
	assert.Equal(t, few, count())
	t.Logf("statements: %v", few)
}

func TestAnOlderVersionCanStillBeLookedAt(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("small-wins", "both", "once")
	e, _ := k.Library.Exercise("small-wins")
	k.SQL(`insert into exercise_forms (practice_id, id, exercise_id, version, definition, created_at)
		select practice_id, gen_random_uuid(), exercise_id, version + 1000, jsonb_set(definition, '{version}', to_jsonb(version + 1000)), created_at from exercise_forms where practice_id = $1 and exercise_id = 'small-wins'`, k.Practice)
	d, err := k.Service.ExerciseDetail(k.Ctx, k.Therapist, "small-wins", e.Version+1000, uuid.Nil)
	require.NoError(t, err)
	assert.True(t, d.Outdated)
	assert.Equal(t, e.Version+1000, d.Shown)
	assert.Len(t, d.Versions, 2)
	_, err = k.Service.ExerciseDetail(k.Ctx, k.Therapist, "small-wins", 77, uuid.Nil)
	assert.True(t, fault.Is(err, fault.NotFound))
	_, err = k.Service.ExerciseDetail(k.Ctx, k.ForeignTherapist, "small-wins", e.Version+1000, uuid.Nil)
	assert.True(t, fault.Is(err, fault.NotFound), "another practice never gave it")
}
