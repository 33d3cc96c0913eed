package models

import (
	"time"

	"github.com/google/uuid"
)

// CoupleStatus is where a couple stands.
type CoupleStatus string

// The states of a couple.
const (
	CoupleIntake    CoupleStatus = "intake"
	CoupleActive    CoupleStatus = "active"
	CouplePaused    CoupleStatus = "paused"
	CoupleClosed    CoupleStatus = "closed"
	CoupleSeparated CoupleStatus = "separated"
)

// Valid tells whether the status exists.
func (s CoupleStatus) Valid() bool {
	switch s {
	case CoupleIntake, CoupleActive, CouplePaused, CoupleClosed, CoupleSeparated:
		return true
	}
	return false
}

// Couple is the case: two partners in therapy together. Its name is that of its partners and is not stored.
type Couple struct {
	Row
	Status         CoupleStatus
	Programme      *string
	ProgrammePhase *int
	StartedOn      Day
	SafetyHoldAt   *time.Time // set by a therapist, seen by none but therapists.
	Version        int
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// JointWork tells whether joint homework may go on: the couple works together and no safety hold stands.
func (c Couple) JointWork() bool {
	return (c.Status == CoupleIntake || c.Status == CoupleActive) && c.SafetyHoldAt == nil
}

// CoupleTherapist says that a member treats a couple.
type CoupleTherapist struct {
	Row
	CoupleID  uuid.UUID
	MemberID  uuid.UUID
	CreatedAt time.Time
}

// PartnerStatus is where a partner stands.
type PartnerStatus string

// The states of a partner.
const (
	PartnerInvited   PartnerStatus = "invited"
	PartnerActive    PartnerStatus = "active"
	PartnerPaused    PartnerStatus = "paused"
	PartnerWithdrawn PartnerStatus = "withdrawn"
)

// Partner is one of the two clients, with an own login, an own file and own consents.
type Partner struct {
	Row
	CoupleID  uuid.UUID
	Position  int // 1 or 2, the order in which names are said.
	Name      Sealed
	Email     Sealed
	Phone     Sealed
	Role      string // "", hurt, repairing: set by the therapist, per breach.
	Locale    string
	Status    PartnerStatus
	PausedAt  *time.Time
	Version   int
	CreatedAt time.Time
}

// TakesPart tells whether a partner gets tasks and reminders.
func (p Partner) TakesPart() bool { return p.Status == PartnerActive || p.Status == PartnerInvited }

// ConsentKind is what a partner can say yes to.
type ConsentKind string

// The consents.
const (
	ConsentTreatment     ConsentKind = "treatment"      // keeping and reading data for the therapy; needed to take part.
	ConsentSecretsPolicy ConsentKind = "secrets_policy" // what happens with what one partner tells alone.
	ConsentReportLine    ConsentKind = "report_line"    // an own line in the couple's report.
)

// Consent is one partner's yes to one version.
type Consent struct {
	Row
	PartnerID   uuid.UUID
	Kind        ConsentKind
	Version     int
	GivenAt     time.Time
	WithdrawnAt *time.Time
}
