package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tussentijds/care"
	"tussentijds/models"
)

// Origin is where a request comes from, for the limits on sign-in and for the record.
type Origin struct {
	address string
}

// Resolve takes the address from the connection, behind the trusted proxies alone.
func (a *Origin) Resolve(ctx huma.Context) []error {
	a.address = clientIP(ctx)
	return nil
}

type meOutput struct{ Body care.MeView }

func (e *edge) getMe(ctx context.Context, _ *nothing) (*meOutput, error) {
	v, err := e.svc.Me(ctx, callOf(ctx).actor) // The stored language, whatever this request speaks.
	return &meOutput{Body: v}, err
}

type remindersOutput struct {
	Tag
	Body care.PreferenceView
}

func (e *edge) getReminders(ctx context.Context, _ *nothing) (*remindersOutput, error) {
	v, err := e.svc.ReminderPreferences(ctx, callOf(ctx).actor)
	return &remindersOutput{Tag: tagged(v.Version), Body: v}, err
}

type changeRemindersInput struct {
	Match
	Body changeRemindersBody
}

type changeRemindersBody struct {
	Mail       *bool                   `json:"mail,omitempty" doc:"The short way: true has all that comes over nothing by mail, false takes mail from all."`
	QuietFrom  *string                 `json:"quiet_from,omitempty" example:"21:30" doc:"Nothing is sent from here"`
	QuietUntil *string                 `json:"quiet_until,omitempty" example:"08:00" doc:"until here, in the practice's time zone."`
	CapPerDay  *int                    `json:"cap_per_day,omitempty" doc:"At most so many a day."`
	Digest     *bool                   `json:"digest,omitempty" doc:"One message a day instead of one for each."`
	Locale     *string                 `json:"locale,omitempty" enum:"nl,en"`
	Channels   map[string][]string     `json:"channels,omitempty" doc:"Over what each group comes: mail, push, sms; an empty list for on the pages alone. Partners have tasks, sessions, agreements, reports and messages; members alerts and other."`
	Stopped    *bool                   `json:"stopped,omitempty" doc:"Stop everything, or undo that."`
	Leads      map[string]*models.Lead `json:"leads,omitempty" doc:"When each kind of reminder goes, by its kind; null goes back to the practice's standard."`
	Version    int                     `json:"-"`
}

func (e *edge) changeReminders(ctx context.Context, in *changeRemindersInput) (*remindersOutput, error) {
	actor := callOf(ctx).actor
	version, err := in.needed(ctx, func() (int, error) {
		v, err := e.svc.ReminderPreferences(ctx, actor)
		return v.Version, err
	})
	if err != nil {
		return nil, err
	}
	in.Body.Version = version
	v, err := e.svc.ChangeReminderPreferences(ctx, actor, care.ChangePreferenceInput(in.Body))
	return &remindersOutput{Tag: tagged(v.Version), Body: v}, err
}
