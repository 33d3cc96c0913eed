package reports

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/locale"
)

// What is yes or no each time reads as a part of the times; a scale of points keeps its points.
func TestYesOrNoReadsAsAPart(t *testing.T) {
	day := time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)
	drawn := func(top float64) (rows [][]string, note, desc string) {
		o := outliner{loc: locale.For("nl"), s: Snapshot{PeriodFrom: day, PeriodTo: day.AddDate(0, 0, 20)}}
		b := o.trend(Trend{Title: "Voornemens die lukten", Min: 0, Max: top, Lines: []TrendLine{{Label: "Sam", Points: []TrendPoint{{On: day, Value: 0.5}, {On: day.AddDate(0, 0, 7), Value: 1}}}}}, map[string]bool{})
		_, rows = b.Chart.Table()
		_, desc = b.Chart.Words()
		return rows, b.Note, desc
	}
	rows, note, desc := drawn(1)
	require.Equal(t, "50%", rows[0][1])
	require.Equal(t, "100%", rows[1][1])
	require.Equal(t, "Schaal van 0% tot 100%.", note)
	require.Contains(t, desc, "0%")
	rows, note, _ = drawn(10)
	require.Equal(t, "0,5", rows[0][1])
	require.Equal(t, "Schaal van 0 tot 10.", note)
}
