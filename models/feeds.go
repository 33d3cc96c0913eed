package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// CalendarFeed is an address from which a person's calendar fetches the own sessions. The address carries the serial.
type CalendarFeed struct {
	Row
	PersonKind string
	PersonID   uuid.UUID
	Serial     int
	MadeAt     time.Time
	ReadAt     *time.Time // when a calendar last fetched it, about.
	EndedAt    *time.Time
}

// FindFeed reads a person's feed: found is false for one who has none, or ended it.
func FindFeed(tx *gorm.DB, kind string, person uuid.UUID) (f CalendarFeed, found bool, err error) {
	var rows []CalendarFeed
	err = tx.Where("person_kind = ? and person_id = ? and ended_at is null", kind, person).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return f, false, err
	}
	return rows[0], true, nil
}

// RenewFeed gives a person's feed its next serial, and makes the feed when there is none.
func RenewFeed(tx *gorm.DB, f CalendarFeed) (CalendarFeed, error) {
	var out CalendarFeed
	err := tx.Raw(`insert into calendar_feeds as f (practice_id, id, person_kind, person_id, serial, made_at) values (?, ?, ?, ?, 1, ?)
		on conflict (practice_id, person_kind, person_id) do update set serial = f.serial + 1, made_at = excluded.made_at, read_at = null, ended_at = null
		returning *`, f.PracticeID, f.ID, f.PersonKind, f.PersonID, f.MadeAt).Scan(&out).Error
	return out, err
}

// EndFeed ends a person's feed; one that is ended stays so.
func EndFeed(tx *gorm.DB, kind string, person uuid.UUID, now time.Time) (ended bool, err error) {
	r := tx.Model(&CalendarFeed{}).Where("person_kind = ? and person_id = ? and ended_at is null", kind, person).Update("ended_at", now)
	return r.RowsAffected > 0, r.Error
}

// NoteFeedRead notes that a calendar fetched a feed.
func NoteFeedRead(tx *gorm.DB, id uuid.UUID, now time.Time) error {
	return tx.Model(&CalendarFeed{}).Where("id = ?", id).Update("read_at", now).Error
}

// FeedSessions reads the sessions of a scope for a calendar, cancelled ones too, earliest first.
func FeedSessions(tx *gorm.DB, s SessionScope) ([]Session, error) { return Sessions(tx, s, 0, maxFeed) }

// maxFeed is above what two years of a full calendar hold.
const maxFeed = 5000
