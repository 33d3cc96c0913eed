package models

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AddJob writes a job unless one with its kind and unique key exists; made tells which.
func AddJob(tx *gorm.DB, job Job) (made bool, err error) {
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&job)
	return r.RowsAffected == 1, r.Error
}
