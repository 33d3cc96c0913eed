package library

import (
	"encoding/json"
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
	Total    float64            `json:"total"`              // with items skipped: what the answered items add up to; 0 with list.
	Max      float64            `json:"max"`                // what the answered items could add up to at most; 0 with list.
	Band     string             `json:"band,omitempty"`     // id of the band, empty when the instrument has none.
	Sections map[string]float64 `json:"sections,omitempty"` // per section the same as Total; with mostly the count per option, with list the count of yes.
	Missing  int                `json:"missing"`            // items skipped or declined.
	Raw      *float64           `json:"raw,omitempty"`      // with RawAsSource: the total as the source prints it, without reversal.
	Top      []string           `json:"top,omitempty"`      // with Scoring.Top: the highest items, highest first.
	Low      []LowItem          `json:"low,omitempty"`      // with Scoring.Low: the items at or below it, in the order of the form.
	Yes      []string           `json:"yes,omitempty"`      // with list: the questions answered yes, in the order of the form.
}

// LowItem is an item with a low score, and the exercise that it leads to when there is one.
type LowItem struct {
	Question string `json:"question"`
	Suggests string `json:"suggests,omitempty"`
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
