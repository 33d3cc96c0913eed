package models

import (
	"time"

	"gorm.io/gorm"
)

// PublishedReports reads what a partner may open, newest month first: the couple's reports and the own ones, published
// since a moment. The sealed documents are left where they are.
func PublishedReports(tx *gorm.DB, partner Partner, since time.Time) ([]Report, error) {
	var rows []Report
	err := tx.Omit("snapshot", "note", "pdf").
		Where("couple_id = ? and status = 'published' and published_at >= ? and (audience = 'couple' or audience = 'partner' and partner_id = ?)", partner.CoupleID, since, partner.ID).
		Order("month desc, audience, locale").Find(&rows).Error
	return rows, err
}
