package models

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
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

// own narrows to the transaction's practice, as row security does anyway. On the due lists the worker's role has a second
// policy beside the practice's, and PostgreSQL uses no index for the one or the other: this says it so that it does.
const own = "practice_id = (select nullif(current_setting('app.practice_id', true), '')::uuid)"

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
	return tx.Model(&Reminder{}).Where(own+` and id in (select id from reminders where `+own+` and cause_kind = ? and cause_id in ? and state in ('planned', 'claimed')
		order by id for update)`, causeKind, causeIDs). // In the order of all writers here, so that no two wait for each other.
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
	err := tx.Raw(`update reminders r set state = 'claimed', lease_until = ?, sending_since = null
		from (select practice_id, id from reminders
			where state in ('planned', 'claimed') and not_before <= ? and (lease_until is null or lease_until < ?)
			order by not_before limit ? for update skip locked) due
		where r.practice_id = due.practice_id and r.id = due.id
		returning r.practice_id, r.id`, lease, now, now, limit).Scan(&out).Error
	return out, err
}

// TakeReminders gives those of the reminders that are claimed and that no sender took in this lease yet, and takes them
// until a new end of the lease: of two senders with the same batch, the second gets none.
func TakeReminders(tx *gorm.DB, ids []uuid.UUID, now, lease time.Time) ([]Reminder, error) {
	var rs []Reminder
	if len(ids) == 0 {
		return nil, nil
	}
	err := tx.Raw(`update reminders set sending_since = ?, lease_until = ?
		where `+own+` and id in (select id from reminders where `+own+` and id in ? and state = 'claimed' and sending_since is null
			order by id for update skip locked)
		returning *`, now, lease, ids).Scan(&rs).Error
	slices.SortFunc(rs, func(a, b Reminder) int {
		return cmp.Or(a.DueAt.Compare(b.DueAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return rs, err
}

// RemindersTo reads what was planned and sent to people, newest first, at most limit.
func RemindersTo(tx *gorm.DB, recipients []uuid.UUID, limit int) ([]Reminder, error) {
	var rs []Reminder
	if len(recipients) == 0 {
		return rs, nil
	}
	err := tx.Where(own+" and recipient_id in ?", recipients).Order("due_at desc, id desc").Limit(limit).Find(&rs).Error
	return rs, err
}

// SettleReminders brings claimed reminders to an end or back to planned: state, reason, and for planned ones when to try
// again. Only rows that are still claimed change, so what was dropped meanwhile stays dropped.
func SettleReminders(tx *gorm.DB, ids []uuid.UUID, set map[string]any) error {
	if len(ids) == 0 {
		return nil
	}
	set["lease_until"], set["sending_since"] = nil, nil
	return tx.Model(&Reminder{}).Where(own+" and id in (select id from reminders where "+own+" and id in ? and state = 'claimed' order by id for update)", ids).Updates(set).Error
}

// MarkSent records that reminders went out; also those dropped meanwhile, for it is the truth and keeps them from going
// out twice.
func MarkSent(tx *gorm.DB, ids []uuid.UUID, reason string, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&Reminder{}).Where(own+" and id in (select id from reminders where "+own+" and id in ? order by id for update)", ids).
		Updates(map[string]any{"state": ReminderSent, "reason": reason, "sent_at": now, "lease_until": nil, "sending_since": nil}).Error
}

// SentInDigest is the reason of a sent reminder that went out in the mail of another one.
const SentInDigest = "digest"

// MailsSentTo counts the mails that went to each person since a moment, those that count for the cap.
func MailsSentTo(tx *gorm.DB, people []uuid.UUID, since time.Time) (map[uuid.UUID]int, error) {
	var rows []struct {
		RecipientID uuid.UUID
		N           int
	}
	err := tx.Model(&Reminder{}).Select("recipient_id, count(*) as n").
		Where(own+" and recipient_id in ? and state = 'sent' and sent_at >= ? and reason <> ? and cause_kind not in ('invitation', 'reset', 'alert')", people, since, SentInDigest).
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

// FindPreference reads how one person wants to be reminded: found is false for one who never chose.
func FindPreference(tx *gorm.DB, kind string, person uuid.UUID) (p ReminderPreference, found bool, err error) {
	r := tx.Where("person_kind = ? and person_id = ?", kind, person).Limit(1).Find(&p)
	return p, r.RowsAffected == 1, r.Error
}

// SavePreference writes a preference that was read at a version, or is new, and raises the version; saved is false when
// another was faster.
func SavePreference(tx *gorm.DB, p *ReminderPreference, isNew bool) (saved bool, err error) {
	was := p.Version
	p.Version++
	if isNew {
		r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(p)
		return r.RowsAffected == 1, r.Error
	}
	r := tx.Model(&ReminderPreference{}).Where("id = ? and version = ?", p.ID, was).Updates(map[string]any{
		"mail": p.Mail, "quiet_from": p.QuietFrom, "quiet_until": p.QuietUntil, "cap_per_day": p.CapPerDay, "digest": p.Digest,
		"stopped_at": p.StoppedAt, "version": p.Version,
	})
	return r.RowsAffected == 1, r.Error
}

// SetLocale changes the language of a person of the practice.
func SetLocale(tx *gorm.DB, kind string, person uuid.UUID, locale string) error {
	if kind == "partner" {
		return tx.Model(&Partner{}).Where("id = ?", person).Update("locale", locale).Error
	}
	return tx.Model(&Member{}).Where("id = ?", person).Update("locale", locale).Error
}

// DropRemindersTo takes away what is still planned for one person about a cause; reason is a code.
func DropRemindersTo(tx *gorm.DB, causeKind string, causeID, recipient uuid.UUID, reason string) error {
	return tx.Exec(`update reminders set state = 'skipped', reason = ?, lease_until = null
		where id in (select id from reminders where cause_kind = ? and cause_id = ? and recipient_id = ? and state in ('planned', 'claimed') order by id for update)
			and `+own, reason, causeKind, causeID, recipient).Error
}
