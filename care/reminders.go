package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
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

// planTaskReminder plans the reminder of a task at the moment it is due, in the transaction that makes it. It is worth
// sending until the task closes.
func (t *txn) planTaskReminder(task models.Task) error {
	return t.planReminder("task", task.ID, "partner", task.PartnerID, task.DueAt, task.ClosesAt)
}

// dropReminders takes away what is still planned for causes that are gone, in the same transaction; reason is a code.
func (t *txn) dropReminders(causeKind string, causeIDs []uuid.UUID, reason string) error {
	return models.DropReminders(t.DB, causeKind, causeIDs, reason)
}

// planReminder plans one message to one person; quiet hours, cap and stop are applied by the sender. Planning the same
// again changes nothing, unless it was dropped meanwhile: then it stands again.
func (t *txn) planReminder(causeKind string, causeID uuid.UUID, recipientKind string, recipientID uuid.UUID, due, expires time.Time) error {
	due = due.Truncate(time.Microsecond) // What PostgreSQL keeps, so that the same moment is the same row.
	return models.PlanReminder(t.DB, models.Reminder{
		Row: models.NewRow(t.PracticeID), CauseKind: causeKind, CauseID: causeID, RecipientKind: recipientKind, RecipientID: recipientID,
		Channel: "mail", DueAt: due, ExpiresAt: expires, NotBefore: due, CreatedAt: t.now,
	})
}

// DueBatch is some tens of claimed reminders of one practice.
type DueBatch struct {
	PracticeID uuid.UUID
	IDs        []uuid.UUID
}

// batchSize is how many reminders go out together: enough to spare round trips, few enough for a crash to repeat little.
const batchSize = 50

// reminderLease is how long a claimed reminder is its sender's; after that another may claim it.
const reminderLease = 5 * time.Minute

// ClaimDueReminders claims up to limit due reminders with a lease and groups them for sending (the worker's role only).
func (s *Service) ClaimDueReminders(ctx context.Context, limit int) ([]DueBatch, error) {
	now := s.Clock.Now()
	var claimed []models.ClaimedReminder
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		var err error
		claimed, err = models.ClaimReminders(tx.DB, now, now.Add(reminderLease), limit)
		return err
	})
	return inBatches(claimed), err
}

// inBatches groups claimed reminders by practice, in the order they came, at most batchSize together.
func inBatches(claimed []models.ClaimedReminder) []DueBatch {
	var out []DueBatch
	open := map[uuid.UUID]int{} // practice to its batch that still has room.
	for _, c := range claimed {
		i, ok := open[c.PracticeID]
		if !ok || len(out[i].IDs) == batchSize {
			out = append(out, DueBatch{PracticeID: c.PracticeID})
			i = len(out) - 1
			open[c.PracticeID] = i
		}
		out[i].IDs = append(out[i].IDs, c.ID)
	}
	return out
}

// SendReminders checks each once more at the last moment, sends, and records the outcome.
func (s *Service) SendReminders(ctx context.Context, batch DueBatch) error { return errUnbuilt }
