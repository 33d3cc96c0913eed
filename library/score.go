package library

import (
	"math"
	"slices"
)

// Scoring says how the answers to an instrument become a score.
type Scoring struct {
	Method        string          `json:"method,omitempty"` // sum (also when empty), mean or mostly.
	Max           float64         `json:"max"`              // the highest score there is.
	MaxMissing    int             `json:"max_missing"`      // with more items skipped there is no score.
	Bands         []Band          `json:"bands,omitempty"`
	SectionTitles map[string]Text `json:"section_titles,omitempty"`
	Caveat        Text            `json:"caveat"` // stands wherever the score stands.
}

// The methods of scoring. Sum adds yes as 1 and scales as they are; mean averages scales; mostly takes the option that
// was chosen most often.
const (
	ScoreSum    = "sum"
	ScoreMean   = "mean"
	ScoreMostly = "mostly"
)

// BandMixed is the band of a mostly score in which no option is ahead.
const BandMixed = "mixed"

// Band is a range of scores, both ends included, with a mild label.
type Band struct {
	ID              string  `json:"id"`
	From            float64 `json:"from"`
	To              float64 `json:"to"`
	Choice          string  `json:"choice,omitempty"` // with mostly: the option id that leads here.
	Label           Text    `json:"label"`
	Advice          Text    `json:"advice,omitzero"`
	NotifyTherapist bool    `json:"notify_therapist,omitempty"`
}

// Score is the outcome of an instrument.
type Score struct {
	Total    float64            `json:"total"`              // with items skipped: what the answered items add up to.
	Max      float64            `json:"max"`                // what the answered items could add up to at most.
	Band     string             `json:"band,omitempty"`     // id of the band, empty when the instrument has none.
	Sections map[string]float64 `json:"sections,omitempty"` // per section the same as Total; with mostly the count per option.
	Missing  int                `json:"missing"`            // items skipped or declined.
}

// Share is the score as a part of its maximum, 0 to 1, so that scores with skipped items compare with whole ones.
func (s Score) Share() float64 {
	if s.Max == 0 {
		return 0
	}
	return s.Total / s.Max
}

// Band gives the band with the id.
func (s *Scoring) Band(id string) (Band, bool) {
	i := slices.IndexFunc(s.Bands, func(b Band) bool { return b.ID == id })
	if i < 0 {
		return Band{}, false
	}
	return s.Bands[i], true
}

func (s *Scoring) method() string {
	if s.Method == "" {
		return ScoreSum
	}
	return s.Method
}

// scored gives the items that count. Items for a role nobody answered for are left out, so that the repairing partner
// is not told that the hurt partner's items are missing.
func (e *Exercise) scored(a Answers) []Question {
	var types []FieldType
	switch e.Scoring.method() {
	case ScoreSum:
		types = []FieldType{FieldYesNo, FieldScale, FieldNumber, FieldCounter}
	case ScoreMean:
		types = []FieldType{FieldScale, FieldNumber}
	case ScoreMostly:
		types = []FieldType{FieldChoice}
	}
	roles := map[string]bool{"": true}
	for _, q := range e.Questions {
		if _, answered := a[q.ID]; answered {
			roles[q.Role] = true
		}
	}
	var out []Question
	for _, q := range e.Questions {
		if !q.Unscored && roles[q.Role] && slices.Contains(types, q.Type) {
			out = append(out, q)
		}
	}
	return out
}

// Score scores answers that Check has passed. It is false when the exercise has no scoring or when more items were
// skipped than the instrument allows. The band is found on the score's share of its maximum, so that skipping an item
// does not by itself lead to a lower band.
func (e *Exercise) Score(a Answers) (Score, bool) {
	if e.Scoring == nil {
		return Score{}, false
	}
	items := e.scored(a)
	if e.Scoring.method() == ScoreMostly {
		return e.scoreMostly(items, a)
	}
	s := Score{Sections: map[string]float64{}}
	counts := map[string]float64{}
	answered := 0.0
	for _, q := range items {
		points, most, ok := q.points(a)
		if !ok {
			s.Missing++
			continue
		}
		answered++
		s.Total += points
		s.Max += most
		if q.Section != "" {
			s.Sections[q.Section] += points
			counts[q.Section]++
		}
	}
	if answered == 0 || s.Missing > e.Scoring.MaxMissing {
		return Score{Missing: s.Missing}, false
	}
	if e.Scoring.method() == ScoreMean {
		s.Total, s.Max = s.Total/answered, s.Max/answered
		for section, n := range counts {
			s.Sections[section] /= n
		}
	}
	s.Band = e.Scoring.bandAt(s.Share() * e.Scoring.Max)
	return s, true
}

// points gives what the answer counts for and what it could have counted for at most.
func (q *Question) points(a Answers) (points, most float64, ok bool) {
	if q.Type == FieldYesNo {
		yes, ok := a.YesNo(q.ID)
		if !ok {
			return 0, 0, false
		}
		if yes != q.Reverse {
			return 1, 1, true
		}
		return 0, 1, true
	}
	v, ok := a.Number(q.ID)
	if !ok {
		return 0, 0, false
	}
	low, high := q.Bounds()
	if q.Reverse {
		v = low + high - v
	}
	return v, high, true
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
