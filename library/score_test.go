package library

import (
	"fmt"
	"maps"
	"reflect"
	"testing"
)

// checklist answers the relationship checklist with the best answer for the first n items and the other one for the
// rest; skip leaves items out, and the last one is declined instead of left open.
func checklist(e *Exercise, n int, skip ...string) Answers {
	a := Answers{}
	for i, q := range e.Questions {
		if (i < n) != q.Reverse {
			a[q.ID] = "yes"
		} else {
			a[q.ID] = "no"
		}
	}
	for i, id := range skip {
		delete(a, id)
		if i == len(skip)-1 {
			a[id] = Decline()
		}
	}
	return a
}

func TestScoreOfTheChecklist(t *testing.T) {
	e := exercise(t, "relationship-checklist")
	for _, c := range []struct {
		n       int
		skip    []string
		total   float64
		max     float64
		band    string
		missing int
		ok      bool
	}{
		{20, nil, 20, 20, "steady", 0, true},
		{15, nil, 15, 20, "steady", 0, true},
		{14, nil, 14, 20, "attention", 0, true},
		{10, nil, 10, 20, "attention", 0, true},
		{9, nil, 9, 20, "support", 0, true},
		{5, nil, 5, 20, "support", 0, true},
		{4, nil, 4, 20, "soon", 0, true},
		{0, nil, 0, 20, "soon", 0, true},
		{20, []string{"D1", "D2"}, 18, 18, "steady", 2, true},
		{14, []string{"D2"}, 13, 19, "attention", 1, true},    // 13 of 19 is 13.7 of 20.
		{15, []string{"E1", "E2"}, 15, 18, "steady", 2, true}, // The skipped items would have been no.
		{16, []string{"A1", "A2"}, 14, 18, "steady", 2, true}, // 14 of 18 is 15.6 of 20.
		{20, []string{"D1", "D2", "A3"}, 0, 0, "", 3, false},  // One too many.
		{14, []string{"E1", "E2", "E3", "E4"}, 0, 0, "", 4, false},
	} {
		t.Run(fmt.Sprint(c.n, c.skip), func(t *testing.T) {
			s, ok := e.Score(checklist(e, c.n, c.skip...))
			if ok != c.ok || s.Total != c.total || s.Max != c.max || s.Band != c.band || s.Missing != c.missing {
				t.Errorf("%+v %v", s, ok)
			}
		})
	}
	s, _ := e.Score(checklist(e, 6))
	if want := map[string]float64{"A": 4, "B": 2, "C": 0, "D": 0, "E": 0}; !maps.Equal(s.Sections, want) {
		t.Errorf("sections %v", s.Sections)
	}
}

func TestTheReverseItemCountsTheOtherWayRound(t *testing.T) {
	e := exercise(t, "relationship-checklist")
	a := checklist(e, 20)
	if a["A2"] != "no" {
		t.Fatal("A2 is not reversed")
	}
	a["A2"] = "yes"
	if s, _ := e.Score(a); s.Total != 19 {
		t.Errorf("a tick at A2 gives %v", s.Total)
	}
	low, high := 0.0, 10.0
	scales := &Exercise{Scoring: &Scoring{Max: 20}, Questions: []Question{
		{ID: "a", Type: FieldScale, Min: &low, Max: &high}, {ID: "b", Type: FieldScale, Reverse: true},
	}}
	if s, ok := scales.Score(Answers{"a": 7.0, "b": 2.0}); !ok || s.Total != 15 {
		t.Errorf("7 and a reversed 2 give %+v", s)
	}
}

func TestScoreOfTheAttachmentQuiz(t *testing.T) {
	e := exercise(t, "attachment-quiz")
	for answers, want := range map[[3]string]string{
		{"a", "a", "b"}: "avoidant", {"b", "c", "b"}: "anxious", {"c", "c", "c"}: "secure",
		{"a", "b", "c"}: "mixed", {"a", "b", ""}: "mixed", {"c", "c", ""}: "secure", {"b", "", ""}: "",
	} {
		// A tie is found whatever the order in which the options are counted.
		for range 20 {
			a := Answers{}
			for i, option := range answers {
				if option != "" {
					a[fmt.Sprintf("q%d", i+1)] = option
				}
			}
			s, ok := e.Score(a)
			if s.Band != want || ok != (want != "") {
				t.Fatalf("%v gives %+v %v, want %q", answers, s, ok, want)
			}
		}
	}
	s, _ := e.Score(Answers{"q1": "a", "q2": "a", "q3": "c"})
	if s.Total != 2 || s.Max != 3 || !maps.Equal(s.Sections, map[string]float64{"a": 2, "c": 1}) {
		t.Errorf("%+v", s)
	}
}

func TestScoreOfTheSignsOfRecovery(t *testing.T) {
	e := exercise(t, "trust-recovery-signs")
	hurt := Answers{"s1": 2.0, "s2": 4.0, "s3": 6.0, "s4": 8.0, "s5": 5.0, "s6": 5.0, "s7": 5.0, "s8": 5.0, "s9": 5.0}
	if s, ok := e.Score(hurt); !ok || s.Total != 5 || s.Max != 10 || s.Band != "" {
		t.Errorf("the hurt partner: %+v %v", s, ok)
	}
	delete(hurt, "s1")
	hurt["s3"] = Decline()
	if s, ok := e.Score(hurt); !ok || s.Missing != 2 || s.Total != 37.0/7 {
		t.Errorf("two skipped: %+v %v", s, ok)
	}
	repairing := Answers{"s7": 3.0, "s8": 6.0, "s9": 9.0}
	for _, form := range []*Exercise{e, e.ForRole(RoleRepairing)} {
		if s, ok := form.Score(repairing); !ok || s.Missing != 0 || s.Total != 6 {
			t.Errorf("the repairing partner: %+v %v", s, ok)
		}
	}
	if _, ok := e.Score(Answers{}); ok {
		t.Error("nothing answered and still a score")
	}
	if _, ok := exercise(t, "appreciation").Score(Answers{"first": "x"}); ok {
		t.Error("an exercise without scoring has a score")
	}
}

func TestMeasures(t *testing.T) {
	for _, c := range []struct {
		id      string
		answers Answers
		want    []Value
	}{
		{"daily-checkin", Answers{"weather": "cloudy", "connected": 6.0, "talked": 600.0}, []Value{{"connected", 6}, {"weather", 1}, {"talks", 1}}},
		{"daily-checkin", Answers{"weather": Decline(), "connected": Decline()}, nil},
		{"trust-contract", Answers{"terms": []any{
			map[string]any{"area": "help", "kept": "yes"}, map[string]any{"kept": "no"}, map[string]any{"area": "other"},
		}}, []Value{{"kept", 0.5}, {"terms", 3}}},
		{"appreciation", Answers{"first": "x", "landed": "yes"}, []Value{{"given", 1}, {"landed", 1}}},
		{"self-care", Answers{"did": []any{"ate", "moved"}, "hours": 6.5, "panic": 3.0}, []Value{{"basics", 0.5}, {"hours", 6.5}, {"panic", 3}}},
		{"ratio-5-1", Answers{"warm": 6.0, "rough": 0.0}, []Value{{"warm", 6}, {"rough", 0}}},
		{"physical-closeness", Answers{"today": []any{"hug", "task"}, "welcome": "unwelcome"}, []Value{{"moments", 2}, {"welcome", 0}}},
		{"relationship-checklist", checklist(exercise(t, "relationship-checklist"), 20, "D1", "D2"), []Value{{"score", 20}}},
		{"relationship-checklist", Answers{"A1": "yes"}, nil},
		{"emotion-journal", Answers{"words": "x", "strength": 9.0}, nil},
	} {
		e := exercise(t, c.id)
		if _, fields := e.Check(c.answers, true); len(fields) > 0 {
			t.Fatalf("%s: the test's own answers are wrong: %v", c.id, fields)
		}
		if got := e.MeasuresOf(c.answers); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s of %v: %v, want %v", c.id, c.answers, got, c.want)
		}
	}
}

func TestANarrowedAudienceTakesTheMeasureOutOfWhatBothSee(t *testing.T) {
	e := *exercise(t, "daily-checkin")
	m := e.Measures[0]
	if !e.MayShare(m) {
		t.Fatal("connection is meant to be shared")
	}
	e.Questions = append([]Question(nil), e.Questions...)
	for i := range e.Questions {
		e.Questions[i].Audience = AudienceInSession
	}
	if e.MayShare(m) {
		t.Error("shared although the other may not read it")
	}
	list := *exercise(t, "relationship-checklist")
	list.Questions = append([]Question(nil), list.Questions...)
	list.Questions[16].Audience = AudienceTherapist
	if list.MayShare(list.Measures[0]) {
		t.Error("a score with one item for the therapist alone is shared")
	}
}
