package web

import (
	"slices"
	"strings"
	"time"

	"tussentijds/care"
	"tussentijds/library"
)

// OutcomeView is the outcome of an instrument in the reader's words. What care did not give is empty: it decides who reads
// what.
type OutcomeView struct {
	Heading  string // on the portal.
	Score    string // "13 van 20"; empty where there is no number.
	Band     string
	Advice   string
	List     bool // nothing was added up: the outcome is what was answered yes.
	TooFew   string
	Change   string
	Strong   OutcomeItems // the highest, where high is good.
	Start    OutcomeItems // where one could begin.
	Choose   OutcomeItems
	Sections []OutcomeSection
	YesTitle string
	NoYes    string // instead of a list that would be empty.
	Folded   bool   // what was answered yes does not stand open.
	Missing  string
	LookBack string
	Caveat   string

	// On the desk alone.
	Raw    string
	Cutoff string
	Line   bool // the score is at or above the cut-off.
	Look   string
	Due    bool // a therapist still has time to look.
}

// OutcomeItems are questions under one title.
type OutcomeItems struct {
	Title string
	Items []OutcomeItem
}

// OutcomeItem is one question, on the desk with the exercise that it leads to.
type OutcomeItem struct{ Label, ID, Exercise string }

// OutcomeSection is a part of the instrument as a small bar, or with what was answered yes.
type OutcomeSection struct {
	Title, Value string
	Score, Max   float64
	Yes          []string
}

// fewItems is how many items a partner's card names: enough to begin with.
const fewItems = 3

// Outcome puts a partner's outcome into words: the reader's own, or the other's; beside tells that both are shown. It is nil
// when there is none.
func (p *Page) Outcome(o *care.Outcome, other, beside bool) *OutcomeView {
	if o == nil {
		return nil
	}
	v := p.outcome(o)
	whose, heading := "", "outcome.own"
	switch {
	case other:
		whose, heading, v.Advice = ".partner", "outcome.partner", "" // It is said to whoever filled it in.
	case beside:
		heading = "outcome.own.beside"
	}
	v.Heading = p.L.T(heading)
	if o.TooFew {
		v.TooFew = p.L.T("outcome.too_few" + whose)
		return v
	}
	top, low := few(p.outcomeItems(o.Top)), few(p.outcomeItems(o.Low))
	if o.HigherIsBetter {
		v.Strong, v.Start = OutcomeItems{p.L.T("outcome.strong" + whose), top}, OutcomeItems{p.L.T("outcome.start" + whose), low}
	} else {
		v.Strong, v.Start = OutcomeItems{p.L.T("outcome.strong" + whose), low}, OutcomeItems{p.L.T("outcome.start" + whose), top}
	}
	if o.Choose > 0 && !other {
		v.Choose = OutcomeItems{p.L.T("outcome.choose", "Count", o.Choose), p.outcomeItems(o.ChooseFrom)}
	}
	v.YesTitle, v.Folded = p.L.T("outcome.yes"+whose), o.Unreported && !other
	if v.Folded {
		v.YesTitle = p.L.T("outcome.yes.private")
	}
	if v.List && !v.anyYes() {
		v.NoYes = p.L.T("outcome.yes.none" + whose)
	}
	if o.Method == library.ScoreMostly {
		v.Score = "" // How often an option was chosen says nothing to whoever chose it.
	}
	return v
}

// DeskOutcome puts an outcome into words for the therapist. It is nil when there is none.
func (p *Page) DeskOutcome(o *care.Outcome) *OutcomeView {
	if o == nil {
		return nil
	}
	v := p.outcome(o)
	if o.TooFew {
		v.TooFew = p.L.T("outcome.desk.too_few")
		return v
	}
	high, low := OutcomeItems{p.L.T("outcome.desk.high"), p.outcomeItems(o.Top)}, OutcomeItems{p.L.T("outcome.desk.low"), p.outcomeItems(o.Low)}
	v.Strong, v.Start = high, low
	if o.Choose > 0 {
		v.Choose = OutcomeItems{p.L.T("outcome.desk.choose", "Count", o.Choose), p.outcomeItems(o.ChooseFrom)}
	}
	v.YesTitle = p.L.T("outcome.desk.yes")
	if v.List && !v.anyYes() {
		v.NoYes = p.L.T("outcome.desk.yes.none")
	}
	if v.Advice != "" {
		v.Advice = p.L.T("outcome.desk.advice", "Text", v.Advice)
	}
	if c := o.Change; c != nil {
		v.Change += " " + p.L.T("outcome.desk.then", "Score", trimmed(p, rounded(c.Before)))
	}
	if o.Raw != nil {
		v.Raw = p.L.T("outcome.desk.raw", "Score", trimmed(p, *o.Raw))
	}
	if c := o.Cutoff; c != nil {
		key := "outcome.desk.below"
		if v.Line = c.Reached; c.Reached {
			key = "outcome.desk.reached"
		}
		v.Cutoff = p.L.T(key, "Value", trimmed(p, c.Value), "Label", c.Label.In(string(p.Lang)))
	}
	if !o.LookBy.IsZero() {
		key := "outcome.desk.looked"
		if v.Due = p.now.Before(o.LookBy.Add(24 * time.Hour)); v.Due {
			key = "outcome.desk.look"
		}
		v.Look = p.L.T(key, "Days", o.Days, "Date", p.L.Date(p.In(o.LookBy)))
	}
	return v
}

// outcome is what is said to everybody alike.
func (p *Page) outcome(o *care.Outcome) *OutcomeView {
	lang := string(p.Lang)
	v := &OutcomeView{List: o.Method == library.ScoreList, Caveat: o.Caveat.In(lang), LookBack: p.LookBack(o.LookBackDays)}
	if o.TooFew {
		return v
	}
	if !v.List {
		v.Score = p.L.T("outcome.score", "Score", trimmed(p, rounded(o.Score)), "Max", trimmed(p, o.Max))
	}
	v.Band = o.Title.In(lang)
	if o.Band != nil {
		v.Band, v.Advice = o.Band.Label.In(lang), o.Band.Advice.In(lang)
	}
	if c := o.Change; c != nil && c.Since.IsZero() {
		v.Change = p.L.T("outcome.change." + c.Words)
	} else if c != nil {
		v.Change = p.L.T("outcome.since."+c.Words, "Date", p.L.Date(p.In(c.Since)))
	}
	for _, s := range o.Sections {
		section := OutcomeSection{Title: s.Title.In(lang), Score: s.Score, Max: s.Max}
		section.Value = p.L.T("outcome.score", "Score", trimmed(p, rounded(s.Score)), "Max", trimmed(p, rounded(s.Max)))
		for _, yes := range s.Yes {
			section.Yes = append(section.Yes, yes.Label.In(lang))
		}
		if v.List || section.Title != "" {
			v.Sections = append(v.Sections, section)
		}
	}
	if o.Missing > 0 {
		v.Missing = p.L.N("outcome.missing", o.Missing)
	}
	return v
}

func (v *OutcomeView) anyYes() bool {
	return slices.ContainsFunc(v.Sections, func(s OutcomeSection) bool { return len(s.Yes) > 0 })
}

// Suggests tells whether an item leads to an exercise.
func (v *OutcomeView) Suggests() bool {
	return slices.ContainsFunc(slices.Concat(v.Strong.Items, v.Start.Items), func(item OutcomeItem) bool { return item.Exercise != "" })
}

func (p *Page) outcomeItems(items []care.OutcomeItem) []OutcomeItem {
	var out []OutcomeItem
	for _, item := range items {
		one := OutcomeItem{Label: strings.TrimSpace(item.Label.In(string(p.Lang)))}
		if s := item.Suggests; s != nil {
			one.ID, one.Exercise = s.ID, s.Title.In(string(p.Lang))
		}
		out = append(out, one)
	}
	return out
}

// Questionnaire is one instrument with what came out of it for each partner.
type Questionnaire struct {
	Title, Caveat string
	Scores        []QuestionnaireScore
}

// QuestionnaireScore is one partner's newest score of the month.
type QuestionnaireScore struct {
	care.InstrumentProgress
	More *OutcomeView // nil in the couple's view.
}

// Questionnaires puts the scores of one instrument together.
func (p *Page) Questionnaires(scores []care.InstrumentProgress) []Questionnaire {
	var out []Questionnaire
	last := ""
	for _, s := range scores {
		if s.ExerciseID != last {
			last = s.ExerciseID
			out = append(out, Questionnaire{Title: s.Title, Caveat: s.Caveat})
		}
		one := &out[len(out)-1]
		one.Scores = append(one.Scores, QuestionnaireScore{s, p.DeskOutcome(s.Outcome)})
	}
	return out
}

func few(items []OutcomeItem) []OutcomeItem { return items[:min(len(items), fewItems)] }

// rounded is a figure as it is read: in one decimal.
func rounded(v float64) float64 { return float64(int64(v*10+0.5)) / 10 }
