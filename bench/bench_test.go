package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Every pair runs once, with sizes so small that the figures mean nothing: benchmarks that no longer run are found here.
func TestEveryPairRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real servers")
	}
	set := settings{
		rounds: 1, each: 60 * time.Millisecond, conns: 2, rows: 200, moreRows: 400, reminders: 8, builds: 1, couples: 2, months: 1, manyBuilds: 10,
		out: filepath.Join(t.TempDir(), "sub", "latest.json"),
	}
	doc, err := measure(t.Context(), set, nil)
	require.NoError(t, err)
	require.NoError(t, doc.write(set.out))

	raw, err := os.ReadFile(set.out)
	require.NoError(t, err)
	var back document
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Positive(t, back.Machine.Cores)
	require.NotEmpty(t, back.Machine.Postgres)
	require.GreaterOrEqual(t, len(back.Results), 18)
	for _, r := range back.Results {
		require.Positive(t, r.Ratio, r.Name)
		require.Positive(t, r.Ours, r.Name)
		require.Positive(t, r.Floor, r.Name)
		require.LessOrEqual(t, r.Low, r.High, r.Name)
	}
}

func TestRatiosAndTargets(t *testing.T) {
	r := compare("x", perSecond, []float64{50, 100, 90}, []float64{100, 100, 100})
	require.Equal(t, 0.9, r.Ratio)
	require.Equal(t, 0.5, r.Low)
	require.Equal(t, "higher", r.Better)
	r.aim(0.9)
	require.True(t, *r.Met)
	slow := compare("y", milliseconds, []float64{3, 3}, []float64{1, 1})
	slow.aim(1.5)
	require.False(t, *slow.Met)
}
