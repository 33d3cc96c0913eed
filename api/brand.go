package api

import (
	"context"

	"tussentijds/care"
)

type brandOutput struct {
	Tag
	Body care.BrandView
}

// getBrand tells what the practice's papers look like.
func (e *edge) getBrand(ctx context.Context, _ *struct{}) (*brandOutput, error) {
	v, err := e.svc.Brand(ctx, reader(ctx))
	return &brandOutput{Tag: tagged(v.Version), Body: v}, err
}

type changeBrandInput struct {
	Match
	Body changeBrandBody
}

type changeBrandBody struct {
	Colour     *string `json:"colour,omitempty" example:"#1f6f5c" doc:"As #rrggbb; empty for ours. It is shown darker where it could not be read."`
	Logo       []byte  `json:"logo,omitempty" doc:"A PNG or JPEG in base64, of at most six million pixels. Only its pixels are kept, laid on white and made smaller."`
	RemoveLogo bool    `json:"remove_logo,omitempty"`
}

// changeBrand sets colour and logo. What is left out of the body stays as it is.
func (e *edge) changeBrand(ctx context.Context, in *changeBrandInput) (*brandOutput, error) {
	now, err := e.svc.Brand(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	version, err := in.needed(ctx, func() (int, error) { return now.Version, nil })
	if err != nil {
		return nil, err
	}
	wanted := care.ChangeBrandInput{Colour: now.Colour, Logo: in.Body.Logo, RemoveLogo: in.Body.RemoveLogo, Version: version}
	if in.Body.Colour != nil {
		wanted.Colour = *in.Body.Colour
	}
	v, err := e.svc.ChangeBrand(ctx, reader(ctx), wanted)
	return &brandOutput{Tag: tagged(v.Version), Body: v}, err
}

type logoOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// getLogo gives the practice's logo to whoever is signed in there.
func (e *edge) getLogo(ctx context.Context, _ *struct{}) (*logoOutput, error) {
	data, kind, err := e.svc.Logo(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	return &logoOutput{ContentType: kind, Body: data}, nil
}
