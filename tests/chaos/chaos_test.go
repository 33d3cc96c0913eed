package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The long run is make chaos; here is that it runs, and that ten kills lose nothing.
func TestTenKillsLoseNothing(t *testing.T) {
	if os.Getenv("CHAOS") == "" {
		t.Skip("kills real servers for a minute, which other tests beside it would feel: CHAOS=1, or make chaos")
	}
	set := settingsFrom(func(string) string { return "" })
	set.kills, set.within, set.rate, set.hurry = 10, 10*time.Second, 20, true
	r, err := run(t.Context(), set, t.Output())
	require.NoError(t, err)
	r.print(t.Output())
	require.NoError(t, r.fault())
	require.Positive(t, r.killed())
}

func TestALossIsAFault(t *testing.T) {
	good := result{rows: 1, messages: 1, texts: 1, told: 1}
	require.NoError(t, good.fault())
	for _, spoil := range []func(*result){
		func(r *result) { r.lost = 1 }, func(r *result) { r.vanished = 1 }, func(r *result) { r.unsent = 1 }, func(r *result) { r.strangers = 1 },
		func(r *result) { r.unproved = 1 }, func(r *result) { r.messages = 0 }, func(r *result) { r.groundless = 1 }, func(r *result) { r.texts = 0 }, func(r *result) { r.told = 0 },
	} {
		bad := good
		spoil(&bad)
		require.Error(t, bad.fault())
	}
}
