package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// FindAssignment reads one assignment.
func FindAssignment(tx *gorm.DB, id uuid.UUID) (Assignment, error) {
	var a Assignment
	err := tx.Where("id = ?", id).Take(&a).Error
	return a, err
}

// AssignmentsByID reads assignments and keeps them from being made by two workers at once.
func AssignmentsByID(tx *gorm.DB, ids []uuid.UUID) ([]Assignment, error) {
	var rows []Assignment
	err := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Where("id in ?", ids).Order("id").Find(&rows).Error
	return rows, err
}

// AssignmentsToExtend lists active assignments whose tasks do not yet reach until.
func AssignmentsToExtend(tx *gorm.DB, until time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Model(&Assignment{}).Where("status = 'active' and (materialised_until is null or materialised_until < ?)", until).
		Where("schedule_kind <> 'once' or materialised_until is null").Order("id").Pluck("id", &ids).Error
	return ids, err
}

// ActiveAssignments reads a couple's active assignments.
func ActiveAssignments(tx *gorm.DB, coupleID uuid.UUID) ([]Assignment, error) {
	var rows []Assignment
	err := tx.Where("couple_id = ? and status = 'active'", coupleID).Order("id").Find(&rows).Error
	return rows, err
}

// CouplesByID reads couples by id.
func CouplesByID(tx *gorm.DB, ids []uuid.UUID) (map[uuid.UUID]Couple, error) {
	var rows []Couple
	if err := tx.Where("id in ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Couple, len(rows))
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, nil
}

// AddOccurrence writes an occurrence unless the assignment has one at that moment; made tells which.
func AddOccurrence(tx *gorm.DB, o *Occurrence) (made bool, err error) {
	r := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(o)
	return r.RowsAffected == 1, r.Error
}

// LockOccurrence reads an occurrence and holds it: submits, reveals and taking back of both halves queue here.
func LockOccurrence(tx *gorm.DB, id uuid.UUID) (Occurrence, error) {
	var o Occurrence
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&o).Error
	return o, err
}

// StopJointTasks ends a couple's open joint tasks and closes the reveals that were still to come. It gives the tasks' ids.
func StopJointTasks(tx *gorm.DB, coupleID uuid.UUID, now time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	// First hold what a worker makes tasks from, then the occurrences, as every submit does: nothing joint is made or
	// answered beside this, and nobody waits for each other.
	err := tx.Exec(`select from assignments where couple_id = ? and partner_id is null and status = 'active' order by id for update`, coupleID).Error
	if err != nil {
		return nil, err
	}
	err = tx.Exec(`select from occurrences where couple_id = ? and closes_at > ?::timestamptz - interval '1 day'
		and assignment_id in (select id from assignments where couple_id = ? and partner_id is null) order by id for update`, coupleID, now, coupleID).Error
	if err != nil {
		return nil, err
	}
	err = tx.Raw(`update tasks set status = 'rescheduled', version = version + 1
		where couple_id = ? and status in ('open', 'draft')
			and assignment_id in (select id from assignments where couple_id = ? and partner_id is null)
		returning id`, coupleID, coupleID).Scan(&ids).Error
	if err != nil {
		return nil, err
	}
	// A reveal that was set for later does not come.
	err = tx.Exec(`update responses set revealed_at = null where couple_id = ? and revealed_at > ?`, coupleID, now).Error
	if err != nil {
		return nil, err
	}
	err = tx.Exec(`update occurrences set never_reveals = true, revealed_at = null where couple_id = ? and (revealed_at is null or revealed_at > ?)
		and assignment_id in (select id from assignments where couple_id = ? and partner_id is null)`, coupleID, now, coupleID).Error
	return ids, err
}

// StopTasksOf ends a partner's open tasks and gives their ids.
func StopTasksOf(tx *gorm.DB, partnerID uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Raw(`update tasks set status = 'rescheduled', version = version + 1
		where partner_id = ? and status in ('open', 'draft') returning id`, partnerID).Scan(&ids).Error
	return ids, err
}

// CancelTasks ends the open tasks of an assignment from a moment on, stopped ones too, which would come back at their old
// moments otherwise, and gives their ids. It holds the occurrences first, as every submit does.
func CancelTasks(tx *gorm.DB, assignmentID uuid.UUID, from time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Exec(`select from occurrences where assignment_id = ? and due_at >= ? order by id for update`, assignmentID, from).Error
	if err != nil {
		return nil, err
	}
	err = tx.Raw(`update tasks set status = 'cancelled', version = version + 1
		where assignment_id = ? and due_at >= ? and status in ('open', 'draft', 'rescheduled') returning id`, assignmentID, from).Scan(&ids).Error
	if err != nil {
		return nil, err
	}
	err = tx.Exec(`update occurrences set never_reveals = true where assignment_id = ? and due_at >= ? and revealed_at is null`, assignmentID, from).Error
	return ids, err
}

// ExpireTasks ends what closed before now and gives the tasks' ids.
func ExpireTasks(tx *gorm.DB, now time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Raw(`update tasks set status = 'expired', version = version + 1
		where status in ('open', 'draft') and closes_at <= ? returning id`, now).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return ids, err
	}
	err = tx.Exec(`update occurrences set never_reveals = true where revealed_at is null
		and id in (select occurrence_id from tasks where id in ?)`, ids).Error
	return ids, err
}

// ReopenTasks opens the coming tasks of an assignment again that a pause or hold had stopped. It does so whether or not the
// other half is in, which it would tell otherwise; what had been answered before the stop still never reveals. It gives the
// tasks.
func ReopenTasks(tx *gorm.DB, assignmentID uuid.UUID, now time.Time) ([]Task, error) {
	var rows []Task
	err := tx.Raw(`update tasks t set status = case when draft is null then 'open' else 'draft' end, version = version + 1
		where assignment_id = ? and status = 'rescheduled' and due_at > ?
		returning *`, assignmentID, now).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.OccurrenceID
	}
	return rows, tx.Exec(`update occurrences o set never_reveals = false where id in ?
		and not exists (select from responses r where r.practice_id = o.practice_id and r.occurrence_id = o.id)`, ids).Error
}

// AssignmentsOf reads a couple's assignments, newest first; private questions are in no list.
func AssignmentsOf(tx *gorm.DB, coupleID uuid.UUID, offset, limit int) ([]Assignment, error) {
	var rows []Assignment
	err := tx.Where("couple_id = ? and not discreet", coupleID).Order("created_at desc, id desc").Offset(offset).Limit(limit).Find(&rows).Error
	return rows, err
}

// TaskCount is how an assignment goes: tasks that fell due, those done, and the next to come.
type TaskCount struct {
	AssignmentID uuid.UUID
	Due          int
	Done         int
	Next         *time.Time
}

// CountTasks counts the tasks of assignments up to now; stopped ones do not count.
func CountTasks(tx *gorm.DB, assignmentIDs []uuid.UUID, now time.Time) (map[uuid.UUID]TaskCount, error) {
	var rows []TaskCount
	if len(assignmentIDs) == 0 {
		return nil, nil
	}
	err := tx.Raw(`select assignment_id,
			count(*) filter (where status = 'done' or due_at <= ? and status in ('open', 'draft', 'skipped', 'expired')) as due,
			count(*) filter (where status = 'done') as done,
			min(due_at) filter (where due_at > ? and status in ('open', 'draft')) as next
		from tasks where assignment_id in ? group by assignment_id`, now, now, assignmentIDs).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]TaskCount, len(rows))
	for _, r := range rows {
		out[r.AssignmentID] = r
	}
	return out, nil
}

// ClearComing takes away cancelled tasks still to come and their occurrences, so that a changed schedule can make them
// anew. What anyone began to answer stays.
func ClearComing(tx *gorm.DB, assignmentID uuid.UUID, now time.Time) error {
	err := tx.Exec(`delete from tasks t where assignment_id = ? and due_at >= ? and status = 'cancelled' and draft is null
		and not exists (select from responses r where r.practice_id = t.practice_id and r.occurrence_id = t.occurrence_id)`, assignmentID, now).Error
	if err != nil {
		return err
	}
	return tx.Exec(`delete from occurrences o where assignment_id = ? and due_at >= ?
		and not exists (select from tasks t where t.practice_id = o.practice_id and t.occurrence_id = o.id)
		and not exists (select from agreements a where a.practice_id = o.practice_id and a.occurrence_id = o.id)`, assignmentID, now).Error
}
