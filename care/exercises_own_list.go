package care

import (
	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// ownForms gives the practice's own exercises that may be given by the actor, each in the version published last: nothing
// that is archived, no drafts, and nothing that a colleague keeps to themselves.
func (t *txn) ownForms() ([]models.ExerciseForm, error) {
	states, err := models.OwnExerciseStates(t.DB)
	if err != nil || len(states) == 0 {
		return nil, err
	}
	offered := map[string]bool{}
	for _, o := range states {
		if mayGiveOwn(t.actor, standingOnOwn(t.actor, o), o.Status == models.OwnArchived) {
			offered[o.ID.String()] = true
		}
	}
	forms, err := models.OwnForms(t.DB)
	if err != nil {
		return nil, err
	}
	kept := forms[:0]
	for _, f := range forms {
		if offered[f.ExerciseID] {
			kept = append(kept, f)
		}
	}
	return kept, nil
}

// ownForm gives an own exercise in the version published last, an archived one too, so that it can be looked at where it
// was given; and whether the actor may change it. Faults: not_found, also for what a colleague keeps to themselves and for
// what was never published.
func (t *txn) ownForm(id uuid.UUID) (form models.ExerciseForm, mayChange bool, err error) {
	o, err := models.FindOwnExercise(t.DB, id)
	if err != nil {
		return form, false, err
	}
	st := standingOnOwn(t.actor, o)
	if err := mayReadOwn(t.actor, st).fault(); err != nil {
		return form, false, err
	}
	form, err = models.FormOf(t.DB, id.String(), o.PublishedVersion)
	return form, mayChangeOwn(t.actor, st) == allowed, err
}

// givableForm is ownForm for what is about to be given to a couple. Faults: invalid at exercise_id for whatever may not be
// given, so that what is hidden, archived or not there looks the same.
func (t *txn) givableForm(id uuid.UUID) (models.ExerciseForm, error) {
	o, err := models.FindOwnExercise(t.DB, id)
	if err != nil || !mayGiveOwn(t.actor, standingOnOwn(t.actor, o), o.Status == models.OwnArchived) {
		return models.ExerciseForm{}, fault.Fieldf("exercise_id", "error.field.choice", nil)
	}
	return models.FormOf(t.DB, id.String(), o.PublishedVersion)
}
