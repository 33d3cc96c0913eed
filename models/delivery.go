package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// DeliveryState is what is known of a person's mail address or number: how often messages came back, and whether it is given
// up.
type DeliveryState struct {
	Row
	PersonKind string
	PersonID   uuid.UUID
	Channel    string // mail, sms.
	Bounces    int    // since it was confirmed, or a message arrived.
	Reason     string // of the last one: unknown, full, refused, failed.
	BouncedAt  *time.Time
	DeadAt     *time.Time
	OkAt       *time.Time
}

// DeliveryStatesOf reads what is known of people's addresses and numbers; of most there is nothing.
func DeliveryStatesOf(tx *gorm.DB, people []uuid.UUID) ([]DeliveryState, error) {
	var rows []DeliveryState
	if len(people) == 0 {
		return nil, nil
	}
	err := tx.Where("person_id in ?", people).Find(&rows).Error
	return rows, err
}

// CountBounce counts a message that came back to s's person over s's channel, for s's reason. The address is given up at once
// when dead is set, else with the most-th in a row, none of them older than since. died tells that it was this one.
func CountBounce(tx *gorm.DB, s DeliveryState, dead bool, most int, since, now time.Time) (died bool, err error) {
	first := dead || most <= 1
	err = tx.Raw(`with before as (select dead_at from delivery_states where person_kind = ? and person_id = ? and channel = ?)
		insert into delivery_states as s (practice_id, id, person_kind, person_id, channel, bounces, reason, bounced_at, dead_at)
		values (?, ?, ?, ?, ?, 1, ?, ?, case when ? then ?::timestamptz end)
		on conflict on constraint delivery_states_once do update set
			bounces = case when s.bounced_at < ? then 1 else s.bounces + 1 end,
			reason = case when s.dead_at is null then excluded.reason else s.reason end, bounced_at = excluded.bounced_at,
			dead_at = coalesce(s.dead_at, case when ? or s.bounced_at >= ? and s.bounces + 1 >= ? then excluded.bounced_at end)
		returning dead_at is not null and not exists (select from before where dead_at is not null)`,
		s.PersonKind, s.PersonID, s.Channel, s.PracticeID, s.ID, s.PersonKind, s.PersonID, s.Channel, s.Reason, now, first, now, since, dead, since, most).Row().Scan(&died)
	return died, err
}

// ReviveChannel forgets what came back: the address is a new one, was confirmed, or a message arrived. revived tells that it
// had been given up.
func ReviveChannel(tx *gorm.DB, kind string, person uuid.UUID, channel string, ok *time.Time) (revived bool, err error) {
	var rows []DeliveryState
	at := tx.Where("person_kind = ? and person_id = ? and channel = ?", kind, person, channel)
	if err := at.Session(&gorm.Session{}).Find(&rows).Error; err != nil || len(rows) == 0 {
		return false, err
	}
	set := map[string]any{"bounces": 0, "reason": "", "bounced_at": nil, "dead_at": nil}
	if ok != nil {
		set["ok_at"] = *ok
	}
	return rows[0].DeadAt != nil, at.Session(&gorm.Session{}).Model(&DeliveryState{}).Updates(set).Error
}

// NoteReceipt notes on a reminder what a gateway told of it; news is false when that is known, or when there is no such reminder.
// A message that was delivered stays so, whatever is told afterwards. It does not ask what the row says it went over: a gateway
// may be faster than our own commit.
func NoteReceipt(tx *gorm.DB, id uuid.UUID, delivery string) (r Reminder, news bool, err error) {
	var rows []Reminder
	err = tx.Raw(`update reminders set delivery = ? where `+own+` and id = ? and delivery not in (?, 'delivered') returning *`,
		delivery, id, delivery).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return r, false, err
	}
	return rows[0], true, nil
}
