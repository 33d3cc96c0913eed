package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// AuditQuery narrows a list of events to what its reader may see.
type AuditQuery struct {
	// Partner and Couple are those of a client; zero for the practice's owner, who sees the whole record.
	Partner, Couple uuid.UUID
	// Before is the last event of the part before; zero for the newest.
	BeforeAt time.Time
	BeforeID uuid.UUID
	Limit    int
}

// AuditEvents lists events, newest first. For a client: what touched the own file, but not by the other partner; and the
// joint file. Never what is restricted, and not the messages that went out; nor that one's own answer opened the other's: who
// finds that among the own acts learns at once that the other had answered.
func AuditEvents(tx *gorm.DB, q AuditQuery) ([]AuditEvent, error) {
	if q.Partner != uuid.Nil {
		tx = tx.Where("not restricted and act <> 'send' and not (act = 'reveal' and actor_kind = 'partner')").
			Where("(partner_id = ? and (actor_kind <> 'partner' or actor_id = ?)) or (partner_id is null and couple_id = ?)", q.Partner, q.Partner, q.Couple)
	}
	if !q.BeforeAt.IsZero() {
		tx = tx.Where("(at, id) < (?, ?)", q.BeforeAt, q.BeforeID)
	}
	var events []AuditEvent
	err := tx.Order("at desc, id desc").Limit(q.Limit).Find(&events).Error
	return events, err
}

// LockChain lets one transaction at a time work on the practice's chain, until it ends.
func LockChain(tx *gorm.DB, practiceID uuid.UUID) error {
	return tx.Exec(`select pg_advisory_xact_lock(hashtextextended('audit ' || ?, 0))`, practiceID.String()).Error
}

// LastLink reads the head of the practice's chain; the zero link when there is none.
func LastLink(tx *gorm.DB) (AuditLink, error) {
	var l AuditLink
	err := tx.Order("seq desc").Limit(1).Find(&l).Error
	return l, err
}

// UnlinkedEvents reads events that are in no chain yet, oldest first.
func UnlinkedEvents(tx *gorm.DB, limit int) ([]AuditEvent, error) {
	var events []AuditEvent
	err := tx.Where("not exists (select from audit_links l where l.practice_id = audit_events.practice_id and l.event_id = audit_events.id)").
		Order("at, id").Limit(limit).Find(&events).Error
	return events, err
}

// LinksAfter reads a part of the chain in its order: links whose number is beyond seq.
func LinksAfter(tx *gorm.DB, seq int64, limit int) ([]AuditLink, error) {
	var links []AuditLink
	err := tx.Where("seq > ?", seq).Order("seq").Limit(limit).Find(&links).Error
	return links, err
}

// LinkAt reads the link with a number; the zero link when there is none.
func LinkAt(tx *gorm.DB, seq int64) (AuditLink, error) {
	var l AuditLink
	err := tx.Where("seq = ?", seq).Limit(1).Find(&l).Error
	return l, err
}

// CountEvents counts the practice's events.
func CountEvents(tx *gorm.DB) (int64, error) {
	var n int64
	err := tx.Model(&AuditEvent{}).Count(&n).Error
	return n, err
}
