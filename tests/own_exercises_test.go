package tests

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/migrations"
)

// Own exercises that were made before they were kept as drafts have only their frozen versions; the migration takes them
// along, each in its newest one.
func TestOwnExercisesOfBeforeAreTakenAlong(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	definition := `{"kind": "exercise", "title": {"nl": "Thee"}, "summary": {"nl": "Kort."}, "steps": [{"nl": "Doen."}], "who": "each", "minutes": 5, "schedule": {"kind": "once"},
		"questions": [{"id": "how", "type": "scale", "label": {"nl": "Hoe was het?"}, "audience": "therapist"}]}`
	made, err := k.Service.AddExercise(k.Ctx, k.Therapist, []byte(definition))
	require.NoError(t, err)
	id := uuid.MustParse(made.ID)
	v, err := k.Service.ChangeOwnExercise(k.Ctx, k.Therapist, id, care.ChangeOwnExerciseInput{Definition: []byte(strings.Replace(definition, "Thee", "Tweede versie", 1)), Version: 1})
	require.NoError(t, err)
	_, err = k.Service.PublishExercise(k.Ctx, k.Therapist, id, care.PublishExerciseInput{Version: v.Version})
	require.NoError(t, err)

	k.SQL(`delete from own_exercises where practice_id = $1`, k.Practice)
	raw, err := migrations.FS.ReadFile("0012_library.sql")
	require.NoError(t, err)
	_, statement, found := strings.Cut(string(raw), "insert into own_exercises")
	require.True(t, found)
	statement = strings.Replace("insert into own_exercises"+strings.TrimSpace(statement), "where f.own", "where f.own and f.practice_id = '"+k.Practice.String()+"'", 1)
	k.SQL(strings.TrimSuffix(statement, ";"))

	now, err := k.Service.OwnExercise(k.Ctx, k.Therapist, id)
	require.NoError(t, err)
	require.Equal(t, 2, now.PublishedVersion)
	require.Equal(t, "Tweede versie", now.Draft.Title.NL)
	require.True(t, now.Shared)
	require.False(t, now.Changed)
	require.True(t, now.Mine)
	require.Equal(t, 1, k.Count("own_exercises where practice_id = $1", k.Practice))
}
