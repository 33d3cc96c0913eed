package models

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Two rows that say the same are two maps: who widens an audience in one does not in the other.
func TestRowsShareNoMap(t *testing.T) {
	var a, b, none JSON[map[string]string]
	require.NoError(t, a.Scan([]byte(`{"mood": "both"}`)))
	require.NoError(t, b.Scan(`{"mood": "both"}`))
	a.V["mood"] = "private"
	require.Equal(t, map[string]string{"mood": "both"}, b.V)
	require.NoError(t, b.Scan([]byte(`{"mood": "both"}`)))
	require.Equal(t, map[string]string{"mood": "both"}, b.V)
	require.NoError(t, none.Scan([]byte(`null`)))
	require.Nil(t, none.V)
	for range 2 {
		require.Error(t, none.Scan([]byte(`["both"]`)))
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	var d decoder[int]
	for i := range 2*manyDecoded + 1 {
		got, err := d.of([]byte(fmt.Sprint(i)), func() (int, error) { return i, nil })
		require.NoError(t, err)
		require.Equal(t, i, got)
		require.LessOrEqual(t, len(d.seen), manyDecoded)
	}
}

func TestDaysAndZones(t *testing.T) {
	for range 2 {
		require.Equal(t, "Europe/Brussels", Practice{TimeZone: "Europe/Brussels"}.Zone().String())
		require.Equal(t, time.UTC, Practice{TimeZone: "Europe/Nowhere"}.Zone())
	}
	zone := Practice{TimeZone: "Europe/Amsterdam"}.Zone()
	for _, day := range []Day{"2026-03-29", "2026-10-25", "2028-02-29", "2026-02-30", "2026-2-3", "2026-13-01", "", "2026-03-29 ", "+026-03-29", "2o26-03-29"} {
		want, err := time.ParseInLocation(time.DateOnly, string(day), zone)
		if err != nil {
			want = time.Time{}
		}
		require.True(t, want.Equal(day.In(zone)), string(day))
	}
}
