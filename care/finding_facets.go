package care

import (
	"slices"

	"tussentijds/library"
)

// facet is one thing to choose exercises by. Filters and the counts beside them come from the same list, so that a count
// always says what choosing it would show.
type facet struct {
	name   string
	values []string
	chosen func(*ExerciseFilter) *string
	has    func(*FoundExercise, string) bool
}

// The lengths one can choose, in minutes; "longer" is more than the longest of them.
var lengths = map[string]int{"5": 5, "15": 15, "30": 30}

// MayBeHeld is the choice of what can be given while a safety hold stands; the other choices of safety are the risks.
const MayBeHeld = "hold"

var facets = []facet{
	{"goal", library.Goals, func(f *ExerciseFilter) *string { return &f.Goal }, func(e *FoundExercise, v string) bool { return slices.Contains(e.Goals, v) }},
	{"length", []string{"5", "15", "30", "longer"}, func(f *ExerciseFilter) *string { return &f.Length }, func(e *FoundExercise, v string) bool {
		if v == "longer" {
			return e.Minutes > lengths["30"]
		}
		return e.Minutes <= lengths[v]
	}},
	{"who", []string{"each", "both", "one_for_other"}, func(f *ExerciseFilter) *string { return &f.Who }, func(e *FoundExercise, v string) bool { return string(e.Who) == v && !e.Card }},
	{"kind", []string{"exercise", "instrument", "agreement", "card"}, func(f *ExerciseFilter) *string { return &f.Kind }, func(e *FoundExercise, v string) bool { return e.Sort() == v }},
	{"phase", library.TherapyPhases, func(f *ExerciseFilter) *string { return &f.Phase }, func(e *FoundExercise, v string) bool { return slices.Contains(e.Phase, v) }},
	{"audience", audiencesWidestFirst(), func(f *ExerciseFilter) *string { return &f.Audience }, func(e *FoundExercise, v string) bool {
		return slices.ContainsFunc(e.Questions, func(q library.Question) bool { return string(q.Audience) == v })
	}},
	{"role", []string{library.RoleHurt, library.RoleRepairing}, func(f *ExerciseFilter) *string { return &f.Role }, func(e *FoundExercise, v string) bool { return forRole(e.Exercise, v) }},
	{"safety", append([]string{MayBeHeld}, risks()...), func(f *ExerciseFilter) *string { return &f.Safety }, func(e *FoundExercise, v string) bool {
		if v == MayBeHeld {
			return !e.RequiresNoHold && !e.Card
		}
		return slices.Contains(e.Risks, library.Risk(v))
	}},
	{"mark", []string{"favourite", "own"}, func(f *ExerciseFilter) *string { return &f.Mark }, func(e *FoundExercise, v string) bool { return v == "favourite" && e.Favourite || v == "own" && e.Own }},
	{"used", []string{"yes", "no"}, func(f *ExerciseFilter) *string { return &f.Used }, func(e *FoundExercise, v string) bool { return !e.Card && (e.Used != nil) == (v == "yes") }},
}

func risks() []string {
	var out []string
	for _, r := range library.Risks {
		out = append(out, string(r))
	}
	return out
}

func audiencesWidestFirst() []string {
	var out []string
	for _, a := range slices.Backward(library.Audiences) {
		out = append(out, string(a))
	}
	return out
}

// forRole tells whether an exercise is meant for one role, or asks that role something of its own.
func forRole(e *library.Exercise, role string) bool {
	return slices.Contains(e.Roles, role) || e.Signers == role || slices.ContainsFunc(e.Questions, func(q library.Question) bool { return q.Role == role })
}

// Facet is one thing to choose by, with what is chosen and how many each choice would show beside the other choices.
type Facet struct {
	Name   string
	Chosen string
	Values []FacetValue
}

// FacetValue is one choice.
type FacetValue struct {
	Value string
	Count int
}

// choose keeps the exercises that pass every choice, and counts what each other choice would leave. A choice that does not
// exist lets nothing through.
func choose(all []FoundExercise, filter *ExerciseFilter) ([]FoundExercise, []Facet) {
	counted := make([]Facet, len(facets))
	for i, f := range facets {
		counted[i] = Facet{Name: f.name, Chosen: *f.chosen(filter), Values: make([]FacetValue, len(f.values))}
		for j, v := range f.values {
			counted[i].Values[j].Value = v
		}
	}
	var kept []FoundExercise
	for k := range all {
		e := &all[k]
		fails, at := 0, -1
		for i, f := range facets {
			if chosen := counted[i].Chosen; chosen != "" && !(slices.Contains(f.values, chosen) && f.has(e, chosen)) {
				fails, at = fails+1, i
			}
		}
		if filter.MaxMinutes > 0 && e.Minutes > filter.MaxMinutes {
			continue
		}
		if fails == 0 {
			kept = append(kept, *e)
		}
		for i, f := range facets {
			if fails > 1 || fails == 1 && at != i {
				continue
			}
			for j, v := range f.values {
				if f.has(e, v) {
					counted[i].Values[j].Count++
				}
			}
		}
	}
	return kept, counted
}
