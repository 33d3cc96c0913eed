package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A client that loops over a list must never meet null, and never have to guess a time zone.
func TestFill(t *testing.T) {
	type inner struct {
		Words []string
		At    *time.Time
	}
	type outer struct {
		Body struct {
			List    []inner
			Deep    []inner
			Map     map[string]string
			At      time.Time
			Nothing *inner
			Kept    []string `json:"-"`
		}
	}
	at := time.Date(2026, 10, 5, 20, 0, 0, 0, time.FixedZone("summer", 7200))
	out := &outer{}
	out.Body.Deep = []inner{{At: &at}}
	out.Body.At = at
	fill(out)
	require.NotNil(t, out.Body.List)
	require.NotNil(t, out.Body.Map)
	require.NotNil(t, out.Body.Deep[0].Words)
	require.Nil(t, out.Body.Nothing)
	require.Nil(t, out.Body.Kept, "what is not shown is not touched: it may belong to others")
	require.Equal(t, "2026-10-05T18:00:00Z", out.Body.At.Format(time.RFC3339))
	require.Equal(t, "2026-10-05T18:00:00Z", out.Body.Deep[0].At.Format(time.RFC3339))
	fill((*outer)(nil))
}

func TestAccepts(t *testing.T) {
	for header, want := range map[string]bool{
		"": true, "*/*": true, "application/json": true, "application/*": true, "text/html, application/json;q=0.5": true,
		"text/html": false, "application/json;q=0": false, "application/json; q=0.0": false, "application/problem+json": true,
		"text/html, */*;q=0.1": true, "application/xml": false,
	} {
		require.Equal(t, want, accepts(header, "application/json"), "%q", header)
	}
}

func TestVersionOfAnETag(t *testing.T) {
	for raw, want := range map[string]int{`"3"`: 3, `W/"3"`: 3, ` "12" `: 12, `3`: 0, `""`: 0, `"-1"`: 0, `"0"`: 0, `"x"`: 0, `"1", "2"`: 0} {
		got, err := Match{IfMatch: raw}.version()
		require.Equal(t, want, got, raw)
		require.Equal(t, want == 0 && raw != `"0"`, err != nil, raw) // Nothing was set yet is a version too.
	}
}
