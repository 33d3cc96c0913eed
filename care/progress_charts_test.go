package care

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/library"
	"tussentijds/models"
)

// days makes one value a day from a Monday on.
func days(values ...float64) []ProgressPoint {
	var out []ProgressPoint
	for i, v := range values {
		out = append(out, ProgressPoint{On: models.DayOf(time.Date(2026, 9, 7+i, 0, 0, 0, 0, time.UTC)), Value: v})
	}
	return out
}

func testLine(id, kind string, points []ProgressPoint) line {
	return line{exercise: &library.Exercise{ID: "e"}, measure: &library.Measure{ID: id, Kind: kind}, points: points}
}

func TestDenseLinesAreDrawnByWeeks(t *testing.T) {
	w := &work{span: span{zone: time.UTC}}
	full := days(1, 2, 3, 4, 5, 6, 7, 2, 2, 2, 2, 2, 2, 2, 9, 9, 9, 9, 9, 9, 9)
	mean := w.weekly(testLine("a", library.MeasureScale, full))
	require.Equal(t, []ProgressPoint{{On: "2026-09-07", Value: 4}, {On: "2026-09-14", Value: 2}, {On: "2026-09-21", Value: 9}}, mean.points)
	sum := w.weekly(testLine("a", library.MeasureCount, full))
	require.Equal(t, 28.0, sum.points[0].Value)
	require.Equal(t, 63.0, sum.max, "the scale follows the sums")
	short := w.weekly(testLine("a", library.MeasureScale, days(1, 2, 3)))
	require.Len(t, short.points, 3, "a few days stay days")
}

func TestOnlyLinesThatSaySomethingAreDrawn(t *testing.T) {
	w := &work{span: span{zone: time.UTC}}
	flat := days(1, 1, 1, 1)
	drawn := w.charted([]line{
		testLine("count-flat", library.MeasureCount, flat),
		testLine("few", library.MeasureScale, days(3, 4)),
		testLine("count", library.MeasureCount, days(1, 2, 1)),
		testLine("scale-flat", library.MeasureScale, flat),
	})
	var ids []string
	for _, l := range drawn {
		ids = append(ids, l.measure.ID)
	}
	require.Equal(t, []string{"scale-flat", "count"}, ids, "scales first; two points, or a count that never moves, is no line")
	var many []line
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		many = append(many, testLine(id, library.MeasureScale, days(1, 2, 3)))
	}
	require.Len(t, w.charted(many), mostCharts)
	require.Empty(t, w.charted(nil))
}
