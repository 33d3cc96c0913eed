package care

import (
	"slices"

	"tussentijds/library"
)

// mayReadOutcome tells whether a reader may know what an instrument's answers come to: whoever may read every answer that
// counts, and nobody else. audiences are the response's own, by question. A number is never made of answers that are hidden
// from its reader.
func mayReadOutcome(who reader, form *library.Exercise, audiences map[string]string, o opened) bool {
	return form.Scoring != nil && !slices.ContainsFunc(form.Questions, func(q library.Question) bool {
		return !q.Unscored && !mayReadAnswer(who, library.Audience(audiences[q.ID]), o)
	})
}

// comparesWithOther tells whether the one partner's outcome of an instrument may stand beside the other's: when both are
// asked the same. What only one of the two roles is asked, the other does not get to read question by question either.
func comparesWithOther(whole *library.Exercise) bool {
	return !slices.ContainsFunc(whole.Questions, func(q library.Question) bool { return !q.Unscored && q.Role != "" })
}
