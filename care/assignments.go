package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// ScheduleInput says when an assignment falls due, in the practice's time zone.
type ScheduleInput struct {
	Kind  string `json:"kind" form:"kind"` // once, daily, times_per_week, weekly, monthly, rrule.
	Times int    `json:"times,omitempty" form:"times"`
	RRule string `json:"rrule,omitempty" form:"rrule"`
	At    string `json:"at,omitempty" form:"at"` // "20:00".
}

// AssignExerciseInput gives an exercise to a couple or one partner.
type AssignExerciseInput struct {
	ExerciseID        string            `json:"exercise_id" form:"exercise_id"`
	For               string            `json:"for" form:"for"` // both, or a partner's id.
	Schedule          ScheduleInput     `json:"schedule"`
	StartsOn          string            `json:"starts_on" form:"starts_on"`
	EndsOn            string            `json:"ends_on,omitempty" form:"ends_on"`
	AudienceOverrides map[string]string `json:"audience_overrides,omitempty"` // narrower only.
}

// AssignmentView is an assignment as the therapist sees it.
type AssignmentView struct {
	ID         uuid.UUID         `json:"id"`
	CoupleID   uuid.UUID         `json:"couple_id"`
	ExerciseID string            `json:"exercise_id"`
	Exercise   *library.Exercise `json:"-"`
	Title      string            `json:"title"`
	For        string            `json:"for"`
	Schedule   ScheduleInput     `json:"schedule"`
	StartsOn   models.Day        `json:"starts_on"`
	EndsOn     models.Day        `json:"ends_on,omitempty"`
	Status     string            `json:"status"`
	Version    int               `json:"version"`
	CreatedAt  time.Time         `json:"created_at"`
	Done       int               `json:"done"` // tasks done, of Assigned that fell due.
	Assigned   int               `json:"assigned"`
	NextDue    *time.Time        `json:"next_due,omitempty"`
}

// ChangeAssignmentInput changes what is given, for tasks that are still to come.
type ChangeAssignmentInput struct {
	Schedule *ScheduleInput `json:"schedule,omitempty"`
	EndsOn   *string        `json:"ends_on,omitempty"`
	Version  int            `json:"-"`
}

// AssignExercise assigns homework, freezes the exercise's version and audiences, and makes the first tasks with their
// reminders. An agreement also gets its draft. Faults: not_found, invalid, conflict while joint work is held.
func (s *Service) AssignExercise(ctx context.Context, actor Actor, coupleID uuid.UUID, in AssignExerciseInput) (AssignmentView, error) {
	return AssignmentView{}, errUnbuilt
}

// ListAssignments lists a couple's homework, newest first.
func (s *Service) ListAssignments(ctx context.Context, actor Actor, coupleID uuid.UUID, page Page) (List[AssignmentView], error) {
	return List[AssignmentView]{}, errUnbuilt
}

// ChangeAssignment changes schedule or end. Faults: stale, invalid.
func (s *Service) ChangeAssignment(ctx context.Context, actor Actor, id uuid.UUID, in ChangeAssignmentInput) (AssignmentView, error) {
	return AssignmentView{}, errUnbuilt
}

// CancelAssignment stops the homework; open tasks and their reminders go, answers stay.
func (s *Service) CancelAssignment(ctx context.Context, actor Actor, id uuid.UUID, version int) error {
	return errUnbuilt
}
