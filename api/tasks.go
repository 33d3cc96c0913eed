package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// task is a partner's own task, in one language.
type task struct {
	ID           uuid.UUID         `json:"id"`
	AssignmentID uuid.UUID         `json:"assignment_id"`
	Exercise     taskExercise      `json:"exercise"`
	Form         form              `json:"form"`
	DueAt        time.Time         `json:"due_at"`
	ClosesAt     time.Time         `json:"closes_at"`
	Status       models.TaskStatus `json:"status"`
	CanTakeBack  bool              `json:"can_take_back" doc:"The answers can still be taken back."`
	Draft        library.Answers   `json:"draft,omitempty" doc:"What was typed so far; in a single task only."`
	Response     *response         `json:"response,omitempty" doc:"One's own answers; in a single task only."`
	Partner      *partnerAnswers   `json:"partner,omitempty" doc:"What may be read of the other's answers; in a single task only."`
	AgreementID  *uuid.UUID        `json:"agreement_id,omitempty" doc:"The joint agreement to fill in and sign."`
	Version      int               `json:"version"`
}

// taskExercise is what a partner needs to know to do it.
type taskExercise struct {
	ID       string   `json:"id"`
	Version  int      `json:"version"`
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	Minutes  int      `json:"minutes"`
	Why      string   `json:"why"`
	Need     string   `json:"need"`
	Steps    []string `json:"steps"`
	Example  string   `json:"example,omitempty"`
	StopWhen string   `json:"stop_when,omitempty"`
}

// partnerAnswers is what may be read of the other's answers: neither their id nor when they were written.
type partnerAnswers struct {
	Answers library.Answers `json:"answers"`
	Hidden  []string        `json:"hidden" doc:"Question ids that may not be read, by the form and never by the answers."`
	Outcome *outcome        `json:"outcome,omitempty" doc:"Of an instrument, once every answer that counts may be read."`
}

func showTask(v care.TaskView, actor care.Actor) task {
	lang := actor.Locale
	out := task{
		ID: v.ID, AssignmentID: v.AssignmentID, DueAt: v.DueAt.UTC(), ClosesAt: v.ClosesAt.UTC(), Status: v.Status,
		CanTakeBack: v.CanTakeBack, Draft: v.Draft, AgreementID: v.AgreementID, Version: v.Version,
	}
	if v.Exercise != nil {
		out.Exercise, out.Form = showTaskExercise(v.Exercise, lang), showForm(v.Exercise, lang)
	}
	if v.Response != nil {
		r := showResponse(*v.Response, actor)
		out.Response = &r
	}
	if v.Partner != nil {
		out.Partner = &partnerAnswers{Answers: v.Partner.Answers, Hidden: v.Partner.Hidden, Outcome: showOutcome(v.Partner.Outcome, actor)}
	}
	return out
}

func showTaskExercise(e *library.Exercise, lang locale.Lang) taskExercise {
	in := func(t library.Text) string { return t.In(string(lang)) }
	out := taskExercise{
		ID: e.ID, Version: e.Version, Title: in(e.Title), Summary: in(e.Summary), Minutes: e.Minutes, Why: in(e.Why), Need: in(e.Need),
		Steps: []string{}, Example: in(e.Example), StopWhen: in(e.StopWhen),
	}
	for _, s := range e.Steps {
		out.Steps = append(out.Steps, in(s))
	}
	return out
}

type listTasksInput struct {
	Paging
	Status string `query:"status" enum:"open,done,all" default:"open"`
}

func (e *edge) listTasks(ctx context.Context, in *listTasksInput) (*listOutput[task], error) {
	actor := reader(ctx)
	v, err := e.svc.ListTasks(ctx, actor, in.Status, in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, func(t care.TaskView) task { return showTask(t, actor) }), nil
}

type taskOutput struct {
	Tag
	Body task
}

func (e *edge) getTask(ctx context.Context, in *thingInput) (*taskOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.Task(ctx, reader(ctx), id)
	return &taskOutput{Tag: tagged(v.Version), Body: showTask(v, reader(ctx))}, err
}

type saveDraftInput struct {
	Thing
	Match
	Body answersBody
}

type answersBody struct {
	Answers map[string]any `json:"answers" doc:"Question id to answer: a number for scale, number, counter and timer (seconds), yes or no, an option id, a list of option ids, a text, a list of rows, a date, a time, or a signature's name and agreed. {\"declined\": true} is: I would rather not answer."`
}

// saveDraft takes any version when the request names none: a draft is one's own, and losing words is worse than a race
// between two of one's own devices.
func (e *edge) saveDraft(ctx context.Context, in *saveDraftInput) (*taskOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.given(ctx, func() (int, error) { return 0, nil })
	if err != nil {
		return nil, err
	}
	v, err := e.svc.SaveDraft(ctx, reader(ctx), id, in.Body.Answers, version)
	return &taskOutput{Tag: tagged(v.Version), Body: showTask(v, reader(ctx))}, err
}

type completeTaskInput struct {
	Thing
	Body answersBody
}

type responseMadeOutput struct {
	Made
	Body response
}

func (e *edge) completeTask(ctx context.Context, in *completeTaskInput) (*responseMadeOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.CompleteTask(ctx, reader(ctx), id, in.Body.Answers)
	return &responseMadeOutput{Made: madeAt("tasks", id.String()), Body: showResponse(v, reader(ctx))}, err
}

func (e *edge) takeBackResponse(ctx context.Context, in *thingInput) (*nothing, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, e.svc.TakeBackResponse(ctx, reader(ctx), id)
}

func (e *edge) skipTask(ctx context.Context, in *thingInput) (*nothing, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, e.svc.SkipTask(ctx, reader(ctx), id)
}
