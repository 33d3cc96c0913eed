package models

import (
	"time"

	"github.com/google/uuid"
)

// ReminderState is where a reminder stands.
type ReminderState string

// The states of a reminder.
const (
	ReminderPlanned ReminderState = "planned"
	ReminderClaimed ReminderState = "claimed"
	ReminderSent    ReminderState = "sent"
	ReminderSkipped ReminderState = "skipped"
	ReminderFailed  ReminderState = "failed"
)

// Reminder is one message to one person over one channel at one moment.
type Reminder struct {
	Row
	CauseKind     string // task, session, agreement, report, invitation, reset, alert, approval, delivery, message, test.
	CauseID       uuid.UUID
	RecipientKind string // member, partner.
	RecipientID   uuid.UUID
	Channel       string
	Moment        string    // which of the messages about the cause: due, second, closing, day_before and so on.
	AboutAt       time.Time // the moment of the cause that it goes by, whatever the lead.
	DueAt         time.Time
	ExpiresAt     time.Time
	State         ReminderState
	Reason        string // why skipped or failed: a code, never words of a person or server.
	LeaseUntil    *time.Time
	SendingSince  *time.Time // set by the sender that took it in this lease.
	Attempts      int        // tries that were refused.
	NotBefore     time.Time  // due, or the next try.
	SentAt        *time.Time
	Delivery      string // what the carrier told of it afterwards: delivered, failed; empty for nothing.
	CreatedAt     time.Time
	Fanned        bool   // made beside another one for one more channel of the same person: it makes no others.
	Carrier       string // over what it went: mail, push, sms; the channel says what it was planned for.
}

// ReminderPreference is how one person wants to be reminded.
type ReminderPreference struct {
	Row
	PersonKind string
	PersonID   uuid.UUID
	Channels   JSON[map[string][]string] // by group, over what: mail, push, sms.
	QuietFrom  string
	QuietUntil string
	CapPerDay  int
	Digest     bool
	StoppedAt  *time.Time
	Leads      JSON[Leads] // what the person chose instead of the practice's.
	Version    int
}

// ChannelsFor is over what the person wants the messages of a group: by mail when never chosen, nothing after a stop or when
// the person would rather see it on the pages alone.
func (p ReminderPreference) ChannelsFor(group string) []string {
	if p.StoppedAt != nil {
		return nil
	}
	if chosen, ok := p.Channels.V[group]; ok {
		return chosen
	}
	return []string{"mail"}
}

// Job is what a worker has still to do: a kind and an id. PostgreSQL is the truth, Redis only the wake-up.
type Job struct {
	Row
	Kind       string
	SubjectID  uuid.UUID
	RunAt      time.Time
	LeaseUntil *time.Time
	Attempts   int
	State      string // due, done, failed.
	Error      string // a fault code.
	UniqueKey  string
	CreatedAt  time.Time
	DoneAt     *time.Time
}

// Alert is what a person of the practice should look at.
type Alert struct {
	Row
	Kind           string
	CoupleID       *uuid.UUID
	PartnerID      *uuid.UUID
	SubjectID      *uuid.UUID
	Detail         Sealed // of a private one: what it is about, under the key of the partner it is about.
	CreatedAt      time.Time
	AcknowledgedAt *time.Time
	AcknowledgedBy *uuid.UUID
	ConsideredAt   *time.Time // when the clock looked whether somebody else must hear of it.
}
