package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// OwnForms reads the practice's own exercises, each in its newest version.
func OwnForms(tx *gorm.DB) ([]ExerciseForm, error) {
	var rows []ExerciseForm
	err := tx.Raw(`select distinct on (exercise_id) * from exercise_forms where own order by exercise_id, version desc`).Scan(&rows).Error
	return rows, err
}

// FormOf reads an exercise as it was in a version.
func FormOf(tx *gorm.DB, exerciseID string, version int) (ExerciseForm, error) {
	var f ExerciseForm
	err := tx.Where("exercise_id = ? and version = ?", exerciseID, version).Take(&f).Error
	return f, err
}

// FormsByID reads frozen exercises.
func FormsByID(tx *gorm.DB, ids []uuid.UUID) ([]ExerciseForm, error) {
	var rows []ExerciseForm
	if len(ids) == 0 {
		return nil, nil
	}
	err := tx.Where("id in ?", ids).Find(&rows).Error
	return rows, err
}

// AddForm freezes an exercise, unless its version is frozen already.
func AddForm(tx *gorm.DB, f *ExerciseForm) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(f).Error
}
