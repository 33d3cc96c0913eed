package library

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// first gives the ids of the best hits.
func first(found Found, n int) []string {
	var out []string
	for _, h := range found.Hits[:min(n, len(found.Hits))] {
		out = append(out, h.ID)
	}
	return out
}

// What a therapist types, and the exercise that has to be among the first. Each line is one way in which people type.
func TestSearchFindsWhatIsMeant(t *testing.T) {
	l, err := Load()
	require.NoError(t, err)
	for _, c := range []struct{ why, question, want string }{
		{"the Dutch name", "Spreker en luisteraar", "speaker-listener"},
		{"the English name, whatever language one works in", "small wins", "small-wins"},
		{"the name it has among colleagues", "speaker listener", "speaker-listener"},
		{"capitals", "IK-BOODSCHAP", "i-message"},
		{"a plural", "kleine overwinning", "small-wins"},
		{"a plural that the stemmer leaves alone", "beloftes", "promise-to-plan"},
		{"a singular and its plural are one", "leugens", "vulnerable-honesty"},
		{"another form of a verb", "waarderen", "appreciation"},
		{"a participle", "geflirt", "flirt-boundaries"},
		{"a small form", "gesprekje", "weekly-checkin"},
		{"English stems", "appreciating", "appreciation"},
		{"consonants that are spelled otherwise", "grens aangeven", "state-a-boundary"},
		{"accents", "Vrágenlijst hechting", "attachment-quiz"},
		{"a letter left out", "waardring", "appreciation"},
		{"a letter too many", "waarderring", "appreciation"},
		{"a letter for another", "waarderung", "appreciation"},
		{"letters swapped", "waaredring", "appreciation"},
		{"two slips in a long word", "relatiegespreck", "weekly-checkin"},
		{"a slip in English", "apreciation", "appreciation"},
		{"a part of a compound", "ruzie", "fair-fight"},
		{"the end of a compound", "contract", "trust-contract"},
		{"a compound that nobody wrote", "communicatieproblemen", "daily-checkin"},
		{"the begin of a word, while typing", "waard", "appreciation"},
		{"the begin with a slip", "verantwordelij", "responsibility-letter"},
		{"another word for the same", "vreemdgegaan", "emotional-affair"},
		{"another word for the same, in English", "quarrel", "fair-fight"},
		{"what one calls it in Flanders", "gsm", "phone-talk"},
		{"a word of the vocabulary", "muur optrekken", "safe-word"},
		{"a word of the vocabulary, in English", "contempt", "appreciation"},
		{"what one needs it for", "vertrouwen herstellen", "trust-recovery-signs"},
		{"a question of several words", "hoe kan ik beter luisteren", "reflective-listening"},
		{"a hyphen forgotten", "checkin", "daily-checkin"},
		{"a hyphen as a space", "check in", "daily-checkin"},
		{"a kind", "vragenlijst hechting", "attachment-quiz"},
		{"a part by the name of the whole", "gezond ruziemaken", "fair-fight-debrief"},
	} {
		found := Find(c.question, l.Index())
		assert.Contains(t, first(found, 6), c.want, "%s: %q", c.why, c.question)
		assert.False(t, found.Nearest, "%s: %q", c.why, c.question)
	}
}

func TestTheTitleComesBeforeTheRest(t *testing.T) {
	place := func(p Place, id string) Document {
		d := Document{ID: id}
		d.Texts[InTitle] = []Text{{NL: "Iets heel anders"}}
		d.Texts[p] = append(d.Texts[p], Text{NL: "Een vlinder zien"})
		return d
	}
	often := place(InQuestions, "a-question")
	for range 20 {
		often.Texts[InQuestions] = append(often.Texts[InQuestions], Text{NL: "vlinder vlinders", EN: "vlinder"})
	}
	x := NewIndex([]Document{often, place(InText, "b-text"), place(InTopics, "c-topics"), place(InTitle, "d-title")})
	assert.Equal(t, []string{"d-title", "c-topics", "b-text", "a-question"}, first(Find("vlinder", x), 9))
	// A slip in a title still comes before the right word in a question.
	assert.Equal(t, []string{"d-title", "c-topics", "b-text", "a-question"}, first(Find("vlindre", x), 9))
	// Two indexes are searched as one, and what is called just so comes first.
	other := NewIndex([]Document{{ID: "own", Texts: [places][]Text{{{NL: "Vlinder"}}}}})
	assert.Equal(t, []string{"own", "d-title"}, first(Find("vlinder", x, other), 2))
	// What is found in one is not corrected in the other.
	typo := NewIndex([]Document{{ID: "own", Texts: [places][]Text{{{NL: "Vlinders en vlunders"}}}}})
	assert.Empty(t, Find("vlunders", x, typo).Read)
}

func TestNothingFoundGivesTheNearest(t *testing.T) {
	l, err := Load()
	require.NoError(t, err)
	found := Find("waardering xyzzyplugh", l.Index())
	assert.True(t, found.Nearest)
	assert.Equal(t, "appreciation", found.Hits[0].ID)
	assert.LessOrEqual(t, len(found.Hits), nearestAtMost)
	assert.Empty(t, Find("xyzzyplugh", l.Index()).Hits)
	assert.Equal(t, []Reading{{Typed: "waardring", Read: "waardering"}}, Find("waardring", l.Index()).Read)
	for _, question := range []string{"", "   ", "?!", "' -"} {
		assert.Empty(t, Find(question, l.Index()).Hits, question)
	}
	assert.NotEmpty(t, Find("ik", l.Index()).Hits, "a small word alone is still a question")
}

func TestTheVocabularyIsFound(t *testing.T) {
	l, err := Load()
	require.NoError(t, err)
	for question, want := range map[string]string{"minachting": "pattern.contempt", "stonewalling": "pattern.stonewall", "muur": "pattern.stonewall", "minachtign": "pattern.contempt"} {
		assert.Contains(t, first(Find(question, l.WordIndex()), 3), want, question)
	}
}

func TestWordsAndSlips(t *testing.T) {
	assert.Equal(t, []string{"financien", "fotos", "check", "in", "checkin", "2025"}, wordsOf("Financiën: foto’s (check-in) 2025 's"))
	for _, c := range []struct {
		a, b  string
		begin bool
		want  int
	}{{"woord", "woord", false, 0}, {"wodro", "woord", false, 2}, {"wrood", "woord", false, 2}, {"woodr", "woord", false, 1}, {"wo", "woord", false, 3}, {"wo", "woord", true, 0}, {"wqo", "woord", true, 1}, {"", "ab", false, 2}} {
		assert.Equal(t, c.want, distance([]rune(c.a), []rune(c.b), 2, c.begin), "%s %s", c.a, c.b)
	}
	for _, pair := range [][2]string{{"boze", "boos"}, {"geloven", "geloof"}, {"herstellen", "herstel"}, {"grenzen", "grens"}, {"leugens", "leugen"}, {"ruzies", "ruzie"}, {"gesprekken", "gesprek"}} {
		assert.Equal(t, stem(pair[1], "nl"), stem(pair[0], "nl"), "%v", pair)
	}
}

// Every goal, phase and kind has words to be found by, and what schema.json allows is what can be chosen.
func TestSearchWordsAreComplete(t *testing.T) {
	var schema struct {
		Properties struct {
			Goals, Phase struct{ Items struct{ Enum []string } }
		}
	}
	require.NoError(t, json.Unmarshal(schemaJSON, &schema))
	assert.ElementsMatch(t, schema.Properties.Goals.Items.Enum, Goals)
	assert.ElementsMatch(t, schema.Properties.Phase.Items.Enum, TherapyPhases)
	for _, g := range Goals {
		assert.NotEmpty(t, searching().Goals[g].NL, g)
		assert.NotEmpty(t, searching().Goals[g].EN, g)
	}
	for _, p := range TherapyPhases {
		assert.NotEmpty(t, searching().Phases[p].NL, p)
	}
}

// Whatever is typed, the search answers, and soon: a question from outside is bounded.
func TestSearchTakesAnything(t *testing.T) {
	l, err := Load()
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		question := rapid.String().Draw(t, "question")
		found := Find(question, l.Index())
		for i, h := range found.Hits {
			if _, ok := l.Exercise(h.ID); !ok {
				t.Fatalf("found %q, which is not there", h.ID)
			}
			if i > 0 && h.Score > found.Hits[i-1].Score {
				t.Fatalf("%q does not stand in order", h.ID)
			}
		}
	})
	start := time.Now()
	Find(strings.Repeat("verantwoordelijkheidsgevoelloos xyzzyplughs ", 5_000), l.Index())
	assert.Less(t, time.Since(start), 5*time.Second)
}

// The whole library is searched in far less than 50 ms: the benchmark says how much less.
func BenchmarkSearch(b *testing.B) {
	l, err := Load()
	require.NoError(b, err)
	x := l.Index()
	for _, question := range []string{"ruzie", "waardring", "hoe kan ik beter luisteren", "verantwordelij", "communicatieproblemen", "xyzzyplugh"} {
		b.Run(question, func(b *testing.B) {
			for b.Loop() {
				Find(question, x)
			}
		})
	}
}

// Making the index costs a start of the program this much, when somebody first searches.
func BenchmarkIndex(b *testing.B) {
	l, err := Load()
	require.NoError(b, err)
	docs := make([]Document, len(l.list))
	for i, e := range l.list {
		docs[i] = DocumentOf(e)
	}
	for b.Loop() {
		NewIndex(docs)
	}
}
