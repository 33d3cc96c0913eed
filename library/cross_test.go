package library

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"tussentijds/internal/locale"
)

func TestReferencesTellFileAndLine(t *testing.T) {
	file := func(id, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Replace(good, "id: small", "id: "+id, 1) + "source: x\n" + more)}
	}
	l, err := loadFrom(fstest.MapFS{
		"x/small.yaml":  file("small", "follow_up: [part, ghost]\n"),
		"x/part.yaml":   file("part", "belongs_to: small\npart: { nl: \"Deel\", en: \"Part\" }\n"),
		"x/nested.yaml": file("nested", "belongs_to: part\npart: { nl: \"Deel\", en: \"Part\" }\n"),
		"x/lost.yaml":   file("lost", "belongs_to: ghost\npart: { nl: \"Deel\", en: \"Part\" }\n"),
		"x/tagged.yaml": {Data: []byte(strings.NewReplacer("id: small", "id: tagged", "type: scale", "type: choice\n    options:\n      - { id: a, tag: pattern.contempt, label: { nl: \"A\", en: \"A\" }, value: 1 }\n      - { id: b, tag: pattern.ghost, label: { nl: \"B\", en: \"B\" }, value: 1 }", "kind: scale", "kind: choice").Replace(good) + "source: x\n")},
	}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if problems := l.readVocabulary("words.yaml", []byte(words)); problems != nil {
		t.Fatal(problems)
	}
	if problems := l.readIndicators("signs.yaml", []byte(signs)); problems != nil {
		t.Fatal(problems)
	}
	var got []string
	for _, p := range l.references() {
		got = append(got, p.String())
	}
	for _, want := range []string{
		"x/lost.yaml:25: belongs_to: 'ghost' is not in the library",
		"x/nested.yaml:25: belongs_to: 'part' is itself a part of something else",
		"x/small.yaml:25: follow_up.1: 'ghost' is not in the library",
		"x/tagged.yaml:22: questions.0.options.1.tag: 'pattern.ghost' is not in the vocabulary",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("does not say %q, but\n%s", want, strings.Join(got, "\n"))
		}
	}
	all := strings.Join(got, "\n")
	if len(got) != 6 || !strings.Contains(all, "0.terms.0.antidote: 'ghost' is not in the library") || !strings.Contains(all, "0.measures.1: there is no measure 'small.ghost'") {
		t.Errorf("says\n%s", all)
	}
}

const words = `- id: pattern
  title: { nl: "Patronen", en: "Patterns" }
  about: { nl: "Wat slijt.", en: "What wears." }
  terms:
    - { id: contempt, title: { nl: "minachting", en: "contempt" }, meaning: { nl: "Kleinmaken.", en: "Making small." }, antidote: ghost }
`

const signs = `- id: mood
  title: { nl: "Stemming", en: "Mood" }
  better: { nl: "Beter.", en: "Better." }
  worse: { nl: "Slechter.", en: "Worse." }
  measures: [small.mood, small.ghost]
  consent: couple
`

func TestListsTellFileAndLine(t *testing.T) {
	empty := func() *Library { return &Library{byID: map[string]*Exercise{}} }
	for name, c := range map[string]struct {
		read           func(name string, raw []byte) Problems
		whole          string
		old, new, want string
	}{
		"fine words":            {empty().readVocabulary, words, "contempt", "contempt", ""},
		"a word without Dutch":  {empty().readVocabulary, words, `nl: "minachting", `, "", "list.yaml:5: 0.terms.0.title: 'nl' is missing"},
		"a word twice":          {empty().readVocabulary, words + strings.SplitAfter(words, "terms:\n")[1], "x", "x", "list.yaml:6: 0.terms.1.id: 'pattern.contempt' stands twice"},
		"a list twice":          {empty().readVocabulary, words + words, "x", "x", "list.yaml:6: 1.id: 'pattern' stands twice"},
		"an unknown key":        {empty().readVocabulary, words, "antidote", "cure", "'cure' is not something that belongs here"},
		"no YAML":               {empty().readVocabulary, words, "terms:", "terms: [", "list.yaml:"},
		"fine signs":            {empty().readIndicators, signs, "mood", "mood", ""},
		"a sign twice":          {empty().readIndicators, signs + signs, "x", "x", "list.yaml:7: 1.id: 'mood' stands twice"},
		"an unknown consent":    {empty().readIndicators, signs, "couple", "nobody", "list.yaml:6: 0.consent: choose one of: couple, writer, therapist"},
		"a measure of no shape": {empty().readIndicators, signs, "small.mood", "small", "name a measure as exercise.measure"},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.read("list.yaml", []byte(strings.Replace(c.whole, c.old, c.new, 1)))
			if (c.want == "") != (got == nil) || !strings.Contains(got.Error(), c.want) {
				t.Errorf("says %q, want %q", got.Error(), c.want)
			}
		})
	}
}

// Each problem has its words in both languages, and no words are left over.
func TestEveryProblemHasItsWords(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, name := range names {
		if raw, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, "_test.go") {
			source.Write(raw)
		}
	}
	for _, lang := range locale.Langs {
		for _, key := range locale.Keys(lang) {
			short, ok := strings.CutPrefix(key, "library.problem.")
			if ok && !strings.Contains(source.String(), `"`+short+`"`) {
				t.Errorf("nothing uses %s", key)
			}
		}
		for _, found := range regexp.MustCompile(`(?m)(?:r\.add\(.*?|wrongf\(.*?|one\()"([a-z_]+)"(?:, "[A-Z]|\)$)`).FindAllStringSubmatch(source.String(), -1) {
			if key := "library.problem." + found[1]; !locale.Has(lang, key) {
				t.Errorf("%s has no %s", lang, key)
			}
		}
		for _, p := range patterns {
			if key := "library.problem." + p.key; !locale.Has(lang, key) {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
