package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// DropMailTokens takes away the unused tokens of a purpose for a person.
func DropMailTokens(tx *gorm.DB, purpose string, practiceID, subjectID uuid.UUID) error {
	return tx.Where("purpose = ? and practice_id = ? and subject_id = ? and used_at is null", purpose, practiceID, subjectID).Delete(&MailToken{}).Error
}

// FindMailToken reads an unused token that has not expired.
func FindMailToken(tx *gorm.DB, hash []byte, purpose string, now time.Time) (MailToken, error) {
	var t MailToken
	err := tx.Where("token_hash = ? and purpose = ? and used_at is null and expires_at > ?", hash, purpose, now).Take(&t).Error
	return t, err
}

// UseMailToken uses a token up; used tells whether this call was the one that did.
func UseMailToken(tx *gorm.DB, id uuid.UUID, now time.Time) (used bool, err error) {
	r := tx.Model(&MailToken{}).Where("id = ? and used_at is null", id).Update("used_at", now)
	return r.RowsAffected == 1, r.Error
}

// FindAccount reads an account by the index of its address.
func FindAccount(tx *gorm.DB, emailIndex []byte) (Account, error) {
	var a Account
	err := tx.Where("email_index = ?", emailIndex).Take(&a).Error
	return a, err
}

// MembershipsOf reads an account's memberships that still stand, oldest first.
func MembershipsOf(tx *gorm.DB, accountID uuid.UUID) ([]Membership, error) {
	var ms []Membership
	err := tx.Where("account_id = ? and ended_at is null", accountID).Order("created_at, id").Find(&ms).Error
	return ms, err
}

// EndLogins ends an account's logins, except one.
func EndLogins(tx *gorm.DB, accountID, except uuid.UUID, now time.Time) error {
	return tx.Model(&Login{}).Where("account_id = ? and id <> ? and ended_at is null", accountID, except).Update("ended_at", now).Error
}
