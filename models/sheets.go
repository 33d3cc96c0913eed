package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// TasksToPrint reads a partner's tasks that can still be done and open before a moment, soonest first; of one assignment or of
// one occurrence when given. Private questions are on no paper.
func TasksToPrint(tx *gorm.DB, partnerID, assignmentID, taskID uuid.UUID, now, until time.Time, limit int) ([]Task, error) {
	q := tx.Omit("draft").Where("partner_id = ? and status in ('open', 'draft') and not discreet and closes_at > ?", partnerID, now)
	switch {
	case taskID != uuid.Nil:
		q = q.Where("id = ? and opens_at <= ?", taskID, now)
	case assignmentID != uuid.Nil:
		q = q.Where("assignment_id = ?", assignmentID)
	default:
		q = q.Where("opens_at <= ?", until)
	}
	var rows []Task
	err := q.Order("due_at, id").Limit(limit).Find(&rows).Error
	return rows, err
}
