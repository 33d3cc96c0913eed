package library

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func flagged() *Exercise {
	f := func(v float64) *float64 { return &v }
	e := form()
	e.Questions = append(e.Questions, Question{ID: "hurt_list", Type: FieldChecklist, Role: RoleHurt, Options: []Option{{ID: "a"}}}, Question{ID: "hurt_scale", Type: FieldScale, Role: RoleHurt})
	e.Scoring = &Scoring{Max: 10, MaxMissing: 20, Bands: []Band{{ID: "low", From: 0, To: 4}, {ID: "high", From: 5, To: 10}}}
	for i := range e.Questions {
		e.Questions[i].Unscored = e.Questions[i].ID != "scale"
	}
	e.Flags = []Flag{
		{ID: "offered", Question: "long", When: When{}, Do: DoOffer},
		{ID: "chosen", Question: "choice", When: When{Option: "b"}, Do: DoSession, Level: 2},
		{ID: "offer", Question: "yes_no", When: When{Answer: "no"}, Do: DoOffer},
		{ID: "ticked", Question: "multi", When: When{Option: "c"}, Do: DoNotify, Level: 3},
		{ID: "lacking", Question: "checklist", When: When{Missing: "a"}, Do: DoScreen, Level: 1},
		{ID: "much", Question: "counter", When: When{AtLeast: f(3)}, Do: DoPause, Level: 2},
		{ID: "little", Question: "timer", When: When{AtMost: f(60)}, Do: DoNotify, Level: 3},
		{ID: "no", Question: "yes_no", When: When{Answer: "no"}, Do: DoHold, Level: 0},
		{ID: "band", Score: true, When: When{Band: "low"}, Do: DoSession, Level: 1},
		{ID: "total", Score: true, When: When{AtLeast: f(9)}, Do: DoNotify, Level: 3},
		{ID: "theirs", Question: "hurt_list", When: When{Missing: "a"}, Do: DoNotify, Level: 1},
	}
	return e
}

func TestRaised(t *testing.T) {
	e := flagged()
	for name, c := range map[string]struct{ answers, want string }{
		"nothing was sent":             {`{}`, ""},
		"nothing to raise":             {`{"checklist":["a"],"yes_no":"yes","choice":"a","scale":6}`, ""},
		"the urgent first":             {`{"checklist":["b"],"yes_no":"no","choice":"b","multi":["a","c"],"counter":3}`, "no lacking chosen much ticked offer"},
		"an empty list lacks all":      {`{"short":"x"}`, "lacking"},
		"declined raises nothing":      {`{"checklist":{"declined":true},"yes_no":{"declined":true},"choice":{"declined":true},"counter":{"declined":true}}`, ""},
		"at the edge":                  {`{"checklist":["a"],"timer":60,"scale":9}`, "total little"},
		"over the edge":                {`{"checklist":["a"],"timer":61,"counter":2}`, ""},
		"a low score":                  {`{"checklist":["a"],"scale":4}`, "band"},
		"the other role's list":        {`{"checklist":["a"],"hurt_scale":3}`, "theirs"},
		"the other role's list ticked": {`{"checklist":["a"],"hurt_list":["a"]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var ids []string
			for _, f := range e.Raised(decode(t, c.answers)) {
				ids = append(ids, f.ID)
			}
			slices.Sort(ids)
			want := strings.Fields(c.want)
			slices.Sort(want)
			if !slices.Equal(ids, want) {
				t.Errorf("raises %v, want %v", ids, want)
			}
		})
	}
}

func TestRaisedOrder(t *testing.T) {
	var ids []string
	for _, f := range flagged().Raised(decode(t, `{"checklist":["b"],"yes_no":"no","choice":"b","multi":["c"],"counter":3,"scale":10}`)) {
		ids = append(ids, f.ID)
	}
	if got, want := strings.Join(ids, " "), "no lacking chosen much ticked total offer"; got != want {
		t.Errorf("order is %s, want %s", got, want)
	}
}

func TestRaisedIsPureAndTellsNothingPrivate(t *testing.T) {
	for _, e := range append(lib(t).List(), flagged()) {
		if len(e.Flags) == 0 {
			continue
		}
		draw := answersTo(e)
		rapid.Check(t, func(r *rapid.T) {
			a := draw.Draw(r, "answers")
			before, _ := e.Check(a, true)
			first, again := e.Raised(a), e.Raised(a)
			after, _ := e.Check(a, true)
			if !reflect.DeepEqual(first, again) || !reflect.DeepEqual(before, after) {
				r.Fatalf("%s: raised %v, then %v", e.ID, first, again)
			}
			for _, f := range first {
				q, ok := e.Question(f.Question)
				if ok && q.Audience == AudienceMe && f.Do != DoOffer {
					r.Fatalf("%s: %s tells of a private answer", e.ID, f.ID)
				}
			}
		})
	}
}

// A flag that no answer can raise would be a promise that nobody keeps.
func TestEveryFlagCanBeRaised(t *testing.T) {
	for _, e := range lib(t).List() {
		for _, f := range e.Flags {
			found := false
			draw := answersTo(e)
			for seed := range 400 {
				a := draw.Example(seed)
				if q, ok := e.Question(f.Question); ok {
					a = raising(q, f.When)
				}
				if slices.ContainsFunc(e.Raised(a), func(r Flag) bool { return r.ID == f.ID }) {
					found = true
					break
				}
			}
			if !found {
				t.Errorf("%s: nothing raises %s", e.ID, f.ID)
			}
		}
	}
}

// raising gives an answer that meets the condition.
func raising(q *Question, w When) Answers {
	switch {
	case w.Option != "" && q.Type == FieldChoice:
		return Answers{q.ID: w.Option}
	case w.Option != "":
		return Answers{q.ID: []any{w.Option}}
	case w.Missing != "":
		for _, o := range q.Options {
			if o.ID != w.Missing {
				return Answers{q.ID: []any{o.ID}}
			}
		}
		return Answers{"other": "sent"}
	case w.Answer != "":
		return Answers{q.ID: w.Answer}
	case w.AtLeast != nil:
		return Answers{q.ID: *w.AtLeast}
	}
	return Answers{q.ID: *w.AtMost}
}

func TestFlagRules(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	for name, c := range map[string]struct {
		flag Flag
		want string
	}{
		"fine":                  {Flag{Question: "reason", When: When{Option: "fear"}, Do: DoScreen}, ""},
		"nothing to look at":    {Flag{When: When{Option: "fear"}, Do: DoScreen}, "a flag looks at one question, or at the score"},
		"two things":            {Flag{Question: "reason", Score: true, When: When{Option: "fear"}, Do: DoScreen}, "a flag looks at one question, or at the score"},
		"no such question":      {Flag{Question: "ghost", When: When{Option: "fear"}, Do: DoScreen}, "there is no question 'ghost'"},
		"no such option":        {Flag{Question: "reason", When: When{Option: "ghost"}, Do: DoScreen}, "there is no option 'ghost'"},
		"not for this type":     {Flag{Question: "choose_us", When: When{Answer: "no"}, Do: DoScreen}, "this condition does not go with scale"},
		"lacking on a choice":   {Flag{Question: "reason", When: When{Missing: "fear"}, Do: DoScreen}, "this condition does not go with choice"},
		"a band on a question":  {Flag{Question: "reason", When: When{Band: "low"}, Do: DoScreen}, "this condition does not go with choice"},
		"a number on a choice":  {Flag{Question: "reason", When: When{AtLeast: f(1)}, Do: DoScreen}, "this condition does not go with choice"},
		"no score":              {Flag{Score: true, When: When{AtLeast: f(1)}, Do: DoScreen}, "there is no score to look at"},
		"tells of what is mine": {Flag{Question: "words", When: When{}, Do: DoNotify}, "on a private answer a flag can only offer"},
	} {
		t.Run(name, func(t *testing.T) {
			e := changed(t, "why-stay", func(e *Exercise) {
				c.flag.ID = "tested"
				e.Flags = []Flag{c.flag}
				q, _ := e.Question("words")
				q.Audience = AudienceMe
			})
			var texts []string
			for _, p := range e.problems() {
				texts = append(texts, p.words())
			}
			all := strings.Join(texts, "\n")
			if (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
				t.Errorf("says %q, want %q", all, c.want)
			}
		})
	}
}
