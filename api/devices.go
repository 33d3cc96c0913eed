package api

import (
	"context"

	"tussentijds/care"
)

type devicesOutput struct{ Body care.DevicesView }

func (e *edge) listDevices(ctx context.Context, _ *nothing) (*devicesOutput, error) {
	v, err := e.svc.Devices(ctx, reader(ctx))
	return &devicesOutput{Body: v}, err
}

type subscribeInput struct {
	UserAgent string `header:"User-Agent"`
	Body      subscribeBody
}

type subscribeBody struct {
	Endpoint string            `json:"endpoint" doc:"Where the browser's push service takes notes: an https address."`
	Keys     subscribeKeysBody `json:"keys" doc:"As PushSubscription.toJSON() of the Push API gives them."`
}

type subscribeKeysBody struct {
	P256dh string `json:"p256dh" doc:"The browser's public key, in base64url."`
	Auth   string `json:"auth" doc:"The browser's secret, in base64url."`
}

type deviceOutput struct {
	Made
	Body care.DeviceView
}

func (e *edge) subscribe(ctx context.Context, in *subscribeInput) (*deviceOutput, error) {
	v, err := e.svc.Subscribe(ctx, reader(ctx), care.SubscribeInput{
		Endpoint: in.Body.Endpoint, P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth, UserAgent: in.UserAgent,
	})
	return &deviceOutput{Made: madeAt("me", "push"), Body: v}, err
}

func (e *edge) unsubscribe(ctx context.Context, in *thingInput) (*nothing, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, e.svc.Unsubscribe(ctx, reader(ctx), id)
}

type feedOutput struct{ Body care.FeedView }

func (e *edge) getCalendar(ctx context.Context, _ *nothing) (*feedOutput, error) {
	v, err := e.svc.Feed(ctx, reader(ctx))
	return &feedOutput{Body: v}, err
}

func (e *edge) renewCalendar(ctx context.Context, _ *nothing) (*feedOutput, error) {
	v, err := e.svc.RenewFeed(ctx, reader(ctx))
	return &feedOutput{Body: v}, err
}

func (e *edge) endCalendar(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, e.svc.EndFeed(ctx, reader(ctx))
}
