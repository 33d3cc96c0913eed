package library

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed search.yaml
var searchYAML []byte

// searchWords is what the search knows besides the texts: words for the same, and words that belong to a goal, phase or kind.
type searchWords struct {
	Synonyms [][]string      `yaml:"synonyms"`
	Goals    map[string]Text `yaml:"goals"`
	Phases   map[string]Text `yaml:"phases"`
	Kinds    map[string]Text `yaml:"kinds"`
}

var searching = sync.OnceValue(func() searchWords {
	var out searchWords
	decoder := yaml.NewDecoder(bytes.NewReader(searchYAML), yaml.Strict())
	if err := decoder.Decode(&out); err != nil {
		panic(fmt.Errorf("search.yaml: %w", err)) // Embedded: a broken file is a broken build.
	}
	return out
})

// synonyms gives, by a word's Dutch stem, the other words of its lines. An English word has a Dutch stem too, by rule.
var synonyms = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, line := range searching().Synonyms {
		for _, w := range line {
			key := stem(fold(w), "nl")
			for _, other := range line {
				if other = fold(other); other != fold(w) && !slices.Contains(out[key], other) {
					out[key] = append(out[key], other)
				}
			}
		}
	}
	return out
})

// DocumentOf gives what can be found of an exercise: its names, what it is for, its text, and its questions.
func DocumentOf(e *Exercise) Document {
	d := Document{ID: e.ID}
	at := func(place Place, texts ...Text) { d.Texts[place] = append(d.Texts[place], texts...) }
	at(InTitle, e.Title)
	if strings.ContainsFunc(e.ID, func(r rune) bool { return r >= 'g' && r <= 'z' }) { // A slug holds words, a UUID none.
		at(InTopics, Text{EN: strings.ReplaceAll(e.ID, "-", " ")})
	}
	words := searching()
	for _, g := range e.Goals {
		at(InTopics, words.Goals[g])
	}
	for _, p := range e.Phase {
		at(InTopics, words.Phases[p])
	}
	at(InTopics, words.Kinds[string(e.Kind)])
	at(InText, e.Summary, e.Why, e.Need, e.Example, e.StopWhen)
	at(InText, e.Steps...)
	for i := range e.Questions {
		q := &e.Questions[i]
		at(InQuestions, q.Label, q.Help)
		for _, o := range q.Options {
			at(InQuestions, o.Label)
		}
		for _, c := range q.Columns {
			at(InQuestions, c.Label)
		}
	}
	for _, m := range e.Measures {
		at(InQuestions, m.Title)
	}
	return d
}

// indexes holds each library's index, made when it is first asked for.
var indexes sync.Map

// Index gives the index of the library's exercises. It is made once, on first use.
func (l *Library) Index() *Index {
	made, _ := indexes.LoadOrStore(l, sync.OnceValue(func() *Index {
		docs := make([]Document, len(l.list))
		for i, e := range l.list {
			docs[i] = DocumentOf(e)
		}
		return NewIndex(docs)
	}))
	return made.(func() *Index)()
}
