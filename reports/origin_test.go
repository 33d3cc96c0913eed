package reports

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestATraceIsReadAsItWasWritten writes traces of few rows that stand behind many figures, in any order, and reads them back: as
// they are written now, and as they were kept before.
func TestATraceIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uuid.UUID {
			return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		}), 1, 300).Draw(t, "rows")
		var trace Trace
		for range rapid.IntRange(1, 12).Draw(t, "origins") {
			trace = append(trace, Origin{Figure: Numbered("trend", len(trace)), Kind: FromResponses, IDs: rapid.SliceOfN(rapid.SampledFrom(rows), 1, 400).Draw(t, "ids")})
		}
		raw, err := json.Marshal(Snapshot{Trace: trace})
		require.NoError(t, err)
		var back Snapshot
		require.NoError(t, json.Unmarshal(raw, &back))
		require.Equal(t, trace, back.Trace)

		before, err := json.Marshal(map[string]any{"trace": []Origin(trace)})
		require.NoError(t, err)
		back = Snapshot{}
		require.NoError(t, json.Unmarshal(before, &back))
		require.Equal(t, trace, back.Trace)
	})
}

// TestARowIsWrittenOnce counts what a row costs that stands behind many figures.
func TestARowIsWrittenOnce(t *testing.T) {
	id := uuid.New()
	var trace Trace
	for i := range 20 {
		trace = append(trace, Origin{Figure: Numbered("trend", i), Kind: FromResponses, IDs: []uuid.UUID{id}})
	}
	raw, err := json.Marshal(trace)
	require.NoError(t, err)
	require.Less(t, len(raw), 20*len(`{"figure":"trend.10","kind":"response","at":"Ag=="},`)+80)
	require.NotContains(t, string(raw), id.String())
}

func TestABrokenTraceIsRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"a place beyond the rows": `{"rows":"AAAAAAAAAAAAAAAAAAAAAA==","of":[{"figure":"wins","kind":"response","at":"BA=="}]}`,
		"a place before them":     `{"rows":"AAAAAAAAAAAAAAAAAAAAAA==","of":[{"figure":"wins","kind":"response","at":"AQ=="}]}`,
		"half a number":           `{"rows":"AAAAAAAAAAAAAAAAAAAAAA==","of":[{"figure":"wins","kind":"response","at":"gA=="}]}`,
		"a row cut short":         `{"rows":"AAAA","of":[{"figure":"wins","kind":"response","at":"Ag=="}]}`,
		"an id that is none":      `[{"figure":"wins","kind":"response","ids":["` + strings.Repeat("x", 36) + `"]}]`,
	} {
		var trace Trace
		require.Error(t, json.Unmarshal([]byte(raw), &trace), name)
	}
	var trace Trace
	require.NoError(t, json.Unmarshal([]byte(`{"rows":"AAAAAAAAAAAAAAAAAAAAAA==","of":[{"figure":"wins","kind":"response","at":"Ag=="}]}`), &trace))
	require.Equal(t, Trace{{Figure: "wins", Kind: FromResponses, IDs: []uuid.UUID{{}}}}, trace)
}
