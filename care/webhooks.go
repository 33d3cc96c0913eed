package care

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/outbound"
	"tussentijds/models"
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

// WebhookEvents lists what a webhook can be told of. What a partner does is not in it: an outside system would learn who
// does what when.
var WebhookEvents = []string{"couple.created", "report.published", "session.cancelled", "session.changed", "session.planned"}

// webhookEvent names the event that an entry of the record stands for, or "".
func webhookEvent(e models.AuditEvent) string {
	return map[string]string{
		"create couple": "couple.created", "publish report": "report.published",
		"create session": "session.planned", "change session": "session.changed", "cancel session": "session.cancelled",
	}[e.Act+" "+e.ObjectKind]
}

func webhookSecret(h models.Webhook) place {
	return place{keyPractice, h.PracticeID, "webhooks", "secret", h.ID}
}

// ListWebhooks lists the practice's webhooks (owner), oldest first, without their secrets. Faults: forbidden.
func (s *Service) ListWebhooks(ctx context.Context, actor Actor) ([]WebhookView, error) {
	out := []WebhookView{}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		if err := mayManagePractice(actor).fault(); err != nil {
			return err
		}
		hooks, err := models.FindWebhooks(t.DB)
		for _, h := range hooks {
			out = append(out, WebhookView{ID: h.ID, URL: h.URL, Events: h.Events.V, Active: h.Active})
		}
		t.note(act{verb: "read", object: "webhooks"})
		return err
	})
	return out, err
}

// AddWebhook adds one (owner) and shows its signing secret once. Faults: forbidden, invalid (fields url, events).
func (s *Service) AddWebhook(ctx context.Context, actor Actor, in AddWebhookInput) (WebhookView, error) {
	var out WebhookView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		if err := mayManagePractice(actor).fault(); err != nil {
			return err
		}
		if err := in.check(s.Demo); err != nil {
			return err
		}
		raw := make([]byte, 32)
		if _, err := rand.Read(raw); err != nil {
			return err
		}
		events := slices.Clone(in.Events)
		slices.Sort(events)
		h := models.Webhook{Row: models.NewRow(t.PracticeID), URL: in.URL, Active: true, Version: 1, CreatedAt: t.now}
		h.Events.V = slices.Compact(events)
		var err error
		if h.Secret, err = t.seal(webhookSecret(h), raw); err != nil {
			return err
		}
		if err := t.DB.Create(&h).Error; err != nil {
			return err
		}
		t.note(act{verb: "create", object: "webhook", objectID: h.ID})
		out = WebhookView{ID: h.ID, URL: h.URL, Events: h.Events.V, Active: true, Secret: "whsec_" + base64.StdEncoding.EncodeToString(raw)}
		return nil
	})
	return out, err
}

func (in AddWebhookInput) check(demo bool) error {
	var c fault.Collector
	if len(in.URL) > 500 || !plainLine(in.URL) || !outbound.Allowed(in.URL, demo) {
		c.Add("url", "error.field.webhook_url", nil)
	}
	if len(in.Events) == 0 {
		c.Add("events", "error.field.required", nil)
	}
	for _, e := range in.Events {
		if !slices.Contains(WebhookEvents, e) {
			c.Add("events", "error.field.webhook_event", map[string]any{"Known": strings.Join(WebhookEvents, ", ")})
			break
		}
	}
	return c.Err()
}
