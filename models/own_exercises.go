package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// OwnExercises reads the practice's own exercises, the one that was changed last first.
func OwnExercises(tx *gorm.DB) ([]OwnExercise, error) {
	var rows []OwnExercise
	err := tx.Order("updated_at desc, id desc").Find(&rows).Error
	return rows, err
}

// OwnExerciseStates reads the same without the definitions, for who only asks what may be offered.
func OwnExerciseStates(tx *gorm.DB) ([]OwnExercise, error) {
	var rows []OwnExercise
	err := tx.Omit("draft").Find(&rows).Error
	return rows, err
}

// FindOwnExercise reads one own exercise.
func FindOwnExercise(tx *gorm.DB, id uuid.UUID) (OwnExercise, error) {
	var o OwnExercise
	err := tx.Where("id = ?", id).Take(&o).Error
	return o, err
}

// HoldOwnExercise reads one own exercise and keeps it from others until the transaction ends.
func HoldOwnExercise(tx *gorm.DB, id uuid.UUID) (OwnExercise, error) {
	var o OwnExercise
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&o).Error
	return o, err
}

// ChangeOwnExercise writes some columns of an own exercise that is still in the version; false when it is not.
func ChangeOwnExercise(tx *gorm.DB, id uuid.UUID, version int, now time.Time, columns map[string]any) (bool, error) {
	columns["version"], columns["updated_at"] = version+1, now
	r := tx.Model(&OwnExercise{}).Where("id = ? and version = ?", id, version).Updates(columns)
	return r.RowsAffected > 0, r.Error
}
