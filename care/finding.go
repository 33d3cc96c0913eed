package care

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// ExerciseFilter says which exercises one looks for. Empty fields let everything through; all others have to hold.
type ExerciseFilter struct {
	Query      string // words, in either language: see library.Find.
	Kind       string // exercise, instrument, agreement or card.
	Goal       string
	Phase      string
	Who        string
	Length     string // 5, 15 or 30 minutes at most, or longer.
	MaxMinutes int
	Audience   string // at least one question has it.
	Role       string // hurt or repairing: meant for that role, or asks it something of its own.
	Safety     string // hold: may be given while a safety hold stands; or one of the risks.
	Mark       string // favourite or own.
	Used       string // yes or no: given to the couple before. Without a couple nothing was.
	Assignable bool   // without the cards, which are given to nobody.
	// Couple asks what each exercise was to a couple before. That is a clinical read of its file.
	Couple uuid.UUID
}

// FoundExercise is an exercise with what the actor should know of it.
type FoundExercise struct {
	ExerciseView
	Favourite bool
	Parent    *library.Exercise    // what it is a part or a variant of; nil for most.
	Used      *models.UsedExercise // what the couple did with it; nil for never, and without a couple.
	Blocked   string               // why it cannot be given to the couple now: hold or joint; empty when it can.
	Place     library.Place        // where the words of the query stand.
}

// Sort is the kind as people tell it apart: a card is given to nobody.
func (e FoundExercise) Sort() string {
	if e.Card {
		return "card"
	}
	return string(e.Kind)
}

// FoundExercises is what one looked for: with words the best first, otherwise by title.
type FoundExercises struct {
	List    []FoundExercise
	Total   int // how many there are.
	Matches int // how many have the words, before any other choice.
	Facets  []Facet
	Nearest bool              // nothing has the words; these come nearest.
	Read    []library.Reading // words taken for slips of the hand.
	Terms   []string          // full names of the terms of the vocabulary that the words name.
}

// FindExercises looks through the library and the practice's own exercises. Faults: forbidden; not_found for a couple one does
// not treat.
func (s *Service) FindExercises(ctx context.Context, actor Actor, filter ExerciseFilter) (FoundExercises, error) {
	var out FoundExercises
	if err := mayUseLibrary(actor).fault(); err != nil {
		return out, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		all, shelf, err := t.everyExercise(filter.Couple)
		if err != nil {
			return err
		}
		if filter.Assignable {
			all = slices.DeleteFunc(all, func(e FoundExercise) bool { return e.Card })
		}
		out.Total = len(all)
		if query := strings.TrimSpace(filter.Query); query != "" {
			var found library.Found
			all, found = matching(all, query, s.Library.Index(), shelf.index)
			out.Nearest, out.Read = found.Nearest && len(all) > 0, found.Read
			out.Terms = termsNamed(s.Library, query)
		} else {
			byTitle(all, string(actor.Locale))
		}
		out.Matches = len(all)
		out.List, out.Facets = choose(all, &filter)
		return nil
	})
	return out, err
}

// everyExercise gives all exercises that the actor may use, with the actor's favourites and, for a couple, what it did before
// and what it cannot be given now. It asks as often whatever there is.
func (t *txn) everyExercise(coupleID uuid.UUID) ([]FoundExercise, ownShelf, error) {
	shelf, err := t.ownShelf()
	if err != nil {
		return nil, shelf, err
	}
	kept, err := models.FavouritesOf(t.DB, t.actor.ID)
	if err != nil {
		return nil, shelf, err
	}
	favourite := make(map[string]bool, len(kept))
	for _, id := range kept {
		favourite[id] = true
	}
	var used map[string]models.UsedExercise
	var couple models.Couple
	if coupleID != uuid.Nil {
		if couple, err = t.coupleFor(coupleID, readClinical); err != nil {
			return nil, shelf, err
		}
		if used, err = models.UsedExercises(t.DB, couple.ID); err != nil {
			return nil, shelf, err
		}
		t.note(act{verb: "read", object: "assignments", coupleID: couple.ID})
	}
	var out []FoundExercise
	add := func(e *library.Exercise, own bool) {
		f := FoundExercise{ExerciseView: ExerciseView{Exercise: e, Own: own}, Favourite: favourite[e.ID], Place: library.InTitle}
		if e.BelongsTo != "" {
			f.Parent, _ = t.s.Library.Exercise(e.BelongsTo)
		}
		if coupleID != uuid.Nil {
			f.Blocked = blocked(couple, e)
		}
		if u, ok := used[e.ID]; ok {
			f.Used = &u
		}
		out = append(out, f)
	}
	for _, e := range t.s.Library.List() {
		add(e, false)
	}
	for _, e := range shelf.exercises {
		add(e, true)
	}
	return out, shelf, nil
}

// blocked tells why AssignExercise would refuse to give an exercise to a couple now, to whomever of the two.
func blocked(couple models.Couple, e *library.Exercise) string {
	switch together := e.Joint || e.Kind == library.KindAgreement; {
	case e.Card:
		return ""
	case couple.SafetyHoldAt != nil && (e.RequiresNoHold || together):
		return "hold"
	case !couple.JointWork() && together:
		return "joint"
	}
	return ""
}

// matching keeps the exercises that have the words, best first.
func matching(all []FoundExercise, query string, in ...*library.Index) ([]FoundExercise, library.Found) {
	found := library.Find(query, in...)
	byID := make(map[string]*FoundExercise, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	var kept []FoundExercise
	for _, h := range found.Hits {
		if e, ok := byID[h.ID]; ok {
			e.Place = h.Place
			kept = append(kept, *e)
		}
	}
	return kept, found
}

// byTitle sorts by title in a language.
func byTitle(list []FoundExercise, lang string) {
	slices.SortFunc(list, func(a, b FoundExercise) int {
		return cmp.Or(library.CompareTitles(a.Title.In(lang), b.Title.In(lang)), strings.Compare(a.ID, b.ID))
	})
}

// How many terms of the vocabulary stand above what was found. Three words for one question are enough to read.
const termsShown = 3

// termsNamed gives the terms whose own name has the words, not those that only speak of them.
func termsNamed(l *library.Library, query string) []string {
	var out []string
	found := library.Find(query, l.WordIndex())
	for _, h := range found.Hits {
		if h.Place == library.InTitle && !found.Nearest && len(out) < termsShown {
			out = append(out, h.ID)
		}
	}
	return out
}
