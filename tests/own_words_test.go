package tests

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// ownPhrases are what a practice says itself, by kind of message and language. None stands anywhere else in the world.
var ownPhrases = map[string]string{
	"ready nl": "zonnige wandeling zonder haast", "ready en": "a sunny stroll without worry",
	"reminder nl": "vrolijke kop thee vooraf", "reminder en": "a cheerful cup of tea ahead",
	"invitation nl": "warme plek voor een mooie avond", "invitation en": "a cosy and restful evening inside",
	"desk nl": "frisse ochtend met koffie", "desk en": "a fresh morning with coffee",
}

// speakOwnWords has the practice say its own phrase in every kind of message.
func speakOwnWords(t *testing.T, k *testkit.Kit) {
	t.Helper()
	for which, phrase := range ownPhrases {
		kind, lang, _ := strings.Cut(which, " ")
		_, err := k.Service.ChangeWords(k.Ctx, k.Owner, kind, lang, care.ChangeWordsInput{MessageWords: models.MessageWords{
			Subject: phrase, Body: phrase + ".", Button: "Open", Note: phrase + ".", Text: phrase + ":",
		}})
		require.NoError(t, err, which)
	}
}

// phrasesIn tells which of them a text says, each "kind language".
func phrasesIn(text string) []string {
	var out []string
	for which, phrase := range ownPhrases {
		if strings.Contains(text, phrase) {
			out = append(out, which)
		}
	}
	slices.Sort(out)
	return out
}

// says wants of a message that it says the own words of one of some kinds in the reader's language, and none of any other.
func says(t *testing.T, what, text, lang string, kinds ...string) {
	t.Helper()
	found := phrasesIn(text)
	if assert.Len(t, found, 1, what) {
		kind, in, _ := strings.Cut(found[0], " ")
		assert.Equal(t, lang, in, what)
		assert.Contains(t, kinds, kind, what)
	}
}
