package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// TaskOf reads one task of a partner.
func TaskOf(tx *gorm.DB, partnerID, id uuid.UUID) (Task, error) {
	var task Task
	err := tx.Where("id = ? and partner_id = ?", id, partnerID).Take(&task).Error
	return task, err
}

// TasksOf reads a partner's tasks that have opened: open ones by due moment, done or all newest first. Private questions are
// there while they are open and leave no line afterwards.
func TasksOf(tx *gorm.DB, partnerID uuid.UUID, status string, now time.Time, offset, limit int) ([]Task, error) {
	q := tx.Where("partner_id = ? and opens_at <= ?", partnerID, now)
	switch status {
	case "open":
		q = q.Where("status in ('open', 'draft') and closes_at > ?", now).Order("due_at, id")
	case "done":
		q = q.Where("status = 'done' and not discreet").Order("done_at desc, id")
	default:
		q = q.Where("not discreet or status in ('open', 'draft')").Order("due_at desc, id")
	}
	var rows []Task
	err := q.Offset(offset).Limit(limit).Find(&rows).Error
	return rows, err
}

// CurrentTasks reads what a partner's start page needs: open tasks that opened or open before until, those rescheduled
// around now, and those done in the last seven days.
func CurrentTasks(tx *gorm.DB, partnerID uuid.UUID, now, until time.Time) ([]Task, error) {
	var rows []Task
	err := tx.Where(`partner_id = ? and (status in ('open', 'draft') and opens_at <= ? and closes_at > ?
		or status = 'rescheduled' and due_at between ? and ? or status = 'done' and done_at > ?)`,
		partnerID, until, now, now.AddDate(0, 0, -2), now.AddDate(0, 0, 7), now.AddDate(0, 0, -7)).Order("due_at, id").Find(&rows).Error
	return rows, err
}

// ResponsesAt reads the answers of an occurrence: at most one of each partner.
func ResponsesAt(tx *gorm.DB, occurrenceID uuid.UUID) ([]Response, error) {
	var rows []Response
	err := tx.Where("occurrence_id = ?", occurrenceID).Order("partner_id").Find(&rows).Error
	return rows, err
}

// ResponseOfTask reads the answer to a task.
func ResponseOfTask(tx *gorm.DB, taskID uuid.UUID) (Response, error) {
	var r Response
	err := tx.Where("task_id = ?", taskID).Take(&r).Error
	return r, err
}

// FindResponse reads one answer.
func FindResponse(tx *gorm.DB, id uuid.UUID) (Response, error) {
	var r Response
	err := tx.Where("id = ?", id).Take(&r).Error
	return r, err
}

// ResponsesOf reads a couple's answers, newest first; those to private questions stand in no list.
func ResponsesOf(tx *gorm.DB, coupleID uuid.UUID, offset, limit int) ([]Response, error) {
	var rows []Response
	err := tx.Where("couple_id = ? and task_id not in (select id from tasks where couple_id = ? and discreet)", coupleID, coupleID).Order("submitted_at desc, id desc").Offset(offset).Limit(limit).Find(&rows).Error
	return rows, err
}

// Reveal opens both answers of an occurrence at one moment.
func Reveal(tx *gorm.DB, occurrenceID uuid.UUID, at time.Time) error {
	if err := tx.Model(&Response{}).Where("occurrence_id = ?", occurrenceID).Update("revealed_at", at).Error; err != nil {
		return err
	}
	return tx.Model(&Occurrence{}).Where("id = ?", occurrenceID).Update("revealed_at", at).Error
}

// Unreveal calls off a reveal that was set for later.
func Unreveal(tx *gorm.DB, occurrenceID uuid.UUID) error {
	if err := tx.Model(&Response{}).Where("occurrence_id = ?", occurrenceID).Update("revealed_at", nil).Error; err != nil {
		return err
	}
	return tx.Model(&Occurrence{}).Where("id = ?", occurrenceID).Update("revealed_at", nil).Error
}

// OwnResponse reads the answer to a task; found tells whether there is one.
func OwnResponse(tx *gorm.DB, taskID uuid.UUID) (r Response, found bool, err error) {
	result := tx.Where("task_id = ?", taskID).Limit(1).Find(&r)
	return r, result.RowsAffected == 1, result.Error
}
