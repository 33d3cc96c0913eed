package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// MessageWords is what a message says.
type MessageWords struct {
	Subject string `json:"subject"` // of a mail, and all that a notification says.
	Body    string `json:"body"`
	Button  string `json:"button"`
	Note    string `json:"note"`           // below the button.
	Text    string `json:"text,omitempty"` // of a text message, before the address.
}

// OwnWords is what a practice says itself in one kind of message and one language.
type OwnWords struct {
	Row
	Kind      string // ready, reminder, desk, invitation.
	Locale    string
	Words     JSON[MessageWords]
	Version   int
	ChangedAt time.Time
	ChangedBy uuid.UUID
}

// TableName is said here because the name is no plural.
func (OwnWords) TableName() string { return "own_words" }

// AllOwnWords reads the practice's own words.
func AllOwnWords(tx *gorm.DB) ([]OwnWords, error) {
	var rows []OwnWords
	err := tx.Find(&rows).Error
	return rows, err
}

// FindOwnWords reads the practice's own words for a kind of message in a language; found is false where ours stand.
func FindOwnWords(tx *gorm.DB, kind, locale string) (w OwnWords, found bool, err error) {
	r := tx.Where("kind = ? and locale = ?", kind, locale).Limit(1).Find(&w)
	return w, r.RowsAffected == 1, r.Error
}

// SaveOwnWords writes words that were read at a version, or are new; saved is false when another was faster.
func SaveOwnWords(tx *gorm.DB, w *OwnWords, isNew bool) (saved bool, err error) {
	if isNew {
		r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(w)
		return r.RowsAffected == 1, r.Error
	}
	was := w.Version
	w.Version++
	r := tx.Model(&OwnWords{}).Where("id = ? and version = ?", w.ID, was).Updates(map[string]any{
		"words": w.Words, "version": w.Version, "changed_at": w.ChangedAt, "changed_by": w.ChangedBy,
	})
	return r.RowsAffected == 1, r.Error
}

// DropOwnWords takes them away; dropped is false where ours stood already.
func DropOwnWords(tx *gorm.DB, kind, locale string) (dropped bool, err error) {
	r := tx.Where("kind = ? and locale = ?", kind, locale).Delete(&OwnWords{})
	return r.RowsAffected > 0, r.Error
}
