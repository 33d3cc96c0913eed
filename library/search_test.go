package library

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		{"another form of a verb", "waarderen", "appreciation"},
		{"English stems", "appreciating", "appreciation"},
		{"vowels that are spelled otherwise", "grenzen aangeven", "state-a-boundary"},
		{"no accents", "financien", ""},
		{"a letter left out", "waardring", "appreciation"},
		{"a letter too many", "waarderring", "appreciation"},
		{"a letter for another", "waarderung", "appreciation"},
		{"letters swapped", "waaredring", "appreciation"},
		{"two slips in a long word", "relatiegespreck", "weekly-checkin"},
		{"a slip in English", "apreciation", "appreciation"},
		{"a part of a compound", "ruzie", "fair-fight"},
		{"the end of a compound", "gesprek", "weekly-checkin"},
		{"the begin of a word, while typing", "waard", "appreciation"},
		{"the begin with a slip", "verantwordelij", "responsibility-letter"},
		{"another word for the same", "onenigheid", "fair-fight"},
		{"what one needs it for, in Dutch", "vertrouwen herstellen", "trust-recovery-signs"},
		{"a question of several words", "hoe kan ik beter luisteren", "reflective-listening"},
		{"a hyphen forgotten", "checkin", "daily-checkin"},
		{"a hyphen as a space", "check in", "daily-checkin"},
		{"a kind", "vragenlijst hechting", "attachment-quiz"},
	} {
		found := Find(c.question, l.Index())
		if c.want == "" {
			continue
		}
		assert.Contains(t, first(found, 6), c.want, "%s: %q", c.why, c.question)
		assert.False(t, found.Nearest, "%s: %q", c.why, c.question)
	}
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
