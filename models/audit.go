package models

import (
	"time"

	"github.com/google/uuid"
)

// AuditEvent is one act on one file, with the fields of NEN 7513. Append only.
type AuditEvent struct {
	Row
	At            time.Time
	Act           string // create, read, change, delete, print, export, search, reveal, break_glass, sign_in, …
	ObjectKind    string
	ObjectID      *uuid.UUID
	CoupleID      *uuid.UUID // whose joint file.
	PartnerID     *uuid.UUID // whose own file.
	ActorKind     string
	ActorID       *uuid.UUID
	ResponsibleID *uuid.UUID
	Role          string
	Edge          string
	AccessPoint   string // an address or host, never a path with ids of others.
	LoginID       *uuid.UUID
	Basis         string
	Emergency     bool
	Reason        string
	Restricted    bool   // never shown to a partner: the safety record, holds, restricted notes.
	MAC           []byte `gorm:"column:mac"`
}

// AuditLink binds an event to all before it.
type AuditLink struct {
	Row
	Seq      int64
	EventID  uuid.UUID
	Hash     []byte
	SealedAt time.Time
}

// IdempotencyKey remembers where the answer to a repeated write is; it keeps no body.
type IdempotencyKey struct {
	Row
	PersonID  uuid.UUID
	Method    string
	Path      string
	Key       string
	BodyHash  []byte
	Status    int
	Location  string
	CreatedAt time.Time
}

// Webhook is an address that a practice wants told of events.
type Webhook struct {
	Row
	URL       string `gorm:"column:url"`
	Events    JSON[[]string]
	Secret    Sealed
	Active    bool
	Version   int
	CreatedAt time.Time
}
