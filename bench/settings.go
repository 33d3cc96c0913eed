package main

import (
	"strconv"
	"time"
)

// settings are the sizes of a run, each from the environment.
type settings struct {
	rounds    int           // BENCH_ROUNDS: alternations of floor and ours.
	each      time.Duration // BENCH_SECONDS: how long one side of a page is driven in a round.
	conns     int           // BENCH_CONNS: connections of the load, and couples that are read.
	rows      int           // BENCH_ROWS: task rows in the database of all pages.
	moreRows  int           // BENCH_MORE_ROWS: task rows in the large database that the first is compared with.
	reminders int           // BENCH_REMINDERS: due reminders of a round.
	builds    int           // BENCH_REPORTS: reports built for one figure.
	couples   int           // BENCH_COUPLES: couples whose month ends.
	months    int           // BENCH_MONTHS: months of work that they have.
	// manyBuilds is BENCH_BUILDS: reports built while the memory is watched.
	manyBuilds int
	out        string // BENCH_OUT: where the result goes.
	profile    string // BENCH_PROFILE: a file for a CPU profile of the measuring; empty for none.
}

func settingsFrom(env func(string) string) settings {
	number := func(name string, fallback int) int {
		if n, err := strconv.Atoi(env(name)); err == nil && n > 0 {
			return n
		}
		return fallback
	}
	seconds := 2.0
	if s, err := strconv.ParseFloat(env("BENCH_SECONDS"), 64); err == nil && s > 0 {
		seconds = s
	}
	s := settings{
		rounds: number("BENCH_ROUNDS", 5), each: time.Duration(seconds * float64(time.Second)), conns: number("BENCH_CONNS", 32),
		rows: number("BENCH_ROWS", 100_000), moreRows: number("BENCH_MORE_ROWS", 1_000_000), reminders: number("BENCH_REMINDERS", 10_000),
		builds: number("BENCH_REPORTS", 100), couples: number("BENCH_COUPLES", 300), months: number("BENCH_MONTHS", 3), manyBuilds: number("BENCH_BUILDS", 10_000),
		out: env("BENCH_OUT"), profile: env("BENCH_PROFILE"),
	}
	if s.out == "" {
		s.out = "bench/latest.json"
	}
	return s
}
