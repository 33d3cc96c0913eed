package care

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// AuditView is one line of who did what.
type AuditView struct {
	ID         uuid.UUID  `json:"id"`
	At         time.Time  `json:"at"`
	Act        string     `json:"act"`
	ObjectKind string     `json:"object"`
	ObjectID   *uuid.UUID `json:"object_id,omitempty"`
	CoupleID   *uuid.UUID `json:"couple_id,omitempty"`
	PartnerID  *uuid.UUID `json:"partner_id,omitempty"`
	ActorKind  string     `json:"actor_kind"`
	ActorID    *uuid.UUID `json:"actor_id,omitempty"`
	ActorName  string     `json:"actor_name"`
	Role       string     `json:"role"`
	Edge       string     `json:"edge"`
	Emergency  bool       `json:"emergency"`
	Reason     string     `json:"reason,omitempty"`
}

// ListAudit lists who did what, newest first: the practice's for the owner, the own and joint file's for a partner (design decision 9).
func (s *Service) ListAudit(ctx context.Context, actor Actor, page Page) (List[AuditView], error) {
	return List[AuditView]{}, errUnbuilt
}

// AuditProof is the outcome of proving a practice's chain.
type AuditProof struct {
	PracticeID uuid.UUID
	Events     int
	Linked     int
	Faults     []string // what is wrong, by event id and kind of fault.
}

// SealAudit links the practice's new events into its chain and anchors head and count.
func (s *Service) SealAudit(ctx context.Context, practiceID uuid.UUID) error { return errUnbuilt }

// VerifyAudit proves a practice's chain against its events and the anchor.
func (s *Service) VerifyAudit(ctx context.Context, practiceID uuid.UUID) (AuditProof, error) {
	return AuditProof{}, errUnbuilt
}
