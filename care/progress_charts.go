package care

import (
	"slices"

	"tussentijds/library"
	"tussentijds/models"
)

// The limits of what is drawn: fewer points make no line, and more charts than one can take in help nobody.
const (
	fewestPoints = 3
	mostCharts   = 8
)

// chartRank orders the kinds of measure by how much a line of them says.
var chartRank = map[string]int{library.MeasureScale: 0, library.MeasureChoice: 1, library.MeasureScore: 2, library.MeasureSum: 3, library.MeasureYesShare: 4, library.MeasureCount: 5}

// charted picks the lines worth drawing and makes them calm: what comes more than once a week is drawn as a week's mean, or
// its sum for counts; a measure of few points, or a count that never moves, is left to its figures. The lines of one measure
// stay together.
func (w *work) charted(lines []line) []line {
	type group struct {
		lines []line
		rank  int
	}
	var groups []group
	for i := 0; i < len(lines); {
		j := i
		for j < len(lines) && lines[j].exercise.ID == lines[i].exercise.ID && lines[j].measure.ID == lines[i].measure.ID {
			j++
		}
		weekly := make([]line, 0, j-i)
		for _, l := range lines[i:j] {
			weekly = append(weekly, w.weekly(l))
		}
		if says(weekly) {
			groups = append(groups, group{weekly, chartRank[lines[i].measure.Kind]})
		}
		i = j
	}
	slices.SortStableFunc(groups, func(a, b group) int { return a.rank - b.rank })
	var out []line
	for _, g := range groups[:min(len(groups), mostCharts)] {
		out = append(out, g.lines...)
	}
	return out
}

// says tells whether the lines of a measure tell something: one is long enough, and a count or share moves at all.
func says(lines []line) bool {
	long, moves := false, false
	kind := lines[0].measure.Kind
	for _, l := range lines {
		long = long || len(l.points) >= fewestPoints
		for _, p := range l.points {
			moves = moves || p.Value != lines[0].points[0].Value
		}
	}
	return long && (moves || kind == library.MeasureScale || kind == library.MeasureScore)
}

// weekly draws a line by weeks, on their Mondays, when it has more than one point a week.
func (w *work) weekly(l line) line {
	var weeks []ProgressPoint
	var inWeek float64
	for _, p := range l.points {
		monday := w.mondayOf(p.On)
		if n := len(weeks); n > 0 && weeks[n-1].On == monday {
			weeks[n-1].Value += p.Value
			inWeek++
			continue
		}
		weeks = closeWeek(weeks, l.measure.Kind, inWeek)
		weeks = append(weeks, ProgressPoint{On: monday, Value: p.Value})
		inWeek = 1
	}
	weeks = closeWeek(weeks, l.measure.Kind, inWeek)
	if len(weeks) < fewestPoints || len(l.points)*4 <= len(weeks)*5 {
		return l // Too short for weeks, or about once a week already: its own days say more.
	}
	l.points = weeks
	l.settle()
	return l
}

// mondayOf gives the Monday of a day's week.
func (w *work) mondayOf(on models.Day) models.Day {
	monday, known := w.mondays[on]
	if !known {
		monday = models.DayOf(w.span.monday(on.In(w.span.zone)))
		if w.mondays == nil {
			w.mondays = map[models.Day]models.Day{}
		}
		w.mondays[on] = monday
	}
	return monday
}

// closeWeek turns the last week's sum into its mean, except for what is counted.
func closeWeek(weeks []ProgressPoint, kind string, values float64) []ProgressPoint {
	if n := len(weeks); n > 0 && values > 1 && kind != library.MeasureCount && kind != library.MeasureSum {
		weeks[n-1].Value /= values
	}
	return weeks
}
