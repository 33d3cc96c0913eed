package care

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"tussentijds/library"
)

// ExerciseView is an exercise of the library or the practice's own, whole; edges render it in their reader's language.
type ExerciseView struct {
	*library.Exercise
	Own bool
}

// ListExercises lists the library and the practice's own exercises (staff who treat).
func (s *Service) ListExercises(ctx context.Context, actor Actor) ([]ExerciseView, error) {
	return nil, errUnbuilt
}

// Exercise gives one exercise: a library slug, or the UUID of an own one.
func (s *Service) Exercise(ctx context.Context, actor Actor, id string) (ExerciseView, error) {
	return ExerciseView{}, errUnbuilt
}

// AddExercise adds an own exercise from its definition, in the library's own form. Faults: invalid.
func (s *Service) AddExercise(ctx context.Context, actor Actor, definition json.RawMessage) (ExerciseView, error) {
	return ExerciseView{}, errUnbuilt
}

// ProgrammeInfo is a programme one can choose.
type ProgrammeInfo struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Phases []string `json:"phases"`
}

// ListProgrammes lists the programmes in the actor's language.
func (s *Service) ListProgrammes(ctx context.Context, actor Actor) ([]ProgrammeInfo, error) {
	return nil, errUnbuilt
}

// StartProgramme sets the couple's programme and phase (from 1). Faults: invalid, stale.
func (s *Service) StartProgramme(ctx context.Context, actor Actor, coupleID uuid.UUID, programme string, phase, version int) (CoupleView, error) {
	return CoupleView{}, errUnbuilt
}
