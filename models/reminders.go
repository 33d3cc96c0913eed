package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

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
	SkipSoon    = "soon"    // it would come too soon after another about the same.
	// SkipUnreachable is for a person whose channels are all dead, or for one dead channel beside others that live.
	SkipUnreachable = "unreachable"
)

// SkipOff is for a kind of message that the person or the practice has switched off.
const SkipOff = "off"

// The reasons for what falls away while its person cannot be reminded, and comes back with the person.
const (
	SkipRescheduled = "rescheduled" // a pause, a withdrawal, a hold, a separation: one neutral word.
	SkipEnded       = "ended"       // a member has left, or treats the couple no more.
)

// SkippedBySender lists the sender's own.
var SkippedBySender = []string{SkipLate, SkipStopped, SkipGone, SkipQuiet, SkipCap, SkipErased, SkipUnreachable, SkipSoon}

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

// RemindersTo reads what was planned and sent to people, newest first, at most limit. Tests are their own affair.
func RemindersTo(tx *gorm.DB, recipients []uuid.UUID, limit int) ([]Reminder, error) {
	var rs []Reminder
	if len(recipients) == 0 {
		return rs, nil
	}
	err := tx.Where(own+" and recipient_id in ? and cause_kind <> 'test'", recipients).Order("due_at desc, id desc").Limit(limit).Find(&rs).Error
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

// SentInDigest is the reason of a sent reminder that went out in the mail of another one.
const SentInDigest = "digest"

// DefaultPreference is how a person is reminded who never chose; the schema has the same defaults.
func DefaultPreference(practiceID uuid.UUID, kind string, person uuid.UUID) ReminderPreference {
	return ReminderPreference{
		Row: NewRow(practiceID), PersonKind: kind, PersonID: person, Channels: JSON[map[string][]string]{V: map[string][]string{}}, QuietFrom: "21:30", QuietUntil: "08:00", CapPerDay: 4, Version: 1,
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
		"channels": p.Channels, "quiet_from": p.QuietFrom, "quiet_until": p.QuietUntil, "cap_per_day": p.CapPerDay, "digest": p.Digest,
		"stopped_at": p.StoppedAt, "leads": p.Leads, "version": p.Version,
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

// RecallReminders takes what is due of some people, or will be in a moment, back from whoever is sending it: what they decided
// by is changing. Until the transaction ends nobody can claim or take it, and a sender who has it finds its take gone. Its lease
// runs on, so that nobody sends the same while a conversation that has begun is still going.
func RecallReminders(tx *gorm.DB, people []uuid.UUID, soon time.Time) error {
	if len(people) == 0 {
		return nil
	}
	return tx.Model(&Reminder{}).Where(own+` and id in (select id from reminders where `+own+` and recipient_id in ? and due_at >= ? and wake_at <= ?
		order by id for update)`, people, soon.Add(-longestWorth), soon).Update("sending_since", nil).Error
}

// TestsOf reads the tests that a person sent to oneself lately, newest first.
func TestsOf(tx *gorm.DB, kind string, person uuid.UUID, limit int) ([]Reminder, error) {
	var rs []Reminder
	err := tx.Where(own+" and recipient_kind = ? and recipient_id = ? and cause_kind = 'test'", kind, person).Order("due_at desc, id desc").Limit(limit).Find(&rs).Error
	return rs, err
}
