package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// InstallationKey is a pair of keys of the installation itself, for one purpose. It belongs to no practice.
type InstallationKey struct {
	Purpose    string `gorm:"primaryKey"` // push.
	PublicKey  string
	PrivateKey Sealed // under the master key.
	CreatedAt  time.Time
}

// FindInstallationKey reads the installation's keys for a purpose.
func FindInstallationKey(tx *gorm.DB, purpose string) (InstallationKey, error) {
	var k InstallationKey
	err := tx.Where("purpose = ?", purpose).Take(&k).Error
	return k, err
}

// AddInstallationKey writes the keys for a purpose unless there are some already: of two processes that start at the same
// moment, the first one's count.
func AddInstallationKey(tx *gorm.DB, k InstallationKey) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&k).Error
}

// PushSubscription is a browser that shows a neutral word when something is ready for a person.
type PushSubscription struct {
	Row
	PersonKind   string
	PersonID     uuid.UUID
	EndpointHash []byte // an HMAC of its address, to find the same browser again.
	Target       Sealed // its address and keys.
	Device       string // android, iphone, ipad, mac, windows, linux, other.
	CreatedAt    time.Time
	LastOkAt     *time.Time
	GoneAt       *time.Time
}

// SubscriptionsOf reads the browsers that people can be reached on, oldest first.
func SubscriptionsOf(tx *gorm.DB, people []uuid.UUID) ([]PushSubscription, error) {
	var rows []PushSubscription
	if len(people) == 0 {
		return nil, nil
	}
	err := tx.Where("person_id in ? and gone_at is null", people).Order("created_at, id").Find(&rows).Error
	return rows, err
}

// PutSubscription writes a browser. One that is known, whoever had it, becomes this row: the last to turn it on has it.
func PutSubscription(tx *gorm.DB, s PushSubscription) error {
	return tx.Exec(`insert into push_subscriptions (practice_id, id, person_kind, person_id, endpoint_hash, target, device, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?)
		on conflict on constraint push_subscriptions_once do update set id = excluded.id, person_kind = excluded.person_kind, person_id = excluded.person_id,
			target = excluded.target, device = excluded.device, created_at = excluded.created_at, last_ok_at = null, gone_at = null`,
		s.PracticeID, s.ID, s.PersonKind, s.PersonID, s.EndpointHash, s.Target, s.Device, s.CreatedAt).Error
}

// DropSubscription takes a person's browser away; found is false for one that is not that person's.
func DropSubscription(tx *gorm.DB, kind string, person, id uuid.UUID) (found bool, err error) {
	r := tx.Where("id = ? and person_kind = ? and person_id = ?", id, kind, person).Delete(&PushSubscription{})
	return r.RowsAffected > 0, r.Error
}

// DropOldSubscriptions keeps a person's newest browsers and takes the others away.
func DropOldSubscriptions(tx *gorm.DB, kind string, person uuid.UUID, keep int) error {
	return tx.Exec(`delete from push_subscriptions where person_kind = ? and person_id = ? and id in (
		select id from push_subscriptions where person_kind = ? and person_id = ? order by created_at desc, id desc offset ?)`, kind, person, kind, person, keep).Error
}

// MarkPushed notes that browsers took a push.
func MarkPushed(tx *gorm.DB, ids []uuid.UUID, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&PushSubscription{}).Where("id in ?", ids).Update("last_ok_at", now).Error
}

// EndSubscriptions notes that browsers are no longer there.
func EndSubscriptions(tx *gorm.DB, ids []uuid.UUID, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&PushSubscription{}).Where("id in ? and gone_at is null", ids).Update("gone_at", now).Error
}

// ForgetSubscriptions takes away the browsers that were gone before a moment.
func ForgetSubscriptions(tx *gorm.DB, before time.Time) error {
	return tx.Where("gone_at < ?", before).Delete(&PushSubscription{}).Error
}
