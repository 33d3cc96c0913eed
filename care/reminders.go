package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// PreferenceView is how the actor wants to be reminded.
type PreferenceView struct {
	Mail       bool   `json:"mail"`
	QuietFrom  string `json:"quiet_from"`
	QuietUntil string `json:"quiet_until"`
	CapPerDay  int    `json:"cap_per_day"`
	Digest     bool   `json:"digest"`
	Locale     string `json:"locale"`
	Stopped    bool   `json:"stopped"`
	Version    int    `json:"version"`
}

// ChangePreferenceInput changes what is given.
type ChangePreferenceInput struct {
	Mail       *bool   `json:"mail,omitempty"`
	QuietFrom  *string `json:"quiet_from,omitempty"`
	QuietUntil *string `json:"quiet_until,omitempty"`
	CapPerDay  *int    `json:"cap_per_day,omitempty"`
	Digest     *bool   `json:"digest,omitempty"`
	Locale     *string `json:"locale,omitempty"`
	Version    int     `json:"-"`
}

// ReminderPreferences gives the actor's own preferences.
func (s *Service) ReminderPreferences(ctx context.Context, actor Actor) (PreferenceView, error) {
	return PreferenceView{}, errUnbuilt
}

// ChangeReminderPreferences changes them. Faults: invalid, stale.
func (s *Service) ChangeReminderPreferences(ctx context.Context, actor Actor, in ChangePreferenceInput) (PreferenceView, error) {
	return PreferenceView{}, errUnbuilt
}

// StopReminders is the one-click stop of RFC 8058: the signed token says who.
func (s *Service) StopReminders(ctx context.Context, token string) error { return errUnbuilt }

// ReminderView is one message that went out, or why it did not; for the couple's therapist.
type ReminderView struct {
	ID        uuid.UUID
	CauseKind string
	Recipient uuid.UUID
	DueAt     time.Time
	State     models.ReminderState
	Reason    string
	SentAt    *time.Time
}

// CoupleReminders lists what was sent to a couple's partners, newest first.
func (s *Service) CoupleReminders(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]ReminderView, error) {
	return nil, errUnbuilt
}

// planTaskReminder plans the reminder of a task, in the transaction that makes it.
func (t *txn) planTaskReminder(task models.Task) error { return errUnbuilt }

// dropReminders takes away what is still planned for causes that are gone, in the same transaction; reason is a code.
func (t *txn) dropReminders(causeKind string, causeIDs []uuid.UUID, reason string) error {
	return errUnbuilt
}

// planReminder plans one message to one person; quiet hours, cap and stop are applied by the sender.
func (t *txn) planReminder(causeKind string, causeID uuid.UUID, recipientKind string, recipientID uuid.UUID, due, expires time.Time) error {
	return errUnbuilt
}

// DueBatch is some tens of claimed reminders of one practice.
type DueBatch struct {
	PracticeID uuid.UUID
	IDs        []uuid.UUID
}

// ClaimDueReminders claims up to limit due reminders with a lease and groups them for sending (the worker's role only).
func (s *Service) ClaimDueReminders(ctx context.Context, limit int) ([]DueBatch, error) {
	return nil, errUnbuilt
}

// SendReminders checks each once more at the last moment, sends, and records the outcome.
func (s *Service) SendReminders(ctx context.Context, batch DueBatch) error { return errUnbuilt }
