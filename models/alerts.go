package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// FindAlert reads one alert.
func FindAlert(tx *gorm.DB, id uuid.UUID) (Alert, error) {
	var a Alert
	err := tx.Where("id = ?", id).Take(&a).Error
	return a, err
}

// AcknowledgeAlert marks an alert as seen unless it was before; seen tells which.
func AcknowledgeAlert(tx *gorm.DB, id, memberID uuid.UUID, now time.Time) (seen bool, err error) {
	r := tx.Model(&Alert{}).Where("id = ? and acknowledged_at is null", id).
		Updates(map[string]any{"acknowledged_at": now, "acknowledged_by": memberID})
	return r.RowsAffected == 1, r.Error
}
