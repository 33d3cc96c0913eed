package care

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/reports"
)

// What was written before documents were packed is read as what is packed now; what is broken is a fault and no document.
func TestPackedAndPlainAreReadAlike(t *testing.T) {
	document := map[string]string{"words": strings.Repeat("Wij hebben samen gewandeld. ", 200)}
	plain, err := json.Marshal(document)
	require.NoError(t, err)
	small, err := packed(document)
	require.NoError(t, err)
	require.Less(t, len(small), len(plain)/10)
	for _, raw := range [][]byte{plain, small} {
		var got map[string]string
		require.NoError(t, readJSON(raw, &got))
		require.Equal(t, document, got)
	}
	var got map[string]string
	require.True(t, fault.Is(readJSON(small[:len(small)/2], &got), fault.Internal))
	require.Error(t, readJSON(plain[:len(plain)/2], &got))
}

// TestPackedIsWhatJSONWrites packs snapshots of any texts, numbers and moments, and finds in them what encoding/json writes, octet for
// octet: the library that packs is another one.
func TestPackedIsWhatJSONWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string { // Any octets, letters of HTML among them.
			return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.SampledFrom([]string{"", "<b>&\u2028\"\\/\x00"})).Draw(t, label)
		}
		number := func(label string) float64 {
			return rapid.OneOf(rapid.Float64(), rapid.Float64Range(0, 10), rapid.SampledFrom([]float64{0, 1e21, 1e-7, 0.1, 123456789})).Draw(t, label)
		}
		moment := func(label string) time.Time {
			zone := time.FixedZone("", rapid.IntRange(-12, 14).Draw(t, label+" zone")*3600)
			return time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, label), rapid.Int64Range(0, 999_999_999).Draw(t, label+" part")).In(zone)
		}
		s := reports.SampleSnapshot(rapid.SampledFrom(locale.Langs).Draw(t, "language"))
		s.CoupleName, s.TherapistNote, s.Goals = text("name"), text("note"), []string{text("goal"), text("goal")}
		if rapid.Bool().Draw(t, "corrects") {
			s.Corrects = moment("corrects")
		}
		if rapid.Bool().Draw(t, "no brand") {
			s.Brand = reports.Brand{}
		}
		previous := number("previous")
		s.Instruments[0].Previous, s.Instruments[0].Score = &previous, number("score")
		s.Trends[0].Title, s.Trends[0].Lines[0].Points = text("title"), []reports.TrendPoint{{On: moment("on"), Value: number("value"), Gap: rapid.Bool().Draw(t, "gap")}}
		s.Wins = append(s.Wins, reports.Win{On: moment("win"), Text: text("win's")})
		s.Trace = reports.Trace{{Figure: "wins", Kind: reports.FromResponses, IDs: []uuid.UUID{uuid.New(), uuid.New()}}}
		want, err := json.Marshal(s)
		require.NoError(t, err)
		small, err := packed(s)
		require.NoError(t, err)
		unpack, err := unpacker()
		require.NoError(t, err)
		got, err := unpack.DecodeAll(small, nil)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	})
}

// TestAFileThatWasKeptWholeIsGivenAsItIs reads a file from before fonts were left out; one that is not of its hash is refused.
func TestAFileThatWasKeptWholeIsGivenAsItIs(t *testing.T) {
	pdf, err := reports.Build(reports.SampleSnapshot(locale.NL))
	require.NoError(t, err)
	got, err := (&txn{}).wholeFile(pdf, sumOf(pdf))
	require.NoError(t, err)
	require.Equal(t, pdf, got)
	_, err = (&txn{}).wholeFile(pdf[:len(pdf)-1], sumOf(pdf))
	require.True(t, fault.Is(err, fault.Internal))
}
