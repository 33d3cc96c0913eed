package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// NotesOf reads a session's notes, oldest first.
func NotesOf(tx *gorm.DB, sessionID uuid.UUID) ([]SessionNote, error) {
	var list []SessionNote
	err := tx.Where("session_id = ?", sessionID).Order("created_at, id").Find(&list).Error
	return list, err
}

// SaveNoteBody writes an unsigned note when it is still at its version; saved tells whether it was. A signed note never changes.
func SaveNoteBody(tx *gorm.DB, n *SessionNote, version int) (saved bool, err error) {
	r := tx.Model(&SessionNote{}).Where("id = ? and version = ? and signed_at is null", n.ID, version).
		Updates(map[string]any{"body": n.Body, "updated_at": n.UpdatedAt, "version": version + 1})
	if r.Error != nil || r.RowsAffected == 0 {
		return false, r.Error
	}
	n.Version = version + 1
	return true, nil
}

// SignNote signs an unsigned note.
func SignNote(tx *gorm.DB, n *SessionNote, memberID uuid.UUID, now time.Time) error {
	n.SignedAt, n.SignedBy, n.Version = &now, &memberID, n.Version+1
	return tx.Model(&SessionNote{}).Where("id = ? and signed_at is null", n.ID).
		Updates(map[string]any{"signed_at": now, "signed_by": memberID, "version": n.Version}).Error
}

// CosignNote adds the supervisor's signature.
func CosignNote(tx *gorm.DB, n *SessionNote, memberID uuid.UUID, now time.Time) error {
	n.CosignedAt, n.CosignedBy, n.Version = &now, &memberID, n.Version+1
	return tx.Model(&SessionNote{}).Where("id = ? and cosigned_at is null", n.ID).
		Updates(map[string]any{"cosigned_at": now, "cosigned_by": memberID, "version": n.Version}).Error
}
