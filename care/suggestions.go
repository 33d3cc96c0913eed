package care

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// SuggestedExercise is an exercise that may come next for a couple, with the reasons in the reader's words.
type SuggestedExercise struct {
	FoundExercise
	Reasons []string
	Note    string // what the programme says to the therapist about it; may be empty.
	Role    string // hurt or repairing, when the programme means it for one of the two.
}

// An exercise that was given in this time is not suggested again, and one that was done longer ago is no longer built upon.
const (
	recentlyGiven = 60 * 24 * time.Hour
	recentlyDone  = 120 * 24 * time.Hour
)

// How many suggestions are made: what fits in one look.
const suggestionsAtMost = 6

// SuggestExercises tells what may come next for a couple: what the phase of its programme holds and it was not given lately,
// and what follows on what it did. What cannot be given now comes last, with the reason. Suggestions rest on what was given
// and done, never on what was answered. Faults: forbidden, not_found.
func (s *Service) SuggestExercises(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]SuggestedExercise, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return nil, err
	}
	var out []SuggestedExercise
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		all, _, err := t.everyExercise(couple.ID)
		if err != nil {
			return err
		}
		programme, number, err := t.programmePhase(couple)
		if err != nil {
			return err
		}
		out = t.suggest(all, programme, number)
		return nil
	})
	return out, err
}

// programmePhase gives the programme that a couple follows, as it was adapted for it, and the number of its phase; a nil
// programme for none, or for one that rests.
func (t *txn) programmePhase(couple models.Couple) (*library.Programme, int, error) {
	row, err := models.RunningProgramme(t.DB, couple.ID)
	if err != nil || row.ID == uuid.Nil || row.Status != models.ProgrammeActive {
		return nil, 0, err
	}
	p, _, err := t.programmeOf(row)
	if err != nil || len(p.Phases) == 0 {
		return nil, 0, err
	}
	return &p, p.Within(row.Phase), t.noteProgramme("read", couple.ID, row.ID)
}

// suggest chooses from all exercises, in the order in which they are of use: the phase's own first, then what follows.
func (t *txn) suggest(all []FoundExercise, programme *library.Programme, number int) []SuggestedExercise {
	lang, l := string(t.actor.Locale), t.actor.L()
	byID := map[string]*FoundExercise{}
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	var out []SuggestedExercise
	add := func(id, reason, note, role string) {
		e, ok := byID[id]
		if !ok || e.Card || e.Used != nil && (e.Used.Running || t.now.Sub(e.Used.LastGiven) < recentlyGiven) {
			return
		}
		for i := range out {
			if out[i].ID == id {
				out[i].Reasons = append(out[i].Reasons, reason)
				return
			}
		}
		out = append(out, SuggestedExercise{FoundExercise: *e, Reasons: []string{reason}, Note: note, Role: role})
	}
	if programme != nil {
		phase, _ := programme.Phase(number)
		reason := l.T("care.suggest.phase", "Number", number, "Programme", programme.Title.In(lang), "Phase", phase.Title.In(lang))
		for _, e := range phase.Exercises {
			add(e.ID, reason, e.Note.In(lang), e.Role)
		}
	}
	// What was done last comes first: that is what the couple is at.
	done := slices.DeleteFunc(slices.Clone(all), func(e FoundExercise) bool {
		return e.Used == nil || e.Used.LastDone == nil || t.now.Sub(*e.Used.LastDone) > recentlyDone
	})
	slices.SortStableFunc(done, func(a, b FoundExercise) int { return b.Used.LastDone.Compare(*a.Used.LastDone) })
	for _, e := range done {
		for _, id := range e.FollowUp {
			add(id, l.T("care.suggest.follows", "Title", e.Title.In(lang)), "", "")
		}
	}
	slices.SortStableFunc(out, func(a, b SuggestedExercise) int {
		return cmp.Compare(min(len(a.Blocked), 1), min(len(b.Blocked), 1))
	})
	return out[:min(len(out), suggestionsAtMost)]
}
