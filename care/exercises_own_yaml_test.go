package care_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

func TestWhatIsExportedComesBackTheSame(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, e := range k.Library.List() {
		file, err := k.Service.ExportExercise(k.Ctx, k.Therapist, e.ID)
		require.NoError(t, err, e.ID)
		require.Equal(t, e.ID+".yaml", file.Name)
		v, err := k.Service.ImportExercise(k.Ctx, k.ForeignTherapist, care.ImportExerciseInput{File: file.Name, YAML: string(file.YAML)})
		require.NoError(t, err, e.ID)
		require.Empty(t, v.Missing, e.ID)
		v, err = k.Service.PublishExercise(k.Ctx, k.ForeignTherapist, v.ID, care.PublishExerciseInput{Version: v.Version})
		require.NoError(t, err, e.ID)
		back, err := k.Service.ExportExercise(k.Ctx, k.ForeignTherapist, v.ID.String())
		require.NoError(t, err)
		read, err := library.ParseOwn(back.Name, back.YAML)
		require.NoError(t, err)
		require.Equal(t, len(e.Questions), len(read.Questions))
		require.Equal(t, e.Title, read.Title)
		require.Equal(t, e.Questions, read.Questions, e.ID)
		require.Equal(t, e.Measures, read.Measures, e.ID)
		require.Equal(t, e.Flags, read.Flags, e.ID)
	}
	require.Positive(t, k.Count("audit_events where practice_id = $1 and act = 'export' and object_kind = 'exercise'", k.Practice))
}

func TestBadYAMLTellsFileLineAndEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	wrong := strings.Join([]string{
		`title: { nl: "Thee" }`,
		`kind: exercise`,
		`summary: { nl: "Kort." }`,
		`minutes: 999`,
		`who: iedereen`,
		`schedule: { kind: once }`,
		`steps: [{ nl: "Doen." }]`,
		`questions:`,
		`  - id: how`,
		`    type: kleur`,
		`    label: { nl: "Hoe?" }`,
		`    audience: therapist`,
		`    colour: blauw`,
	}, "\n")
	lines := func(err error) []string {
		requireCode(t, fault.Invalid, err)
		var out []string
		for _, f := range fault.From(err).Fields {
			require.Equal(t, "yaml", f.Location)
			require.NotEmpty(t, f.Args["What"])
			require.NotContains(t, f.Args["What"], "[", "a message without words")
			out = append(out, fmt.Sprint(f.Args["File"], ":", f.Args["Line"], " ", f.Args["Place"]))
		}
		return out
	}
	_, err := k.Service.ImportExercise(k.Ctx, k.Therapist, care.ImportExerciseInput{File: `C:\Mijn map\thee.yaml`, YAML: wrong})
	require.Equal(t, []string{"thee.yaml:4 minutes", "thee.yaml:5 who", "thee.yaml:10 questions.0.type", "thee.yaml:13 questions.0.colour"}, lines(err), "id and version are given here")
	_, err = k.Service.ImportExercise(k.Ctx, k.Therapist, care.ImportExerciseInput{YAML: "title: {\n"})
	require.Len(t, lines(err), 1)
	require.Contains(t, lines(err)[0], "geplakte tekst:")
	for name, raw := range map[string]string{"empty": "  \n", "too long": strings.Repeat("# tekst\n", 30_000), "no mapping": "- een\n- twee\n", "JSON": `{"title": "x"}`, "control": "title: { nl: \"a\\0b\" }\n"} {
		_, err := k.Service.ImportExercise(k.Ctx, k.Therapist, care.ImportExerciseInput{YAML: raw})
		require.True(t, fault.Is(err, fault.Invalid), name)
	}
	require.Zero(t, k.Count("own_exercises where practice_id = $1", k.Practice), "nothing was made")

	right := strings.NewReplacer("999", "10", "iedereen", "each", "kleur", "scale", "    colour: blauw", "").Replace(wrong)
	v, err := k.Service.ImportExercise(k.Ctx, k.Therapist, care.ImportExerciseInput{File: "thee.yaml", YAML: right})
	require.NoError(t, err)
	require.Equal(t, "nl", v.Languages)
	require.False(t, v.Shared)
	require.Empty(t, v.Missing)
	for _, by := range []care.Actor{k.Office, k.Owner} {
		_, err = k.Service.ImportExercise(k.Ctx, by, care.ImportExerciseInput{YAML: right})
		requireCode(t, fault.Forbidden, err)
	}
	_, err = k.Service.ImportExercise(k.Ctx, k.PartnerA, care.ImportExerciseInput{YAML: right})
	requireCode(t, fault.NotFound, err)
}

// TestALicensedListKeepsItsFigures: what a practice may use under licence comes in as data, with its own figures.
func TestALicensedListKeepsItsFigures(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v, err := k.Service.ImportExercise(k.Ctx, k.Therapist, care.ImportExerciseInput{File: "lijst.yaml", YAML: `kind: instrument
title: { nl: "Onze lijst" }
summary: { nl: "Tien items." }
steps: [{ nl: "Vul in." }]
who: each
minutes: 5
schedule: { kind: monthly }
questions:
  - { id: one, type: scale, label: { nl: "Item 1" }, audience: therapist, min: 0, max: 6 }
  - { id: two, type: scale, label: { nl: "Item 2" }, audience: therapist, min: 0, max: 6, reverse: true }
measures:
  - { id: score, kind: score, title: { nl: "Score" }, higher_is_better: true }
scoring:
  max: 12
  max_missing: 1
  caveat: { nl: "Een hulp bij het gesprek." }
  look_back: 14
  cutoff: { value: 7.5, label: { nl: "onder de grens" } }
  reliable_change: 2.5
  licence: "Gekocht, voor deze praktijk."
  bands:
    - { id: low, from: 0, to: 7, label: { nl: "Laag" }, notify_therapist: true, within_days: 7 }
    - { id: high, from: 8, to: 12, label: { nl: "Hoog" } }
`})
	require.NoError(t, err)
	require.Empty(t, v.Missing)
	v, err = k.Service.PublishExercise(k.Ctx, k.Therapist, v.ID, care.PublishExerciseInput{Version: v.Version})
	require.NoError(t, err)
	e, err := k.Service.Exercise(k.Ctx, k.Therapist, v.ID.String())
	require.NoError(t, err)
	require.InDelta(t, 7.5, e.Scoring.Cutoff.Value, 0)
	require.InDelta(t, 2.5, e.Scoring.ReliableChange, 0)
	require.Equal(t, "Gekocht, voor deze praktijk.", e.Scoring.Licence)
	require.Equal(t, 14, e.LookBackDays("monthly"))
	score, ok := e.Score(library.Answers{"one": 6.0, "two": 0.0})
	require.True(t, ok)
	require.InDelta(t, 12, score.Total, 0)
	require.Equal(t, "high", score.Band)
}

// TestWhatFollowsFromTheRestIsFilledIn: nobody is asked for what a machine can work out, and nothing points at what is gone.
func TestWhatFollowsFromTheRestIsFilledIn(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	copied := func(id string) *own {
		v, err := k.Service.CopyExercise(k.Ctx, k.Therapist, id)
		require.NoError(t, err)
		return &own{t, k, v}
	}
	checkin := copied("daily-checkin")
	e := checkin.Draft
	require.NotEmpty(t, e.Reveal)
	require.NotEmpty(t, e.Measures)
	for i := range e.Questions {
		e.Questions[i].Audience = library.AudienceMe
		e.Questions[i].Role, e.Questions[i].Required = library.RoleHurt, true
	}
	checkin.write(k.Therapist, e)
	require.Empty(t, checkin.Draft.Reveal, "nothing opens any more")
	require.Empty(t, checkin.Draft.Measures, "a private answer is followed by nobody")
	require.False(t, checkin.Draft.Questions[0].Required, "the other role never answers it")
	require.Empty(t, checkin.Missing)
	for i := range e.Questions {
		checkin.Draft.Questions[i].Audience = library.AudienceReveal
	}
	checkin.write(k.Therapist, checkin.Draft)
	require.Equal(t, library.RevealAtOnce, checkin.Draft.Reveal)

	list := copied("relationship-checklist")
	most := list.Draft.Scoring.Max
	list.Draft.Questions = list.Draft.Questions[1:]
	list.write(k.Therapist, list.Draft)
	require.Less(t, list.Draft.Scoring.Max, most, "one item less adds up to less")
	require.InDelta(t, list.Draft.Scoring.Max, list.Draft.Scoring.Bands[len(list.Draft.Scoring.Bands)-1].To, 0)
	require.Empty(t, list.Missing)

	urge := &own{}
	for _, e := range k.Library.List() { // Whichever has a flag on a question.
		if len(e.Flags) > 0 && e.Flags[0].Question != "" && len(e.Questions) > 1 && e.Kind == library.KindExercise {
			urge = copied(e.ID)
			break
		}
	}
	require.NotEmpty(t, urge.Draft.Flags)
	flagged := urge.Draft.Flags[0].Question
	var kept []library.Question
	for _, q := range urge.Draft.Questions {
		if q.ID != flagged {
			kept = append(kept, q)
		}
	}
	urge.Draft.Questions = kept
	urge.write(k.Therapist, urge.Draft)
	for _, f := range urge.Draft.Flags {
		require.NotEqual(t, flagged, f.Question)
	}
	for _, m := range urge.Draft.Measures {
		require.NotEqual(t, flagged, m.Question)
	}
	require.Empty(t, urge.Missing)
}
