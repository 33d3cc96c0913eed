package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// KeysByID reads key rows, destroyed ones included.
func KeysByID(tx *gorm.DB, ids []uuid.UUID) ([]WrappedKey, error) {
	var rows []WrappedKey
	err := tx.Where("id in ?", ids).Find(&rows).Error
	return rows, err
}

// KeyOfOwner reads an owner's newest key, destroyed or not.
func KeyOfOwner(tx *gorm.DB, kind string, owner uuid.UUID) (WrappedKey, error) {
	var row WrappedKey
	err := tx.Where("owner_kind = ? and owner_id = ?", kind, owner).Order("created_at desc, id desc").Take(&row).Error
	return row, err
}

// AddKey writes a key unless the owner has a live one; made tells which.
func AddKey(tx *gorm.DB, row WrappedKey) (made bool, err error) {
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	return r.RowsAffected == 1, r.Error
}
