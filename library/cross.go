package library

import (
	"slices"
	"strconv"
	"strings"
)

// references checks what one file says about another: parts, what comes next, what a low item leads to, tags, the exercise
// that helps against a pattern, the measures that an indicator is taken from.
func (l *Library) references() Problems {
	var found Problems
	for _, e := range l.list {
		if wrong := l.referencesOf(e); len(wrong) > 0 {
			s := l.raw[e.ID]
			found = append(found, located(s.name, s.raw, wrong)...)
		}
	}
	found = append(found, located("vocabulary.yaml", vocabularyYAML, l.unknownAntidotes())...)
	found = append(found, located("indicators.yaml", indicatorsYAML, l.unknownMeasures())...)
	return found.inOrder()
}

func (l *Library) referencesOf(e *Exercise) []problem {
	var wrong []problem
	known := func(id string, path ...string) *Exercise {
		other, ok := l.byID[id]
		if !ok {
			wrong = append(wrong, wrongf(path, "not_there", "Name", id))
		}
		return other
	}
	if e.BelongsTo != "" {
		if whole := known(e.BelongsTo, "belongs_to"); whole != nil && whole.BelongsTo != "" {
			wrong = append(wrong, wrongf([]string{"belongs_to"}, "part_of_part", "Name", e.BelongsTo))
		}
	}
	for i, id := range e.FollowUp {
		known(id, "follow_up", strconv.Itoa(i))
	}
	for i, q := range e.Questions {
		at := strconv.Itoa(i)
		if q.Suggests != "" {
			known(q.Suggests, "questions", at, "suggests")
		}
		wrong = append(wrong, l.unknownTags(q.Options, "questions", at)...)
		for j, c := range q.Columns {
			wrong = append(wrong, l.unknownTags(c.Options, "questions", at, "columns", strconv.Itoa(j))...)
		}
	}
	return wrong
}

func (l *Library) unknownTags(options []Option, at ...string) []problem {
	var wrong []problem
	for i, o := range options {
		if _, ok := l.terms[o.Tag]; o.Tag != "" && !ok {
			path := append(at[:len(at):len(at)], "options", strconv.Itoa(i), "tag")
			wrong = append(wrong, wrongf(path, "no_term", "Name", o.Tag))
		}
	}
	return wrong
}

func (l *Library) unknownAntidotes() []problem {
	var wrong []problem
	for i, list := range l.vocabulary {
		for j, term := range list.Terms {
			if _, ok := l.byID[term.Antidote]; term.Antidote != "" && !ok {
				path := []string{strconv.Itoa(i), "terms", strconv.Itoa(j), "antidote"}
				wrong = append(wrong, wrongf(path, "not_there", "Name", term.Antidote))
			}
		}
	}
	return wrong
}

func (l *Library) unknownMeasures() []problem {
	var wrong []problem
	for i, one := range l.indicators {
		for j, full := range one.Measures {
			id, measure, _ := strings.Cut(full, ".")
			e, ok := l.byID[id]
			if !ok || !slices.ContainsFunc(e.Measures, func(m Measure) bool { return m.ID == measure }) {
				wrong = append(wrong, wrongf([]string{strconv.Itoa(i), "measures", strconv.Itoa(j)}, "no_measure", "Name", full))
			}
		}
	}
	return wrong
}
