package care

import (
	"context"

	"github.com/google/uuid"
)

// WebhookView is an address that is told of events.
type WebhookView struct {
	ID     uuid.UUID `json:"id"`
	URL    string    `json:"url"`
	Events []string  `json:"events"`
	Active bool      `json:"active"`
	Secret string    `json:"secret,omitempty"` // shown once, when it is made.
}

// AddWebhookInput is a new webhook.
type AddWebhookInput struct {
	URL    string   `json:"url"`
	Events []string `json:"events"` // session.planned, report.published, …
}

// ListWebhooks lists the practice's webhooks (owner).
func (s *Service) ListWebhooks(ctx context.Context, actor Actor) ([]WebhookView, error) {
	return nil, errUnbuilt
}

// AddWebhook adds one (owner) and shows its signing secret once.
func (s *Service) AddWebhook(ctx context.Context, actor Actor, in AddWebhookInput) (WebhookView, error) {
	return WebhookView{}, errUnbuilt
}
