package models

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Practice is the tenant: a therapist's practice.
type Practice struct {
	ID                   uuid.UUID `gorm:"type:uuid;primaryKey"`
	Name                 string
	SenderName           string // the neutral name mails come from.
	Locale               string
	TimeZone             string
	Country              string
	RequireSecondFactor  bool
	PartnerIdleMinutes   int
	MemberIdleMinutes    int
	SecretsPolicyVersion int
	SecretsPolicyNL      string `gorm:"column:secrets_policy_nl"`
	SecretsPolicyEN      string `gorm:"column:secrets_policy_en"`
	Helplines            JSON[[]Helpline]
	DutyMemberID         *uuid.UUID // who hears of an alert that nobody has seen; nil: the owners.
	AlertHours           int        `gorm:"default:4"`    // after how many hours.
	MessagesOn           bool       `gorm:"default:true"` // whether partners and therapists write to each other here.
	MessageDays          int        `gorm:"default:2"`    // within how many working days the practice says that it answers.
	ScreeningExercise    string     // an own exercise in the place of the library's private questions; empty for those.
	ReminderLeads        JSON[Leads]
	Version              int
	CreatedAt            time.Time
}

// Helpline is an entry of the help panel, set by the practice.
type Helpline struct {
	Key       string `json:"key"` // emergency, suicide, domestic_abuse, …
	NameNL    string `json:"name_nl"`
	NameEN    string `json:"name_en"`
	Number    string `json:"number"`
	URL       string `json:"url"`
	Hours     string `json:"hours"`
	Country   string `json:"country,omitempty"`    // NL or BE; empty when it serves both.
	CheckedOn Day    `json:"checked_on,omitempty"` // when somebody last called or looked.
}

// Dial is the number as a phone takes it: digits, and a plus in front.
func (l Helpline) Dial() string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, l.Number)
}

// Zone is the practice's time zone; UTC when the stored name is unknown.
func (p Practice) Zone() *time.Location {
	if z, err := zoneOf(p.TimeZone); err == nil {
		return z
	}
	return time.UTC
}

// AlertDelay is how long an alert may wait for a therapist before somebody else hears of it.
func (p Practice) AlertDelay() time.Duration { return time.Duration(p.AlertHours) * time.Hour }

// FindPractice reads the transaction's own practice.
func FindPractice(tx *gorm.DB, id uuid.UUID) (Practice, error) {
	var p Practice
	err := tx.Where("id = ?", id).Take(&p).Error
	return p, err
}

// WrappedKey is a key at rest, wrapped by the practice's or the master key. A destroyed key keeps its row and loses its
// key.
type WrappedKey struct {
	Row
	OwnerKind   string // practice, person, couple.
	OwnerID     uuid.UUID
	Wrapped     []byte
	CreatedAt   time.Time
	DestroyedAt *time.Time
}

// TableName puts the keys in their own schema.
func (WrappedKey) TableName() string { return "keys.wrapped_keys" }

// Role of a member in the practice.
type Role string

// The roles.
const (
	RoleOwner     Role = "owner"
	RoleTherapist Role = "therapist"
	RoleTrainee   Role = "trainee"
	RoleOffice    Role = "office"
	RolePartner   Role = "partner" // not a member's: what audit and API call a client.
)

// Member is a person of the practice with a role.
type Member struct {
	Row
	Role         Role
	Clinician    bool // an owner or therapist who treats couples; being owner alone gives no clinical rights.
	Name         string
	Email        Sealed
	Locale       string
	SupervisorID *uuid.UUID
	Status       string
	Version      int
	CreatedAt    time.Time
}
