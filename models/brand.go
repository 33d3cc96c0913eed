package models

import (
	"errors"
	"time"

	"gorm.io/gorm"
)

// Brand is what a practice's reports look like. A practice has one at most.
type Brand struct {
	Row
	Colour    string // #rrggbb, or empty.
	Logo      []byte // nil for none.
	LogoType  string // its media type.
	LogoID    string // its hash.
	Version   int
	ChangedAt time.Time
}

// TableName says where brands stand.
func (Brand) TableName() string { return "practice_brands" }

// FindBrand reads the practice's brand; one that was never set is empty.
func FindBrand(tx *gorm.DB) (Brand, error) {
	var b Brand
	err := tx.Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return Brand{}, nil
	}
	return b, err
}

// ChangeBrand writes a brand that was at the version; changed is false when it no longer was.
func ChangeBrand(tx *gorm.DB, b Brand, version int) (changed bool, err error) {
	if version == 0 {
		r := tx.Exec(`insert into practice_brands (practice_id, id, colour, logo, logo_type, logo_id, version, changed_at)
			values (?, ?, ?, ?, ?, ?, 1, ?) on conflict (practice_id) do nothing`, b.PracticeID, b.ID, b.Colour, b.Logo, b.LogoType, b.LogoID, b.ChangedAt)
		return r.RowsAffected == 1, r.Error
	}
	r := tx.Model(&Brand{}).Where("id = ? and version = ?", b.ID, version).Updates(map[string]any{
		"colour": b.Colour, "logo": b.Logo, "logo_type": b.LogoType, "logo_id": b.LogoID, "version": version + 1, "changed_at": b.ChangedAt,
	})
	return r.RowsAffected == 1, r.Error
}
