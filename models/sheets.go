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

// LastHeld reads the newest session of a couple that took place before a moment: conjoint, or with one partner alone when given;
// found is false for none.
func LastHeld(tx *gorm.DB, coupleID, partnerID uuid.UUID, before time.Time) (s Session, found bool, err error) {
	q := heldBefore(tx, coupleID, partnerID, before)
	r := q.Order("starts_at desc, id desc").Limit(1).Find(&s)
	return s, r.RowsAffected == 1, r.Error
}

// CountHeld counts the sessions that took place before a moment, as LastHeld reads them.
func CountHeld(tx *gorm.DB, coupleID, partnerID uuid.UUID, before time.Time) (int, error) {
	var n int64
	err := heldBefore(tx.Model(&Session{}), coupleID, partnerID, before).Count(&n).Error
	return int(n), err
}

func heldBefore(tx *gorm.DB, coupleID, partnerID uuid.UUID, before time.Time) *gorm.DB {
	q := tx.Where("couple_id = ? and starts_at < ? and status = ?", coupleID, before, SessionHeld)
	if partnerID == uuid.Nil {
		return q.Where("kind = 'conjoint'")
	}
	return q.Where("partner_id = ?", partnerID)
}

// NextPlanned reads the couple's next session that is planned after a moment; found is false for none.
func NextPlanned(tx *gorm.DB, coupleID uuid.UUID, after time.Time) (s Session, found bool, err error) {
	r := tx.Where("couple_id = ? and ends_at > ? and status = ?", coupleID, after, SessionPlanned).Order("starts_at, id").Limit(1).Find(&s)
	return s, r.RowsAffected == 1, r.Error
}

// ResponsesSince reads a couple's answers that came in since a moment, newest first; private questions are not among them.
func ResponsesSince(tx *gorm.DB, coupleID uuid.UUID, since time.Time, limit int) ([]Response, error) {
	var rows []Response
	err := tx.Omit("measures").Where("couple_id = ? and submitted_at >= ? and task_id not in (select id from tasks where couple_id = ? and discreet)", coupleID, since, coupleID).
		Order("submitted_at desc, id desc").Limit(limit).Find(&rows).Error
	return rows, err
}

// InSessionWaiting reads a couple's answers with something that waits to be opened in a session, oldest first.
func InSessionWaiting(tx *gorm.DB, coupleID uuid.UUID, limit int) ([]Response, error) {
	var rows []Response
	err := tx.Omit("measures").Where(`couple_id = ? and session_revealed_at is null and audiences::text like '%: "in_session"%'`, coupleID).
		Order("submitted_at, id").Limit(limit).Find(&rows).Error
	return rows, err
}

// DraftsOf counts a couple's reports that wait for approval.
func DraftsOf(tx *gorm.DB, coupleID uuid.UUID) (int, error) {
	var n int64
	err := tx.Model(&Report{}).Where("couple_id = ? and status = ?", coupleID, ReportDraft).Count(&n).Error
	return int(n), err
}

// ShownReports reads a couple's reports that their readers have now, of the months from one day until another, oldest first and
// without their documents.
func ShownReports(tx *gorm.DB, coupleID uuid.UUID, from, until Day) ([]Report, error) {
	var rows []Report
	err := tx.Omit(heavy...).Where("couple_id = ? and month >= ? and month < ? and shown_revision is not null", coupleID, from, until).
		Order("month, created_at, id").Find(&rows).Error
	return rows, err
}
