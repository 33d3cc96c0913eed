package library

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// scored gives the items that count. Items for a role nobody answered for are left out, so that the repairing partner
// is not told that the hurt partner's items are missing.
func (e *Exercise) scored(a Answers) []Question {
	roles := map[string]bool{"": true}
	for _, q := range e.Questions {
		if _, answered := a[q.ID]; answered {
			roles[q.Role] = true
		}
	}
	var out []Question
	for _, q := range e.Questions {
		if !q.Unscored && roles[q.Role] && q.counts(e.Scoring.method()) {
			out = append(out, q)
		}
	}
	return out
}

// counts tells whether the question is an item under that method. A choice is one when each of its options has a value.
func (q *Question) counts(method string) bool {
	switch method {
	case ScoreSum:
		return slices.Contains([]FieldType{FieldYesNo, FieldScale, FieldNumber, FieldCounter}, q.Type) || q.valued()
	case ScoreMean:
		return q.Type == FieldScale || q.Type == FieldNumber || q.valued()
	case ScoreMostly:
		return q.Type == FieldChoice
	case ScoreList:
		return q.Type == FieldYesNo
	}
	return false
}

func (q *Question) valued() bool {
	return q.Type == FieldChoice && !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == nil })
}

// Score scores answers that Check has passed. It is false when the exercise has no scoring, when nothing was answered, or
// when more items were skipped than the instrument allows. The band is found on the score's share of its maximum, so that
// skipping an item does not by itself lead to a lower band.
func (e *Exercise) Score(a Answers) (Score, bool) {
	if e.Scoring == nil {
		return Score{}, false
	}
	items := e.scored(a)
	switch e.Scoring.method() {
	case ScoreMostly:
		return e.scoreMostly(items, a)
	case ScoreList:
		return e.scoreList(items, a)
	}
	s := Score{Sections: map[string]float64{}}
	counts := map[string]float64{}
	answered, raw := 0.0, 0.0
	points := map[string]float64{}
	for _, q := range items {
		p, ok := q.points(a)
		if !ok {
			s.Missing++
			continue
		}
		answered++
		points[q.ID] = p.points
		s.Total += p.points
		s.Max += p.most
		raw += p.printed
		if q.Section != "" {
			s.Sections[q.Section] += p.points
			counts[q.Section]++
		}
	}
	if answered == 0 || s.Missing > e.Scoring.MaxMissing {
		return Score{Missing: s.Missing}, false
	}
	if e.Scoring.method() == ScoreMean {
		s.Total, s.Max, raw = s.Total/answered, s.Max/answered, raw/answered
		for section, n := range counts {
			s.Sections[section] /= n
		}
	}
	if e.Scoring.RawAsSource {
		s.Raw = &raw
	}
	s.Band = e.Scoring.bandAt(s.Share() * e.Scoring.Max)
	s.Top, s.Low = e.Scoring.name(items, points)
	return s, true
}

// name gives the highest items and the low ones. An item at its lowest is never among the highest; of items that are level
// the one that stands first in the form goes first.
func (s *Scoring) name(items []Question, points map[string]float64) (top []string, low []LowItem) {
	answered := slices.DeleteFunc(slices.Clone(items), func(q Question) bool {
		_, ok := points[q.ID]
		return !ok
	})
	if s.Low != nil {
		for _, q := range answered {
			if points[q.ID] <= *s.Low {
				low = append(low, LowItem{Question: q.ID, Suggests: q.Suggests})
			}
		}
	}
	if s.Top > 0 {
		slices.SortStableFunc(answered, func(x, y Question) int { return cmp.Compare(points[y.ID], points[x.ID]) })
		for _, q := range answered[:min(s.Top, len(answered))] {
			if low, _ := q.span(); points[q.ID] > low {
				top = append(top, q.ID)
			}
		}
	}
	return top, low
}

// counted is what one answer counts for.
type counted struct {
	points  float64 // reversed where the item is reversed.
	most    float64 // what it could have counted for at most.
	printed float64 // as the source prints it, without reversal.
}

// span gives the lowest and the highest number an item can count for.
func (q *Question) span() (low, high float64) {
	switch q.Type {
	case FieldYesNo:
		return 0, 1
	case FieldChoice:
		low, high = math.Inf(1), math.Inf(-1)
		for _, o := range q.Options {
			if o.Value != nil {
				low, high = min(low, *o.Value), max(high, *o.Value)
			}
		}
		return low, high
	}
	return q.Bounds()
}

func (q *Question) points(a Answers) (counted, bool) {
	low, high := q.span()
	v, ok := 0.0, false
	switch q.Type {
	case FieldYesNo:
		var yes bool
		yes, ok = a.YesNo(q.ID)
		v = oneIf(yes)
	case FieldChoice:
		for _, o := range q.Options {
			if o.ID == a.Text(q.ID) && o.Value != nil {
				v, ok = *o.Value, true
			}
		}
	default:
		v, ok = a.Number(q.ID)
	}
	c := counted{points: v, most: high, printed: v}
	if q.Reverse {
		c.points = low + high - v
	}
	return c, ok
}

// bandAt gives the highest band that starts at or below v: 14.9 is still in the band 10 to 14.
func (s *Scoring) bandAt(v float64) string {
	id, from := "", math.Inf(-1)
	for _, b := range s.Bands {
		// A share of a maximum can land a hair below the whole number it stands for.
		if b.From <= v+1e-9 && b.From > from {
			id, from = b.ID, b.From
		}
	}
	return id
}

func (e *Exercise) scoreMostly(items []Question, a Answers) (Score, bool) {
	s := Score{Sections: map[string]float64{}}
	for _, q := range items {
		option := a.Text(q.ID)
		if option == "" {
			s.Missing++
			continue
		}
		s.Max++
		s.Sections[option]++
	}
	if s.Max == 0 || s.Missing > e.Scoring.MaxMissing {
		return Score{Missing: s.Missing}, false
	}
	ahead := ""
	for option, n := range s.Sections {
		switch {
		case n > s.Total:
			ahead, s.Total = option, n
		case n == s.Total:
			ahead = ""
		}
	}
	s.Band = BandMixed
	if ahead != "" {
		for _, b := range e.Scoring.Bands {
			if b.Choice == ahead {
				s.Band = b.ID
			}
		}
	}
	return s, true
}

// scoreList tells what was answered yes. Nothing is too much to skip: there is no total that would suffer.
func (e *Exercise) scoreList(items []Question, a Answers) (Score, bool) {
	s := Score{Sections: map[string]float64{}}
	for _, q := range items {
		yes, ok := a.YesNo(q.ID)
		if !ok {
			s.Missing++
			continue
		}
		if yes {
			s.Yes = append(s.Yes, q.ID)
		}
		if q.Section != "" {
			s.Sections[q.Section] += oneIf(yes)
		}
	}
	if s.Missing == len(items) {
		return Score{Missing: s.Missing}, false
	}
	return s, true
}

// scaled is the score as it compares between months: skipped items do not lower it.
func (s *Scoring) scaled(score Score) float64 {
	if s.method() == ScoreMostly {
		return score.Total
	}
	return score.Share() * s.Max
}

// Changed compares two scores as MeasuresOf gives them. A change is reliable when it is at least Scoring.ReliableChange,
// and never when that is unknown. Better goes by the direction of the exercise's score measure, and without such a
// measure by higher is better; an equal score is not better.
func (e *Exercise) Changed(before, after float64) (reliable, better bool) {
	if e.Scoring == nil {
		return false, false
	}
	change := after - before
	if e.Scoring.ReliableChange > 0 {
		reliable = math.Abs(change) >= e.Scoring.ReliableChange-1e-9
	}
	for _, m := range e.Measures {
		if m.Kind == MeasureScore && !m.HigherIsBetter {
			change = -change
			break
		}
	}
	return reliable, change > 0
}

// Reached tells whether a score, as MeasuresOf gives it, is at or above the value of the cut-off.
func (c Cutoff) Reached(score float64) bool { return score >= c.Value-1e-9 }

// LookBackDays gives how many days back the items of the instrument ask about, when it is filled in with that kind of
// schedule; 0 when it does not say.
func (e *Exercise) LookBackDays(scheduleKind string) int {
	if e.Scoring == nil {
		return 0
	}
	if e.Scoring.LookBack != LookBackSchedule {
		days, _ := strconv.Atoi(string(e.Scoring.LookBack))
		return days
	}
	switch scheduleKind {
	case ScheduleDaily:
		return 1
	case ScheduleMonthly:
		return 30
	}
	return 7 // Also when it comes once: people remember a week.
}
