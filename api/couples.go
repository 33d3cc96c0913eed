package api

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/care"
)

type listCouplesInput struct {
	Paging
	Search string `query:"search" maxLength:"120" doc:"Part of a name."`
}

func (e *edge) listCouples(ctx context.Context, in *listCouplesInput) (*listOutput[care.CoupleView], error) {
	v, err := e.svc.ListCouples(ctx, reader(ctx), in.Search, in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, same[care.CoupleView]), nil
}

type createCoupleInput struct{ Body createCoupleBody }

type createCoupleBody struct {
	Partners  []care.PartnerInput `json:"partners" doc:"The two partners, each with an address of their own."`
	StartedOn string              `json:"started_on,omitempty" format:"date" doc:"Today when left out."`
	Invite    bool                `json:"invite,omitempty" doc:"Send both invitations at once."`
}

type coupleMadeOutput struct {
	Tag
	Made
	Body care.CoupleView
}

func (e *edge) createCouple(ctx context.Context, in *createCoupleInput) (*coupleMadeOutput, error) {
	v, err := e.svc.CreateCouple(ctx, reader(ctx), care.CreateCoupleInput(in.Body))
	return &coupleMadeOutput{Tag: tagged(v.Version), Made: madeAt("couples", v.ID.String()), Body: v}, err
}

type thingInput struct{ Thing }

type coupleOutput struct {
	Tag
	Body care.CoupleView
}

func (e *edge) getCouple(ctx context.Context, in *thingInput) (*coupleOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.Couple(ctx, reader(ctx), id)
	return &coupleOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) coupleVersion(ctx context.Context, id uuid.UUID) func() (int, error) {
	return func() (int, error) {
		v, err := e.svc.Couple(ctx, reader(ctx), id)
		return v.Version, err
	}
}

type changeCoupleInput struct {
	Thing
	Match
	Body care.ChangeCoupleInput
}

func (e *edge) changeCouple(ctx context.Context, in *changeCoupleInput) (*coupleOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Version, err = in.needed(ctx, e.coupleVersion(ctx, id)); err != nil {
		return nil, err
	}
	v, err := e.svc.ChangeCouple(ctx, reader(ctx), id, in.Body)
	return &coupleOutput{Tag: tagged(v.Version), Body: v}, err
}

type invitePartnerInput struct {
	Thing
	PartnerID string `path:"pid"`
}

func (e *edge) invitePartner(ctx context.Context, in *invitePartnerInput) (*nothing, error) {
	couple, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	partner, err := pathID(in.PartnerID)
	if err != nil {
		return nil, err
	}
	return nil, e.svc.InvitePartner(ctx, reader(ctx), couple, partner)
}
