package models

import (
	"time"

	"github.com/google/uuid"
)

// AgreementStatus is where an agreement stands.
type AgreementStatus string

// The states of an agreement: draft, proposed, signed by both and active, then changed or ended with its history kept.
const (
	AgreementDraft    AgreementStatus = "draft"
	AgreementProposed AgreementStatus = "proposed"
	AgreementActive   AgreementStatus = "active"
	AgreementChanged  AgreementStatus = "changed"
	AgreementEnded    AgreementStatus = "ended"
)

// Agreement is a joint text with measurable points that both sign and review.
type Agreement struct {
	Row
	CoupleID     uuid.UUID
	ExerciseID   string
	OccurrenceID *uuid.UUID
	Body         Sealed // under the couple's key.
	Status       AgreementStatus
	Revision     int
	StartsOn     Day
	ReviewOn     Day
	EndsOn       Day    // it ends by itself on that day.
	Signers      string // "", hurt or repairing: who signs.
	Version      int
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// AgreementSignature is one partner's yes to one revision.
type AgreementSignature struct {
	Row
	AgreementID uuid.UUID
	PartnerID   uuid.UUID
	Revision    int
	SignedAt    time.Time
	WithdrawnAt *time.Time
	FreeChoice  Sealed // "yes" or "no", for the therapist alone, under the signer's key.
	Worries     Sealed // the same.
	Withdrawal  Sealed // the same: why it was taken back.
}

// AgreementReview is one look at whether the points are kept.
type AgreementReview struct {
	Row
	AgreementID uuid.UUID
	PartnerID   *uuid.UUID
	MemberID    *uuid.UUID
	ReviewedOn  Day
	Moment      Day    // the day the look back was due; none for those from before.
	Result      Sealed // under the couple's key.
	CreatedAt   time.Time
}
