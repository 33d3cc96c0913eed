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

// Goals lists what an exercise can be for, and TherapyPhases when in a course of therapy it can fit; schema.json holds
// definitions to them.
var (
	Goals         = []string{"communication", "connection", "trust", "conflict", "honesty", "intimacy", "self", "future", "safety", "repair"}
	TherapyPhases = []string{"start", "crisis", "decision", "rebuilding", "upkeep"}
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
	at(InTitle, e.Title, e.Part)
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

// indexed is what a library's texts were made into, on first use.
type indexed struct {
	exercises, words func() *Index
}

// libraries holds the indexes of each library that was asked for one: of the one that is embedded, once a process.
var libraries sync.Map

func (l *Library) indexed() indexed {
	made, _ := libraries.LoadOrStore(l, indexed{exercises: sync.OnceValue(l.indexExercises), words: sync.OnceValue(l.indexWords)})
	return made.(indexed)
}

// Index gives the index of the library's exercises. It is made once, when somebody first searches.
func (l *Library) Index() *Index { return l.indexed().exercises() }

// WordIndex gives the index of the vocabulary; its documents have the terms' full names. It is made once.
func (l *Library) WordIndex() *Index { return l.indexed().words() }

// indexExercises also lets an exercise be found by the words it is an antidote to, and a part by what it belongs to.
func (l *Library) indexExercises() *Index {
	against := map[string][]VocabularyTerm{}
	for _, list := range l.vocabulary {
		for _, term := range list.Terms {
			against[term.Antidote] = append(against[term.Antidote], term)
		}
	}
	docs := make([]Document, len(l.list))
	for i, e := range l.list {
		d := DocumentOf(e)
		for _, term := range against[e.ID] {
			d.Texts[InTopics] = append(d.Texts[InTopics], term.Title)
			d.Texts[InText] = append(d.Texts[InText], term.Meaning)
		}
		if parent, ok := l.byID[e.BelongsTo]; ok {
			d.Texts[InTopics] = append(d.Texts[InTopics], parent.Title)
		}
		docs[i] = d
	}
	return NewIndex(docs)
}

func (l *Library) indexWords() *Index {
	var docs []Document
	for _, list := range l.vocabulary {
		for _, term := range list.Terms {
			d := Document{ID: list.ID + "." + term.ID}
			d.Texts[InTitle] = []Text{term.Title}
			d.Texts[InTopics] = []Text{list.Title}
			d.Texts[InText] = []Text{term.Meaning, term.Behind}
			docs = append(docs, d)
		}
	}
	return NewIndex(docs)
}

// CompareTitles orders titles as people look for them: without capitals and accents.
func CompareTitles(a, b string) int { return strings.Compare(fold(a), fold(b)) }
