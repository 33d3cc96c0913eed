package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ExerciseFavourite says that a member keeps an exercise at hand.
type ExerciseFavourite struct {
	Row
	MemberID   uuid.UUID
	ExerciseID string // a slug of the library, or the id of an own exercise.
	CreatedAt  time.Time
}

// FavouritesOf reads the ids of the exercises that a member keeps at hand.
func FavouritesOf(tx *gorm.DB, memberID uuid.UUID) ([]string, error) {
	var ids []string
	err := tx.Model(&ExerciseFavourite{}).Where("member_id = ?", memberID).Order("created_at, id").Pluck("exercise_id", &ids).Error
	return ids, err
}

// AddFavourite keeps an exercise at hand; doing it twice changes nothing.
func AddFavourite(tx *gorm.DB, f *ExerciseFavourite) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(f).Error
}

// DropFavourite puts an exercise back; one that was not at hand changes nothing.
func DropFavourite(tx *gorm.DB, memberID uuid.UUID, exerciseID string) error {
	return tx.Where("member_id = ? and exercise_id = ?", memberID, exerciseID).Delete(&ExerciseFavourite{}).Error
}
