package web

import "tussentijds/care"

var deskAssignPickPage = page("desk/assign-pick")

// AssignPickPage is the library with a couple at hand, and what may come next for it.
type AssignPickPage struct {
	Head *CoupleHead
	LibraryPage
	Suggested []SuggestedRow
}

// SuggestedRow is a suggestion with the address it leads to.
type SuggestedRow struct {
	ExerciseRow
	Reasons []string
	Note    string
	Role    string
}

// deskPickExercise shows what may come next for a couple and, below it, everything that can be given.
func (s *Site) deskPickExercise(r *Request) error {
	head, err := s.coupleHead(r, "homework")
	if err != nil {
		return err
	}
	found, err := s.exercises(r, care.ExerciseFilter{Couple: head.Couple.ID, Assignable: true})
	if err != nil {
		return err
	}
	data := AssignPickPage{Head: head, LibraryPage: found}
	if data.Plain() && data.Back == "" {
		list, err := s.care.SuggestExercises(r.Context(), r.Actor, head.Couple.ID)
		if err != nil {
			return err
		}
		for _, e := range list {
			data.Suggested = append(data.Suggested, SuggestedRow{ExerciseRow: data.row(r, e.FoundExercise), Reasons: e.Reasons, Note: e.Note, Role: e.Role})
		}
	}
	return r.deskShow(deskAssignPickPage, "desk.assign.title", data, AssignPage{Head: head}.crumbs(r)...)
}
