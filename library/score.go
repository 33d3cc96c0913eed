package library

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// Scoring says how the answers to an instrument become a score.
type Scoring struct {
	Method        string          `json:"method,omitempty"` // sum (also when empty), mean, mostly or list.
	Max           float64         `json:"max,omitempty"`    // the highest score there is; none with list.
	MaxMissing    int             `json:"max_missing"`      // with more items skipped there is no score.
	Bands         []Band          `json:"bands,omitempty"`
	SectionTitles map[string]Text `json:"section_titles,omitempty"`
	Caveat        Text            `json:"caveat"` // stands wherever the score stands.

	LookBack       LookBack `json:"look_back,omitempty"`       // what period the items ask about.
	RawAsSource    bool     `json:"raw_as_source,omitempty"`   // also give the total without reversal, as the source prints it.
	Top            int      `json:"top,omitempty"`             // how many of the highest items to name.
	Low            *float64 `json:"low,omitempty"`             // items at or below lead to what they suggest.
	Cutoff         *Cutoff  `json:"cutoff,omitempty"`          // the line a licensed instrument draws.
	ReliableChange float64  `json:"reliable_change,omitempty"` // a smaller change may be chance; 0 is unknown.
	Licence        string   `json:"licence,omitempty"`         // under which licence a practice uses the items.
}

// Cutoff is the line that a licensed instrument draws through its scores.
type Cutoff struct {
	Value float64 `json:"value"`
	Label Text    `json:"label"` // what a score at or above the value is called.
}

// LookBack is the period that the items of an instrument ask about: "schedule" when it follows how often the instrument
// is filled in, or a number of days. In JSON and YAML the days may stand as a number or as text.
type LookBack string

// LookBackSchedule is a week when the instrument comes weekly and a month when it comes monthly.
const LookBackSchedule LookBack = "schedule"

// UnmarshalJSON takes a text or a whole number of days.
func (l *LookBack) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*l = LookBack(text)
		return nil
	}
	var days int
	if err := json.Unmarshal(raw, &days); err != nil {
		return err
	}
	*l = LookBack(strconv.Itoa(days))
	return nil
}

// The methods of scoring. Sum adds yes as 1 and scales as they are; mean averages scales; mostly takes the option that
// was chosen most often; list adds nothing up and tells what was answered yes. A choice counts with the values of its
// options.
const (
	ScoreSum    = "sum"
	ScoreMean   = "mean"
	ScoreMostly = "mostly"
	ScoreList   = "list"
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
	Choose          int     `json:"choose,omitempty"`      // so many items the couple picks to work on.
	WithinDays      int     `json:"within_days,omitempty"` // with NotifyTherapist: by when a therapist looks at it.
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
