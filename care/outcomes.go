package care

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tussentijds/library"
)

// Outcome is what the answers to an instrument come to, for one reader: something to talk about and no verdict. With the
// method list nothing is added up and there is no number anywhere.
type Outcome struct {
	Method         string
	TooFew         bool         // more was left open than the instrument allows: there is no score.
	Score, Max     float64      // on the instrument's whole scale, so that scores compare; 0 with list and when TooFew.
	Title          library.Text // what the score is called; may be empty.
	HigherIsBetter bool
	Band           *OutcomeBand
	Sections       []OutcomeSection
	Top            []OutcomeItem // the highest, where the instrument names them.
	Low            []OutcomeItem // the low ones, the lowest first, where it names them.
	Choose         int           // so many of ChooseFrom the couple picks to work on; 0 for none.
	ChooseFrom     []OutcomeItem // the hardest first.
	Missing        int           // items skipped or declined.
	Change         *OutcomeChange
	LookBackDays   int // the period the items asked about; 0 when it does not say.
	Caveat         library.Text
	Unreported     bool // too private to stand open on a page.

	// For the couple's therapists alone.
	Raw    *float64       // the total as the source prints it.
	Cutoff *OutcomeCutoff // the line a licensed instrument draws.
	LookBy time.Time      // by when a therapist looks at it; zero for no haste.
	Days   int            // the same in days after it was sent.
}

// OutcomeBand is the range that a score falls in, in mild words.
type OutcomeBand struct {
	ID            string
	Label, Advice library.Text
}

// OutcomeSection is a part of the instrument: its share of the score, or with list what was answered yes. With mostly it is
// an option, and how often that was chosen.
type OutcomeSection struct {
	ID         string
	Title      library.Text
	Score, Max float64
	Yes        []OutcomeItem
}

// OutcomeItem is one question of the instrument, and for therapists alone the exercise that it leads to, where there is one.
type OutcomeItem struct {
	Question string
	Label    library.Text
	Suggests *SuggestedByItem
}

// SuggestedByItem is an exercise that an item leads to.
type SuggestedByItem struct {
	ID    string
	Title library.Text
}

// OutcomeCutoff is the line that a licensed instrument draws, and whether the score is at or above it.
type OutcomeCutoff struct {
	Value   float64
	Label   library.Text
	Reached bool
}

// OutcomeChange compares with the time before. Since is zero for the other partner, who is not told when that was.
type OutcomeChange struct {
	Words  string // one of the Changed constants.
	Before float64
	Since  time.Time
}

// How a score changed. Better, worse and unsure need an instrument that says which change is no chance; of the others one
// only tells whether the number went up or down.
const (
	ChangedBetter = "better"
	ChangedWorse  = "worse"
	ChangedUnsure = "unsure"
	ChangedHigher = "higher"
	ChangedLower  = "lower"
	ChangedEqual  = "equal"
)

// earlierAnswers is the same writer's answer the time before, as far as the reader may read it.
type earlierAnswers struct {
	form    *library.Exercise
	answers library.Answers
	at      time.Time
}

// outcomeOf makes the outcome of answers that the reader may read all of (mayReadOutcome). It is false when the exercise is
// no instrument or nothing of it was answered at all. The form holds the questions for the writer's role.
func outcomeOf(form *library.Exercise, answers library.Answers, who reader) (Outcome, bool) {
	sc := form.Scoring
	if sc == nil {
		return Outcome{}, false
	}
	o := Outcome{Method: cmp.Or(sc.Method, library.ScoreSum), Caveat: sc.Caveat, Unreported: form.Unreported}
	_, o.HigherIsBetter = form.Changed(0, 1)
	for _, m := range form.Measures {
		if m.Kind == library.MeasureScore {
			o.Title = m.Title
			break
		}
	}
	score, ok := form.Score(answers)
	o.Missing = score.Missing
	if !ok {
		o.TooFew = true
		return o, !nothingAnswered(form, answers)
	}
	o.Score, o.Max = onScale(form, score)
	if band, found := sc.Band(score.Band); found {
		o.Band = &OutcomeBand{ID: band.ID, Label: band.Label, Advice: band.Advice}
		if o.Choose = band.Choose; o.Choose > 0 {
			o.ChooseFrom = hardest(form, answers, o.HigherIsBetter)
		}
		if who == readerTherapist && band.NotifyTherapist {
			o.Days = band.WithinDays
		}
	}
	o.Sections = sectionsOf(form, answers, score, who)
	for _, id := range score.Top {
		o.Top = append(o.Top, itemOf(form, id))
	}
	for _, low := range score.Low {
		item := itemOf(form, low.Question)
		if who == readerTherapist && low.Suggests != "" {
			item.Suggests = &SuggestedByItem{ID: low.Suggests}
		}
		o.Low = append(o.Low, item)
	}
	slices.SortStableFunc(o.Low, func(a, b OutcomeItem) int {
		return cmp.Compare(shareOf(form, answers, a.Question), shareOf(form, answers, b.Question))
	})
	if who == readerTherapist {
		o.Raw = score.Raw
		if c := sc.Cutoff; c != nil {
			o.Cutoff = &OutcomeCutoff{Value: c.Value, Label: c.Label, Reached: c.Reached(o.Score)}
		}
	}
	return o, true
}

// since tells what changed after an earlier answer. Nothing is compared where nothing is added up, where the instrument has
// become another one, or, for a partner, of what is too private to be followed over time.
func (o Outcome) since(form *library.Exercise, earlier earlierAnswers, who reader) *OutcomeChange {
	if o.TooFew || o.Unreported && who != readerTherapist || !comparable(form, earlier.form) {
		return nil
	}
	score, ok := earlier.form.Score(earlier.answers)
	if !ok {
		return nil
	}
	before, _ := onScale(earlier.form, score)
	change := &OutcomeChange{Words: changedIn(form, before, o.Score), Before: before}
	if who != readerOther {
		change.Since = earlier.at
	}
	return change
}

// comparable tells whether scores by two versions of an instrument mean the same.
func comparable(now, before *library.Exercise) bool {
	a, b := now.Scoring, before.Scoring
	return a != nil && b != nil && a.Method == b.Method && a.Max == b.Max && a.Method != library.ScoreList && a.Method != library.ScoreMostly
}

// changedIn puts the step from one score to the next into one of the Changed constants. What reads the same in one decimal
// is equal.
func changedIn(form *library.Exercise, before, after float64) string {
	if form.Scoring.ReliableChange > 0 {
		switch reliable, better := form.Changed(before, after); {
		case !reliable:
			return ChangedUnsure
		case better:
			return ChangedBetter
		}
		return ChangedWorse
	}
	switch cmp.Compare(math.Round(after*10), math.Round(before*10)) {
	case 1:
		return ChangedHigher
	case -1:
		return ChangedLower
	}
	return ChangedEqual
}

// onScale gives a score and its maximum as they compare over time: what was skipped does not lower it. With mostly it is how
// often the leading option was chosen; with list both are 0.
func onScale(form *library.Exercise, s library.Score) (score, most float64) {
	switch form.Scoring.Method {
	case library.ScoreList:
		return 0, 0
	case library.ScoreMostly:
		return s.Total, s.Max
	}
	return s.Share() * form.Scoring.Max, form.Scoring.Max
}

// within is the instrument with only the questions that are kept, so that a part of it scores by the rules of the whole.
func within(form *library.Exercise, keep func(q *library.Question) bool) *library.Exercise {
	out, scoring := *form, *form.Scoring
	scoring.MaxMissing, scoring.Top, scoring.Low, scoring.RawAsSource = len(form.Questions), 0, nil, false
	out.Scoring, out.Questions = &scoring, nil
	for i := range form.Questions {
		if keep(&form.Questions[i]) {
			out.Questions = append(out.Questions, form.Questions[i])
		}
	}
	return &out
}

// shareOf is how much of what it can count for an item counts for, 0 to 1; NaN when it was left open.
func shareOf(form *library.Exercise, answers library.Answers, question string) float64 {
	s, ok := within(form, func(q *library.Question) bool { return q.ID == question }).Score(answers)
	if !ok {
		return math.NaN()
	}
	return s.Share()
}

// hardest gives the items on the difficult half of their range, the hardest first.
func hardest(form *library.Exercise, answers library.Answers, higherIsBetter bool) []OutcomeItem {
	type ranked struct {
		item  OutcomeItem
		share float64 // of what is difficult.
	}
	var found []ranked
	for i := range form.Questions {
		q := &form.Questions[i]
		if q.Unscored {
			continue
		}
		share := shareOf(form, answers, q.ID)
		if higherIsBetter {
			share = 1 - share
		}
		if share > 0.5 { // NaN is not.
			found = append(found, ranked{itemOf(form, q.ID), share})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return cmp.Compare(b.share, a.share) })
	var out []OutcomeItem
	for _, f := range found {
		out = append(out, f.item)
	}
	return out
}

func itemOf(form *library.Exercise, question string) OutcomeItem {
	q, _ := form.Question(question)
	return OutcomeItem{Question: question, Label: q.Label}
}

// sectionsOf gives the parts of the instrument in the order of the form; of mostly the options, to therapists alone, for the
// band already says to a partner what there is to say.
func sectionsOf(form *library.Exercise, answers library.Answers, score library.Score, who reader) []OutcomeSection {
	var out []OutcomeSection
	if form.Scoring.Method == library.ScoreMostly {
		for _, b := range form.Scoring.Bands {
			if b.Choice != "" && who == readerTherapist {
				out = append(out, OutcomeSection{ID: b.Choice, Title: b.Label, Score: score.Sections[b.Choice], Max: score.Max})
			}
		}
		return out
	}
	list := form.Scoring.Method == library.ScoreList
	for i := range form.Questions {
		id := form.Questions[i].Section
		if slices.ContainsFunc(out, func(s OutcomeSection) bool { return s.ID == id }) || id == "" && !list {
			continue
		}
		part := within(form, func(q *library.Question) bool { return q.Section == id })
		s, ok := part.Score(answers)
		if !ok {
			continue
		}
		section := OutcomeSection{ID: id, Title: form.Scoring.SectionTitles[id], Score: s.Total, Max: s.Max}
		for _, yes := range s.Yes {
			section.Yes = append(section.Yes, itemOf(form, yes))
		}
		out = append(out, section)
	}
	if len(out) == 1 && !list {
		return nil // It would be the whole once more.
	}
	return out
}

// nothingAnswered tells whether every question was left empty or declined.
func nothingAnswered(form *library.Exercise, answers library.Answers) bool {
	return !slices.ContainsFunc(form.Questions, func(q library.Question) bool {
		return !q.Unscored && answers[q.ID] != nil && !answers.Declined(q.ID)
	})
}
