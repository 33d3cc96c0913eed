package api

import (
	"context"

	"tussentijds/care"
)

type progressInput struct {
	Thing
	Month    string `query:"month" maxLength:"7" example:"2026-10" doc:"YYYY-MM; this month when left out."`
	Audience string `query:"audience" enum:"couple,partner,therapist" doc:"Whose view. A therapist's own when left out, for a partner the couple's."`
}

type progressOutput struct{ Body care.ProgressView }

func (e *edge) getProgress(ctx context.Context, in *progressInput) (*progressOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	actor := reader(ctx)
	if in.Audience == "" {
		in.Audience = "therapist"
		if actor.Partner() {
			in.Audience = "couple"
		}
	}
	v, err := e.svc.Progress(ctx, actor, id, in.Month, in.Audience)
	return &progressOutput{Body: v}, err
}
