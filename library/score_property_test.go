package library

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// answerTo draws an answer that Check passes, or nil for none.
func answerTo(q *Question) *rapid.Generator[any] {
	given := rapid.Custom(func(t *rapid.T) any { return drawAnswer(t, q) })
	if q.Type == FieldSignature {
		return rapid.OneOf(given, rapid.Just[any](nil))
	}
	return rapid.OneOf(given, given, given, rapid.Just[any](nil), rapid.Just[any](Decline()))
}

func drawAnswer(t *rapid.T, q *Question) any {
	switch q.Type {
	case FieldMulti, FieldChecklist:
		var out []any
		for _, o := range q.Options {
			if rapid.Bool().Draw(t, q.ID+"."+o.ID) {
				out = append(out, o.ID)
			}
		}
		if out == nil {
			return nil
		}
		return out
	case FieldSignature:
		return map[string]any{"name": rapid.SampledFrom([]string{"Sam", "Noor"}).Draw(t, q.ID), "agreed": true}
	case FieldRows:
		var rows []any
		for i := range rapid.IntRange(1, min(3, q.RowLimit())).Draw(t, q.ID+" rows") {
			row := map[string]any{}
			for j := range q.Columns {
				c := &q.Columns[j]
				if rapid.Bool().Draw(t, c.ID) || j == 0 {
					row[c.ID] = drawAnswer(t, &Question{ID: fmt.Sprint(q.ID, i, c.ID), Type: c.Type, Options: c.Options, Min: c.Min, Max: c.Max})
				}
			}
			rows = append(rows, row)
		}
		return rows
	}
	return drawOne(t, q)
}

// drawOne draws an answer of one value.
func drawOne(t *rapid.T, q *Question) any {
	switch q.Type {
	case FieldScale, FieldNumber, FieldCounter, FieldTimer:
		low, high := q.Bounds()
		return float64(rapid.IntRange(int(math.Ceil(low)), int(min(high, low+1000))).Draw(t, q.ID))
	case FieldYesNo:
		return rapid.SampledFrom([]string{"yes", "no"}).Draw(t, q.ID)
	case FieldChoice:
		return rapid.SampledFrom(q.Options).Draw(t, q.ID).ID
	case FieldDate:
		return rapid.SampledFrom([]string{"2026-01-31", "2024-02-29"}).Draw(t, q.ID)
	case FieldTime:
		return rapid.SampledFrom([]string{"00:00", "21:30"}).Draw(t, q.ID)
	}
	return rapid.SampledFrom([]string{"iets", "een “woord”", "é\u0301"}).Draw(t, q.ID)
}

// answersTo draws answers to the whole form.
func answersTo(e *Exercise) *rapid.Generator[Answers] {
	return rapid.Custom(func(t *rapid.T) Answers {
		out := Answers{}
		for i := range e.Questions {
			if v := answerTo(&e.Questions[i]).Draw(t, e.Questions[i].ID); v != nil {
				out[e.Questions[i].ID] = v
			}
		}
		return out
	})
}

// instruments gives every scored exercise of the library, and made-up ones for what the library does not use.
func instruments(t *testing.T) []*Exercise {
	out := slices.DeleteFunc(lib(t).List(), func(e *Exercise) bool { return e.Scoring == nil })
	for _, method := range []string{ScoreSum, ScoreMean, ScoreMostly, ScoreList} {
		out = append(out, madeUp(method))
	}
	return out
}

func madeUp(method string) *Exercise {
	f := func(v float64) *float64 { return &v }
	options := []Option{{ID: "a", Value: f(0)}, {ID: "b", Value: f(1)}, {ID: "c", Value: f(3)}}
	e := &Exercise{ID: "made-up-" + method, Scoring: &Scoring{Method: method, MaxMissing: 3}, Questions: []Question{
		{ID: "yes", Type: FieldYesNo, Section: "A"},
		{ID: "no", Type: FieldYesNo, Section: "A"},
		{ID: "scale", Type: FieldScale, Section: "A"},
		{ID: "turned", Type: FieldScale, Section: "B"},
		{ID: "choice", Type: FieldChoice, Options: options, Section: "B"},
		{ID: "choice2", Type: FieldChoice, Options: options},
		{ID: "choice3", Type: FieldChoice, Options: options},
		{ID: "apart", Type: FieldScale, Unscored: true},
	}}
	bands := func(limits ...float64) {
		for i := range len(limits) - 1 {
			from := limits[i]
			if i > 0 {
				from++
			}
			e.Scoring.Bands = append(e.Scoring.Bands, Band{ID: fmt.Sprint("band", i), From: from, To: limits[i+1]})
		}
	}
	switch method {
	case ScoreSum:
		e.Scoring.Max, e.Scoring.RawAsSource, e.Scoring.Top, e.Scoring.Low = 31, true, 3, f(1)
		bands(0, 9, 20, 31)
	case ScoreMean:
		e.Questions[4].Type, e.Questions[5].Type, e.Questions[6].Type = FieldScale, FieldScale, FieldScale
		e.Questions[4].Options, e.Questions[5].Options, e.Questions[6].Options = nil, nil, nil
		e.Scoring.Max, e.Scoring.Top = 10, 2
		bands(0, 3, 6, 10)
	case ScoreMostly:
		e.Scoring.Max = 3
		e.Scoring.Bands = []Band{{ID: "A", Choice: "a"}, {ID: "B", Choice: "b"}, {ID: "C", Choice: "c"}, {ID: BandMixed}}
	}
	if method == ScoreSum || method == ScoreMean {
		e.Questions[1].Reverse, e.Questions[3].Reverse = true, true
	}
	return e
}

func TestMadeUpInstrumentsKeepTheRules(t *testing.T) {
	for _, e := range instruments(t) {
		r := &rules{e: e}
		if r.bands(); len(r.found) > 0 && e.Scoring.method() != ScoreMostly {
			t.Errorf("%s: %v", e.ID, r.found)
		}
	}
}

// eachInstrument runs a property on random answers to every instrument of the library by itself, with all methods or with
// those that are named. About as many items are skipped as the instrument allows.
func eachInstrument(t *testing.T, property func(t *rapid.T, e *Exercise, a Answers), methods ...string) {
	for _, e := range instruments(t) {
		if len(methods) > 0 && !slices.Contains(methods, e.Scoring.method()) {
			continue
		}
		t.Run(e.ID, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				a := Answers{}
				for i := range e.Questions {
					if v := drawAnswer(r, &e.Questions[i]); v != nil {
						a[e.Questions[i].ID] = v
					}
				}
				for range rapid.IntRange(0, e.Scoring.MaxMissing+1).Draw(r, "skipped") {
					id := rapid.SampledFrom(e.Questions).Draw(r, "skip").ID
					if delete(a, id); rapid.Bool().Draw(r, "declined") {
						a[id] = Decline()
					}
				}
				property(r, e, a)
			})
		})
	}
}

func TestAScoreStaysInItsBounds(t *testing.T) {
	eachInstrument(t, func(t *rapid.T, e *Exercise, a Answers) {
		s, ok := e.Score(a)
		scoring := e.Scoring
		if !ok {
			if s.Total != 0 || s.Band != "" {
				t.Fatalf("no score, but %+v", s)
			}
			return
		}
		if s.Total < 0 || s.Total > s.Max || s.Max > scoring.Max || scoring.scaled(s) > scoring.Max+1e-9 {
			t.Fatalf("%+v is out of 0 to %v", s, scoring.Max)
		}
		if _, known := scoring.Band(s.Band); !known && len(scoring.Bands) > 0 {
			t.Fatalf("there is no band %q", s.Band)
		}
		if (s.Raw != nil) != scoring.RawAsSource || len(s.Top) > scoring.Top || scoring.Low == nil && s.Low != nil {
			t.Fatalf("%+v does not follow %+v", s, scoring)
		}
		for _, id := range slices.Concat(s.Top, s.Yes) {
			if q, ok := e.Question(id); !ok || a[id] == nil || a.Declined(id) || q.Unscored {
				t.Fatalf("%s is named and is no answered item", id)
			}
		}
	})
}

func TestReversingTwiceChangesNothing(t *testing.T) {
	eachInstrument(t, func(t *rapid.T, e *Exercise, a Answers) {
		for _, q := range e.Questions {
			before, ok := q.points(a)
			low, high := q.span()
			if !ok || q.Type == FieldChoice {
				continue
			}
			mirrored := Answers{q.ID: low + high - before.printed}
			if q.Type == FieldYesNo {
				mirrored[q.ID] = "yes"
				if before.printed == 1 {
					mirrored[q.ID] = "no"
				}
			}
			q.Reverse = !q.Reverse
			if after, _ := q.points(mirrored); math.Abs(after.points-before.points) > 1e-9 || after.most != before.most {
				t.Fatalf("%s: %+v, turned twice %+v", q.ID, before, after)
			}
		}
	})
}

// from is where a band begins, so that bands compare.
func from(s *Scoring, id string) float64 {
	b, _ := s.Band(id)
	return b.From
}

func TestSkippingDoesNotLowerTheBand(t *testing.T) {
	eachInstrument(t, func(t *rapid.T, e *Exercise, a Answers) {
		for _, q := range e.scored(a) {
			low, high := q.span()
			if low != 0 {
				continue // Answering lowest is then itself worth points.
			}
			worst, without := maps.Clone(a), maps.Clone(a)
			worst[q.ID] = lowest(&q, low, high)
			without[q.ID] = Decline()
			w, answered := e.Score(worst)
			s, skipped := e.Score(without)
			if answered && skipped && from(e.Scoring, s.Band) < from(e.Scoring, w.Band) {
				t.Fatalf("skipping %s gives %+v, answering it lowest %+v", q.ID, s, w)
			}
			// An item no better than the rest does not hold the score up, so without it the score is no lower.
			one, ok := q.points(a)
			before, scored := e.Score(a)
			if ok && scored && skipped && one.points/one.most <= before.Share() &&
				(s.Share() < before.Share()-1e-9 || from(e.Scoring, s.Band) < from(e.Scoring, before.Band)) {
				t.Fatalf("skipping %s takes the score from %+v to %+v", q.ID, before, s)
			}
		}
	}, ScoreSum, ScoreMean)
}

// lowest is the answer that counts for the least.
func lowest(q *Question, low, high float64) any {
	wanted := low
	if q.Reverse {
		wanted = high
	}
	switch q.Type {
	case FieldYesNo:
		return map[float64]string{0: "no", 1: "yes"}[wanted]
	case FieldChoice:
		for _, o := range q.Options {
			if *o.Value == wanted {
				return o.ID
			}
		}
	}
	return wanted
}

func TestAScoreRisesWithEachItem(t *testing.T) {
	eachInstrument(t, func(t *rapid.T, e *Exercise, a Answers) {
		for _, q := range e.scored(a) {
			one, ok := q.points(a)
			other := maps.Clone(a)
			other[q.ID] = drawAnswer(t, &q)
			two, _ := q.points(other)
			before, scored := e.Score(a)
			if !ok || !scored {
				continue
			}
			after, _ := e.Score(other)
			higher := two.points > one.points
			if higher && (after.Share() <= before.Share() || from(e.Scoring, after.Band) < from(e.Scoring, before.Band)) ||
				two.points == one.points && (math.Abs(after.Total-before.Total) > 1e-9 || after.Band != before.Band) {
				t.Fatalf("%s from %v to %v, the score from %+v to %+v", q.ID, one.points, two.points, before, after)
			}
		}
	}, ScoreSum, ScoreMean)
}

func TestATieIsMixed(t *testing.T) {
	eachInstrument(t, func(t *rapid.T, e *Exercise, a Answers) {
		s, ok := e.Score(a)
		if !ok {
			return
		}
		most, ahead := 0.0, []string{}
		for option, n := range s.Sections {
			switch {
			case n > most:
				most, ahead = n, []string{option}
			case n == most:
				ahead = append(ahead, option)
			}
		}
		b, _ := e.Scoring.Band(s.Band)
		if (len(ahead) > 1) != (s.Band == BandMixed) || len(ahead) == 1 && b.Choice != ahead[0] {
			t.Fatalf("%v gives the band %q", s.Sections, s.Band)
		}
	}, ScoreMostly)
}

func TestDecliningIsSkipping(t *testing.T) {
	eachInstrument(t, func(t *rapid.T, e *Exercise, a Answers) {
		q := rapid.SampledFrom(e.Questions).Draw(t, "question")
		without, declined := maps.Clone(a), maps.Clone(a)
		delete(without, q.ID)
		declined[q.ID] = Decline()
		// Declining a question for one role says at least which role one has.
		if q.Role != "" && !e.answeredAs(q.Role, without) {
			return
		}
		one, ok1 := e.Score(without)
		two, ok2 := e.Score(declined)
		if ok1 != ok2 || !reflect.DeepEqual(one, two) {
			t.Fatalf("without %s %+v, declined %+v", q.ID, one, two)
		}
		if len(e.MeasuresOf(without)) != len(e.MeasuresOf(declined)) {
			t.Fatalf("declining %s gives a measure", q.ID)
		}
	})
}

// The forms of the whole library, and one with every field type.
func TestCheckedAnswersStayAsTheyAre(t *testing.T) {
	for _, e := range append(lib(t).List(), form()) {
		if len(e.Questions) == 0 {
			continue
		}
		draw := answersTo(e)
		t.Run(e.ID, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				in := draw.Draw(r, "answers")
				out, fields := e.Check(in, true)
				if len(fields) > 0 || !reflect.DeepEqual(map[string]any(out), map[string]any(in)) {
					r.Fatalf("%v becomes %v with %v", in, out, fields)
				}
				again, fields := e.Check(out, true)
				if len(fields) > 0 || !reflect.DeepEqual(out, again) {
					r.Fatalf("checked twice %v becomes %v with %v", out, again, fields)
				}
				for _, v := range e.MeasuresOf(out) {
					if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
						r.Fatalf("%s is %v", v.Measure, v.Value)
					}
				}
			})
		})
	}
}
