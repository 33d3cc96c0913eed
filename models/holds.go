package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SafetyHold is one hold of a couple: who set it, who lifted it and why.
type SafetyHold struct {
	Row
	CoupleID uuid.UUID
	SetAt    time.Time
	SetBy    uuid.UUID
	LiftedAt *time.Time
	LiftedBy *uuid.UUID
	Reason   Sealed // for lifting it, under the practice's key.
}

// LockCouple reads a couple and holds it until the transaction ends.
func LockCouple(tx *gorm.DB, id uuid.UUID) (Couple, error) {
	return FindCouple(tx.Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

// HoldsOf reads a couple's holds, newest first.
func HoldsOf(tx *gorm.DB, coupleID uuid.UUID) ([]SafetyHold, error) {
	var list []SafetyHold
	err := tx.Where("couple_id = ?", coupleID).Order("set_at desc, id desc").Find(&list).Error
	return list, err
}

// StandingHold reads the hold that stands; found tells whether there is one.
func StandingHold(tx *gorm.DB, coupleID uuid.UUID) (h SafetyHold, found bool, err error) {
	r := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("couple_id = ? and lifted_at is null", coupleID).Limit(1).Find(&h)
	return h, r.RowsAffected == 1, r.Error
}

// StopRiskyTasks ends the open tasks of a couple whose exercise is not given while a hold stands, also those of one partner
// alone, and closes the reveals that were still to come. It gives the tasks' ids.
func StopRiskyTasks(tx *gorm.DB, coupleID uuid.UUID, now time.Time) ([]uuid.UUID, error) {
	const risky = `select a.id from assignments a join exercise_forms f on f.practice_id = a.practice_id and f.id = a.form_id
		where a.couple_id = ? and a.status = 'active' and a.partner_id is not null and (f.definition->>'requires_no_hold')::boolean`
	err := tx.Exec(`select from assignments where id in (`+risky+`) order by id for update`, coupleID).Error
	if err != nil {
		return nil, err
	}
	err = tx.Exec(`select from occurrences where couple_id = ? and closes_at > ? and assignment_id in (`+risky+`) order by id for update`, coupleID, now, coupleID).Error
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	err = tx.Raw(`update tasks set status = 'rescheduled', version = version + 1
		where couple_id = ? and status in ('open', 'draft') and assignment_id in (`+risky+`) returning id`, coupleID, coupleID).Scan(&ids).Error
	return ids, err
}
