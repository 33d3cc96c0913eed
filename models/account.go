package models

import (
	"time"

	"github.com/google/uuid"
)

// Account is how a person signs in. It is global and knows neither name nor address, only an index of the address.
type Account struct {
	ID              uuid.UUID `gorm:"type:uuid;primaryKey"`
	EmailIndex      []byte
	PasswordHash    string
	TOTPSecret      Sealed     `gorm:"column:totp_secret"`
	TOTPConfirmedAt *time.Time `gorm:"column:totp_confirmed_at"`
	TOTPLastStep    int64      `gorm:"column:totp_last_step"`
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// RecoveryCode is a one-use way past a lost second factor.
type RecoveryCode struct {
	ID        uuid.UUID `gorm:"type:uuid;primaryKey"`
	AccountID uuid.UUID
	CodeHash  []byte
	UsedAt    *time.Time
}

// Membership ties an account to a practice, as a member or as a partner.
type Membership struct {
	ID         uuid.UUID `gorm:"type:uuid;primaryKey"`
	AccountID  uuid.UUID
	PracticeID uuid.UUID
	Kind       string // member, partner.
	SubjectID  uuid.UUID
	EndedAt    *time.Time
	CreatedAt  time.Time
}

// Login is a person signed in on a device; only the hash of its token is stored.
type Login struct {
	ID           uuid.UUID `gorm:"type:uuid;primaryKey"`
	TokenHash    []byte
	AccountID    uuid.UUID
	MembershipID *uuid.UUID
	PracticeID   *uuid.UUID
	Edge         string // api, web.
	Stage        string // choose (a membership), factor (second factor wanted), full.
	CreatedAt    time.Time
	SeenAt       time.Time
	FreshAt      time.Time
	IdleMinutes  int
	ExpiresAt    time.Time
	EndedAt      *time.Time
}

// Good tells whether the login still counts at a moment: not ended, within its idle and its absolute limit.
func (l Login) Good(now time.Time) bool {
	return l.EndedAt == nil && now.Before(l.ExpiresAt) && now.Before(l.SeenAt.Add(time.Duration(l.IdleMinutes)*time.Minute))
}

// MailToken is a one-use token that travels by mail.
type MailToken struct {
	ID         uuid.UUID `gorm:"type:uuid;primaryKey"`
	TokenHash  []byte
	Purpose    string // invitation, reset.
	PracticeID uuid.UUID
	Kind       string // member, partner.
	SubjectID  uuid.UUID
	ExpiresAt  time.Time
	UsedAt     *time.Time
	CreatedAt  time.Time
}
