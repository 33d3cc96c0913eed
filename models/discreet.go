package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// DiscreetOpen tells whether private questions that were sent to a couple can still be answered.
func DiscreetOpen(tx *gorm.DB, coupleID uuid.UUID, now time.Time) (bool, error) {
	var open bool
	err := tx.Raw(`select exists (select from tasks where couple_id = ? and discreet and status in ('open', 'draft') and closes_at > ?)`, coupleID, now).Scan(&open).Error
	return open, err
}

// DiscreetWork reads all private questions that were sent to a couple, newest first and by partner, with their tasks and
// answers; drafts are left where they are.
func DiscreetWork(tx *gorm.DB, coupleID uuid.UUID) (given []Assignment, tasks []Task, responses []Response, err error) {
	err = tx.Raw(`select a.* from assignments a join partners p on p.practice_id = a.practice_id and p.id = a.partner_id
		where a.couple_id = ? and a.discreet order by a.created_at desc, p.position`, coupleID).Scan(&given).Error
	if err != nil || len(given) == 0 {
		return nil, nil, nil, err
	}
	if err = tx.Omit("draft").Where("couple_id = ? and discreet", coupleID).Order("due_at, id").Find(&tasks).Error; err != nil {
		return nil, nil, nil, err
	}
	err = tx.Where("couple_id = ? and task_id in (select id from tasks where couple_id = ? and discreet)", coupleID, coupleID).
		Order("submitted_at desc, id").Find(&responses).Error
	return given, tasks, responses, err
}

// DiscreetDue is a couple with the moment private questions last went to it.
type DiscreetDue struct {
	CoupleID uuid.UUID
	LastAt   *time.Time
}

// DiscreetDueFor reads the couples that a member treats and works with, of which both partners have come in, and to which no
// private questions went since a moment. Longest ago first.
func DiscreetDueFor(tx *gorm.DB, memberID uuid.UUID, since time.Time) ([]DiscreetDue, error) {
	var list []DiscreetDue
	err := tx.Raw(`select c.id as couple_id, max(a.created_at) as last_at
		from couples c join couple_therapists ct on ct.practice_id = c.practice_id and ct.couple_id = c.id
			left join assignments a on a.practice_id = c.practice_id and a.couple_id = c.id and a.discreet
		where ct.member_id = ? and c.status in ('intake', 'active')
			and not exists (select from partners p where p.practice_id = c.practice_id and p.couple_id = c.id and p.status in ('invited', 'withdrawn'))
		group by c.id, c.created_at having max(a.created_at) is null or max(a.created_at) < ?
		order by coalesce(max(a.created_at), c.created_at), c.id`, memberID, since).Scan(&list).Error
	return list, err
}
