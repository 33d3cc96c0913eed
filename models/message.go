package models

import (
	"time"

	"github.com/google/uuid"
)

// Message is one message in a thread of a couple: the joint one, or a partner's own with the therapists.
type Message struct {
	Row
	CoupleID    uuid.UUID
	PartnerID   *uuid.UUID // whose own thread it stands in; nil for the joint one.
	AuthorKind  string     // member, partner.
	AuthorID    uuid.UUID
	Body        Sealed // under the thread's key.
	SentAt      time.Time
	TakenBackAt *time.Time
}

// MessageRead says that somebody was shown a message.
type MessageRead struct {
	Row
	MessageID  uuid.UUID
	ReaderKind string
	ReaderID   uuid.UUID
	ReadAt     time.Time
}

// MessageBox is what waits for one reader of a couple's threads, and since when.
type MessageBox struct {
	Row
	CoupleID   uuid.UUID
	ReaderKind string // member, partner.
	ReaderID   uuid.UUID
	JointSince *time.Time // in the joint thread.
	OwnSince   *time.Time // in a partner's own thread.
	RemindedAt *time.Time // since when a reminder stands for it.
}

// Waits tells whether something waits that may be reminded of; joint says whether the joint thread is open.
func (b MessageBox) Waits(joint bool) bool { return b.OwnSince != nil || joint && b.JointSince != nil }

// MessageDraft is what somebody typed and has not sent.
type MessageDraft struct {
	Row
	CoupleID   uuid.UUID
	ThreadID   uuid.UUID // the couple for the joint thread, else the partner whose own it is.
	WriterKind string
	WriterID   uuid.UUID
	Body       Sealed
	SavedAt    time.Time
}
