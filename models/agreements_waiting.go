package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
)

// WaitingAgreements reads a couple's agreements that wait for someone: to be signed, or to be looked back on by today.
func WaitingAgreements(tx *gorm.DB, coupleID uuid.UUID, today Day) ([]Agreement, error) {
	var rows []Agreement
	err := tx.Where("couple_id = ? and (status = 'proposed' or status = 'active' and review_on <= ?)", coupleID, string(today)).
		Order("created_at, id").Find(&rows).Error
	return rows, err
}
