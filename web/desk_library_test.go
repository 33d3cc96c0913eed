package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
	"tussentijds/library"
)

var rowID = regexp.MustCompile(`id="x-([a-z0-9-]+)" data-row`)

// rows gives the exercises that a page lists, in their order.
func (s shown) rows() []string {
	var out []string
	for _, m := range rowID.FindAllStringSubmatch(s.html, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestTheLibraryAnswersTheAddress(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.Therapist)
	plain := b.get("/desk/library").is(200).has("autofocus", `href="/desk/library/words"`)
	require.Len(t, plain.rows(), rowsAPage)
	require.NotEqual(t, plain.rows()[0], b.get("/desk/library?page=2").is(200).rows()[0])
	last := b.get("/desk/library?page=999").is(200)
	require.NotEmpty(t, last.rows(), "a page beyond the last is the last")
	require.Equal(t, "fair-fight", b.get("/desk/library?q=ruziemaken").is(200).rows()[0])
	// A misspelling is said; nothing found leads on; nearest is said to be that.
	b.get("/desk/library?q=waardring").is(200).has("“waardring”", "“waardering”", `href="/desk/library/appreciation"`)
	b.get("/desk/library?q=xyzzyplugh").is(200).has("Niets gevonden met “xyzzyplugh”", `href="/desk/library?goal=trust"`)
	b.get("/desk/library?q=waardering+xyzzyplugh").is(200).has("komt het dichtst in de buurt", `href="/desk/library/appreciation"`)
	// Choices combine, stay while other words are typed, and each can be dropped alone.
	both := b.get("/desk/library?goal=connection&length=5").is(200).has(`<input type="hidden" name="goal" value="connection"><input type="hidden" name="length" value="5">`, `href="/desk/library?length=5"`, `href="/desk/library?goal=connection"`)
	require.NotEmpty(t, both.rows())
	for _, id := range both.rows() {
		e, ok := k.Library.Exercise(id)
		require.True(t, ok)
		require.LessOrEqual(t, e.Minutes, 5)
		require.Contains(t, e.Goals, "connection")
	}
	b.get("/desk/library?goal=intimacy&length=5&q=waardering&who=one_for_other&safety=phone").is(200).has("Zoek zonder filters", "q=waardering")
	b.get("/desk/library?goal=nonsense").is(200).has("Geen oefening past hierbij")
	// Words of the vocabulary lead to what helps.
	b.get("/desk/library?q=muur+optrekken").is(200).has("/desk/library/words#pattern.stonewall", `href="/desk/library/safe-word"`)
	// A part stands below what it belongs to, or says so when it was found alone.
	require.Contains(t, b.get("/desk/library?q=gezond+ruziemaken").is(200).html, `href="/desk/library/fair-fight-debrief"`)
	b.get("/desk/library?q=nabespreking&length=5").is(200).has("Onderdeel van")
	// What is typed is text and nothing else.
	b.get("/desk/library?q=" + url.QueryEscape(`"><script>alert(1)</script>`)).is(200).hasNot("<script>alert")
}

func TestStarsAreKeptByAForm(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.Therapist)
	b.get("/desk/library").is(200).has(`<form id="star" method="post" action="/desk/library/favourites"`)
	b.send("/desk/library/favourites", map[string][]string{"add": {"small-wins"}, "back": {"/desk/library?goal=future"}}).goes("/desk/library?goal=future#x-small-wins")
	require.Equal(t, []string{"small-wins"}, b.get("/desk/library?mark=favourite").is(200).has(`name="drop" value="small-wins" aria-pressed="true"`).rows())
	b.get("/desk/library/small-wins").is(200).has(`name="drop" value="small-wins"`)
	as(t, k, k.Colleague).get("/desk/library?mark=favourite").is(200).has("Geen oefening past hierbij")
	b.send("/desk/library/favourites", map[string][]string{"drop": {"small-wins"}, "back": {"https://elsewhere.example/"}}).goes("/desk/library#x-small-wins")
	require.Empty(t, b.get("/desk/library?mark=favourite").is(200).rows())
	b.send("/desk/library/favourites", map[string][]string{"add": {"nothing-there"}}).is(404)
	b.send("/desk/library/favourites", nil).is(404)
}

func TestTheLibraryKnowsACouplesPastForItsTherapistAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("small-wins", "both", "weekly")
	couple := "/desk/couples/" + k.Couple.String()
	b := as(t, k, k.Therapist)
	with := "?couple=" + k.Couple.String()
	b.get("/desk/library"+with+"&used=yes").is(200).has("één keer gegeven", "loopt nu", `href="/desk/library/small-wins`+with)
	b.get("/desk/library/small-wins"+with).is(200).has("één keer gegeven", `<option value="`+k.Couple.String()+`" selected`)
	b.get("/desk/library/safe-word" + with).is(200).has("Nog niet gegeven aan dit koppel")
	b.get("/desk/library/small-wins").is(200).hasNot("keer gegeven")
	for name, other := range map[string]*browser{"a colleague": as(t, k, k.Colleague), "another practice": as(t, k, k.ForeignTherapist)} {
		missing := other.get("/desk/library?couple=01890000-0000-7000-8000-000000000001").is(404)
		require.Equal(t, missing.html, other.get("/desk/library"+with).is(404).html, name)
		other.get("/desk/library/small-wins" + with).is(404)
	}
	b.get("/desk/library?couple=none").is(404)

	// Where homework is given, what fits now stands on top, and what cannot be given leads to its page instead.
	before, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, "communication-repair", 2, before.Version)
	require.NoError(t, err)
	b.get(couple+"/assign").is(200).has("Past nu bij dit koppel", "Hoort bij fase 2 van", `href="`+couple+`/assign?exercise=`)
	b.get(couple).is(200).has("Past nu bij dit koppel", `href="`+couple+`/assign?exercise=`)
	b.get(couple + "/assign?q=waardering").is(200).hasNot("Past nu bij dit koppel").has(`href="` + couple + `/assign?exercise=appreciation"`)
	k.SQL(`update couples set safety_hold_at = now() where practice_id = $1 and id = $2`, k.Practice, k.Couple)
	b.get(couple+"/assign?q=waardering").is(200).hasNot(`/assign?exercise=appreciation"`).has("Kan nu niet", `href="/desk/library/appreciation?couple=`)
	as(t, k, k.PartnerA).get("/desk/library").is(404)
}

func TestAnExercisePageTellsWhatATherapistWantsToKnow(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.Therapist)
	for _, e := range k.Library.List() { // Whatever a file holds, its page stands.
		s := b.get("/desk/library/" + e.ID).is(200)
		require.Equal(t, !e.Card, strings.Contains(s.html, `action="/desk/library/assign"`), e.ID)
		if e.Scoring != nil {
			s.has("geen gevalideerde test")
		}
		for _, id := range e.FollowUp {
			s.has(`href="/desk/library/` + id + `"`)
		}
		if e.BelongsTo != "" {
			s.has(`href="/desk/library/` + e.BelongsTo + `"`)
		}
		require.NotContains(t, s.html, "[desk.", e.ID)
	}
	b.get("/desk/library/why-stay").is(200).has("Waar een antwoord toe leidt", "veiligheidsvragen")
	// A version that was given before can be read, and is not given again.
	k.Assign("small-wins", "both", "once")
	k.SQL(`insert into exercise_forms (practice_id, id, exercise_id, version, definition) select practice_id, gen_random_uuid(), exercise_id, 900, definition from exercise_forms where practice_id = $1 and exercise_id = 'small-wins'`, k.Practice)
	b.get("/desk/library/small-wins").is(200).has(`href="/desk/library/small-wins?version=900"`)
	b.get("/desk/library/small-wins?version=900").is(200).has("Dit is versie 900").hasNot(`action="/desk/library/assign"`)
	b.get("/desk/library/small-wins?version=901").is(404)
	b.get("/desk/library/small-wins?version=x").is(404)
}

func TestTheVocabularyCanBeReadAndSearched(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.Therapist)
	all := b.get("/desk/library/words").is(200)
	for _, list := range library.Vocabulary() {
		all.has(`id="` + list.ID + `"`)
		for _, term := range list.Terms {
			all.has(`id="` + list.ID + "." + term.ID + `"`)
		}
	}
	b.get("/desk/library/words?q=minachting").is(200).has(`id="pattern.contempt"`, `href="/desk/library/appreciation"`).hasNot(`id="need.autonomy"`)
	b.get("/desk/library/words?q=xyzzyplugh").is(200).has("Geen woord gevonden")
	as(t, k, k.Office).get("/desk/library/words").is(403)
	as(t, k, k.PartnerA).get("/desk/library/words").is(404)
}
