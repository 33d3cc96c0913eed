package main

import (
	"context"
	"strings"
	"time"

	"tussentijds/library"
)

const scanFloor = "plain scan floor"

// searches is how many times a round looks for something: one search is too short to time.
const searches = 200

// libraryGroup searches the whole library against reading every text once for the letters as they were typed, which knows no
// word forms, no compounds and no slips of the hand.
func libraryGroup() (group, error) {
	l, err := library.Load()
	if err != nil {
		return group{}, err
	}
	var texts []string
	for _, e := range l.List() {
		var b strings.Builder
		for _, place := range library.DocumentOf(e).Texts {
			for _, text := range place {
				b.WriteString(strings.ToLower(text.NL + " " + text.EN + " "))
			}
		}
		texts = append(texts, b.String())
	}
	found := 0
	search := func(question string, find func(string) int) func(context.Context) (float64, error) {
		return func(context.Context) (float64, error) {
			find(question) // The index is made once in a process.
			start := time.Now()
			for range searches {
				found += find(question)
			}
			return float64(time.Since(start).Microseconds()) / 1000 / searches, nil
		}
	}
	scan := func(question string) int {
		n := 0
		for _, text := range texts {
			all := true
			for word := range strings.FieldsSeq(question) {
				all = all && strings.Contains(text, word)
			}
			if all {
				n++
			}
		}
		return n
	}
	ours := func(question string) int { return len(library.Find(question, l.Index()).Hits) }
	return group{
		name: "library search", unit: milliseconds,
		floors: []side{{scanFloor, search("vertrouwen herstellen", scan)}},
		ours:   []side{{"two words", search("vertrouwen herstellen", ours)}, {"a slip of the hand", search("vertouwen", ours)}},
	}, nil
}
