package api

import (
	"context"

	"tussentijds/care"
)

type listOfThingInput struct {
	Thing
	Paging
}

func (e *edge) listAssignments(ctx context.Context, in *listOfThingInput) (*listOutput[care.AssignmentView], error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ListAssignments(ctx, reader(ctx), id, in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, same[care.AssignmentView]), nil
}

type assignExerciseInput struct {
	Thing
	Body assignExerciseBody
}

type assignExerciseBody struct {
	ExerciseID        string             `json:"exercise_id" doc:"A slug of the library, or the id of an own exercise."`
	For               string             `json:"for" doc:"both, or a partner's id."`
	Schedule          care.ScheduleInput `json:"schedule" doc:"kind is once, daily, times_per_week (with times), weekly, monthly or rrule (with rrule, RFC 5545); at is HH:MM in the practice's time zone."`
	StartsOn          string             `json:"starts_on" format:"date"`
	EndsOn            string             `json:"ends_on,omitempty" format:"date"`
	AudienceOverrides map[string]string  `json:"audience_overrides,omitempty" doc:"Question id to an audience with fewer readers than the exercise's own."`
}

type assignmentMadeOutput struct {
	Tag
	Made
	Body care.AssignmentView
}

func (e *edge) assignExercise(ctx context.Context, in *assignExerciseInput) (*assignmentMadeOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.AssignExercise(ctx, reader(ctx), id, care.AssignExerciseInput(in.Body))
	return &assignmentMadeOutput{Tag: tagged(v.Version), Made: madeAt("assignments", v.ID.String()), Body: v}, err
}

type changeAssignmentInput struct {
	Thing
	Match
	Body care.ChangeAssignmentInput
}

type assignmentOutput struct {
	Tag
	Body care.AssignmentView
}

func (e *edge) changeAssignment(ctx context.Context, in *changeAssignmentInput) (*assignmentOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Version, err = in.needed(ctx, nil); err != nil {
		return nil, err
	}
	v, err := e.svc.ChangeAssignment(ctx, reader(ctx), id, in.Body)
	return &assignmentOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) cancelAssignment(ctx context.Context, in *matchedInput) (*nothing, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.needed(ctx, nil)
	if err != nil {
		return nil, err
	}
	return nil, e.svc.CancelAssignment(ctx, reader(ctx), id, version)
}
