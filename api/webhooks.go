package api

import (
	"context"

	"tussentijds/care"
)

func (e *edge) listWebhooks(ctx context.Context, in *listInput) (*listOutput[care.WebhookView], error) {
	all, err := e.svc.ListWebhooks(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	part, err := cut(all, in.Paging, func(w care.WebhookView) string { return w.ID.String() })
	if err != nil {
		return nil, err
	}
	return asList(part, same[care.WebhookView]), nil
}

type addWebhookInput struct{ Body addWebhookBody }

type addWebhookBody struct {
	URL    string   `json:"url" doc:"An https address; deliveries are signed as Standard Webhooks says."`
	Events []string `json:"events" doc:"couple.created, report.published, session.cancelled, session.changed, session.planned. A delivery names the event and ids, never content."`
}

type webhookMadeOutput struct {
	Made
	Body care.WebhookView
}

func (e *edge) addWebhook(ctx context.Context, in *addWebhookInput) (*webhookMadeOutput, error) {
	v, err := e.svc.AddWebhook(ctx, reader(ctx), care.AddWebhookInput(in.Body))
	return &webhookMadeOutput{Made: madeAt("webhooks"), Body: v}, err
}
