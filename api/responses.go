package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/library"
	"tussentijds/models"
)

// response is an answer as its reader may read it.
type response struct {
	ID          uuid.UUID         `json:"id"`
	TaskID      uuid.UUID         `json:"task_id"`
	PartnerID   uuid.UUID         `json:"partner_id" doc:"Who wrote it."`
	SubmittedAt time.Time         `json:"submitted_at"`
	RevealedAt  *time.Time        `json:"revealed_at,omitempty" doc:"When what was hidden opened; partners get the start of that day."`
	Exercise    *responseExercise `json:"exercise,omitempty"`
	Answers     library.Answers   `json:"answers" doc:"Only what the reader may read."`
	Hidden      []string          `json:"hidden" doc:"Question ids that the reader may not read, by the form and never by the answers."`
	Audiences   map[string]string `json:"audiences" doc:"Who may read each answer."`
	Score       *score            `json:"score,omitempty"`
	Outcome     *outcome          `json:"outcome,omitempty" doc:"Of an instrument, for a reader who may read every answer that counts."`
	CanReveal   bool              `json:"can_reveal" doc:"In-session answers wait for a therapist to open them."`
	Erased      bool              `json:"erased,omitempty" doc:"The writer's data were erased; nothing can be read."`
	Version     int               `json:"version"`
}

type responseExercise struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Title   string `json:"title"`
}

// score is an instrument's outcome: something to talk about and no diagnosis.
type score struct {
	Total    float64            `json:"total"`
	Max      float64            `json:"max" doc:"What the answered items could add up to."`
	Band     string             `json:"band,omitempty"`
	Sections map[string]float64 `json:"sections,omitempty"`
	Missing  int                `json:"missing" doc:"Items skipped or declined."`
}

func showResponse(v care.ResponseView, actor care.Actor) response {
	out := response{
		ID: v.ID, TaskID: v.TaskID, PartnerID: v.PartnerID, SubmittedAt: v.SubmittedAt.UTC(), RevealedAt: v.RevealedAt, Answers: v.Answers,
		Hidden: v.Hidden, Audiences: v.Audiences, CanReveal: v.CanReveal, Erased: v.Erased, Version: v.Version,
	}
	if v.RevealedAt != nil && actor.Partner() && actor.Zone != nil {
		// The very moment would tell when the other one sent theirs in (design decision 12): the day is enough.
		day := models.DayOf(v.RevealedAt.In(actor.Zone)).In(actor.Zone).UTC()
		out.RevealedAt = &day
	}
	if v.Exercise != nil {
		out.Exercise = &responseExercise{ID: v.Exercise.ID, Version: v.Exercise.Version, Title: v.Exercise.Title.In(string(actor.Locale))}
	}
	if s := v.Score; s != nil {
		out.Score = &score{Total: s.Total, Max: s.Max, Band: s.Band, Sections: s.Sections, Missing: s.Missing}
	}
	out.Outcome = showOutcome(v.Outcome, actor)
	return out
}

func (e *edge) listResponses(ctx context.Context, in *listOfThingInput) (*listOutput[response], error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	actor := reader(ctx)
	v, err := e.svc.CoupleResponses(ctx, actor, id, in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, func(r care.ResponseView) response { return showResponse(r, actor) }), nil
}

type responseOutput struct{ Body response }

func (e *edge) revealResponse(ctx context.Context, in *thingInput) (*responseOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.RevealResponse(ctx, reader(ctx), id)
	return &responseOutput{Body: showResponse(v, reader(ctx))}, err
}

type widenAudienceInput struct {
	Thing
	Body widenAudienceBody
}

type widenAudienceBody struct {
	Question string           `json:"question" maxLength:"100" doc:"A question's id."`
	Audience library.Audience `json:"audience" doc:"One with more readers than now; what was read cannot be unread."`
}

func (e *edge) widenAudience(ctx context.Context, in *widenAudienceInput) (*responseOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.WidenAudience(ctx, reader(ctx), id, in.Body.Question, string(in.Body.Audience))
	return &responseOutput{Body: showResponse(v, reader(ctx))}, err
}
