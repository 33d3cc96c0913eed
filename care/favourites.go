package care

import (
	"context"

	"tussentijds/models"
)

// FavouriteExercise keeps an exercise at hand for the acting member; a second time changes nothing. A list of favourites
// belongs to one member: nobody else sees it. Faults: not_found for an exercise one may not know, forbidden.
func (s *Service) FavouriteExercise(ctx context.Context, actor Actor, id string) error {
	if _, err := s.Exercise(ctx, actor, id); err != nil {
		return err
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		return models.AddFavourite(t.DB, &models.ExerciseFavourite{Row: models.NewRow(t.PracticeID), MemberID: actor.ID, ExerciseID: id, CreatedAt: t.now})
	})
}

// UnfavouriteExercise puts an exercise back; one that was not at hand changes nothing. Faults: not_found, forbidden.
func (s *Service) UnfavouriteExercise(ctx context.Context, actor Actor, id string) error {
	if _, err := s.Exercise(ctx, actor, id); err != nil { // What is archived can still be put back.
		return err
	}
	return s.inPractice(ctx, actor, func(t *txn) error { return models.DropFavourite(t.DB, actor.ID, id) })
}
