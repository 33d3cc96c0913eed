package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// TasksForExport reads a part of a partner's tasks that had opened by a moment, in the order of their due moments, from the one
// after the given one on (the zero task for the first part); private questions too when asked for.
func TasksForExport(tx *gorm.DB, partnerID uuid.UUID, private bool, opened time.Time, after Task, limit int) ([]Task, error) {
	q := tx.Where("partner_id = ? and opens_at <= ?", partnerID, opened)
	if !private {
		q = q.Where("not discreet")
	}
	if after.ID != uuid.Nil {
		q = q.Where("(due_at, id) > (?, ?)", after.DueAt, after.ID)
	}
	var rows []Task
	err := q.Order("due_at, id").Limit(limit).Find(&rows).Error
	return rows, err
}

// ResponsesOfOccurrences reads the answers of occurrences: at most one of each partner in each.
func ResponsesOfOccurrences(tx *gorm.DB, occurrenceIDs []uuid.UUID) ([]Response, error) {
	var rows []Response
	err := tx.Omit("measures").Where("occurrence_id in ?", occurrenceIDs).Find(&rows).Error
	return rows, err
}

// ConsentHistory reads what a partner said yes to, and took back, oldest first.
func ConsentHistory(tx *gorm.DB, partnerID uuid.UUID) ([]Consent, error) {
	var rows []Consent
	err := tx.Where("partner_id = ?", partnerID).Order("given_at, id").Find(&rows).Error
	return rows, err
}

// SentTo reads a part of the messages that reached a person, oldest first: channel, kind and moment. private: those about
// private questions too.
func SentTo(tx *gorm.DB, recipientID uuid.UUID, private bool, offset, limit int) ([]Reminder, error) {
	var rows []Reminder
	err := tx.Where("recipient_id = ? and state = ?", recipientID, ReminderSent).
		Where("? or cause_kind <> 'task' or cause_id not in (select id from tasks where partner_id = ? and discreet)", private, recipientID).Order("sent_at, id").Offset(offset).Limit(limit).Find(&rows).Error
	return rows, err
}

// PublishedFor reads the reports that a partner has now, without their documents: the couple's and the own, oldest first.
func PublishedFor(tx *gorm.DB, coupleID, partnerID uuid.UUID) ([]Report, error) {
	var rows []Report
	err := tx.Omit(heavy...).Where("couple_id = ? and shown_revision is not null and (audience = 'couple' or audience = 'partner' and partner_id = ?)", coupleID, partnerID).
		Order("month, created_at, id").Find(&rows).Error
	return rows, err
}

// AllMessages reads a part of a thread, oldest first, without what was taken back.
func AllMessages(tx *gorm.DB, coupleID uuid.UUID, partnerID *uuid.UUID, offset, limit int) ([]Message, error) {
	var list []Message
	err := inThread(tx, coupleID, partnerID).Order("sent_at, id").Offset(offset).Limit(limit).Find(&list).Error
	return list, err
}
