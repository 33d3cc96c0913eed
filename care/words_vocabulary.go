package care

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"tussentijds/internal/locale"
	"tussentijds/library"
)

// ordinaryWords are those that are surely no name, bare: what the library and our pages write in small letters within their
// sentences, in either language, and what people write in messages besides. It is the same for every practice, so that what is
// refused as a name tells nothing of who is known where.
var ordinaryWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	add := func(text string) {
		for _, word := range wordMark.FindAllString(text, -1) {
			if r, _ := utf8.DecodeRuneInString(word); unicode.IsLower(r) {
				out[bareWords(word)] = true
			}
		}
	}
	for _, lang := range locale.Langs {
		l := locale.For(lang)
		for _, key := range locale.Keys(lang) {
			add(l.T(key))
		}
	}
	all, err := library.Load()
	if err != nil {
		panic(err) // Embedded: a broken file is a broken build.
	}
	for _, e := range all.List() {
		addTexts(e, add)
	}
	addTexts(library.Programmes(), add)
	addTexts(library.Vocabulary(), add)
	for word := range everyday {
		out[word] = true
	}
	for word := range inMessages {
		out[word] = true
	}
	return out
})

// addTexts reads all that something says in either language.
func addTexts(from any, add func(string)) {
	raw, err := json.Marshal(from)
	if err != nil {
		panic(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		panic(err)
	}
	eachText(tree, add)
}

func eachText(tree any, add func(string)) {
	switch at := tree.(type) {
	case []any:
		for _, one := range at {
			eachText(one, add)
		}
	case map[string]any:
		for key, one := range at {
			if text, ok := one.(string); ok && slices.Contains(locale.Langs, locale.Lang(key)) {
				add(text)
			} else {
				eachText(one, add)
			}
		}
	}
}

// endings are how ordinary words change, in Dutch and in English, by what then stands in their place in the word itself.
var endings = map[string][]string{
	"":  strings.Fields("e en n s t d de te je jes tje tjes er ere st ste es ed ing ly r"),
	"e": strings.Fields("en ed ing"),
	"y": strings.Fields("ies ier ily"),
}

// ordinary tells whether a word is surely no name.
func ordinary(bare string) bool {
	known := ordinaryWords()
	if known[bare] || strings.IndexFunc(bare, unicode.IsLetter) < 0 {
		return true
	}
	for put, list := range endings {
		for _, ending := range list {
			root, ok := strings.CutSuffix(bare, ending)
			if !ok || len(root) < 4 {
				continue
			}
			n := len(root)
			if known[root+put] || root[n-1] == root[n-2] && known[root[:n-1]] { // "frisse" of "fris".
				return true
			}
		}
	}
	return false
}

// withCapital are words that keep their capital within a sentence and are no name.
var withCapital = setOf(`i monday tuesday wednesday thursday friday saturday sunday sms pdf`)

// couldBeName tells whether a word is, or could be, somebody's name: one of a list of common names, one that is no ordinary
// word, or any that has a capital within a sentence. Nobody's name is looked up for it: who is known here, and who is not, are
// refused alike.
func couldBeName(word, bare string, first bool) bool {
	r, _ := utf8.DecodeRuneInString(word)
	switch capital := unicode.IsUpper(r); {
	case capital && withCapital[bare]:
		return false
	case capital && !first:
		return true
	case everyday[bare]:
		return false
	case commonNames[bare], len(bare) > 3 && strings.HasSuffix(bare, "s") && commonNames[bare[:len(bare)-1]]:
		return true
	}
	return !ordinary(bare)
}
