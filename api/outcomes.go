package api

import (
	"tussentijds/care"
	"tussentijds/library"
	"tussentijds/models"
)

// outcome is what an instrument's answers come to, in one language: something to talk about and no diagnosis.
type outcome struct {
	Method         string           `json:"method" enum:"sum,mean,mostly,list" doc:"With list nothing is added up: the outcome is what was answered yes, by section."`
	TooFew         bool             `json:"too_few,omitempty" doc:"More was left open than the instrument allows: there is no score."`
	Score          *float64         `json:"score,omitempty" doc:"On the instrument's whole scale, so that scores compare. Not with list, nor when too few."`
	Max            *float64         `json:"max,omitempty"`
	HigherIsBetter bool             `json:"higher_is_better"`
	Band           *outcomeBand     `json:"band,omitempty"`
	Sections       []outcomeSection `json:"sections,omitempty"`
	Top            []outcomeItem    `json:"top,omitempty" doc:"The highest items, where the instrument names them."`
	Low            []outcomeItem    `json:"low,omitempty" doc:"The low items, the lowest first, where the instrument names them."`
	Choose         int              `json:"choose,omitempty" doc:"So many of choose_from the couple picks to work on."`
	ChooseFrom     []outcomeItem    `json:"choose_from,omitempty"`
	Missing        int              `json:"missing" doc:"Items skipped or declined."`
	Change         *outcomeChange   `json:"change,omitempty" doc:"Since the same writer filled it in before, where both may be read. Not in the answer to a write."`
	LookBackDays   int              `json:"look_back_days,omitempty" doc:"The period that the items asked about."`
	Caveat         string           `json:"caveat" doc:"Stands wherever the outcome stands."`

	Raw        *float64       `json:"raw,omitempty" doc:"The total as the source prints it; for therapists alone."`
	Cutoff     *outcomeCutoff `json:"cutoff,omitempty" doc:"The line that a licensed instrument draws; for therapists alone."`
	WithinDays int            `json:"within_days,omitempty" doc:"Within how many days after sending a therapist looks at it; for therapists alone."`
}

type outcomeBand struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	Advice string `json:"advice,omitempty"`
}

type outcomeSection struct {
	ID    string        `json:"id"`
	Title string        `json:"title"`
	Score float64       `json:"score"`
	Max   float64       `json:"max"`
	Yes   []outcomeItem `json:"yes,omitempty" doc:"With the method list: what was answered yes."`
}

type outcomeItem struct {
	Question string `json:"question"`
	Label    string `json:"label"`
	Suggests string `json:"suggests,omitempty" doc:"The exercise that it leads to; for therapists alone."`
}

type outcomeChange struct {
	Words  string     `json:"words" enum:"better,worse,unsure,higher,lower,equal" doc:"Better, worse and unsure (it may be chance) need an instrument that says which change is no chance; of the others only whether the number went up or down."`
	Before float64    `json:"before" doc:"The score then."`
	Since  models.Day `json:"since,omitempty" doc:"The day of it; not of the other partner's."`
}

type outcomeCutoff struct {
	Value   float64 `json:"value"`
	Label   string  `json:"label"`
	Reached bool    `json:"reached" doc:"The score is at or above the value."`
}

func showOutcome(o *care.Outcome, actor care.Actor) *outcome {
	if o == nil {
		return nil
	}
	in := func(t library.Text) string { return t.In(string(actor.Locale)) }
	items := func(list []care.OutcomeItem) []outcomeItem {
		var out []outcomeItem
		for _, item := range list {
			one := outcomeItem{Question: item.Question, Label: in(item.Label)}
			if item.Suggests != nil {
				one.Suggests = item.Suggests.ID
			}
			out = append(out, one)
		}
		return out
	}
	out := &outcome{
		Method: o.Method, TooFew: o.TooFew, HigherIsBetter: o.HigherIsBetter, Top: items(o.Top), Low: items(o.Low), Choose: o.Choose, ChooseFrom: items(o.ChooseFrom),
		Missing: o.Missing, LookBackDays: o.LookBackDays, Caveat: in(o.Caveat), Raw: o.Raw, WithinDays: o.Days,
	}
	if !o.TooFew && o.Method != library.ScoreList {
		out.Score, out.Max = &o.Score, &o.Max
	}
	if b := o.Band; b != nil {
		out.Band = &outcomeBand{ID: b.ID, Label: in(b.Label), Advice: in(b.Advice)}
	}
	for _, s := range o.Sections {
		out.Sections = append(out.Sections, outcomeSection{ID: s.ID, Title: in(s.Title), Score: s.Score, Max: s.Max, Yes: items(s.Yes)})
	}
	if c := o.Change; c != nil {
		out.Change = &outcomeChange{Words: c.Words, Before: c.Before}
		if !c.Since.IsZero() && actor.Zone != nil {
			out.Change.Since = models.DayOf(c.Since.In(actor.Zone))
		}
	}
	if c := o.Cutoff; c != nil {
		out.Cutoff = &outcomeCutoff{Value: c.Value, Label: in(c.Label), Reached: c.Reached}
	}
	return out
}
