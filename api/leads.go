package api

import (
	"context"

	"tussentijds/care"
	"tussentijds/models"
)

type leadsOutput struct {
	Tag
	Body care.PracticeLeads
}

func (e *edge) getLeads(ctx context.Context, _ *nothing) (*leadsOutput, error) {
	v, err := e.svc.ReminderLeads(ctx, callOf(ctx).actor)
	return &leadsOutput{Tag: tagged(v.Version), Body: v}, err
}

type changeLeadsInput struct {
	Match
	Body changeLeadsBody
}

type changeLeadsBody struct {
	Leads   map[string]*models.Lead `json:"leads" doc:"When each kind of reminder goes, by its kind; null goes back to our standard."`
	Version int                     `json:"-"`
}

func (e *edge) changeLeads(ctx context.Context, in *changeLeadsInput) (*leadsOutput, error) {
	actor := callOf(ctx).actor
	version, err := in.needed(ctx, func() (int, error) {
		v, err := e.svc.ReminderLeads(ctx, actor)
		return v.Version, err
	})
	if err != nil {
		return nil, err
	}
	in.Body.Version = version
	v, err := e.svc.ChangeReminderLeads(ctx, actor, care.ChangeLeadsInput(in.Body))
	return &leadsOutput{Tag: tagged(v.Version), Body: v}, err
}
