package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// pausing selects the homework that stops coming by a moment.
const pausing = `select id from assignments where status = 'active' and pause_at is not null and pause_at <= ?`

// PauseAssignment lets homework stop coming from a moment on, unless it does so earlier already.
func PauseAssignment(tx *gorm.DB, id uuid.UUID, at time.Time) error {
	return tx.Model(&Assignment{}).Where("id = ? and status = 'active' and (pause_at is null or pause_at > ?)", id, at).Update("pause_at", at).Error
}

// BatchPauseAssignment is PauseAssignment in a batch.
func BatchPauseAssignment(b Batch, id uuid.UUID, at time.Time) {
	b.Exec(`update assignments set pause_at = $2 where id = $1 and status = 'active' and (pause_at is null or pause_at > $2)`, id, at)
}

// StopPausedTasks ends the open tasks of homework whose pause has come and closes the reveals that were still to come, for
// both partners alike. It gives the tasks' ids.
func StopPausedTasks(tx *gorm.DB, now time.Time) ([]uuid.UUID, error) {
	var any bool
	if err := tx.Raw(`select exists (`+pausing+`)`, now).Scan(&any).Error; err != nil || !any {
		return nil, err
	}
	// Hold what tasks are made from, then the occurrences, as every submit does.
	if err := tx.Exec(pausing+` order by id for update`, now).Error; err != nil {
		return nil, err
	}
	err := tx.Exec(`select from occurrences where closes_at > ? and assignment_id in (`+pausing+`) order by id for update`, now, now).Error
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	err = tx.Raw(`update tasks set status = 'rescheduled', version = version + 1
		where status in ('open', 'draft') and assignment_id in (`+pausing+`) returning id`, now).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return ids, err
	}
	err = tx.Exec(`update responses set revealed_at = null where revealed_at > ? and occurrence_id in (select occurrence_id from tasks where id in ?)`, now, ids).Error
	if err != nil {
		return nil, err
	}
	err = tx.Exec(`update occurrences set never_reveals = true, revealed_at = null where (revealed_at is null or revealed_at > ?)
		and id in (select occurrence_id from tasks where id in ?)`, now, ids).Error
	return ids, err
}
