package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// run measures everything, or the groups whose names contain one of the words, and writes the result. The word peers alone
// measures against a browser.
func run(ctx context.Context, set settings, only []string) error {
	if len(only) == 1 && only[0] == "peers" {
		results, err := peers(ctx, set)
		printTable(os.Stdout, results)
		return err
	}
	doc, err := measure(ctx, set, only)
	if err != nil {
		return err
	}
	printTable(os.Stdout, doc.Results)
	if len(only) > 0 {
		return nil // A part does not replace the whole.
	}
	return doc.write(set.out)
}

func measure(ctx context.Context, set settings, only []string) (document, error) {
	doc := document{At: time.Now().UTC().Truncate(time.Second), LoadFrom: loadAverage(), Sizes: sizes{
		Rounds: set.rounds, Seconds: set.each.Seconds(), Connections: set.conns, Rows: set.rows, MoreRows: set.moreRows, Reminders: set.reminders,
		Couples: set.couples, Builds: set.manyBuilds,
	}}
	w, err := startWorld(ctx, set)
	if err != nil {
		return doc, err
	}
	defer w.close()
	doc.Machine = thisMachine(w.postgres.Major)
	groups := []group{w.monthGroup(), memoryGroup(set)}
	if len(only) != 1 || !slices.ContainsFunc(groups, func(g group) bool { return strings.Contains(g.name, only[0]) }) {
		more, err := w.otherGroups(ctx)
		if err != nil {
			return doc, err
		}
		groups = append(more, groups...)
	}
	if set.profile != "" {
		file, err := os.Create(set.profile)
		if err != nil {
			return doc, err
		}
		defer func() { _ = file.Close() }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return doc, err
		}
		defer pprof.StopCPUProfile()
	}
	for _, g := range groups {
		if len(only) > 0 && !slices.ContainsFunc(only, func(word string) bool { return strings.Contains(g.name, word) }) {
			continue
		}
		say("%s …", g.name)
		results, err := g.run(ctx, set.rounds)
		if err != nil {
			return doc, err
		}
		doc.Results = append(doc.Results, results...)
	}
	doc.LoadTo = loadAverage()
	return doc, nil
}

// otherGroups are all that need the people and rows of pages and reminders.
func (w *world) otherGroups(ctx context.Context) ([]group, error) {
	say("making %d and %d task rows …", w.set.rows, w.set.moreRows)
	if err := w.fill(ctx); err != nil {
		return nil, err
	}
	groups, err := w.pages(ctx)
	if err != nil {
		return nil, err
	}
	post, err := w.reminderGroups(ctx)
	if err != nil {
		return nil, err
	}
	search, err := libraryGroup()
	if err != nil {
		return nil, err
	}
	return append(append(append(groups, reportGroup(w.set), search), post...), w.startGroups()...), nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
