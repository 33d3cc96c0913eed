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

// Legible says which answers count as such that somebody may read a part of: those with a question of an audience that is open to
// the reader, or, once they were revealed at Now, of one that opens with that.
type Legible struct {
	Open, Revealed []string
	Now            time.Time
}

// LegibleSince reads answers of partners that came in since a moment and of which something can be read, newest first, and
// counts them all. Each partner has an equal share in what is read, as long as both have answers left; private questions are not
// among them.
func LegibleSince(tx *gorm.DB, partners []uuid.UUID, since time.Time, may Legible, limit int) (rows []Response, all int, err error) {
	some := tx.Model(&Response{}).Where(`partner_id in ? and submitted_at >= ? and task_id not in (select id from tasks where partner_id in ? and discreet)
		and exists (select 1 from jsonb_each_text(audiences) a where a.value in ? or a.value in ? and revealed_at <= ?)`,
		partners, since, partners, may.Open, may.Revealed, may.Now).Session(&gorm.Session{})
	var n int64
	if err := some.Count(&n).Error; err != nil || n == 0 {
		return nil, 0, err
	}
	shares := some.Select("id, row_number() over (partition by partner_id order by submitted_at desc, id desc) as turn, submitted_at")
	first := tx.Table("(?) s", shares).Select("id").Order("turn, submitted_at desc, id desc").Limit(limit)
	err = tx.Omit("measures").Where("id in (?)", first).Order("submitted_at desc, id desc").Find(&rows).Error
	return rows, int(n), err
}

// InSessionWaiting reads answers of partners with something that waits to be opened in a session, oldest first.
func InSessionWaiting(tx *gorm.DB, coupleID uuid.UUID, partners []uuid.UUID, limit int) ([]Response, error) {
	var rows []Response
	err := tx.Omit("measures").Where(`couple_id = ? and partner_id in ? and session_revealed_at is null and audiences::text like '%: "in_session"%'`, coupleID, partners).
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
