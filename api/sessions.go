package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

type listSessionsInput struct {
	Paging
	From      string `query:"from" doc:"A day or moment: sessions that start from then on."`
	Until     string `query:"until" doc:"A day or moment: sessions that start before then; a day counts whole."`
	CoupleID  string `query:"couple_id" format:"uuid"`
	Therapist string `query:"therapist_id" format:"uuid"`
}

func (e *edge) listSessions(ctx context.Context, in *listSessionsInput) (*listOutput[care.SessionView], error) {
	actor := reader(ctx)
	var c fault.Collector
	f := care.SessionFilter{
		From: moment(&c, "from", in.From, actor.Zone, 0), Until: moment(&c, "until", in.Until, actor.Zone, 1),
		CoupleID: queryID(in.CoupleID), MemberID: queryID(in.Therapist),
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	v, err := e.svc.ListSessions(ctx, actor, f, in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, same[care.SessionView]), nil
}

// queryID reads an id that huma has checked; none is the zero id.
func queryID(raw string) uuid.UUID {
	id, err := uuid.Parse(raw)
	if err != nil {
		return uuid.Nil
	}
	return id
}

// moment reads a moment (RFC 3339), or a day in the practice's zone with some days added.
func moment(c *fault.Collector, location, raw string, zone *time.Location, days int) time.Time {
	if raw == "" {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, raw); err == nil {
		return t
	}
	if d := models.Day(raw); d.Valid() {
		return d.In(zone).AddDate(0, 0, days)
	}
	c.Add(location, "error.field.moment", nil)
	return time.Time{}
}

type planSessionInput struct{ Body planSessionBody }

type planSessionBody struct {
	CoupleID   uuid.UUID   `json:"couple_id"`
	Therapists []uuid.UUID `json:"therapists,omitempty" doc:"Members; the couple's own when left out."`
	Room       string      `json:"room,omitempty"`
	Kind       string      `json:"kind" enum:"conjoint,individual"`
	PartnerID  *uuid.UUID  `json:"partner_id,omitempty" doc:"With individual: which partner."`
	StartsAt   time.Time   `json:"starts_at"`
	EndsAt     time.Time   `json:"ends_at"`
}

type sessionMadeOutput struct {
	Tag
	Made
	Body care.SessionView
}

func (e *edge) planSession(ctx context.Context, in *planSessionInput) (*sessionMadeOutput, error) {
	v, err := e.svc.PlanSession(ctx, reader(ctx), care.PlanSessionInput(in.Body))
	return &sessionMadeOutput{Tag: tagged(v.Version), Made: madeAt("sessions", v.ID.String()), Body: v}, err
}

type sessionOutput struct {
	Tag
	Body care.SessionView
}

func (e *edge) getSession(ctx context.Context, in *thingInput) (*sessionOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.Session(ctx, reader(ctx), id)
	return &sessionOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) sessionVersion(ctx context.Context, id uuid.UUID) func() (int, error) {
	return func() (int, error) {
		v, err := e.svc.Session(ctx, reader(ctx), id)
		return v.Version, err
	}
}

type changeSessionInput struct {
	Thing
	Match
	Body changeSessionBody
}

type changeSessionBody struct {
	Therapists *[]uuid.UUID `json:"therapists,omitempty"`
	Room       *string      `json:"room,omitempty"`
	StartsAt   *time.Time   `json:"starts_at,omitempty"`
	EndsAt     *time.Time   `json:"ends_at,omitempty"`
	Status     *string      `json:"status,omitempty" enum:"planned,held,no_show"`
	Version    int          `json:"-"`
}

func (e *edge) changeSession(ctx context.Context, in *changeSessionInput) (*sessionOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Version, err = in.needed(ctx, e.sessionVersion(ctx, id)); err != nil {
		return nil, err
	}
	v, err := e.svc.ChangeSession(ctx, reader(ctx), id, care.ChangeSessionInput(in.Body))
	return &sessionOutput{Tag: tagged(v.Version), Body: v}, err
}

type matchedInput struct {
	Thing
	Match
}

func (e *edge) cancelSession(ctx context.Context, in *matchedInput) (*sessionOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.given(ctx, e.sessionVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	v, err := e.svc.CancelSession(ctx, reader(ctx), id, version)
	return &sessionOutput{Tag: tagged(v.Version), Body: v}, err
}
