package care

import (
	"reflect"
	"slices"
	"strings"

	"tussentijds/library"
)

// FollowKind is the kind of measure with which an answer of that type is followed over time; empty for what is only read:
// words, dates and signatures.
func FollowKind(t library.FieldType) string {
	switch t {
	case library.FieldScale, library.FieldNumber:
		return library.MeasureScale
	case library.FieldCounter, library.FieldTimer:
		return library.MeasureSum
	case library.FieldYesNo, library.FieldChecklist:
		return library.MeasureYesShare
	case library.FieldMulti, library.FieldRows:
		return library.MeasureCount
	case library.FieldChoice:
		return library.MeasureChoice
	}
	return ""
}

// settle fills in what follows from the rest of a draft, so that no form needs to ask for it and nothing refers to what is
// gone: when closed answers open, the highest score, where bands end, measures and flags of questions that are no longer
// there or that nobody may follow. It changes nothing that a person decides.
func settle(e *library.Exercise, languages string) {
	tidyTexts(e)
	if e.Steps == nil {
		e.Steps = []library.Text{}
	}
	if e.Questions == nil {
		e.Questions = []library.Question{}
	}
	if e.Kind == library.KindAgreement {
		e.Joint = true
	}
	if len(e.Risks) > 0 {
		e.RequiresNoHold = true
	}
	reveals := slices.ContainsFunc(e.Questions, func(q library.Question) bool { return q.Audience == library.AudienceReveal })
	switch {
	case !reveals:
		e.Reveal = ""
	case e.Reveal == "":
		e.Reveal = library.RevealAtOnce
	}
	for i := range e.Questions {
		settleQuestion(&e.Questions[i], e.Kind)
	}
	settleMeasures(e)
	settleScoring(e, languages)
	settleFlags(e)
}

// tidyTexts takes off white space around texts and makes one kind of line end; a form sends another.
func tidyTexts(e *library.Exercise) {
	eachString(reflect.ValueOf(e), "", func(_, s string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	})
}

// settleQuestion leaves out what belongs to another type of question.
func settleQuestion(q *library.Question, kind library.Kind) {
	if q.Role != "" {
		q.Required = false // The other role never answers it.
	}
	is := func(types ...library.FieldType) bool { return slices.Contains(types, q.Type) }
	if !is(library.FieldChoice, library.FieldMulti, library.FieldChecklist) {
		q.Options = nil
	}
	if !is(library.FieldRows) {
		q.Columns, q.MaxRows = nil, 0
	}
	if !is(library.FieldShort, library.FieldLong) {
		q.MaxLength = 0
	}
	if !is(library.FieldScale) {
		q.MinLabel, q.MaxLabel = library.Text{}, library.Text{}
	}
	q.Min, q.Max = ownBounds(q.Type, q.Min, q.Max)
	if !is(library.FieldTimer, library.FieldCounter, library.FieldNumber, library.FieldRows) {
		q.Target = 0
	}
	for i := range q.Columns {
		c := &q.Columns[i]
		if c.Type != library.FieldChoice {
			c.Options = nil
		}
		c.Min, c.Max = ownBounds(c.Type, c.Min, c.Max)
	}
	if kind != library.KindInstrument {
		q.Reverse, q.Unscored, q.Suggests = false, false, ""
	}
}

// ownBounds leaves out limits where there are none, and those that hold anyway: an exercise of the library carries them.
func ownBounds(t library.FieldType, low, high *float64) (lowest, highest *float64) {
	if !slices.Contains([]library.FieldType{library.FieldScale, library.FieldNumber, library.FieldCounter, library.FieldTimer}, t) {
		return nil, nil
	}
	usual := library.Question{Type: t}
	usualLow, usualHigh := usual.Bounds()
	if low != nil && *low != usualLow {
		lowest = low
	}
	if high != nil && *high != usualHigh {
		highest = high
	}
	return lowest, highest
}

// settleMeasures drops measures that can no longer be taken, and those that would tell what a private answer says.
func settleMeasures(e *library.Exercise) {
	e.Measures = slices.DeleteFunc(e.Measures, func(m library.Measure) bool {
		if m.Kind == library.MeasureScore {
			return e.Scoring == nil && e.Kind != library.KindInstrument
		}
		id, column, inRows := strings.Cut(m.Question, ".")
		q, ok := e.Question(id)
		if !ok || q.Audience == library.AudienceMe {
			return true
		}
		if inRows {
			_, ok := q.Column(column)
			return !ok
		}
		return FollowKind(q.Type) == "" && m.Kind != library.MeasureCount
	})
	for i := range e.Measures {
		m := &e.Measures[i]
		if m.Shared && e.Scoring != nil || m.Kind != library.MeasureScore {
			m.Shared = m.Shared && library.AudienceReveal.NarrowerOrEqual(e.MeasureAudience(*m))
		}
		if q, ok := e.Question(m.Question); ok && m.Kind == library.MeasureChoice {
			countOptions(q.Options)
		}
	}
	if len(e.Measures) == 0 {
		e.Measures = nil
	}
}

// countOptions gives options that count for nothing yet the number of their place.
func countOptions(options []library.Option) {
	for i := range options {
		if options[i].Value == nil {
			place := float64(i + 1)
			options[i].Value = &place
		}
	}
}

// settleScoring works out the highest score and where each band ends.
func settleScoring(e *library.Exercise, languages string) {
	if e.Kind != library.KindInstrument {
		e.Scoring = nil
		return
	}
	if e.Scoring == nil {
		e.Scoring = &library.Scoring{}
	}
	s := e.Scoring
	if s.Method == library.ScoreList {
		s.Max, s.MaxMissing, s.Bands = 0, 0, nil
		return
	}
	s.Max = highestScore(e)
	if s.Method == library.ScoreMostly || len(s.Bands) == 0 {
		return
	}
	slices.SortStableFunc(s.Bands, func(a, b library.Band) int {
		switch {
		case a.From < b.From:
			return -1
		case a.From > b.From:
			return 1
		}
		return 0
	})
	for i := range s.Bands {
		s.Bands[i].To = s.Max
		if i+1 < len(s.Bands) {
			s.Bands[i].To = s.Bands[i+1].From - 1
		}
	}
}

// highestScore is the highest score that the items of an instrument come to. Each item is scored alone, so that which types count,
// and for how much, stays the library's to say.
func highestScore(e *library.Exercise) float64 {
	sum, high := 0.0, 0.0
	for _, q := range e.Questions {
		if q.Unscored {
			continue
		}
		var answer any
		switch low, _ := q.Bounds(); q.Type {
		case library.FieldYesNo:
			answer = "yes"
		case library.FieldChoice:
			if len(q.Options) > 0 {
				answer = q.Options[0].ID
			}
		default:
			answer = low
		}
		alone := library.Exercise{Questions: []library.Question{q}, Scoring: &library.Scoring{Method: e.Scoring.Method}}
		if s, ok := alone.Score(library.Answers{q.ID: answer}); ok {
			sum, high = sum+s.Max, max(high, s.Max)
		}
	}
	if e.Scoring.Method == library.ScoreMean {
		return high
	}
	return sum
}

// settleFlags drops flags of questions, options and bands that are gone. On an answer that its writer alone reads only an
// offer to that writer is left: anything else would tell of it.
func settleFlags(e *library.Exercise) {
	e.Flags = slices.DeleteFunc(e.Flags, func(f library.Flag) bool {
		if f.Score {
			if e.Scoring == nil {
				return true
			}
			_, ok := e.Scoring.Band(f.When.Band)
			return f.When.Band != "" && !ok
		}
		q, ok := e.Question(f.Question)
		if !ok || q.Audience == library.AudienceMe && f.Do != library.DoOffer {
			return true
		}
		named := f.When.Option + f.When.Missing // One of the two is empty.
		return named != "" && !slices.ContainsFunc(q.Options, func(o library.Option) bool { return o.ID == named })
	})
	if len(e.Flags) == 0 {
		e.Flags = nil
	}
}
