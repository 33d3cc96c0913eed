package library

import (
	"cmp"
	"slices"
)

// Flag says what a certain answer asks for. It stands in the exercise as data, so that nobody has to read texts to find it.
type Flag struct {
	ID       string `json:"id"`
	Question string `json:"question,omitempty"` // the question it looks at; empty with Score.
	Score    bool   `json:"score,omitempty"`    // it looks at the instrument's score.
	When     When   `json:"when"`
	Do       Do     `json:"do"`
	Level    int    `json:"level"` // urgency, 0 (now) to 3 (within three months); always 0 with offer, which has none.
	Text     Text   `json:"text"`  // with offer for the writer, otherwise for the therapist and never for a partner.
}

// When is the condition of a flag. Exactly one of its fields is given.
type When struct {
	Option  string   `json:"option,omitempty"`   // choice, multi or checklist has this option.
	Missing string   `json:"missing,omitempty"`  // a checklist was sent without this option.
	Answer  string   `json:"answer,omitempty"`   // yes or no.
	AtLeast *float64 `json:"at_least,omitempty"` // the number, or the score, is this or more.
	AtMost  *float64 `json:"at_most,omitempty"`  // the number, or the score, is this or less.
	Band    string   `json:"band,omitempty"`     // the score falls into this band.
}

// Do is what a flag asks for.
type Do string

// What a flag can ask for.
const (
	DoOffer   Do = "offer"   // kind words and the help lines for the writer; nobody else learns of it.
	DoNotify  Do = "notify"  // the therapist is asked to look.
	DoSession Do = "session" // a topic for the next session.
	DoScreen  Do = "screen"  // the private safety questions are proposed.
	DoHold    Do = "hold"    // an alert at once, and a safety hold is proposed.
	DoPause   Do = "pause"   // the homework quietly stops coming for the couple, and the therapist hears of it.
)

// Raised gives the flags that the answers raise, the most urgent first and offers last. Answers are those that Check has
// passed. A question that was declined or skipped raises nothing, except that a checklist sent without any tick lacks
// everything on it. No answers at all raise nothing.
func (e *Exercise) Raised(a Answers) []Flag {
	if len(a) == 0 {
		return nil
	}
	score, scored := e.Score(a)
	var out []Flag
	for _, f := range e.Flags {
		if f.Score && scored && f.When.metByScore(e.Scoring, score) || !f.Score && e.metByAnswer(f, a) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(x, y Flag) int { return cmp.Compare(x.urgency(), y.urgency()) })
	return out
}

// urgency orders flags: offers ask nothing of anybody and come last.
func (f Flag) urgency() int {
	if f.Do == DoOffer {
		return 4
	}
	return f.Level
}

func (e *Exercise) metByAnswer(f Flag, a Answers) bool {
	q, ok := e.Question(f.Question)
	if !ok || a.Declined(q.ID) {
		return false
	}
	switch w := f.When; {
	case w.Option != "":
		return a.Text(q.ID) == w.Option || slices.Contains(a.Strings(q.ID), w.Option)
	case w.Missing != "":
		// Check leaves an empty list out. That the other role's checklist was never seen is no answer.
		if a[q.ID] == nil && q.Role != "" && !e.answeredAs(q.Role, a) {
			return false
		}
		return !slices.Contains(a.Strings(q.ID), w.Missing)
	case w.Answer != "":
		return a.Text(q.ID) == w.Answer
	}
	n, ok := a.Number(q.ID)
	return ok && f.When.metByNumber(n)
}

// answeredAs tells whether any question of that role has an answer.
func (e *Exercise) answeredAs(role string, a Answers) bool {
	return slices.ContainsFunc(e.Questions, func(q Question) bool { return q.Role == role && a[q.ID] != nil })
}

func (w When) metByNumber(n float64) bool {
	// A score that was scaled up for skipped items can land a hair beside the whole number it stands for.
	const hair = 1e-9
	return w.AtLeast != nil && n >= *w.AtLeast-hair || w.AtMost != nil && n <= *w.AtMost+hair
}

// metByScore compares the score as MeasuresOf gives it, scaled to the instrument's own maximum.
func (w When) metByScore(s *Scoring, score Score) bool {
	if w.Band != "" {
		return score.Band == w.Band
	}
	return w.metByNumber(s.scaled(score))
}
