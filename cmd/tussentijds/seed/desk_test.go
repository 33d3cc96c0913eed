package seed

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever the hour, some couples' latest reports wait for whoever looks at the demo: in the night of the first of a month
// those of the month that has just ended are not made yet.
func TestTheLatestReportsWaitAtAnyHour(t *testing.T) {
	for now, latest := range map[string]string{
		"2026-11-30T23:59:00+01:00": "2026-10", "2026-12-01T00:15:00+01:00": "2026-10", "2026-12-01T08:29:00+01:00": "2026-10",
		"2026-12-01T08:30:00+01:00": "2026-11", "2027-01-01T03:00:00+01:00": "2026-11", "2027-01-31T12:00:00+01:00": "2026-12", "2026-03-31T12:00:00+02:00": "2026-02",
	} {
		moment, err := time.Parse(time.RFC3339, now)
		require.NoError(t, err)
		w, err := newWorld(Options{Now: moment.UTC()})
		require.NoError(t, err)
		require.Equal(t, latest, w.latestReports(), now)
		waits, goes := life{w: w, story: story{waitsApproval: true}}, life{w: w}
		require.False(t, waits.finished(latest), now)
		require.True(t, goes.finished(latest), now)
	}
}
