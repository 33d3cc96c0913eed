package models

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// write narrows to one remembered write.
func write(tx *gorm.DB, k IdempotencyKey) *gorm.DB {
	return tx.Model(&IdempotencyKey{}).Where("person_id = ? and method = ? and path = ? and key = ?", k.PersonID, k.Method, k.Path, k.Key)
}

// AddWrite remembers a write unless the same one is known; made tells which.
func AddWrite(tx *gorm.DB, k IdempotencyKey) (made bool, err error) {
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&k)
	return r.RowsAffected == 1, r.Error
}

// FindWrite reads a remembered write.
func FindWrite(tx *gorm.DB, k IdempotencyKey) (IdempotencyKey, error) {
	var found IdempotencyKey
	err := write(tx, k).Take(&found).Error
	return found, err
}

// RenewWrite begins a write anew that was begun at an earlier moment and never ended; renewed is false when another call
// did the same just before.
func RenewWrite(tx *gorm.DB, k IdempotencyKey, begun time.Time) (renewed bool, err error) {
	r := write(tx, k).Where("created_at = ?", begun).
		Updates(map[string]any{"created_at": k.CreatedAt, "body_hash": k.BodyHash, "status": 0, "location": ""})
	return r.RowsAffected == 1, r.Error
}

// EndWrite keeps how a write ended.
func EndWrite(tx *gorm.DB, k IdempotencyKey, status int, location string) error {
	return write(tx, k).Updates(map[string]any{"status": status, "location": location}).Error
}

// ForgetWrite takes a write away, so that it can be done again.
func ForgetWrite(tx *gorm.DB, k IdempotencyKey) error {
	return write(tx, k).Delete(&IdempotencyKey{}).Error
}

// ForgetWrites takes away the writes that began before a moment.
func ForgetWrites(tx *gorm.DB, before time.Time) error {
	return tx.Where("created_at < ?", before).Delete(&IdempotencyKey{}).Error
}
