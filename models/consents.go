package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ConsentsOf reads a partner's live consents.
func ConsentsOf(tx *gorm.DB, partnerID uuid.UUID) (map[ConsentKind]Consent, error) {
	var rows []Consent
	if err := tx.Where("partner_id = ? and withdrawn_at is null", partnerID).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[ConsentKind]Consent, len(rows))
	for _, c := range rows {
		out[c.Kind] = c
	}
	return out, nil
}

// EndConsent takes back the live consent of a kind, if there is one.
func EndConsent(tx *gorm.DB, partnerID uuid.UUID, kind ConsentKind, now time.Time) error {
	return tx.Model(&Consent{}).Where("partner_id = ? and kind = ? and withdrawn_at is null", partnerID, kind).Update("withdrawn_at", now).Error
}
