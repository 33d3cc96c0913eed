package api

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/models"
)

func (e *edge) listProgrammes(ctx context.Context, in *listInput) (*listOutput[care.ProgrammeInfo], error) {
	all, err := e.svc.ListProgrammes(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	part, err := cut(all, in.Paging, func(p care.ProgrammeInfo) string { return p.ID })
	if err != nil {
		return nil, err
	}
	return asList(part, same[care.ProgrammeInfo]), nil
}

type programmeInput struct {
	ID string `path:"id" maxLength:"60" doc:"A programme's id."`
}

type programmeOutput struct{ Body care.ProgrammeDetail }

func (e *edge) getProgramme(ctx context.Context, in *programmeInput) (*programmeOutput, error) {
	v, err := e.svc.Programme(ctx, reader(ctx), in.ID)
	return &programmeOutput{Body: v}, err
}

type startProgrammeInput struct {
	Thing
	Match
	Body startProgrammeBody
}

type startProgrammeBody struct {
	Programme string `json:"programme" doc:"A programme's id. Empty ends the one that runs."`
	Phase     int    `json:"phase,omitempty" minimum:"1" default:"1" doc:"From 1."`
}

// startProgramme goes by the couple's version, as it always has; the programme's own acts go by the programme's.
func (e *edge) startProgramme(ctx context.Context, in *startProgrammeInput) (*coupleOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.given(ctx, e.coupleVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	v, err := e.svc.StartProgramme(ctx, reader(ctx), id, in.Body.Programme, in.Body.Phase, version)
	return &coupleOutput{Tag: tagged(v.Version), Body: v}, err
}

type coupleProgrammeOutput struct {
	Tag
	Body care.CoupleProgrammeView
}

// programmeShown answers with a programme; one that there is not has no version.
func programmeShown(v care.CoupleProgrammeView, err error) (*coupleProgrammeOutput, error) {
	out := &coupleProgrammeOutput{Body: v}
	if v.Version > 0 {
		out.Tag = tagged(v.Version)
	}
	return out, err
}

func (e *edge) getCoupleProgramme(ctx context.Context, in *thingInput) (*coupleProgrammeOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return programmeShown(e.svc.ProgrammeOfCouple(ctx, reader(ctx), id))
}

func (e *edge) programmeVersion(ctx context.Context, couple uuid.UUID) func() (int, error) {
	return func() (int, error) {
		v, err := e.svc.ProgrammeOfCouple(ctx, reader(ctx), couple)
		return v.Version, err
	}
}

type adaptProgrammeInput struct {
	Thing
	Match
	Body adaptProgrammeBody
}

type adaptProgrammeBody struct {
	Phases []adaptPhaseBody `json:"phases" doc:"Only the phases that change."`
}

type adaptPhaseBody struct {
	ID         string                 `json:"id" doc:"The phase's id, as the programme shows it."`
	Reset      bool                   `json:"reset,omitempty" doc:"First back to what the library says."`
	Goal       *string                `json:"goal,omitempty" doc:"The couple reads it."`
	Hurt       *string                `json:"hurt,omitempty" doc:"What the hurt partner works on, in words for that partner. Empty for nothing."`
	Repairing  *string                `json:"repairing,omitempty" doc:"What the repairing partner works on."`
	Both       *string                `json:"both,omitempty" doc:"What the two work on together."`
	Skipped    *bool                  `json:"skipped,omitempty" doc:"This couple does without the phase; not with the present one."`
	Exercises  *[]care.AdaptExercise  `json:"exercises,omitempty" doc:"All of them, in their order."`
	Milestones *[]care.AdaptMilestone `json:"milestones,omitempty" doc:"All of the couple's own; the library's stay."`
}

func (e *edge) adaptProgramme(ctx context.Context, in *adaptProgrammeInput) (*coupleProgrammeOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.needed(ctx, e.programmeVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	change := care.AdaptProgrammeInput{Version: version}
	for _, p := range in.Body.Phases {
		change.Phases = append(change.Phases, care.AdaptPhaseInput(p))
	}
	return programmeShown(e.svc.AdaptProgramme(ctx, reader(ctx), id, change))
}

// onProgramme reads the couple's id and the version that an act goes by.
func (e *edge) onProgramme(ctx context.Context, thing Thing, match Match, act func(couple uuid.UUID, version int) (care.CoupleProgrammeView, error)) (*coupleProgrammeOutput, error) {
	id, err := pathID(thing.ID)
	if err != nil {
		return nil, err
	}
	version, err := match.given(ctx, e.programmeVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	return programmeShown(act(id, version))
}

type moveProgrammeInput struct {
	Thing
	Match
	Body moveProgrammeBody
}

type moveProgrammeBody struct {
	Phase  int    `json:"phase" minimum:"1" doc:"From 1; any phase, forward or back."`
	Reason string `json:"reason" doc:"For therapists alone."`
}

func (e *edge) moveProgramme(ctx context.Context, in *moveProgrammeInput) (*coupleProgrammeOutput, error) {
	return e.onProgramme(ctx, in.Thing, in.Match, func(couple uuid.UUID, version int) (care.CoupleProgrammeView, error) {
		return e.svc.MoveProgramme(ctx, reader(ctx), couple, care.MoveProgrammeInput{Phase: in.Body.Phase, Reason: in.Body.Reason, Version: version})
	})
}

type tickMilestoneInput struct {
	Thing
	Match
	Body tickMilestoneBody
}

type tickMilestoneBody struct {
	Milestone string `json:"milestone" doc:"As the programme names it: phase/milestone."`
	Reached   bool   `json:"reached" doc:"false takes it back."`
}

func (e *edge) tickMilestone(ctx context.Context, in *tickMilestoneInput) (*coupleProgrammeOutput, error) {
	return e.onProgramme(ctx, in.Thing, in.Match, func(couple uuid.UUID, version int) (care.CoupleProgrammeView, error) {
		return e.svc.TickMilestone(ctx, reader(ctx), couple, care.TickMilestoneInput{Milestone: in.Body.Milestone, Reached: in.Body.Reached, Version: version})
	})
}

type restProgrammeInput struct {
	Thing
	Match
	Body *restProgrammeBody
}

// reason is what the body says, if there is one.
func (in *restProgrammeInput) reason() string {
	if in.Body == nil {
		return ""
	}
	return in.Body.Reason
}

type restProgrammeBody struct {
	Reason string `json:"reason,omitempty" doc:"For therapists alone."`
}

func (e *edge) pauseProgramme(ctx context.Context, in *restProgrammeInput) (*coupleProgrammeOutput, error) {
	return e.onProgramme(ctx, in.Thing, in.Match, func(couple uuid.UUID, version int) (care.CoupleProgrammeView, error) {
		return e.svc.PauseProgramme(ctx, reader(ctx), couple, care.RestProgrammeInput{Reason: in.reason(), Version: version})
	})
}

func (e *edge) resumeProgramme(ctx context.Context, in *restProgrammeInput) (*coupleProgrammeOutput, error) {
	return e.onProgramme(ctx, in.Thing, in.Match, func(couple uuid.UUID, version int) (care.CoupleProgrammeView, error) {
		return e.svc.ResumeProgramme(ctx, reader(ctx), couple, care.RestProgrammeInput{Reason: in.reason(), Version: version})
	})
}

type endProgrammeInput struct {
	Thing
	Match
	Body endProgrammeBody
}

type endProgrammeBody struct {
	Outcome string `json:"outcome" enum:"done,stopped"`
	Reason  string `json:"reason" doc:"For therapists alone."`
}

func (e *edge) endProgramme(ctx context.Context, in *endProgrammeInput) (*coupleProgrammeOutput, error) {
	return e.onProgramme(ctx, in.Thing, in.Match, func(couple uuid.UUID, version int) (care.CoupleProgrammeView, error) {
		return e.svc.EndProgramme(ctx, reader(ctx), couple, care.EndProgrammeInput{Outcome: models.ProgrammeStatus(in.Body.Outcome), Reason: in.Body.Reason, Version: version})
	})
}
