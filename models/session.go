package models

import (
	"time"

	"github.com/google/uuid"
)

// SessionStatus is where a therapy session stands.
type SessionStatus string

// The states of a session.
const (
	SessionPlanned   SessionStatus = "planned"
	SessionHeld      SessionStatus = "held"
	SessionCancelled SessionStatus = "cancelled"
	SessionNoShow    SessionStatus = "no_show"
)

// Session is a therapy session: conjoint, or individual with one partner.
type Session struct {
	Row
	CoupleID   uuid.UUID
	Kind       string // conjoint, individual.
	PartnerID  *uuid.UUID
	Therapists JSON[[]uuid.UUID] // who give it; kept when it is cancelled and the slots are free again.
	Room       string
	StartsAt   time.Time
	EndsAt     time.Time
	Status     SessionStatus
	Version    int
	CreatedAt  time.Time
	ChangedAt  time.Time
}

// SessionSlot is one therapist, room or partner that a session takes up. During is written as a tstzrange by SQL.
type SessionSlot struct {
	Row
	SessionID uuid.UUID
	Kind      string // therapist, room, partner.
	Resource  string
	During    string
}

// SessionNote is a therapist's working note on a session, locked once signed and amended by a later note.
type SessionNote struct {
	Row
	SessionID  uuid.UUID
	CoupleID   uuid.UUID
	AuthorID   uuid.UUID
	Body       Sealed
	SignedAt   *time.Time
	SignedBy   *uuid.UUID
	CosignedAt *time.Time
	CosignedBy *uuid.UUID
	AmendsID   *uuid.UUID
	Version    int
	CreatedAt  time.Time
	UpdatedAt  time.Time
}
