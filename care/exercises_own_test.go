package care_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

func nl(text string) library.Text { return library.Text{NL: text} }

// oneQuestion is the smallest exercise that can be published, in Dutch alone.
func oneQuestion() *library.Exercise {
	return &library.Exercise{
		Kind: library.KindExercise, Title: nl("Theepauze"), Summary: nl("Samen thee drinken."), Steps: []library.Text{nl("Zet thee.")},
		Who: library.WhoEach, Minutes: 5, Schedule: library.Schedule{Kind: library.ScheduleOnce},
		Questions: []library.Question{{ID: "how", Type: library.FieldScale, Label: nl("Hoe was het?"), Audience: library.AudienceTherapist}},
	}
}

// own is a draft in a kit, with the short ways a test takes.
type own struct {
	t *testing.T
	k *testkit.Kit
	care.OwnExerciseView
}

func startOwn(t *testing.T, k *testkit.Kit, by care.Actor) *own {
	t.Helper()
	v, err := k.Service.StartExercise(k.Ctx, by, care.StartExerciseInput{Kind: library.KindExercise, Title: "Theepauze", Languages: "nl"})
	require.NoError(t, err)
	return &own{t, k, v}
}

func change(e *library.Exercise, version int) care.ChangeOwnExerciseInput {
	raw, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return care.ChangeOwnExerciseInput{Definition: raw, Version: version}
}

func (o *own) write(by care.Actor, e *library.Exercise) {
	o.t.Helper()
	v, err := o.k.Service.ChangeOwnExercise(o.k.Ctx, by, o.ID, change(e, o.Version))
	require.NoError(o.t, err)
	o.OwnExerciseView = v
}

func (o *own) publish(by care.Actor, shared bool) {
	o.t.Helper()
	v, err := o.k.Service.PublishExercise(o.k.Ctx, by, o.ID, care.PublishExerciseInput{Shared: &shared, Version: o.Version})
	require.NoError(o.t, err)
	o.OwnExerciseView = v
}

// locations are the places of a fault, with their messages.
func locations(t *testing.T, err error) map[string]string {
	t.Helper()
	requireCode(t, fault.Invalid, err)
	out := map[string]string{}
	for _, f := range fault.From(err).Fields {
		out[f.Location] = f.Key
	}
	return out
}

func listed(t *testing.T, k *testkit.Kit, by care.Actor, id uuid.UUID) bool {
	t.Helper()
	list, err := k.Service.ListExercises(k.Ctx, by)
	require.NoError(t, err)
	for _, e := range list {
		if e.ID == id.String() {
			return true
		}
	}
	return false
}

func TestAnOwnExerciseIsStartedWrittenAndPublished(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	o := startOwn(t, k, k.Therapist)
	require.Equal(t, models.OwnDraft, o.Status)
	require.False(t, o.Shared)
	require.False(t, listed(t, k, k.Therapist, o.ID), "a draft is not for giving")
	_, err := k.Service.PublishExercise(k.Ctx, k.Therapist, o.ID, care.PublishExerciseInput{Version: o.Version})
	wrong := locations(t, err)
	require.Equal(t, "builder.missing.summary", wrong["summary.nl"])
	require.Equal(t, "builder.missing.step", wrong["steps.0.nl"])
	require.Equal(t, "builder.missing.questions", wrong["questions"])

	o.write(k.Therapist, oneQuestion())
	require.Empty(t, o.Missing)
	require.True(t, o.Ready())
	o.publish(k.Therapist, true)
	require.Equal(t, models.OwnPublished, o.Status)
	require.Equal(t, 1, o.PublishedVersion)
	require.False(t, o.Changed)
	for _, by := range []care.Actor{k.Therapist, k.Colleague, k.Trainee} {
		require.True(t, listed(t, k, by, o.ID))
	}
	e, err := k.Service.Exercise(k.Ctx, k.Colleague, o.ID.String())
	require.NoError(t, err)
	require.Equal(t, "Theepauze", e.Title.In("en"), "one language is enough: the other reader gets it too")

	_, err = k.Service.PublishExercise(k.Ctx, k.Therapist, o.ID, care.PublishExerciseInput{Version: o.Version})
	requireCode(t, fault.Conflict, err)
	require.Equal(t, 3, k.Count("audit_events where practice_id = $1 and object_id = $2 and act in ('create', 'change', 'publish')", k.Practice, o.ID))
}

// TestAnAnswerKeepsTheVersionItWasGivenIn: publishing changes nothing of what was assigned or answered.
func TestAnAnswerKeepsTheVersionItWasGivenIn(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	o := startOwn(t, k, k.Therapist)
	o.write(k.Therapist, oneQuestion())
	o.publish(k.Therapist, false)
	first := k.Assign(o.ID.String(), "both", "once")
	k.Clock.Set(testkit.Start.Add(11 * time.Hour))
	task := k.FirstTask(k.PartnerA, o.ID.String())
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, library.Answers{"how": 8.0})
	require.NoError(t, err)

	second := oneQuestion()
	second.Questions[0] = library.Question{ID: "words", Type: library.FieldLong, Label: nl("Waar ging het over?"), Audience: library.AudienceBoth}
	o.write(k.Therapist, second)
	require.True(t, o.Changed)
	theirs := k.FirstTask(k.PartnerB, o.ID.String())
	require.Equal(t, "how", theirs.Exercise.Questions[0].ID, "a draft is nothing to a partner")
	o.publish(k.Therapist, false)
	require.Equal(t, 2, o.PublishedVersion)

	theirs = k.FirstTask(k.PartnerB, o.ID.String())
	require.Equal(t, "how", theirs.Exercise.Questions[0].ID)
	require.Equal(t, 1, theirs.Exercise.Version)
	answers, err := k.Service.CoupleResponses(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	require.Len(t, answers.Data, 1)
	require.Equal(t, "Hoe was het?", answers.Data[0].Exercise.Questions[0].Label.NL)

	again := k.Assign(o.ID.String(), "both", "weekly")
	require.Equal(t, 2, again.Exercise.Version)
	list, err := k.Service.ListAssignments(k.Ctx, k.Therapist, k.Couple, care.Page{})
	require.NoError(t, err)
	for _, a := range list.Data {
		if a.ID == first.ID {
			require.Equal(t, 1, a.Exercise.Version)
		}
	}
	back := oneQuestion()
	back.Questions[0] = second.Questions[0]
	o.write(k.Therapist, back)
	require.False(t, o.Changed, "what is as it was published has nothing to publish")
}

func TestWhoMayDoWhatWithAnOwnExercise(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	treats := k.Owner
	treats.Clinician = true
	o := startOwn(t, k, k.Therapist)
	o.write(k.Therapist, oneQuestion())
	o.publish(k.Therapist, false)
	shared := true
	acts := map[string]func(by care.Actor, version int) error{
		"read": func(by care.Actor, _ int) error { _, err := k.Service.OwnExercise(k.Ctx, by, o.ID); return err },
		"change": func(by care.Actor, version int) error {
			_, err := k.Service.ChangeOwnExercise(k.Ctx, by, o.ID, change(oneQuestion(), version))
			return err
		},
		"publish": func(by care.Actor, version int) error {
			_, err := k.Service.PublishExercise(k.Ctx, by, o.ID, care.PublishExerciseInput{Shared: &shared, Version: version})
			return err
		},
		"share": func(by care.Actor, version int) error {
			_, err := k.Service.ShareExercise(k.Ctx, by, o.ID, true, version)
			return err
		},
		"archive": func(by care.Actor, version int) error {
			_, err := k.Service.ArchiveExercise(k.Ctx, by, o.ID, version)
			return err
		},
		"restore": func(by care.Actor, version int) error {
			_, err := k.Service.RestoreExercise(k.Ctx, by, o.ID, version)
			return err
		},
	}
	use := map[string]func(by care.Actor) error{
		"see":    func(by care.Actor) error { _, err := k.Service.Exercise(k.Ctx, by, o.ID.String()); return err },
		"copy":   func(by care.Actor) error { _, err := k.Service.CopyExercise(k.Ctx, by, o.ID.String()); return err },
		"export": func(by care.Actor) error { _, err := k.Service.ExportExercise(k.Ctx, by, o.ID.String()); return err },
	}
	never := map[string]care.Actor{"owner who does not treat": k.Owner, "office": k.Office}
	hidden := map[string]care.Actor{"a partner": k.PartnerA, "another practice": k.ForeignTherapist}

	for name, act := range acts {
		for who, by := range never {
			require.True(t, fault.Is(act(by, o.Version), fault.Forbidden), "%s: %s", who, name)
		}
		for who, by := range hidden {
			require.True(t, fault.Is(act(by, o.Version), fault.NotFound), "%s: %s", who, name)
		}
		require.True(t, fault.Is(act(k.Colleague, o.Version), fault.NotFound), "a private one is not there for a colleague: %s", name)
	}
	for name, act := range use {
		require.True(t, fault.Is(act(k.Colleague), fault.NotFound), "a private one is not there for a colleague: %s", name)
		require.NoError(t, act(treats), name)
	}
	require.False(t, listed(t, k, k.Colleague, o.ID))
	_, err := k.Service.AssignExercise(k.Ctx, k.Colleague, k.OtherCouple, care.AssignExerciseInput{ExerciseID: o.ID.String(), For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once"}})
	require.Equal(t, map[string]string{"exercise_id": "error.field.choice"}, locations(t, err))

	v, err := k.Service.ShareExercise(k.Ctx, treats, o.ID, true, o.Version)
	require.NoError(t, err)
	o.OwnExerciseView = v
	require.True(t, listed(t, k, k.Colleague, o.ID))
	for name, act := range acts {
		require.True(t, fault.Is(act(k.Colleague, o.Version), fault.Forbidden), "a colleague only uses it: %s", name)
		require.True(t, fault.Is(act(k.Trainee, o.Version), fault.Forbidden), "a trainee only uses it: %s", name)
	}
	for name, act := range use {
		require.NoError(t, act(k.Colleague), name)
	}
	for who, by := range hidden {
		for name, act := range use {
			require.True(t, fault.Is(act(by), fault.NotFound), "%s: %s", who, name)
		}
	}
	_, err = k.Service.AssignExercise(k.Ctx, k.Colleague, k.OtherCouple, care.AssignExerciseInput{ExerciseID: o.ID.String(), For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once"}})
	require.NoError(t, err)
	for name, act := range acts {
		if name != "read" && name != "restore" {
			require.True(t, fault.Is(act(k.Therapist, o.Version-1), fault.Stale), "what somebody else changed is stale: %s", name)
		}
	}
}

func TestADraftOfAColleagueIsNotThereUntilItIsPublished(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	o := startOwn(t, k, k.Therapist)
	v, err := k.Service.ShareExercise(k.Ctx, k.Therapist, o.ID, true, o.Version)
	require.NoError(t, err)
	o.OwnExerciseView = v
	for _, by := range []care.Actor{k.Colleague, k.Trainee} {
		list, err := k.Service.OwnExercises(k.Ctx, by)
		require.NoError(t, err)
		require.Empty(t, list)
		_, err = k.Service.CopyExercise(k.Ctx, by, o.ID.String())
		requireCode(t, fault.NotFound, err)
	}
	o.write(k.Therapist, oneQuestion())
	o.publish(k.Therapist, true)
	next := oneQuestion()
	next.Title = nl("Nog niet af")
	o.write(k.Therapist, next)
	list, err := k.Service.OwnExercises(k.Ctx, k.Colleague)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "Theepauze", list[0].Draft.Title.NL, "a colleague sees what is published, not what is being written")
	require.False(t, list[0].MayChange)
	require.Equal(t, "Noor", list[0].MakerName)
}

func TestAnArchivedExerciseIsGivenNoMoreAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	o := startOwn(t, k, k.Therapist)
	o.write(k.Therapist, oneQuestion())
	o.publish(k.Therapist, true)
	k.Assign(o.ID.String(), "both", "daily")
	v, err := k.Service.ArchiveExercise(k.Ctx, k.Therapist, o.ID, o.Version)
	require.NoError(t, err)
	require.Equal(t, models.OwnArchived, v.Status)
	require.False(t, listed(t, k, k.Therapist, o.ID))
	_, err = k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{ExerciseID: o.ID.String(), For: "both", StartsOn: "2026-10-05", Schedule: care.ScheduleInput{Kind: "once"}})
	require.Equal(t, map[string]string{"exercise_id": "error.field.choice"}, locations(t, err))
	require.Equal(t, "Theepauze", k.FirstTask(k.PartnerA, o.ID.String()).Exercise.Title.NL)
	_, err = k.Service.Exercise(k.Ctx, k.Therapist, o.ID.String())
	require.NoError(t, err, "where it was given it can be looked at")
	for _, err := range []error{
		second(k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, o.ID, change(oneQuestion(), v.Version))),
		second(k.Service.PublishExercise(k.Ctx, k.Therapist, o.ID, care.PublishExerciseInput{Version: v.Version})),
		second(k.Service.ArchiveExercise(k.Ctx, k.Therapist, o.ID, v.Version)),
	} {
		requireCode(t, fault.Conflict, err)
	}
	v, err = k.Service.RestoreExercise(k.Ctx, k.Therapist, o.ID, v.Version)
	require.NoError(t, err)
	require.Equal(t, models.OwnPublished, v.Status)
	require.True(t, listed(t, k, k.Therapist, o.ID))
	_, err = k.Service.RestoreExercise(k.Ctx, k.Therapist, o.ID, v.Version)
	requireCode(t, fault.Conflict, err)
}

func second[T any](_ T, err error) error { return err }

// TestEveryExerciseOfTheLibraryCanBeCopiedAndPublished: what we ship is what a therapist can begin with.
func TestEveryExerciseOfTheLibraryCanBeCopiedAndPublished(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, e := range k.Library.List() {
		v, err := k.Service.CopyExercise(k.Ctx, k.Therapist, e.ID)
		require.NoError(t, err, e.ID)
		require.Equal(t, e.ID, v.CopiedFrom)
		require.Equal(t, "both", v.Languages)
		require.Empty(t, v.Missing, e.ID)
		require.Empty(t, v.Draft.Source)
		require.Len(t, v.Draft.Measures, len(e.Measures), e.ID)
		require.Len(t, v.Draft.Flags, len(e.Flags), e.ID)
		if e.Scoring != nil {
			require.InDelta(t, e.Scoring.Max, v.Draft.Scoring.Max, 1e-9, e.ID)
			require.ElementsMatch(t, e.Scoring.Bands, v.Draft.Scoring.Bands, e.ID)
		}
		_, err = k.Service.PublishExercise(k.Ctx, k.Therapist, v.ID, care.PublishExerciseInput{Version: v.Version})
		require.NoError(t, err, e.ID)
	}
}

func TestADraftTakesOnlyWhatAPageCanShow(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	o := startOwn(t, k, k.Therapist)
	for name, spoil := range map[string]func(*library.Exercise){
		"questions.0.type":     func(e *library.Exercise) { e.Questions[0].Type = "colour" },
		"questions.0.audience": func(e *library.Exercise) { e.Questions[0].Audience = "everybody" },
		"questions.0.label.nl": func(e *library.Exercise) { e.Questions[0].Label.NL = strings.Repeat("a", 601) },
		"title.nl":             func(e *library.Exercise) { e.Title.NL = "a\x00b" },
		"questions.1.id":       func(e *library.Exercise) { e.Questions = append(e.Questions, e.Questions[0]) },
		"kind":                 func(e *library.Exercise) { e.Kind = "game" },
		"minutes":              func(e *library.Exercise) { e.Minutes = 1000 },
		"steps":                func(e *library.Exercise) { e.Steps = make([]library.Text, 40) },
	} {
		e := oneQuestion()
		spoil(e)
		_, err := k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, o.ID, change(e, o.Version))
		require.Contains(t, locations(t, err), name)
	}
	for name, raw := range map[string]string{"no object": `[]`, "unknown part": `{"colour": 1}`, "two": `{} {}`, "nothing": ``} {
		_, err := k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, o.ID, care.ChangeOwnExerciseInput{Definition: []byte(raw), Version: o.Version})
		require.Contains(t, locations(t, err), "definition", name)
	}
	_, err := k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, o.ID, care.ChangeOwnExerciseInput{Definition: []byte(`{"minutes": "tien"}`), Version: o.Version})
	require.Contains(t, locations(t, err), "minutes")
	now, err := k.Service.OwnExercise(k.Ctx, k.Therapist, o.ID)
	require.NoError(t, err)
	require.Equal(t, o.Version, now.Version, "nothing was changed")

	_, err = k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, o.ID, care.ChangeOwnExerciseInput{Definition: []byte(`{"kind": "exercise", "who": "each", "title": {"nl": "Thee"}, "schedule": {"kind": "once"}}`), Version: o.Version, Finish: []string{"summary"}})
	require.Equal(t, map[string]string{"summary.nl": "builder.missing.summary"}, locations(t, err), "only what was asked to be finished")
	v, err := k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, o.ID, care.ChangeOwnExerciseInput{Definition: []byte(`{"kind": "exercise", "who": "each", "title": {"nl": "Thee"}, "schedule": {"kind": "once"}}`), Version: o.Version})
	require.NoError(t, err, "what is not finished waits")
	require.NotEmpty(t, v.Missing)
}

func TestTheOtherLanguageIsLeftOutWhenItIsNotChosen(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v, err := k.Service.CopyExercise(k.Ctx, k.Therapist, "small-wins")
	require.NoError(t, err)
	in := change(v.Draft, v.Version)
	in.Languages = "nl"
	v, err = k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, v.ID, in)
	require.NoError(t, err)
	require.NotEmpty(t, v.Draft.Title.EN, "kept, for whoever chooses both again")
	require.Empty(t, v.Written().Title.EN)
	v, err = k.Service.PublishExercise(k.Ctx, k.Therapist, v.ID, care.PublishExerciseInput{Version: v.Version})
	require.NoError(t, err)
	e, err := k.Service.Exercise(k.Ctx, k.Therapist, v.ID.String())
	require.NoError(t, err)
	for _, q := range e.Questions {
		require.Empty(t, q.Label.EN)
		require.NotEmpty(t, q.Label.NL)
	}
}

func TestADefinitionAddedByAProgramIsAnOwnExerciseToo(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	raw, err := json.Marshal(oneQuestion())
	require.NoError(t, err)
	e, err := k.Service.AddExercise(k.Ctx, k.Therapist, raw)
	require.NoError(t, err)
	id := uuid.MustParse(e.ID)
	require.True(t, listed(t, k, k.Colleague, id))
	v, err := k.Service.OwnExercise(k.Ctx, k.Therapist, id)
	require.NoError(t, err)
	require.Equal(t, models.OwnPublished, v.Status)
	require.True(t, v.Shared)
	require.False(t, v.Changed)
	unfinished := oneQuestion()
	unfinished.Questions[0].Label = library.Text{}
	raw, err = json.Marshal(unfinished)
	require.NoError(t, err)
	_, err = k.Service.AddExercise(k.Ctx, k.Therapist, raw)
	require.Equal(t, map[string]string{"questions.0.label.nl": "builder.missing.questions.label"}, locations(t, err))
}

// TestAnOwnAgreementIsAgreedLikeOneOfTheLibrary: what an agreement begins with is enough to write points, sign, and say that
// it was not chosen freely.
func TestAnOwnAgreementIsAgreedLikeOneOfTheLibrary(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v, err := k.Service.StartExercise(k.Ctx, k.Therapist, care.StartExerciseInput{Kind: library.KindAgreement, Title: "Vakantieafspraak", Languages: "nl"})
	require.NoError(t, err)
	o := &own{t, k, v}
	e := o.Draft
	e.Summary, e.Steps = nl("Wat jullie afspreken over de vakantie."), []library.Text{nl("Praat het door.")}
	o.write(k.Therapist, e)
	require.Empty(t, o.Missing)
	o.publish(k.Therapist, true)
	k.Assign(o.ID.String(), "both", "once")
	k.Clock.Set(testkit.Start.Add(11 * time.Hour))
	task := k.FirstTask(k.PartnerA, o.ID.String())
	answers := testkit.Fill(task.Exercise, "Samen kiezen")
	answers["freely"] = "no"
	_, err = k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, answers)
	require.NoError(t, err)
	list, err := k.Service.ListAgreements(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "Vakantieafspraak", list[0].Title)
	require.Equal(t, "Samen kiezen", list[0].Points[0].Agreement)
	require.Positive(t, k.Count("alerts where practice_id = $1 and couple_id = $2", k.Practice, k.Couple))
}
