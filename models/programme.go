package models

import (
	"time"

	"github.com/google/uuid"
)

// ProgrammeStatus is where a couple's programme stands.
type ProgrammeStatus string

// The states of a couple's programme. Done and stopped are over; a couple has at most one that is not.
const (
	ProgrammeActive  ProgrammeStatus = "active"
	ProgrammePaused  ProgrammeStatus = "paused"
	ProgrammeDone    ProgrammeStatus = "done"
	ProgrammeStopped ProgrammeStatus = "stopped"
)

// Runs tells whether the programme is not over.
func (s ProgrammeStatus) Runs() bool { return s == ProgrammeActive || s == ProgrammePaused }

// CoupleProgramme is a programme that a couple follows or followed.
type CoupleProgramme struct {
	Row
	CoupleID    uuid.UUID
	ProgrammeID string // of the library.
	Phase       int    // from 1; the programme may have fewer by now.
	Status      ProgrammeStatus
	StartedOn   Day
	MovedOn     Day // when it came to its present phase.
	EndedOn     Day
	Body        Sealed // what was changed for this couple and reached, under the couple's key; empty for nothing.
	Version     int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// ProgrammeStepKind is what happened to a couple's programme.
type ProgrammeStepKind string

// The kinds of steps.
const (
	StepStart  ProgrammeStepKind = "start"
	StepMove   ProgrammeStepKind = "move"
	StepAdapt  ProgrammeStepKind = "adapt"
	StepPause  ProgrammeStepKind = "pause"
	StepResume ProgrammeStepKind = "resume"
	StepDone   ProgrammeStepKind = "done"
	StepStop   ProgrammeStepKind = "stop"
)

// ProgrammeStep is one thing that happened to a couple's programme.
type ProgrammeStep struct {
	Row
	CoupleProgrammeID uuid.UUID
	Kind              ProgrammeStepKind
	PhaseFrom         *int
	PhaseTo           *int
	Reason            Sealed // for therapists, under the practice's key; empty for none.
	MemberID          *uuid.UUID
	CreatedAt         time.Time
}

// TableName says where steps stand.
func (ProgrammeStep) TableName() string { return "couple_programme_steps" }
