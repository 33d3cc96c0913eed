package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Work is a couple's homework that fell due in a period, answers still sealed.
type Work struct {
	Occurrences []Occurrence
	Tasks       []Task // without their drafts.
	Responses   []Response
	Joint       []uuid.UUID // the couple's assignments for both.
}

// WorkOf reads the homework of a couple that was due from one moment until another. Private questions are no homework: they
// stand in nobody's figures.
func WorkOf(tx *gorm.DB, coupleID uuid.UUID, from, until time.Time) (Work, error) {
	var w Work
	const due = "couple_id = ? and due_at >= ? and due_at < ?"
	if err := tx.Where(due, coupleID, from, until).Order("due_at, id").Find(&w.Occurrences).Error; err != nil {
		return w, err
	}
	if err := tx.Omit("draft").Where(due+" and not discreet", coupleID, from, until).Order("due_at, id").Find(&w.Tasks).Error; err != nil {
		return w, err
	}
	err := tx.Where("couple_id = ? and occurrence_id in (select occurrence_id from tasks where couple_id = ? and due_at >= ? and due_at < ? and not discreet)", coupleID, coupleID, from, until).
		Order("submitted_at, id").Find(&w.Responses).Error
	if err != nil {
		return w, err
	}
	err = tx.Model(&Assignment{}).Where("couple_id = ? and partner_id is null", coupleID).Pluck("id", &w.Joint).Error
	return w, err
}

// LiveConsents tells which partners say yes to a kind at present.
func LiveConsents(tx *gorm.DB, kind ConsentKind, partnerIDs ...uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	if len(partnerIDs) == 0 {
		return out, nil
	}
	var ids []uuid.UUID
	err := tx.Model(&Consent{}).Where("partner_id in ? and kind = ? and withdrawn_at is null", partnerIDs, kind).Pluck("partner_id", &ids).Error
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
