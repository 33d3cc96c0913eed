package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// ExerciseForm is an exercise as it was when first given, or an own exercise of the practice. It never changes.
type ExerciseForm struct {
	Row
	ExerciseID string
	Version    int
	Own        bool
	Definition JSON[json.RawMessage]
	CreatedBy  *uuid.UUID
	CreatedAt  time.Time
}

// Assignment is an exercise given to a couple or one partner, with a schedule, a start and an end.
type Assignment struct {
	Row
	CoupleID          uuid.UUID
	FormID            uuid.UUID
	ExerciseID        string
	PartnerID         *uuid.UUID // nil: for both.
	ScheduleKind      string
	Times             int
	RRule             string `gorm:"column:rrule"`
	At                string // "20:00" in the practice's zone.
	StartsOn          Day
	EndsOn            Day
	AudienceOverrides JSON[map[string]string]
	Status            string // active, ended, cancelled.
	MaterialisedUntil *time.Time
	LookBackDays      int        // the period that a questionnaire asks about, as it was when given; 0 for none.
	Discreet          bool       // the private questions: in no list and no count.
	PauseAt           *time.Time // from when on it stops coming, because of what an answer said.
	CreatedBy         uuid.UUID
	Version           int
	CreatedAt         time.Time
}

// Occurrence is an assignment at a due moment; a reveal happens here, for both at once.
type Occurrence struct {
	Row
	AssignmentID uuid.UUID
	CoupleID     uuid.UUID
	DueAt        time.Time
	OpensAt      time.Time
	ClosesAt     time.Time
	RevealedAt   *time.Time
	NeverReveals bool // a half was skipped, expired or withdrawn: what was hidden stays hidden.
}

// TaskStatus is where a task stands.
type TaskStatus string

// The states of a task. Rescheduled is the one neutral word for pause, withdrawal and hold alike (design decision 15).
const (
	TaskOpen        TaskStatus = "open"
	TaskDraft       TaskStatus = "draft"
	TaskDone        TaskStatus = "done"
	TaskSkipped     TaskStatus = "skipped"
	TaskExpired     TaskStatus = "expired"
	TaskCancelled   TaskStatus = "cancelled"
	TaskRescheduled TaskStatus = "rescheduled"
)

// Unfinished tells whether the task still waits for its partner.
func (s TaskStatus) Unfinished() bool { return s == TaskOpen || s == TaskDraft }

// Task is one partner's one occurrence of an assignment, due at a moment.
type Task struct {
	Row
	OccurrenceID uuid.UUID
	AssignmentID uuid.UUID
	CoupleID     uuid.UUID
	PartnerID    uuid.UUID
	FormID       uuid.UUID
	DueAt        time.Time
	OpensAt      time.Time
	ClosesAt     time.Time
	Status       TaskStatus
	Draft        Sealed
	DraftAt      *time.Time
	Audiences    JSON[map[string]string] // question id to audience, frozen when the task was made.
	DoneAt       *time.Time
	LookBackDays int
	Discreet     bool
	Version      int
}

// Response is what a partner answered to a task: one sealed document under the writer's key, for ever.
type Response struct {
	Row
	TaskID            uuid.UUID
	OccurrenceID      uuid.UUID
	CoupleID          uuid.UUID
	PartnerID         uuid.UUID
	FormID            uuid.UUID
	SubmittedAt       time.Time
	Answers           Sealed
	Measures          Sealed
	Audiences         JSON[map[string]string] // as frozen in the task, then widened by the writer alone.
	RevealedAt        *time.Time              // its reveal questions opened, for both partners at once.
	SessionRevealedAt *time.Time              // its in_session questions were opened by a therapist.
	Version           int
}
