package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Key is the row's own id, whatever it is a row of.
func (r Row) Key() uuid.UUID { return r.ID }

// RowsByID reads rows by their ids in one statement, with the named columns only, or all when none is named. What is not
// there is not in the map.
func RowsByID[T interface{ Key() uuid.UUID }](tx *gorm.DB, ids []uuid.UUID, columns ...string) (map[uuid.UUID]T, error) {
	out := make(map[uuid.UUID]T, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []T
	if len(columns) > 0 {
		tx = tx.Select(columns)
	}
	if err := tx.Where("id in ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		out[row.Key()] = row
	}
	return out, nil
}

// AlertStands tells whether an alert of a kind about a partner (or none) and a subject waits for someone to look at it.
func AlertStands(tx *gorm.DB, kind string, partnerID, subjectID uuid.UUID) (bool, error) {
	var n int64
	q := tx.Model(&Alert{}).Where("kind = ? and subject_id = ? and acknowledged_at is null", kind, subjectID)
	if partnerID == uuid.Nil {
		q = q.Where("partner_id is null")
	} else {
		q = q.Where("partner_id = ?", partnerID)
	}
	err := q.Count(&n).Error
	return n > 0, err
}
