package api

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/care"
)

func (e *edge) listAgreements(ctx context.Context, in *listOfThingInput) (*listOutput[care.AgreementView], error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := e.svc.ListAgreements(ctx, reader(ctx), id)
	if err != nil {
		return nil, err
	}
	part, err := cut(all, in.Paging, func(a care.AgreementView) string { return a.ID.String() })
	if err != nil {
		return nil, err
	}
	return asList(part, same[care.AgreementView]), nil
}

type agreementOutput struct {
	Tag
	Body care.AgreementView
}

func (e *edge) getAgreement(ctx context.Context, in *thingInput) (*agreementOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.Agreement(ctx, reader(ctx), id)
	return &agreementOutput{Tag: tagged(v.Version), Body: v}, err
}

type agreementBody struct {
	ExerciseID string      `json:"exercise_id,omitempty" doc:"With a new agreement: its kind, such as trust-contract."`
	Intro      string      `json:"intro,omitempty"`
	Points     []pointBody `json:"points"`
	StartsOn   string      `json:"starts_on,omitempty" format:"date" doc:"From when; when left out, the day all have signed."`
	ReviewOn   string      `json:"review_on,omitempty" format:"date" doc:"When to look back together."`
	EndsOn     string      `json:"ends_on,omitempty" format:"date" doc:"It ends by itself on that day."`
	EndsWhen   string      `json:"ends_when,omitempty" doc:"The condition under which both find it may end."`
}

type pointBody struct {
	ID        string `json:"id,omitempty" doc:"Of a point that was there already."`
	Area      string `json:"area,omitempty"`
	Agreement string `json:"agreement"`
	Measure   string `json:"measure" doc:"How both can see that it was kept."`
	Owner     string `json:"owner,omitempty" doc:"Id of the partner who sees to it; both when left out."`
}

func (b agreementBody) input(version int) care.WriteAgreementInput {
	in := care.WriteAgreementInput{
		ExerciseID: b.ExerciseID, Intro: b.Intro, StartsOn: b.StartsOn, ReviewOn: b.ReviewOn, EndsOn: b.EndsOn, EndsWhen: b.EndsWhen, Version: version,
	}
	for _, p := range b.Points {
		in.Points = append(in.Points, care.AgreementPoint(p))
	}
	return in
}

type proposeAgreementInput struct {
	Thing
	Body agreementBody
}

type agreementMadeOutput struct {
	Tag
	Made
	Body care.AgreementView
}

func (e *edge) proposeAgreement(ctx context.Context, in *proposeAgreementInput) (*agreementMadeOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ProposeAgreement(ctx, reader(ctx), id, in.Body.input(0))
	return &agreementMadeOutput{Tag: tagged(v.Version), Made: madeAt("agreements", v.ID.String()), Body: v}, err
}

type rewriteAgreementInput struct {
	Thing
	Match
	Body agreementBody
}

func (e *edge) rewriteAgreement(ctx context.Context, in *rewriteAgreementInput) (*agreementOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.needed(ctx, e.agreementVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	v, err := e.svc.RewriteAgreement(ctx, reader(ctx), id, in.Body.input(version))
	return &agreementOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) agreementVersion(ctx context.Context, id uuid.UUID) func() (int, error) {
	return func() (int, error) {
		v, err := e.svc.Agreement(ctx, reader(ctx), id)
		return v.Version, err
	}
}

type signAgreementInput struct {
	Thing
	Body signAgreementBody
}

type signAgreementBody struct {
	Revision  int    `json:"revision" doc:"The revision that was read; another one answers 409."`
	Name      string `json:"name" doc:"One's own name, as a signature."`
	NotFreely bool   `json:"not_freely,omitempty" doc:"I did not choose this freely. Only the therapist reads this."`
	Worries   string `json:"worries,omitempty" maxLength:"2000" doc:"What one dreads about signing. Only the therapist reads this."`
}

func (e *edge) signAgreement(ctx context.Context, in *signAgreementInput) (*agreementOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.SignAgreement(ctx, reader(ctx), id, care.SignAgreementInput(in.Body))
	return &agreementOutput{Tag: tagged(v.Version), Body: v}, err
}

// withdrawSignature asks for no version: taking a yes back is always right, whatever the text has become.
func (e *edge) withdrawSignature(ctx context.Context, in *thingInput) (*agreementOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.WithdrawSignature(ctx, reader(ctx), id)
	return &agreementOutput{Tag: tagged(v.Version), Body: v}, err
}

type endAgreementInput struct {
	Thing
	Body endAgreementBody
}

type endAgreementBody struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"A therapist gives one, and both partners read it; a partner's is for the therapist alone."`
}

// endAgreement asks for no version: an agreement ends whatever its text has become.
func (e *edge) endAgreement(ctx context.Context, in *endAgreementInput) (*agreementOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.EndAgreement(ctx, reader(ctx), id, care.EndAgreementInput(in.Body))
	return &agreementOutput{Tag: tagged(v.Version), Body: v}, err
}

type reviewAgreementInput struct {
	Thing
	Body reviewAgreementBody
}

type reviewAgreementBody struct {
	Kept     map[string]bool `json:"kept" doc:"Point id to kept."`
	Words    string          `json:"words,omitempty"`
	ReviewOn string          `json:"review_on,omitempty" format:"date" doc:"When to look back again."`
}

func (e *edge) reviewAgreement(ctx context.Context, in *reviewAgreementInput) (*agreementOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ReviewAgreement(ctx, reader(ctx), id, care.ReviewAgreementInput(in.Body))
	return &agreementOutput{Tag: tagged(v.Version), Body: v}, err
}
