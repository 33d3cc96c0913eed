package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ReminderTally is how many reminders of a channel came to the same end.
type ReminderTally struct {
	Channel string // over what it went, or was to go.
	State   ReminderState
	Reason  string // of a skipped one.
	Today   int
	Week    int
	Late    int // of the week's: sent more than a while after its moment.
}

// TallyReminders counts what was for a time until now, by channel and end: whole, and from today on. Of a practice that sends
// more than most in that time the latest count. Tests count for nothing.
func TallyReminders(tx *gorm.DB, week, today, now time.Time, late time.Duration, most int) ([]ReminderTally, error) {
	var out []ReminderTally
	err := tx.Raw(`select coalesce(nullif(carrier, ''), channel) channel, state, case state when 'skipped' then reason else '' end reason,
			count(*) filter (where due_at >= ?) today, count(*) week, count(*) filter (where state = 'sent' and sent_at > not_before + make_interval(secs => ?)) late
		from (select carrier, channel, state, reason, due_at, sent_at, not_before, cause_kind from reminders
			where `+own+` and due_at >= ? and due_at <= ? order by due_at desc limit ?) r
		where cause_kind <> 'test' group by 1, 2, 3 order by 1, 2, 3`, today, late.Seconds(), week, now, most).Scan(&out).Error
	return out, err
}

// DueReminders is how many reminders wait for a sender now, and since when the first of them.
type DueReminders struct {
	Due    int
	Oldest *time.Time
}

// CountDue counts what is due in the practice now; at most so many.
func CountDue(tx *gorm.DB, now time.Time, most int) (DueReminders, error) {
	var d DueReminders
	err := tx.Raw(`select count(*) due, min(wake_at) oldest from (select wake_at from reminders where rank in ? and `+own+` and wake_at <= ? order by wake_at limit ?) r`,
		Ranks, now, most).Scan(&d).Error
	return d, err
}

// FailedReminder is a reminder that was given up. CoupleID is that of a partner; Treats tells whether a member treats it.
type FailedReminder struct {
	Reminder
	CoupleID *uuid.UUID
	Treats   bool
}

// FailedReminders reads what was given up since a moment, the latest first.
func FailedReminders(tx *gorm.DB, member uuid.UUID, since time.Time, limit int) ([]FailedReminder, error) {
	var out []FailedReminder
	err := tx.Raw(`select r.id, r.cause_kind, r.recipient_kind, coalesce(nullif(r.carrier, ''), r.channel) channel, r.reason, r.due_at, r.not_before, r.attempts, p.couple_id,
			exists (select 1 from couple_therapists t where t.practice_id = p.practice_id and t.couple_id = p.couple_id and t.member_id = ?) treats
		from (select * from reminders where `+own+` and due_at >= ? and state = 'failed' and cause_kind <> 'test' order by due_at desc limit ?) r
			left join partners p on r.recipient_kind = 'partner' and p.practice_id = r.practice_id and p.id = r.recipient_id
		order by r.due_at desc, r.id`, member, since, limit).Scan(&out).Error
	return out, err
}

// DeadCount is how many of the practice's addresses or numbers are given up.
type DeadCount struct {
	Channel string
	Dead    int
}

// CountDead counts what is given up.
func CountDead(tx *gorm.DB) ([]DeadCount, error) {
	var out []DeadCount
	err := tx.Raw(`select channel, count(*) dead from delivery_states where dead_at is not null group by channel order by channel`).Scan(&out).Error
	return out, err
}

// Worker is a process that sends, as it said itself last.
type Worker struct {
	ID        uuid.UUID
	StartedAt time.Time
	SeenAt    time.Time
	RedisAway bool // it could not reach Redis, and did what was due by itself.
}

// Beat says that a worker is at work, and forgets those that have long been silent. It needs the worker's role.
func Beat(tx *gorm.DB, w Worker, forget time.Time) error {
	if err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"seen_at", "redis_away"})}).Create(&w).Error; err != nil {
		return err
	}
	return tx.Where("seen_at < ?", forget).Delete(&Worker{}).Error
}

// Workers reads those that were seen lately, the latest first.
func Workers(tx *gorm.DB, limit int) ([]Worker, error) {
	var out []Worker
	err := tx.Order("seen_at desc").Limit(limit).Find(&out).Error
	return out, err
}

// OldestDue reads since when the first reminder of all practices waits; nil for none. It runs on the worker's due lists alone.
func OldestDue(tx *gorm.DB, now time.Time) (*time.Time, error) {
	var d DueReminders
	err := tx.Raw(`select min(wake_at) oldest from reminders where wake_at is not null and wake_at <= ?`, now).Scan(&d).Error
	return d.Oldest, err
}
