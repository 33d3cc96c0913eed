package models

import (
	"github.com/google/uuid"
	"gorm.io/gorm"
)

// FindWebhooks reads the practice's webhooks, oldest first.
func FindWebhooks(tx *gorm.DB) ([]Webhook, error) {
	var hooks []Webhook
	err := tx.Order("created_at, id").Find(&hooks).Error
	return hooks, err
}

// FindWebhook reads one.
func FindWebhook(tx *gorm.DB, id uuid.UUID) (Webhook, error) {
	var h Webhook
	err := tx.Where("id = ?", id).Take(&h).Error
	return h, err
}

// EndWebhook stops telling an address.
func EndWebhook(tx *gorm.DB, id uuid.UUID) error {
	return tx.Model(&Webhook{}).Where("id = ?", id).Update("active", false).Error
}
