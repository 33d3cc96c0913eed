package models

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A day is read as the standard library reads it, whatever it says.
func TestADayIsReadAsTimeReadsIt(t *testing.T) {
	zones := []*time.Location{time.UTC}
	for _, name := range []string{"Europe/Amsterdam", "America/Sao_Paulo", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones = append(zones, zone)
	}
	days := []Day{"", "2026", "2026-02-29", "2024-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "2026-1-01x", "x026-01-01", "2026/01/01", "-026-01-01", "0000-02-29", "9999-12-31", "2026-01-0x"}
	for on := time.Date(2017, 1, 1, 12, 0, 0, 0, time.UTC); on.Year() < 2032; on = on.AddDate(0, 0, 1) {
		days = append(days, DayOf(on))
	}
	for _, zone := range zones {
		for _, day := range days {
			want, err := time.ParseInLocation(time.DateOnly, string(day), zone)
			if err != nil {
				want = time.Time{}
			}
			require.True(t, want.Equal(day.In(zone)), "%q in %s: %s and not %s", day, zone, day.In(zone), want)
		}
	}
}
