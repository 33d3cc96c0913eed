package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// PlanReminder writes a planned reminder. The same message to the same person for the same cause at the same moment is one
// row (reminders_once): one that was sent or is on its way stays as it is, one that was taken away with its cause, which is
// now back, is planned again.
func PlanReminder(tx *gorm.DB, r Reminder) error {
	return tx.Exec(`insert into reminders
		(practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, channel, due_at, expires_at, state, not_before, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?, ?)
		on conflict on constraint reminders_once do update
		set state = 'planned', reason = '', attempts = 0, lease_until = null, not_before = excluded.not_before, expires_at = excluded.expires_at
		where reminders.state = 'skipped' and reminders.reason not in ?`,
		r.PracticeID, r.ID, r.CauseKind, r.CauseID, r.RecipientKind, r.RecipientID, r.Channel, r.DueAt, r.ExpiresAt, r.NotBefore, r.CreatedAt,
		SkippedBySender).Error
}

// The sender's own reasons to leave a message unsent; a reminder skipped for one of them is never planned again.
const (
	SkipLate    = "late"    // it came later than it is worth.
	SkipStopped = "stopped" // the person wants no mail.
	SkipGone    = "gone"    // what it was about is done, moved, or no longer the person's.
	SkipQuiet   = "quiet"   // the quiet hours last longer than it is worth.
	SkipCap     = "cap"     // the person had the most messages of a day, and tomorrow is too late.
	SkipErased  = "erased"  // the person was erased, and the address with them.
)

// SkippedBySender lists them.
var SkippedBySender = []string{SkipLate, SkipStopped, SkipGone, SkipQuiet, SkipCap, SkipErased}

// DropReminders skips what is planned or claimed for causes that are gone; reason is a code. One that a sender holds is
// skipped too: the sender looks at the state again before it sends.
func DropReminders(tx *gorm.DB, causeKind string, causeIDs []uuid.UUID, reason string) error {
	if len(causeIDs) == 0 {
		return nil
	}
	return tx.Model(&Reminder{}).Where("cause_kind = ? and cause_id in ? and state in ('planned', 'claimed')", causeKind, causeIDs).
		Updates(map[string]any{"state": ReminderSkipped, "reason": reason, "lease_until": nil}).Error
}

// ClaimedReminder names a reminder that was claimed.
type ClaimedReminder struct {
	PracticeID uuid.UUID
	ID         uuid.UUID
}

// ClaimReminders takes up to limit due reminders of all practices until lease, the longest waiting first; what another
// claimer holds is passed over. It runs on the worker's due lists alone.
func ClaimReminders(tx *gorm.DB, now, lease time.Time, limit int) ([]ClaimedReminder, error) {
	var out []ClaimedReminder
	err := tx.Raw(`update reminders r set state = 'claimed', lease_until = ?, attempts = attempts + 1
		from (select practice_id, id from reminders
			where state in ('planned', 'claimed') and not_before <= ? and (lease_until is null or lease_until < ?)
			order by not_before limit ? for update skip locked) due
		where r.practice_id = due.practice_id and r.id = due.id
		returning r.practice_id, r.id`, lease, now, now, limit).Scan(&out).Error
	return out, err
}

// ClaimedRows reads those of the reminders that are still claimed, and locks them until the transaction ends. One that
// another transaction holds is left out: it is being changed by its cause.
func ClaimedRows(tx *gorm.DB, ids []uuid.UUID) ([]Reminder, error) {
	var rs []Reminder
	err := tx.Raw(`select * from reminders where id in ? and state = 'claimed' order by due_at, id for update skip locked`, ids).Scan(&rs).Error
	return rs, err
}

// RemindersAbout reads the reminders of causes of one kind, newest first.
func RemindersAbout(tx *gorm.DB, recipients []uuid.UUID, limit int) ([]Reminder, error) {
	var rs []Reminder
	if len(recipients) == 0 {
		return rs, nil
	}
	err := tx.Where("recipient_id in ?", recipients).Order("due_at desc, id desc").Limit(limit).Find(&rs).Error
	return rs, err
}

// SettleReminders brings claimed reminders to an end or back to planned: state, reason, and for planned ones when to try
// again. Only rows that are still claimed change, so what was dropped meanwhile stays dropped.
func SettleReminders(tx *gorm.DB, ids []uuid.UUID, set map[string]any) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&Reminder{}).Where("id in ? and state = 'claimed'", ids).Updates(set).Error
}

// MailsSentTo counts the messages that went to each person since a moment. Several reminders in one mail have the same
// sent_at, so they count once.
func MailsSentTo(tx *gorm.DB, people []uuid.UUID, since time.Time) (map[uuid.UUID]int, error) {
	var rows []struct {
		RecipientID uuid.UUID
		N           int
	}
	err := tx.Model(&Reminder{}).Select("recipient_id, count(distinct sent_at) as n").
		Where("recipient_id in ? and state = 'sent' and sent_at >= ? and cause_kind not in ('invitation', 'reset')", people, since).
		Group("recipient_id").Scan(&rows).Error
	out := map[uuid.UUID]int{}
	for _, r := range rows {
		out[r.RecipientID] = r.N
	}
	return out, err
}

// PreferencesOf reads how people want to be reminded; who never chose is not in the map.
func PreferencesOf(tx *gorm.DB, people []uuid.UUID) (map[uuid.UUID]ReminderPreference, error) {
	var rows []ReminderPreference
	err := tx.Where("person_id in ?", people).Find(&rows).Error
	out := make(map[uuid.UUID]ReminderPreference, len(rows))
	for _, r := range rows {
		out[r.PersonID] = r
	}
	return out, err
}

// DefaultPreference is how a person is reminded who never chose; the schema has the same defaults.
func DefaultPreference(practiceID uuid.UUID, kind string, person uuid.UUID) ReminderPreference {
	return ReminderPreference{
		Row: NewRow(practiceID), PersonKind: kind, PersonID: person, Mail: true, QuietFrom: "21:30", QuietUntil: "08:00", CapPerDay: 4, Version: 1,
	}
}
