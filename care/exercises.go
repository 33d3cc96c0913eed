package care

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// ExerciseView is an exercise of the library or the practice's own, whole; edges render it in their reader's language.
type ExerciseView struct {
	*library.Exercise
	Own       bool
	MayChange bool // an own one that the actor may change; told of one exercise, not of a list.
}

// ListExercises lists the library, cards included, and what the actor may use of the practice's own exercises, in their newest
// version. FindExercises also searches, filters and counts. Faults: forbidden.
func (s *Service) ListExercises(ctx context.Context, actor Actor) ([]ExerciseView, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return nil, err
	}
	var out []ExerciseView
	for _, e := range s.Library.List() {
		out = append(out, ExerciseView{Exercise: e})
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		shelf, err := t.ownShelf()
		for _, e := range shelf.exercises {
			out = append(out, ExerciseView{Exercise: e, Own: true})
		}
		return err
	})
	return out, err
}

// Exercise gives one exercise: a library slug, or the UUID of an own one. Faults: forbidden, not_found.
func (s *Service) Exercise(ctx context.Context, actor Actor, id string) (ExerciseView, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return ExerciseView{}, err
	}
	if e, ok := s.Library.Exercise(id); ok {
		return ExerciseView{Exercise: e}, nil
	}
	var view ExerciseView
	ownID, err := uuid.Parse(id)
	if err != nil { // Own ones have a UUID.
		return view, fault.Missing()
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		form, mayChange, err := t.ownForm(ownID)
		if err != nil {
			return err
		}
		view.Exercise, err = decodeForm(form)
		view.Own, view.MayChange = true, mayChange
		return err
	})
	return view, err
}

// ExerciseDetail is an exercise with what a therapist wants to know before giving it.
type ExerciseDetail struct {
	FoundExercise
	Parts     []*library.Exercise      // the parts and variants of the whole that it is, or is a part of.
	FollowUp  []*library.Exercise      // what naturally comes next.
	Follows   []*library.Exercise      // what it comes after.
	Terms     []string                 // full names of the terms of the vocabulary that it helps against.
	Versions  []models.ExerciseVersion // what the practice has given, newest first.
	Shown     int                      // the version that is shown.
	Outdated  bool                     // an older version than the one that would be given now.
	CoupleID  uuid.UUID                // the couple it was asked about; zero for none.
	Archived  bool                     // of an own one: it is offered to nobody any more.
	Programme []ProgrammePlace         // the phases of programmes that it stands in.
}

// ProgrammePlace is a phase of a programme of the library.
type ProgrammePlace struct {
	Programme library.Programme
	Phase     int // from 1.
}

// ExerciseDetail gives one exercise with all around it: a slug of the library or the UUID of an own one; a version that the
// practice has given, or zero for the newest; and a couple, or none, of which to tell what it did with the exercise. Faults:
// forbidden; not_found, also for a couple one does not treat and a version that was never given.
func (s *Service) ExerciseDetail(ctx context.Context, actor Actor, id string, version int, coupleID uuid.UUID) (ExerciseDetail, error) {
	newest, err := s.Exercise(ctx, actor, id)
	if err != nil {
		return ExerciseDetail{}, err
	}
	d := ExerciseDetail{FoundExercise: FoundExercise{ExerciseView: newest}, CoupleID: coupleID, Shown: newest.Version}
	whole := cmp.Or(newest.BelongsTo, id)
	err = s.inPractice(ctx, actor, func(t *txn) error {
		all, _, err := t.everyExercise(coupleID)
		if err != nil {
			return err
		}
		d.Archived = newest.Own
		for _, e := range all {
			if e.ID == id {
				d.FoundExercise, d.Archived = e, false
				d.MayChange = newest.MayChange
			}
			if e.BelongsTo == whole {
				d.Parts = append(d.Parts, e.Exercise)
			}
			if slices.Contains(newest.FollowUp, e.ID) {
				d.FollowUp = append(d.FollowUp, e.Exercise)
			}
			if slices.Contains(e.FollowUp, id) {
				d.Follows = append(d.Follows, e.Exercise)
			}
		}
		if d.Versions, err = models.VersionsOf(t.DB, id); err != nil {
			return err
		}
		if version != 0 && version != newest.Version {
			form, err := models.FormOf(t.DB, id, version)
			if err != nil {
				return err
			}
			d.Exercise, err = decodeForm(form)
			d.Shown, d.Outdated = version, true
			return err
		}
		return nil
	})
	d.Terms, d.Programme = termsFor(id), programmesWith(id)
	return d, err
}

// termsFor gives the terms of the vocabulary that an exercise helps against.
func termsFor(id string) []string {
	var out []string
	for _, list := range library.Vocabulary() {
		for _, term := range list.Terms {
			if term.Antidote == id {
				out = append(out, list.ID+"."+term.ID)
			}
		}
	}
	return out
}

// programmesWith gives the places of an exercise in the programmes of the library, the first phase of each.
func programmesWith(id string) []ProgrammePlace {
	var out []ProgrammePlace
	for _, p := range library.Programmes() {
		for i, phase := range p.Phases {
			if slices.Contains(phase.ExerciseIDs(), id) {
				out = append(out, ProgrammePlace{Programme: p, Phase: i + 1})
				break
			}
		}
	}
	return out
}

func decodeForm(f models.ExerciseForm) (*library.Exercise, error) {
	e := &library.Exercise{}
	if err := json.Unmarshal(f.Definition.V, e); err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	return e, nil
}

// keepForm freezes an exercise as it is now, once per version: what was assigned or answered never changes afterwards.
func (t *txn) keepForm(e *library.Exercise, own bool) (models.ExerciseForm, error) {
	form, err := models.FormOf(t.DB, e.ID, e.Version)
	if err == nil || !errors.Is(err, gorm.ErrRecordNotFound) {
		return form, err
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return form, err
	}
	form = models.ExerciseForm{Row: models.NewRow(t.PracticeID), ExerciseID: e.ID, Version: e.Version, Own: own, Definition: models.JSON[json.RawMessage]{V: raw}, CreatedBy: ref(t.actor.ID), CreatedAt: t.now}
	if err := models.AddForm(t.DB, &form); err != nil {
		return form, err
	}
	return models.FormOf(t.DB, e.ID, e.Version) // Another transaction may have been first.
}
